"""The list and what it is narrowed to: tabs, filters, one's own views, search over all that was ever said."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import Connection

from bot.customer import Role
from store import inbox_list, labels, mentions, stores, today, views
from store.inbox_list import MARKS, TABS, Wanted
from web.answers import Answer
from web.login import user

T = TypeVar("T")
CHANNELS = ("wechat", "sms", "call", "page", "email")
FIELDS = ("tab", "q", "mark", "label", "channel", "store", "owner")


class Desk(Protocol):
    def now(self) -> datetime: ...

    def read(self, fn: Callable[[Connection], T]) -> T: ...

    def write(self, fn: Callable[[Connection], T]) -> T: ...


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox", endpoint="desk")
    def desk_page() -> Answer:
        parts = list_parts(desk)
        done = {} if parts["rows"] else desk.read(lambda conn: {"today": today.numbers(conn, user(), desk.now())})
        return render_template("pages/inbox/desk.html", head=None, **parts, **done)

    @pages.get("/inbox/list")
    def list_part() -> Answer:
        current = request.args.get("current", type=int)
        return render_template("pages/inbox/_list.html", current=current, **list_parts(desk))

    @pages.get("/inbox/narrow")
    def narrow_part() -> Answer:
        """The filters, asked for when somebody wants them."""

        def load(conn: Connection) -> dict[str, Any]:
            everywhere = stores.all_of(conn) if user().role is Role.ADMIN else []
            people = mentions.colleagues(conn, user().store_id)
            mine = views.of(conn, user().id)
            return {"labels": labels.of_store(conn, user()), "people": people, "stores": everywhere, "mine": mine}

        return render_template("pages/inbox/narrow.html", wanted=wanted(), channels=CHANNELS, **desk.read(load))

    @pages.post("/inbox/views")
    def keep_view() -> Answer:
        given = dict(parse_qsl(request.form.get("query", "")))
        query = urlencode({name: given[name] for name in FIELDS if name in given})
        desk.write(lambda conn: views.keep(conn, user().id, request.form.get("name", ""), query))
        return redirect(f"{url_for('inbox.desk')}?{query}", 303)

    @pages.post("/inbox/views/drop")
    def drop_view() -> Answer:
        desk.write(lambda conn: views.drop(conn, user().id, request.form.get("name", "")))
        return redirect(url_for("inbox.desk"), 303)


def list_parts(desk: Desk) -> dict[str, Any]:
    """Rows and counts. `narrowed`: the query that leads here again, without what says nothing."""
    asked, now = wanted(), desk.now()

    def load(conn: Connection) -> dict[str, Any]:
        rows = inbox_list.threads_for(conn, user(), asked, now)
        return {"rows": rows, "counts": inbox_list.counts_for(conn, user(), now)}

    told = {"wanted": asked, "tab": asked.tab, "query": asked.query, "narrowed": narrowed(), "filters": _filters(asked)}
    return desk.read(load) | told


def wanted() -> Wanted:
    """As the address says; what is no filter of ours counts for nothing."""
    said = request.args
    tab, mark, channel = said.get("tab", ""), said.get("mark", ""), said.get("channel", "")
    return Wanted(
        tab=tab if tab in TABS else "all",
        query=said.get("q", "").strip()[:64],
        mark=mark if mark in MARKS else "",
        label=said.get("label", type=int),
        channel=channel if channel in CHANNELS else "",
        store=said.get("store", type=int),
        owner=said.get("owner", type=int),
    )


def narrowed() -> dict[str, str]:
    """The filters of this address, to be put into the next one."""
    return {name: request.args[name] for name in FIELDS if request.args.get(name)}


def _filters(asked: Wanted) -> int:
    """How many filters are set, tabs and search aside."""
    return sum(bool(each) for each in (asked.mark, asked.channel)) + sum(
        each is not None for each in (asked.label, asked.store, asked.owner)
    )
