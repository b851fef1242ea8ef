"""While somebody writes: the draft kept on the server, snippets, who else is there, the number shown once."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from pypinyin import Style, lazy_pinyin
from sqlalchemy import Connection

from bot.cases import MANAGERS
from bot.errors import RuleBroken
from store import audit, bookmarks, customer_file, snippets, staff
from store.snippets import Snippet
from store.viewers import TOPIC as VIEWERS
from store.viewers import Viewer
from web.answers import Answer
from web.here import LONGEST
from web.inbox.conversation import PREFIX, Desk, head
from web.login import me, user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.post(f"{PREFIX}/here")
    def here(customer_id: int) -> Answer:
        """Said when the page comes into sight, when its owner begins to write and stops, and of each new line seen.

        The page's stream says that it is open; one without a stream says so here, every ten seconds, and is answered
        who else is. Nothing but a line newly seen is written to the database.
        """
        seen, writes = request.form.get("seen", type=int) or 0, "writes" in request.form
        if seen:
            desk.write_quietly(lambda conn: _saw(conn, desk, customer_id, seen))
        else:
            desk.read(lambda conn: head(conn, desk, customer_id))
        now, viewer = desk.clock.machine().timestamp(), Viewer(user().id, user().name, writes)
        desk.viewers.says(customer_id, _page(), viewer, now, streams="streams" in request.form)
        desk.wakeups.wake(VIEWERS)
        there = desk.viewers.of([customer_id], now)[customer_id]
        return render_template(
            "pages/inbox/_viewers.html", others=[each for each in there if each.staff_id != user().id]
        )

    @pages.post(f"{PREFIX}/gone")
    def gone(customer_id: int) -> Answer:
        desk.read(lambda conn: head(conn, desk, customer_id))
        desk.viewers.hides(customer_id, _page())
        desk.wakeups.wake(VIEWERS)
        return "", 204

    @pages.post(f"{PREFIX}/draft")
    def draft(customer_id: int) -> Answer:
        way, text = request.form.get("way", ""), request.form.get("text", "")

        def keep(conn: Connection) -> None:
            head(conn, desk, customer_id)
            bookmarks.keep_draft(conn, user(), customer_id, way, text, desk.now())

        desk.write_quietly(keep)
        return "", 204

    @pages.post(f"{PREFIX}/reveal")
    def reveal(customer_id: int) -> Answer:
        """The whole number, and an audit row that says who looked."""

        def show(conn: Connection) -> str:
            who = head(conn, desk, customer_id)
            audit.record(conn, user(), "phone_shown", {"customer_id": customer_id}, desk.now())
            return who.phone

        return render_template("pages/inbox/_number.html", phone=desk.write_quietly(show))

    @pages.post("/inbox/keys")
    def keys() -> Answer:
        """Single-key shortcuts on or off, for this person on every machine (WCAG 2.1.4)."""
        desk.write_quietly(lambda conn: staff.set_keys(conn, user().id, not me().keys))
        return redirect(request.form.get("next") or url_for("inbox.desk"), 303)

    _snippets(pages, desk)


def _snippets(pages: Blueprint, desk: Desk) -> None:
    @pages.get(f"{PREFIX}/snippets")
    def snippets_part(customer_id: int) -> Answer:
        """As JSON, filled in for this customer: the page narrows them while somebody types."""

        def load(conn: Connection) -> list[dict[str, str]]:
            who = head(conn, desk, customer_id)
            cars = customer_file.cars_of(conn, customer_id)
            car = cars[0] if cars else None
            known = {
                "name": who.name, "plate": car.plate if car else "", "model": car.model if car else "",
                "staff": user().name, "store": who.store_name,
            }  # fmt: skip
            found = snippets.all_for(conn, user())
            return [{"title": each.title, "text": fill(each.text, known), "sounds": each.sounds} for each in found]

        return jsonify(desk.read(load))

    @pages.get("/inbox/snippets")
    def snippets_page() -> Answer:
        rows = desk.read(lambda conn: snippets.all_for(conn, user()))
        return render_template("pages/inbox/snippets.html", rows=rows, variables=VARIABLES)

    @pages.post("/inbox/snippets")
    def add_snippet() -> Answer:
        title, text = request.form.get("title", ""), request.form.get("text", "")
        everybody = "everybody" in request.form and user().role in MANAGERS
        desk.write(lambda conn: snippets.add(conn, user(), title, text, sounds(title), everybody=everybody))
        return redirect(url_for("inbox.snippets_page"), 303)

    @pages.post("/inbox/snippets/<int:snippet_id>/drop")
    def drop_snippet(snippet_id: int) -> Answer:
        desk.write(lambda conn: _drop(conn, snippet_id))
        return redirect(url_for("inbox.snippets_page"), 303)


def _page() -> str:
    """The page's own id; without script there is one a person."""
    said = request.form.get("page", "")
    return said if said.isalnum() and len(said) <= LONGEST else str(user().id)


VARIABLES = ("name", "plate", "model", "staff", "store")


def fill(text: str, known: Mapping[str, Any]) -> str:
    """What is not known stays as it stands, in braces, so that the writer sees the gap."""
    for name in VARIABLES:
        if known.get(name):
            text = text.replace(f"{{{name}}}", str(known[name]))
    return text


@lru_cache(maxsize=512)
def sounds(title: str) -> str:
    """Whole pinyin and initials: 空调复检 → "kongtiaofujian ktfj"."""
    whole, first = lazy_pinyin(title), lazy_pinyin(title, style=Style.FIRST_LETTER)
    return f"{''.join(whole)} {''.join(first)}".lower()


def _saw(conn: Connection, desk: Desk, customer_id: int, seen: int) -> None:
    head(conn, desk, customer_id)
    bookmarks.saw(conn, user(), customer_id, seen, desk.now())


def _drop(conn: Connection, snippet_id: int) -> None:
    found: Snippet | None = next((each for each in snippets.all_for(conn, user()) if each.id == snippet_id), None)
    if found is not None and not found.mine and user().role not in MANAGERS:
        raise RuleBroken("not_a_manager", gettext("门店的常用语由经理管理"))
    snippets.drop(conn, user(), snippet_id)
