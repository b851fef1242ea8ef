"""Owner events: make one, see who would be asked, publish it, see who comes."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.errors import RuleBroken
from bot.tone_words import Medium
from store import events
from store.events import Draft
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.tone import Doubtful, keep, look_again, said_of
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
            made = desk.write(lambda conn: _created(conn, desk, draft))
        except Doubtful as doubt:
            return _form(desk, "", request.form, doubt), 409
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
        event = desk.read(lambda conn: events.event_for(conn, user(), event_id))
        if event is None:
            abort(404)
        doubts = look_again(desk.guide, [event.name, event.place], Medium.MASS, "publish")

        def publish(conn: Connection) -> None:
            events.publish(conn, user(), event_id, desk.now())
            keep(conn, user(), doubts, {"event_id": event_id}, desk.now())

        desk.write(publish)
        return redirect(url_for("inbox.event_page", event_id=event_id), 303)


def _created(conn: Connection, desk: Desk, draft: Draft) -> int:
    doubts = look_again(desk.guide, [draft.name, draft.place], Medium.MASS, "event")
    made = events.create(conn, user(), draft, desk.now())
    keep(conn, user(), doubts, {"event_id": made}, desk.now())
    return made


def _form(desk: Desk, error: str, values: Any, doubt: Doubtful | None = None) -> str:
    """doubt: what the tone lint says of the words; the draft stays, and one button keeps it as it is."""
    audience = desk.read(lambda conn: events.audience_of(conn, user()))
    findings = [(each, said_of(each)) for each in doubt.findings] if doubt else []
    mark = doubt.mark if doubt else ""
    return render_template(
        "pages/inbox/event_new.html", error=error, values=values, audience=audience, findings=findings, mark=mark
    )


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
