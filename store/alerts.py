"""Alerts to people, as rows: raised by `feed.tell`, merged, handed to destinations, repeated, acknowledged.

Every step is a conditional update or an insert under a unique key, so two clocks do it once and a kill loses nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, ScalarSelect, and_, exists, func, insert, select, update

from bot.alerts import MERGES, RINGS_ITSELF, Level, named
from bot.customer import Role, StaffMember
from bot.errors import NotThere
from store import alarms
from store.dialects import insert_into, skipping_locked
from store.tables.alerts import alert, alert_copy
from store.tables.contact import thread
from store.tables.people import customer, store
from store.tables.staff import audit, staff
from store.visibility import visible_to

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Raised:
    """One that nobody was told yet. meant: named, else who has the conversation. personal: named; no group's business
    while it is normal."""

    id: int
    store_id: int
    store_code: str
    customer_id: int | None
    reason: str
    about: str
    level: Level
    meant: tuple[int, ...]
    personal: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """A page nobody acknowledged yet."""

    id: int
    store_id: int
    customer_id: int | None
    customer: str
    reason: str
    at: datetime
    times: int
    round: int


def any_new(conn: Connection) -> bool:
    return conn.execute(select(alert.c.id).where(alert.c.state == "new").limit(1)).first() is not None


def fresh(conn: Connection) -> list[Raised]:
    """The oldest first; held until the commit."""
    rows = select(alert).where(alert.c.state == "new").order_by(alert.c.id).limit(AT_ONCE)
    found = conn.execute(skipping_locked(conn, rows)).all()
    return _raised(conn, found)


def merge(conn: Connection, one: Raised) -> bool:
    """The same about the same customer was told a moment ago, or is paging still: this one only counts there."""
    if one.reason == "test":
        return False
    same = (alert.c.store_id == one.store_id, alert.c.reason == one.reason, alert.c.state == "open")
    pages = one.level is Level.PAGE and one.reason != RINGS_ITSELF
    lately = alert.c.acknowledged_at.is_(None) if pages else alert.c.at > one.at - MERGES
    first = select(func.max(alert.c.id)).where(*same, alert.c.about == one.about, lately, alert.c.id < one.id)
    into = conn.execute(first).scalar()
    if into is None:
        return False
    conn.execute(update(alert).where(alert.c.id == one.id).values(state="merged", into_id=into))
    conn.execute(update(alert).where(alert.c.id == into).values(times=alert.c.times + 1))
    return True


def opened(conn: Connection, alert_id: int, repeat_at: datetime | None) -> None:
    changed = update(alert).where(alert.c.id == alert_id, alert.c.state == "new")
    conn.execute(changed.values(state="open", repeat_at=repeat_at))


def copy_to(conn: Connection, alert_id: int, destinations: Collection[str], round_: int, machine_now: datetime) -> None:
    """Once a destination and round; who comes second finds it there."""
    for name in sorted(destinations):
        row = {"alert_id": alert_id, "destination": name, "round": round_, "retry_at": machine_now}
        conn.execute(insert_into(conn, alert_copy).values(**row).on_conflict_do_nothing())


def repeating(conn: Connection, now: datetime) -> list[Raised]:
    """Pages whose next round is due."""
    due = (alert.c.level == Level.PAGE.value, alert.c.state == "open", alert.c.repeat_at <= now)
    rows = select(alert).where(*due, alert.c.acknowledged_at.is_(None)).order_by(alert.c.id).limit(AT_ONCE)
    return _raised(conn, conn.execute(skipping_locked(conn, rows)).all())


def next_round(conn: Connection, alert_id: int, repeat_at: datetime) -> int:
    """The round that begins."""
    begun = update(alert).where(alert.c.id == alert_id).values(round=alert.c.round + 1, repeat_at=repeat_at)
    return int(conn.execute(begun.returning(alert.c.round)).scalar_one())


def acknowledge(conn: Connection, alert_id: int, who: int | None, via: str, now: datetime) -> bool:
    """False: somebody did before. Copies that have not left yet stay home. Raises RuleBroken `no_alert`."""
    mine = (alert.c.id == alert_id, alert.c.acknowledged_at.is_(None))
    said = {"acknowledged_at": now, "acknowledged_by": who, "via": via, "state": "over", "repeat_at": None}
    row = conn.execute(select(alert.c.store_id, alert.c.reason, alert.c.ref).where(alert.c.id == alert_id)).first()
    if row is None:
        raise NotThere("no_alert", "没有这条提醒")
    if conn.execute(update(alert).where(*mine).values(**said)).rowcount == 0:
        return False
    if row.reason == RINGS_ITSELF and "case_id" in row.ref:
        alarms.acknowledge(conn, int(row.ref["case_id"]), who, now)
    waiting = update(alert_copy).where(alert_copy.c.alert_id == alert_id, alert_copy.c.state == "queued")
    conn.execute(waiting.values(state="failed", code="acknowledged"))
    line = {"store_id": row.store_id, "staff_id": who, "at": now, "action": "alert_acknowledged"}
    conn.execute(insert(audit).values(**line, ref={"alert_id": alert_id, "via": via}))
    return True


def acknowledge_customer(conn: Connection, customer_id: int, who: int, now: datetime) -> None:
    """Who wrote to the customer has seen the page."""
    open_ones = select(alert.c.id).where(alert.c.customer_id == customer_id, *_unseen())
    for alert_id in conn.execute(open_ones).scalars().all():
        acknowledge(conn, alert_id, who, "reply", now)


def standing(conn: Connection, reader: StaffMember) -> list[Standing]:
    """Pages of the reader's store nobody has acknowledged, the oldest first."""
    rows = (
        select(alert, customer.c.name)
        .outerjoin(customer, customer.c.id == alert.c.customer_id)
        .where(visible_to(reader, alert), *_unseen())
        .order_by(alert.c.id)
        .limit(20)
    )
    return [
        Standing(row.id, row.store_id, row.customer_id, row.name or "", row.reason, row.at, row.times, row.round)
        for row in conn.execute(rows)
    ]


def any_standing() -> ScalarSelect[bool]:
    """Of any store: the page asks for its own only when there is one at all."""
    return select(exists().where(*_unseen())).scalar_subquery()


def seen_by(conn: Connection, reader: StaffMember, alert_id: int) -> bool:
    """Whether this reader may acknowledge it."""
    mine = select(alert.c.id).where(alert.c.id == alert_id, visible_to(reader, alert))
    return conn.execute(mine).first() is not None


def about(conn: Connection, alert_id: int) -> Row[Any] | None:
    """For the page behind the signed link: the alert, the store's name, who acknowledged it."""
    rows = (
        select(alert, store.c.name.label("store_name"), store.c.hotline, store.c.time_zone, staff.c.name.label("by"))
        .join(store, store.c.id == alert.c.store_id)
        .outerjoin(staff, staff.c.id == alert.c.acknowledged_by)
    )
    return conn.execute(rows.where(alert.c.id == alert_id)).first()


def team(conn: Connection, store_id: int) -> list[StaffMember]:
    """Who works there, and administrators, who belong to every store."""
    mine = (staff.c.store_id == store_id) | (staff.c.role == Role.ADMIN.value)
    rows = conn.execute(select(staff).where(staff.c.active, mine).order_by(staff.c.id))
    return [StaffMember(row.id, row.store_id, row.name, Role(row.role)) for row in rows]


def usernames(conn: Connection, ids: Collection[int]) -> dict[int, str]:
    rows = conn.execute(select(staff.c.id, staff.c.username).where(staff.c.id.in_(ids), staff.c.active))
    return {row.id: row.username for row in rows}


def _unseen() -> tuple[ColumnElement[bool], ...]:
    """A P0 case has a banner and a button of its own."""
    pages = and_(alert.c.level == Level.PAGE.value, alert.c.reason != RINGS_ITSELF)
    return pages, alert.c.state.in_(("new", "open")), alert.c.acknowledged_at.is_(None)


def _raised(conn: Connection, rows: Sequence[Row[Any]]) -> list[Raised]:
    customers = [row.customer_id for row in rows if row.customer_id]
    owners = {
        row.customer_id: row.owner_id
        for row in conn.execute(
            select(thread.c.customer_id, thread.c.owner_id).where(
                thread.c.customer_id.in_(customers), thread.c.owner_id.is_not(None)
            )
        )
    }
    codes = {row.id: row.code for row in conn.execute(select(store.c.id, store.c.code))}
    return [
        Raised(
            id=row.id,
            store_id=row.store_id,
            store_code=codes[row.store_id],
            customer_id=row.customer_id,
            reason=row.reason,
            about=row.about,
            level=Level(row.level),
            meant=named(row.ref) or tuple(each for each in [owners.get(row.customer_id)] if each),
            personal=bool(named(row.ref)),
            at=row.at,
        )
        for row in rows
    ]
