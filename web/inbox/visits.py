"""`/inbox/visits`: today's queue, who is there and whose turn it is, the share received within three minutes, codes."""

import io
from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Protocol, TypeVar
from zoneinfo import ZoneInfo

import segno
from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from sqlalchemy import Connection

from bot.assignment import Candidate, choose
from bot.customer import Role
from bot.errors import RuleBroken
from bot.ports import Calendars, Clock
from bot.visits import NEEDS, VisitState, receivers
from store import assignment, showroom
from store.presence import Presence, planned, present
from store.showroom import Arrival
from store.stores import code_of
from web.answers import Answer
from web.door_page import LONGEST, Door, spots_of
from web.inbox.acting import said
from web.inbox.papers import Papers
from web.inbox.telephone import Telephone
from web.login import me, user

T = TypeVar("T")
ONE = "/inbox/visits/<int:visit_id>"
MONTH = timedelta(days=30)


class Desk(Protocol):
    @property
    def clock(self) -> Clock: ...

    @property
    def papers(self) -> Papers: ...

    @property
    def telephone(self) -> Telephone: ...

    def now(self) -> datetime: ...

    def read(self, fn: Callable[[Connection], T]) -> T: ...

    def write(self, fn: Callable[[Connection], T]) -> T: ...


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/inbox/visits")
    def visits_page() -> Answer:
        return _page(desk)

    @pages.get("/inbox/visits/queue")
    def visits_queue() -> Answer:
        return render_template("pages/inbox/_visits.html", **desk.read(lambda conn: _load(conn, desk)))

    @pages.post("/inbox/visits")
    def new_visit() -> Answer:
        """Somebody at the desk writes down who came in without a telephone in hand."""
        need = request.form.get("need", "")
        name, key = request.form.get("name", "").strip()[:LONGEST], request.form.get("key", "")[:40]
        if need not in NEEDS or not key:
            raise RuleBroken("no_need", "请选择到店事由")

        def act(conn: Connection) -> None:
            due = _door(desk).due(code_of(conn, user().store_id), desk.now())
            arrival = Arrival("staff", due, "", name, need, submission=f"{user().id}:{key}")
            showroom.check_in(conn, user().store_id, arrival, desk.now())

        desk.write(act)
        return redirect(url_for("inbox.visits_page"), 303)

    def post(path: str, step: Callable[[Connection, int], None]) -> None:
        def answer(visit_id: int) -> Answer:
            return _do(desk, visit_id, step)

        pages.add_url_rule(f"{ONE}/{path}", f"visit_{path}", answer, methods=["POST"])

    post("attend", lambda conn, visit: showroom.attend(conn, visit, user(), desk.now()))
    post("hand", lambda conn, visit: showroom.hand_over(conn, visit, user(), _number("to"), desk.now()))
    post("end", lambda conn, visit: showroom.end(conn, visit, user(), desk.now()))

    @pages.get("/inbox/visits/code/<int:number>.svg")
    def visit_code(number: int) -> Answer:
        """The code of one spot, to be printed; its link has no end."""
        spots = desk.read(lambda conn: spots_of(desk.papers.dealer, code_of(conn, user().store_id)))
        if number >= len(spots):
            abort(404)
        drawn = io.BytesIO()
        link = desk.papers.links.spot(user().store_id, number, desk.now())
        segno.make(link, error="m").save(drawn, kind="svg", scale=6, border=3)
        return Response(drawn.getvalue(), mimetype="image/svg+xml")


def _do(desk: Desk, visit_id: int, step: Callable[[Connection, int], None]) -> Answer:
    """In one transaction, visibility asked first; a rule that says no is told on the page."""

    def act(conn: Connection) -> None:
        if not showroom.seen_by(conn, user(), visit_id):
            abort(404)
        step(conn, visit_id)

    try:
        desk.write(act)
    except RuleBroken as error:
        return _page(desk, said(error), 409)
    return redirect(url_for("inbox.visits_page"), 303)


def _page(desk: Desk, notice: str = "", status: int = 200) -> Answer:
    parts = desk.read(lambda conn: _load(conn, desk))
    return render_template("pages/inbox/visits.html", notice=notice, **parts), status


def _load(conn: Connection, desk: Desk) -> dict[str, Any]:
    now, code = desk.now(), code_of(conn, user().store_id)
    rows = showroom.day_of(conn, user(), _today(now))
    return {
        "rows": rows,
        "waiting": sum(row.state is VisitState.WAITING for row in rows),
        "today": showroom.rate(conn, user(), _today(now), now),
        "month": showroom.rate(conn, user(), now - MONTH, now),
        "team": _team(conn, desk),
        "spots": spots_of(desk.papers.dealer, code),
        "needs": NEEDS,
        "longest": LONGEST,
        "managing": user().role in (Role.MANAGER, Role.ADMIN),
    }


def _team(conn: Connection, desk: Desk) -> list[dict[str, Any]]:
    """Whose turn is next comes first; then who is there, away, not there."""
    machine = desk.clock.machine()
    on_duty = planned(conn, user().store_id, desk.now())
    found = assignment.candidates(conn, user().store_id, "visit", None, on_duty, machine)
    states = present(conn, user().store_id, machine)
    receiving = [each for each in found if each.member.role in receivers("")]
    first = choose(receiving, receivers(""), free_first=True)
    order = list(Presence)

    def rank(each: Candidate) -> tuple[bool, int, int, int]:
        return each.member != first, order.index(states[each.member.id]), each.load, each.last

    return [
        {"member": each.member, "state": states[each.member.id], "load": each.load, "next": each.member == first}
        for each in sorted(receiving, key=rank)
    ]


def _today(now: datetime) -> datetime:
    zone = ZoneInfo(me().time_zone)
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def _door(desk: Desk) -> Door:
    calendar: Calendars = desk.telephone.calendar
    return Door(desk.papers.dealer, calendar)


def _number(name: str) -> int:
    return request.form.get(name, type=int) or 0
