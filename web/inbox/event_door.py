"""Check-in on a phone: by the guest's code, scanned or typed, by a tap on a name, or for who walks in."""

import secrets
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection

from bot.errors import NotThere, RuleBroken
from store import arrivals, events
from store.arrivals import Expected
from store.events import EventRow
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.event_words import event_word
from web.login import user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/events/<int:event_id>/door")
    def event_door(event_id: int) -> Answer:
        """`?code=` is what the QR code on a guest's phone opens."""
        return _page(desk, event_id)

    @pages.post("/inbox/events/<int:event_id>/door")
    def event_check_in(event_id: int) -> Answer:
        try:
            there = not desk.write(lambda conn: _checked_in(conn, desk, event_id))
        except NotThere:
            raise
        except RuleBroken as refusal:
            return _page(desk, event_id, wrong=str(refusal)), 409
        return redirect(url_for("inbox.event_door", event_id=event_id, again=1 if there else None), 303)

    @pages.post("/inbox/events/<int:event_id>/door/back")
    def event_take_back(event_id: int) -> Answer:
        arrival, guest = (request.form.get(name, 0, type=int) for name in ("arrival", "guest"))
        desk.write(lambda conn: arrivals.take_back(conn, user(), event_id, arrival, guest))
        return redirect(url_for("inbox.event_door", event_id=event_id), 303)


def _checked_in(conn: Connection, desk: Desk, event_id: int) -> bool:
    form = request.form
    guest, heads, children = (form.get(name, 0, type=int) for name in ("guest", "heads", "children"))
    how = form.get("how", "name")
    return arrivals.check_in(
        conn, user(), event_id, guest or None, heads, children,
        how=how if how in ("code", "name", "walk_in") else "name",
        key=f"guest:{guest}" if guest else form.get("key", "")[:40] or secrets.token_hex(8),
        now=desk.now(), name=form.get("name", ""),
    )  # fmt: skip


def _page(desk: Desk, event_id: int, wrong: str = "") -> str:
    def load(conn: Connection) -> dict[str, Any]:
        event = events.event_for(conn, user(), event_id)
        if event is None or event.state != "published":
            abort(404)
        return {"event": event, **_at_the_door(conn, event)}

    shown = desk.read(load)
    return render_template(
        "pages/inbox/event_door.html", wrong=wrong, key=secrets.token_hex(8), event_word=event_word, **shown
    )


def _at_the_door(conn: Connection, event: EventRow) -> dict[str, Any]:
    code, words = request.args.get("code", ""), request.args.get("who", "")
    found = arrivals.by_code(conn, event.id, int(code)) if code.isdecimal() and len(code) <= 6 else None
    listed = arrivals.expected(conn, event.id)
    known = {each.customer_id for each in listed}
    return {
        "code": code, "found": found, "words": words, "listed": listed,
        "like": [each for each in arrivals.like(conn, event.store_id, words) if each.customer_id not in known],
        "walk_ins": arrivals.walk_ins(conn, event.id), "present": arrivals.present(conn, event.id),
        "arrived": sum(_came(each) for each in listed),
    }  # fmt: skip


def _came(each: Expected) -> bool:
    return each.came_at is not None
