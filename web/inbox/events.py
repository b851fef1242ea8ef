"""Owner events: made, their audience foreseen, published, changed, called off; who comes, and what came of it."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import Connection

from bot.errors import RuleBroken
from bot.events import EventKind, wave_size
from bot.ports import Foreseen
from bot.tone_words import Medium
from store import arrivals, event_audience, event_desk, event_figures, events, waves
from store.events import Draft, EventRow
from web.answers import Answer
from web.inbox.conversation import Desk
from web.inbox.event_form import audience_of, draft_of, in_words, values_again, values_of
from web.inbox.event_words import VISITS, event_word
from web.inbox.tone import Doubtful, keep, look_again, said_of
from web.login import me, user


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/events")
    def events_page() -> Answer:
        rows = desk.read(lambda conn: events.events_for(conn, user()))
        return render_template("pages/inbox/events.html", rows=rows, event_word=event_word)

    @pages.get("/inbox/events/new")
    def new_event() -> Answer:
        return _form(desk, None, "", {})

    @pages.post("/inbox/events/new")
    def create_event() -> Answer:
        try:
            draft = draft_of(request.form, me().time_zone)
            made = desk.write(lambda conn: _created(conn, desk, draft))
        except RuleBroken as refusal:
            return _refused(desk, None, refusal)
        return redirect(url_for("inbox.event_page", event_id=made), 303)

    @pages.get("/inbox/events/<int:event_id>")
    def event_page(event_id: int) -> Answer:
        event = _of(desk, event_id)
        shown = desk.read(lambda conn: _shown(conn, event))
        foreseen = _foreseen(desk, event) if event.state == "draft" else None
        return render_template(
            "pages/inbox/event.html", event=event, foreseen=foreseen, event_word=event_word,
            query=in_words(event.audience), sizes=_sizes(event, foreseen), over=event.starts_at <= desk.now(),
            words=request.args.get("who", ""), **shown,
        )  # fmt: skip

    @pages.get("/inbox/events/<int:event_id>/edit")
    def edit_event_page(event_id: int) -> Answer:
        event = _of(desk, event_id)
        return _form(desk, event, "", values_of(event, me().time_zone))

    @pages.post("/inbox/events/<int:event_id>/edit")
    def edit_event(event_id: int) -> Answer:
        event = _of(desk, event_id)
        try:
            draft = draft_of(request.form, me().time_zone)
            desk.write(lambda conn: _edited(conn, desk, event_id, draft))
        except RuleBroken as refusal:
            return _refused(desk, event, refusal)
        return redirect(url_for("inbox.event_page", event_id=event_id), 303)

    @pages.post("/inbox/events/foresee")
    def foresee_event() -> Answer:
        """The audience of the form as it stands, for htmx."""
        try:
            foreseen = desk.foresee(me().member.store_id, audience_of(request.form), desk.now())
        except RuleBroken as refusal:
            return render_template("pages/inbox/_foreseen.html", foreseen=None, wrong=str(refusal))
        return render_template("pages/inbox/_foreseen.html", foreseen=foreseen, wrong="", event_word=event_word)

    _register_deeds(pages, desk)
    _register_guests(pages, desk)


def _register_deeds(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/inbox/events/<int:event_id>/publish")
    def publish_event(event_id: int) -> Answer:
        event = _of(desk, event_id)
        doubts = look_again(desk.guide, [event.name, event.place], Medium.MASS, "publish")

        def publish(conn: Connection) -> None:
            events.publish(conn, user(), event_id, desk.now())
            keep(conn, user(), doubts, {"event_id": event_id}, desk.now())

        desk.write(publish)
        return redirect(url_for("inbox.event_page", event_id=event_id), 303)

    @pages.post("/inbox/events/<int:event_id>/call-off")
    def call_off_event(event_id: int) -> Answer:
        desk.write(lambda conn: events.call_off(conn, user(), event_id, desk.now()))
        return redirect(url_for("inbox.event_page", event_id=event_id), 303)

    @pages.post("/inbox/events/<int:event_id>/photos")
    def event_photos(event_id: int) -> Answer:
        address = request.form.get("photos", "").strip()[:300]
        desk.write(lambda conn: events.set_photos(conn, user(), event_id, address))
        return redirect(url_for("inbox.event_page", event_id=event_id), 303)


def _register_guests(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/inbox/events/<int:event_id>/guests")
    def register_guest(event_id: int) -> Answer:
        guest, heads, children = (request.form.get(name, 0, type=int) for name in ("guest", "heads", "children"))

        def put(conn: Connection) -> tuple[int, str]:
            code = event_desk.register(conn, user(), event_id, guest, heads, children, desk.now())
            return code, next(each.name for each in events.guests_of(conn, event_id) if each.customer_id == guest)

        code, name = desk.write(put)
        if code:
            flash(gettext("已为 %(name)s 报名 %(n)s 位，签到码 %(code)s", name=name, n=heads, code=code))
        else:
            flash(gettext("满员，%(name)s 已进候补", name=name))
        return redirect(url_for("inbox.event_page", event_id=event_id), 303)


def _of(desk: Desk, event_id: int) -> EventRow:
    event = desk.read(lambda conn: events.event_for(conn, user(), event_id))
    if event is None:
        abort(404)
    return event


def _shown(conn: Connection, event: EventRow) -> dict[str, Any]:
    return {
        "guests": events.guests_of(conn, event.id),
        "waves": waves.waves_of(conn, event.id),
        "figures": event_figures.figures_of(conn, event.id),
        "walk_ins": arrivals.walk_ins(conn, event.id),
        "like": arrivals.like(conn, event.store_id, request.args.get("who", "")),
    }


def _foreseen(desk: Desk, event: EventRow) -> Foreseen:
    return desk.foresee(event.store_id, event_audience.condition_of(event.audience), desk.now())


def _sizes(event: EventRow, foreseen: Foreseen | None) -> list[int]:
    """How many each wave would invite."""
    if foreseen is None:
        return []
    sizes: list[int] = []
    for number in range(1, len(event.shares) + 1):
        left = foreseen.agreed - sum(sizes)
        size = wave_size(event.shares, number, foreseen.agreed)
        sizes.append(left if size is None else min(size, left))
    return sizes


def _created(conn: Connection, desk: Desk, draft: Draft) -> int:
    doubts = look_again(desk.guide, _read_by_guests(draft), Medium.MASS, "event")
    made = events.create(conn, user(), draft, desk.now())
    keep(conn, user(), doubts, {"event_id": made}, desk.now())
    return made


def _edited(conn: Connection, desk: Desk, event_id: int, draft: Draft) -> None:
    doubts = look_again(desk.guide, _read_by_guests(draft), Medium.MASS, "event")
    events.edit(conn, user(), event_id, draft, desk.now())
    keep(conn, user(), doubts, {"event_id": event_id}, desk.now())


def _read_by_guests(draft: Draft) -> list[str]:
    return [draft.name, draft.place, draft.cost, draft.offers]


def _refused(desk: Desk, event: EventRow | None, refusal: RuleBroken) -> Answer:
    """The form comes back with its words, and with what is wrong or doubtful."""
    values = values_again(request.form)
    if isinstance(refusal, Doubtful):
        return _form(desk, event, "", values, refusal), 409
    return _form(desk, event, gettext(str(refusal)), values), 409


def _form(desk: Desk, event: EventRow | None, error: str, values: Any, doubt: Doubtful | None = None) -> str:
    """doubt: what the tone lint says of the words; the draft stays, and one button keeps it as it is."""
    store_id = event.store_id if event else user().store_id
    models, cities = desk.read(
        lambda conn: (event_audience.models(conn, store_id), event_audience.cities(conn, store_id))
    )
    findings = [(each, said_of(each)) for each in doubt.findings] if doubt else []
    return render_template(
        "pages/inbox/event_form.html", event=event, error=error, values=values, models=models, cities=cities,
        findings=findings, mark=doubt.mark if doubt else "", kinds=list(EventKind), event_word=event_word,
        visits=list(VISITS),
    )  # fmt: skip
