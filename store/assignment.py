"""Giving conversations and visits to people, as rows: candidates, the giving itself, and whom nobody has yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, exists, func, insert, or_, select, update

from bot.assignment import Candidate
from bot.customer import Role, StaffMember
from store import feed
from store.presence import Presence, present
from store.tables.cases import cases
from store.tables.contact import message, thread
from store.tables.ownership import sale
from store.tables.people import repair_order, store
from store.tables.staff import staff
from store.tables.visits import assignment, visit

AT_ONCE = 100
RUNNING = ("waiting", "alone", "attended")


@dataclass(frozen=True, slots=True)
class Unowned:
    """A conversation that waits and is nobody's. about_staff: who must not get it."""

    customer_id: int
    store_id: int
    store_code: str
    reason: str
    answer_by: datetime | None
    since: datetime
    version: int


def hold_store(conn: Connection, store_id: int) -> None:
    """One giver a store at a time, until the commit: two would both see the same one as next in turn.

    NO KEY UPDATE: rows that point to the store are written meanwhile. SQLite has one writer anyhow.
    """
    conn.execute(select(store.c.id).where(store.c.id == store_id).with_for_update(key_share=True))


def candidates(
    conn: Connection, store_id: int, kind: str, customer_id: int | None, on_duty: Collection[int] | None, now: datetime
) -> list[Candidate]:
    """kind: thread | visit. on_duty: of the roster; None: there is none. now: machine time, for presence."""
    there = present(conn, store_id, now)
    load, last = _load(conn, store_id, kind), _last(conn, store_id, kind)
    known = _knows(conn, customer_id) if customer_id is not None else frozenset()
    rows = conn.execute(select(staff).where(staff.c.store_id == store_id, staff.c.active).order_by(staff.c.id))
    return [
        Candidate(
            member=StaffMember(row.id, row.store_id, row.name, Role(row.role)),
            online=there.get(row.id) is Presence.ONLINE and (on_duty is None or row.id in on_duty),
            load=load.get(row.id, 0),
            last=last.get(row.id, 0),
            knows=row.id in known or row.name in known,
        )
        for row in rows
    ]


def unowned(conn: Connection) -> list[Unowned]:
    """The most urgent first. Who stands in the showroom is a visit, and given as one."""
    rows = (
        select(thread, store.c.code)
        .join(store, store.c.id == thread.c.store_id)
        .where(thread.c.state == "waiting", thread.c.owner_id.is_(None), ~_visiting(thread.c.customer_id))
        .order_by(thread.c.due_at.is_(None), thread.c.due_at, thread.c.id)
        .limit(AT_ONCE)
    )
    return [
        Unowned(row.customer_id, row.store_id, row.code, row.reason, row.answer_by, row.last_at, row.version)
        for row in conn.execute(rows)
    ]


def give_thread(
    conn: Connection, one: Unowned, member: StaffMember, how: str, now: datetime, instead_of: int | None = None
) -> bool:
    """False: it moved meanwhile. instead_of: who had it meant for them and did not take it."""
    before = thread.c.owner_id.is_(None) if instead_of is None else thread.c.owner_id == instead_of
    mine = (thread.c.customer_id == one.customer_id, thread.c.state == "waiting", before)
    given = update(thread).where(*mine, thread.c.version == one.version)
    if conn.execute(given.values(owner_id=member.id, version=thread.c.version + 1)).rowcount == 0:
        return False
    row = {"store_id": one.store_id, "staff_id": member.id, "customer_id": one.customer_id, "kind": "thread"}
    conn.execute(insert(assignment).values(**row, how=how, at=now))
    feed.tell(conn, one.store_id, "thread", {}, one.customer_id, now)
    ref = {"reason": "assigned", "staff": [member.id]}
    feed.tell(conn, one.store_id, "alert", ref, one.customer_id, now)
    return True


def complained_about(conn: Connection, customer_id: int) -> frozenset[int]:
    """Whom an open case of this customer is about."""
    rows = select(cases.c.about_staff_id).where(cases.c.customer_id == customer_id, cases.c.state != "closed")
    return frozenset(each for each in conn.execute(rows).scalars() if each is not None)


def _visiting(customer_id: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(visit.c.customer_id == customer_id, visit.c.state.in_(RUNNING))


def _load(conn: Connection, store_id: int, kind: str) -> dict[int, int]:
    if kind == "visit":
        busy = select(visit.c.consultant_id, func.count()).where(
            visit.c.store_id == store_id, visit.c.state.in_(("waiting", "attended")), visit.c.consultant_id.is_not(None)
        )
        return {row[0]: row[1] for row in conn.execute(busy.group_by(visit.c.consultant_id))}
    owned = select(thread.c.owner_id, func.count()).where(
        thread.c.store_id == store_id, thread.c.owner_id.is_not(None), thread.c.state.in_(("waiting", "human"))
    )
    return {row[0]: row[1] for row in conn.execute(owned.group_by(thread.c.owner_id))}


def _last(conn: Connection, store_id: int, kind: str) -> dict[int, int]:
    given = select(assignment.c.staff_id, func.max(assignment.c.id))
    mine = given.where(assignment.c.store_id == store_id, assignment.c.kind == kind)
    return {row[0]: row[1] for row in conn.execute(mine.group_by(assignment.c.staff_id))}


def _knows(conn: Connection, customer_id: int) -> frozenset[int | str]:
    """The advisor of the newest order, who wrote last, and by name the consultant of a sale."""
    newest = select(repair_order.c.advisor_id).where(
        repair_order.c.customer_id == customer_id, repair_order.c.advisor_id.is_not(None)
    )
    wrote = select(message.c.staff_id).where(message.c.customer_id == customer_id, message.c.staff_id.is_not(None))
    sold = select(sale.c.consultant_name).where(
        sale.c.customer_id == customer_id, or_(sale.c.state == "contract", sale.c.state == "delivered")
    )
    found = [
        conn.execute(newest.order_by(repair_order.c.id.desc()).limit(1)).scalar(),
        conn.execute(wrote.order_by(message.c.id.desc()).limit(1)).scalar(),
        conn.execute(sold.order_by(sale.c.id.desc()).limit(1)).scalar(),
    ]
    return frozenset(each for each in found if each)
