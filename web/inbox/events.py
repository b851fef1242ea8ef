"""Owner events: make one, see who would be asked, publish it, see who comes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.errors import RuleBroken
from store import events
from store.events import Draft
from web.answers import Answer
from web.inbox.conversation import Desk
from web.login import me, user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/events")
    def events_page() -> Answer:
        rows = desk.read(lambda conn: events.events_for(conn, user()))
        return render_template("pages/inbox/events.html", rows=rows)

    @pages.get("/inbox/events/new")
    def new_event() -> Answer:
        return _form(desk, "", {})

    @pages.post("/inbox/events/new")
    def create_event() -> Answer:
        try:
            draft = _draft()
            made = desk.write(lambda conn: events.create(conn, user(), draft, desk.now()))
        except RuleBroken as refusal:
            return _form(desk, gettext(str(refusal)), request.form), 409
        return redirect(url_for("inbox.event_page", event_id=made), 303)

    @pages.get("/inbox/events/<int:event_id>")
    def event_page(event_id: int) -> Answer:
        def load(conn: Connection) -> dict[str, Any]:
            event = events.event_for(conn, user(), event_id)
            if event is None:
                abort(404)
            audience = events.audience_of(conn, user()) if event.state == "draft" else None
            return {"event": event, "guests": events.guests_of(conn, event_id), "audience": audience}

        return render_template("pages/inbox/event.html", **desk.read(load))

    @pages.post("/inbox/events/<int:event_id>/publish")
    def publish_event(event_id: int) -> Answer:
        if desk.read(lambda conn: events.event_for(conn, user(), event_id)) is None:
            abort(404)
        desk.write(lambda conn: events.publish(conn, user(), event_id, desk.now()))
        return redirect(url_for("inbox.event_page", event_id=event_id), 303)


def _form(desk: Desk, error: str, values: Any) -> str:
    audience = desk.read(lambda conn: events.audience_of(conn, user()))
    return render_template("pages/inbox/event_new.html", error=error, values=values, audience=audience)


def _draft() -> Draft:
    """Dates as the form gives them, local to the store. Raises RuleBroken bad_date."""
    form = request.form
    try:
        local = datetime.fromisoformat(f"{form.get('date', '')}T{form.get('time', '')}")
        starts_at = local.replace(tzinfo=ZoneInfo(me().time_zone))
        capacity = int(form.get("capacity", "0"))
    except ValueError as error:
        raise RuleBroken("bad_date", "请填写日期、时间和名额") from error
    return Draft(form.get("name", "")[:60], form.get("place", "")[:60], starts_at, capacity)
