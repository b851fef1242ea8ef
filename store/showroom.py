"""Visits as rows: checked in once, given in turn, attended, handed over, ended; each step a line and a feed row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from bot import visits as rules
from bot.customer import Role, StaffMember
from bot.errors import NotThere, RuleBroken
from bot.visits import STAYS, Rate, VisitFacts, VisitState, nudge_at
from store import alerts, feed, threads
from store.assignment import RUNNING
from store.dialects import insert_into
from store.tables.people import customer, store
from store.tables.staff import staff
from store.tables.visits import assignment, visit, visit_step
from store.visibility import visible_to

MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})
backup = staff.alias("backup")


@dataclass(frozen=True, slots=True)
class Arrival:
    """way: page | wechat | staff. submission: of the page's form; the same again is the same visit.

    due_at: when three minutes of opening time have passed.
    """

    way: str
    due_at: datetime
    spot: str = ""
    name: str = ""
    need: str = ""
    customer_id: int | None = None
    submission: str | None = None


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One line of the day's queue."""

    id: int
    state: VisitState
    customer_id: int | None
    name: str
    need: str
    spot: str
    way: str
    arrived_at: datetime
    due_at: datetime | None
    attended_at: datetime | None
    ended_at: datetime | None
    consultant_id: int | None
    consultant: str
    backup: str
    escalated: bool


def check_in(conn: Connection, store_id: int, arrival: Arrival, now: datetime) -> int:
    """The visit's id. Who is in the house already (a second scan) stays the same visit, and waits no second time."""
    if arrival.customer_id is not None and (running := running_of(conn, arrival.customer_id, now)) is not None:
        return running
    new = insert_into(conn, visit).values(
        store_id=store_id, customer_id=arrival.customer_id, submission=arrival.submission, way=arrival.way,
        spot=arrival.spot, name=arrival.name, need=arrival.need, state=VisitState.WAITING.value, arrived_at=now,
        called_at=now, due_at=arrival.due_at, nudge_at=nudge_at(arrival.due_at),
    )  # fmt: skip
    made = conn.execute(new.on_conflict_do_nothing().returning(visit.c.id)).scalar()
    if made is None:
        return int(conn.execute(select(visit.c.id).where(visit.c.submission == arrival.submission)).scalar_one())
    _step(conn, load(conn, made), "arrived", now)
    return int(made)


def running_of(conn: Connection, customer_id: int, now: datetime) -> int | None:
    """A visit of this customer that is not over."""
    mine = (visit.c.customer_id == customer_id, visit.c.state.in_(RUNNING), visit.c.arrived_at > now - STAYS)
    return conn.execute(select(visit.c.id).where(*mine).order_by(visit.c.id.desc()).limit(1)).scalar()


def say_need(conn: Connection, visit_id: int, need: str, now: datetime) -> None:
    facts = load(conn, visit_id)
    _set(conn, facts, facts.state, need=need)
    _step(conn, facts, f"need_{need}", now)


def look_alone(conn: Connection, visit_id: int, now: datetime) -> None:
    """No timer runs, nobody is sent, and a conversation of theirs waits for nobody either."""
    facts = load(conn, visit_id)
    state = rules.alone(facts)
    if state is VisitState.ALONE:
        _set(conn, facts, state, due_at=None, nudge_at=None)
        if facts.customer_id is not None:
            threads.calm(conn, facts.customer_id, now)
    _step(conn, facts, "alone", now)


def call(conn: Connection, visit_id: int, due_at: datetime, now: datetime) -> None:
    """The button. The consultant they had is called, and the three minutes count from now."""
    facts = load(conn, visit_id)
    state = rules.calls(facts)
    if facts.state is VisitState.ALONE:
        timers = {"called_at": now, "due_at": due_at, "nudge_at": nudge_at(due_at)}
        _set(conn, facts, state, **timers, nudged_at=None, escalated_at=None)
    _step(conn, facts, "called", now)
    tell(conn, facts, "visit_call", [facts.consultant_id, facts.backup_id], now)


def attend(conn: Connection, visit_id: int, member: StaffMember, now: datetime) -> None:
    """Somebody is with them. A second press of the same person changes nothing."""
    facts = load(conn, visit_id)
    state = rules.attended(facts, member.id)
    if facts.state is VisitState.ATTENDED:
        return
    _set(conn, facts, state, consultant_id=member.id, attended_at=func.coalesce(visit.c.attended_at, now))
    _step(conn, facts, "attended", now, member.id)
    _has_the_thread(conn, facts, member.id, now)


def hand_over(conn: Connection, visit_id: int, member: StaffMember, to_id: int, now: datetime) -> None:
    """to_id: an active colleague of the same store, who is told. Raises RuleBroken `no_colleague`."""
    facts = load(conn, visit_id)
    state = rules.handed_over(facts, member.id, manager=member.role in MANAGERS)
    there = select(staff.c.id).where(staff.c.id == to_id, staff.c.store_id == facts.store_id, staff.c.active)
    if conn.execute(there).first() is None:
        raise RuleBroken("no_colleague", "请选择一位本店同事")
    _set(conn, facts, state, consultant_id=to_id)
    _step(conn, facts, "handed_over", now, member.id, to_id)
    _has_the_thread(conn, facts, to_id, now)
    tell(conn, facts, "visit_new", [to_id], now)


def end(conn: Connection, visit_id: int, member: StaffMember | None, now: datetime) -> None:
    """member None: the customer themselves, or the night."""
    facts = load(conn, visit_id)
    _set(conn, facts, rules.ended(facts), ended_at=now)
    _step(conn, facts, "ended", now, member.id if member else None)


def end_forgotten(conn: Connection, now: datetime) -> int:
    """Visits of yesterday nobody ended."""
    old = select(visit.c.id).where(visit.c.state.in_(RUNNING), visit.c.arrived_at <= now - STAYS)
    forgotten = conn.execute(old.limit(100)).scalars().all()
    for visit_id in forgotten:
        end(conn, visit_id, None, now)
    return len(forgotten)


def give(conn: Connection, facts: VisitFacts, member: StaffMember, how: str, now: datetime) -> bool:
    """Meant for this member from now on; they are told. False: somebody attends already, or was given it first."""
    column = "backup_id" if how == "backup" else "consultant_id"
    free = (visit.c.id == facts.id, visit.c.state == VisitState.WAITING.value, visit.c[column].is_(None))
    if conn.execute(update(visit).where(*free).values(**{column: member.id})).rowcount == 0:
        return False
    row = {"store_id": facts.store_id, "staff_id": member.id, "visit_id": facts.id, "kind": "visit"}
    conn.execute(insert(assignment).values(**row, customer_id=facts.customer_id, how=how, at=now))
    _step(conn, facts, f"given_{how}", now, member.id)
    if how != "backup":
        tell(conn, facts, "visit_new", [member.id], now)
    return True


def unassigned(conn: Connection) -> list[VisitFacts]:
    """Waiting, and meant for nobody; the first to come first."""
    nobody = (visit.c.state == VisitState.WAITING.value, visit.c.consultant_id.is_(None))
    return [load(conn, each) for each in conn.execute(select(visit.c.id).where(*nobody).order_by(visit.c.id)).scalars()]


def something_due(conn: Connection, now: datetime) -> bool:
    """Reads only: a second in which nobody waits takes no lock."""
    waiting = visit.c.state == VisitState.WAITING.value
    due = visit.c.consultant_id.is_(None) | (visit.c.nudge_at <= now) & visit.c.escalated_at.is_(None)
    old = visit.c.state.in_(RUNNING) & (visit.c.arrived_at <= now - STAYS)
    return conn.execute(select(visit.c.id).where(waiting & due | old).limit(1)).first() is not None


def nudged(conn: Connection, now: datetime) -> list[VisitFacts]:
    """Marks and returns those whose 120 s are over; who is past 180 s is escalated at once instead."""
    due = (visit.c.nudge_at <= now, visit.c.nudged_at.is_(None), visit.c.due_at > now)
    return _marked(conn, due, {"nudged_at": now})


def escalated(conn: Connection, now: datetime) -> list[VisitFacts]:
    """Marks and returns those whose 180 s are over, even if they were over while all stood still."""
    due = (visit.c.due_at <= now, visit.c.escalated_at.is_(None))
    return _marked(conn, due, {"escalated_at": now})


def load(conn: Connection, visit_id: int) -> VisitFacts:
    """Held until the commit. Raises RuleBroken `no_visit`."""
    row = conn.execute(select(visit).where(visit.c.id == visit_id).with_for_update()).first()
    if row is None:
        raise NotThere("no_visit", "没有这次到店")
    name = select(staff.c.name).where(staff.c.id == row.consultant_id)
    who = conn.execute(name).scalar() if row.consultant_id else ""
    state = VisitState(row.state)
    return VisitFacts(
        row.id, row.store_id, row.customer_id, state, row.need, row.consultant_id, who or "", row.backup_id
    )


def seen_by(conn: Connection, reader: StaffMember, visit_id: int) -> bool:
    return conn.execute(select(visit.c.id).where(visit.c.id == visit_id, visible_to(reader, visit))).first() is not None


def day_of(conn: Connection, reader: StaffMember, since: datetime) -> list[VisitRow]:
    """Arrived since then, or still here: who waits first, by their deadline; who left last."""
    mine = visible_to(reader, visit) & ((visit.c.arrived_at >= since) | visit.c.state.in_(RUNNING))
    rows = conn.execute(_rows().where(mine).order_by(visit.c.due_at.is_(None), visit.c.due_at, visit.c.id)).all()
    order = {state.value: rank for rank, state in enumerate(VisitState)}
    return sorted((_row(row) for row in rows), key=lambda each: order[each.state])


def one(conn: Connection, visit_id: int) -> VisitRow | None:
    row = conn.execute(_rows().where(visit.c.id == visit_id)).first()
    return _row(row) if row else None


def rate(conn: Connection, reader: StaffMember, since: datetime, now: datetime) -> Rate:
    """Attended within three minutes of opening time, of visits that arrived since then and whose waiting is settled.

    Nobody counts who looked around alone and never called, or whose three minutes still run.
    """
    attended, due = visit.c.attended_at, visit.c.due_at
    early = attended.is_(None) & visit.c.ended_at.is_not(None) & (visit.c.ended_at < due)
    settled = due.is_not(None) & ~early & (attended.is_not(None) | (due <= now))
    counts = (
        func.count().filter(settled & attended.is_not(None) & (attended <= due)),
        func.count().filter(settled),
        func.count().filter(due.is_not(None) & early),
    )
    asked = select(*counts).select_from(visit).where(visible_to(reader, visit), visit.c.arrived_at >= since)
    in_time, all_of_them, left = conn.execute(asked).one()
    return Rate(in_time, all_of_them, left)


def steps_of(conn: Connection, visit_id: int) -> list[Row[Any]]:
    rows = select(visit_step).where(visit_step.c.visit_id == visit_id).order_by(visit_step.c.id)
    return list(conn.execute(rows))


def tell(conn: Connection, facts: VisitFacts, reason: str, people: Sequence[int | None], now: datetime) -> None:
    """An alert about this visit, meant for these."""
    ref = {"reason": reason, "visit_id": facts.id, "staff": sorted({each for each in people if each is not None})}
    if not ref["staff"]:
        del ref["staff"]
    feed.tell(conn, facts.store_id, "alert", ref, facts.customer_id, now)


def managers_of(conn: Connection, store_id: int) -> list[int]:
    return [each.id for each in alerts.team(conn, store_id) if each.role is Role.MANAGER]


def _has_the_thread(conn: Connection, facts: VisitFacts, staff_id: int, now: datetime) -> None:
    """Who stands before the customer has the conversation too, and nobody waits in it."""
    if facts.customer_id is not None:
        threads.lock(conn, facts.customer_id, facts.store_id, {"last_at": now})
        threads.answered(conn, facts.customer_id, staff_id, now)
        feed.tell(conn, facts.store_id, "thread", {}, facts.customer_id, now)


def _marked(conn: Connection, due: Sequence[Any], mark: dict[str, datetime]) -> list[VisitFacts]:
    waiting = visit.c.state == VisitState.WAITING.value
    found = conn.execute(update(visit).where(waiting, *due).values(**mark).returning(visit.c.id)).scalars().all()
    return [load(conn, each) for each in sorted(found)]


def _set(conn: Connection, facts: VisitFacts, state: VisitState, **values: Any) -> None:
    conn.execute(update(visit).where(visit.c.id == facts.id).values(state=state.value, **values))


def _step(
    conn: Connection, facts: VisitFacts, kind: str, now: datetime, who: int | None = None, to: int | None = None
) -> None:
    conn.execute(insert(visit_step).values(visit_id=facts.id, at=now, kind=kind, staff_id=who, to_id=to))
    feed.tell(conn, facts.store_id, "visit", {"visit_id": facts.id}, facts.customer_id, now)


def _rows() -> Any:
    names = (staff.c.name.label("consultant"), backup.c.name.label("backup"), customer.c.name.label("known"))
    return (
        select(visit, *names)
        .outerjoin(staff, staff.c.id == visit.c.consultant_id)
        .outerjoin(backup, backup.c.id == visit.c.backup_id)
        .outerjoin(customer, customer.c.id == visit.c.customer_id)
    )


def _row(row: Row[Any]) -> VisitRow:
    return VisitRow(
        id=row.id,
        state=VisitState(row.state),
        customer_id=row.customer_id,
        name=row.known or row.name,
        need=row.need,
        spot=row.spot,
        way=row.way,
        arrived_at=row.arrived_at,
        due_at=row.due_at,
        attended_at=row.attended_at,
        ended_at=row.ended_at,
        consultant_id=row.consultant_id,
        consultant=row.consultant or "",
        backup=row.backup or "",
        escalated=row.escalated_at is not None,
    )


def store_names(conn: Connection, store_id: int) -> Row[Any] | None:
    """Name, hotline, time zone, code of a store."""
    return conn.execute(select(store).where(store.c.id == store_id)).first()


def store_of(conn: Connection, visit_id: int) -> Row[Any] | None:
    """As `store_names`, of the store a visit is in."""
    return conn.execute(select(store).join(visit, visit.c.store_id == store.c.id).where(visit.c.id == visit_id)).first()
