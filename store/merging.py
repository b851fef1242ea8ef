"""Two files that are one customer: found by a shared number, put together by a person, and taken apart again.

Everything moves along by id, and the ids are kept, so that taking back is exact. The ledger of consents never moves:
readers follow merged_into (store/ledger.py). What would stand twice (one touchpoint a rule and occasion) stays behind.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, delete, func, insert, or_, select, update

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from store import audit, feed, refusals, threads
from store.tables import booking, contact, desk, events, outbound, ownership, people
from store.tables.cases import cases
from store.tables.contact import message, thread
from store.tables.desk import merging
from store.tables.people import customer, identity
from store.tables.staff import staff
from store.visibility import visible_to

MOVES: tuple[Table, ...] = (
    people.identity, contact.message, contact.prompt, contact.wait, outbound.outbox, outbound.call_task,
    people.fact, cases,
    booking.appointment, people.vehicle, people.repair_order, ownership.sale, people.bind_token, desk.mention,
)  # fmt: skip
# Unique by (customer, …): a row moves where the other file has none like it.
ONCE: Mapping[Table, tuple[str, ...]] = {
    outbound.touchpoint: ("rule", "occurrence"),
    people.rsvp: ("event_id",),
    events.event_invitee: ("event_id",),
    events.event_arrival: ("event_id",),
    desk.labelled: ("label_id",),
    ownership.milestone: ("kind", "occurrence"),
}


DOUBLED = 12


@dataclass(frozen=True, slots=True)
class Twin:
    """A file that looks like the same person. why: phone | openid | name. messages, cars: what would move."""

    id: int
    name: str
    phone: str
    external_id: str
    known: bool
    why: str
    messages: int
    cars: int


@dataclass(frozen=True, slots=True)
class Merged:
    id: int
    name: str
    external_id: str
    by: str
    at: datetime


def twins_of(conn: Connection, user: StaffMember, customer_id: int) -> Sequence[Twin]:
    """Of the same store: the same number first, then the same person at WeChat, then the same name."""
    me = customer.alias("me")
    unions = select(identity.c.unionid).where(identity.c.customer_id == customer_id, identity.c.unionid != "")
    same_person = customer.c.id.in_(select(identity.c.customer_id).where(identity.c.unionid.in_(unions)))
    same_phone = and_(customer.c.phone == me.c.phone, customer.c.phone != "")
    same_name = and_(customer.c.name == me.c.name, customer.c.name != "")
    said = select(func.count()).where(message.c.customer_id == customer.c.id).scalar_subquery()
    cars = select(func.count()).where(people.vehicle.c.customer_id == customer.c.id).scalar_subquery()
    marks = (same_phone.label("phoned"), same_person.label("met"), said.label("said"), cars.label("cars"))
    here = (customer.c.store_id == me.c.store_id, customer.c.id != me.c.id, customer.c.merged_into.is_(None))
    query = select(customer, *marks).join(me, and_(me.c.id == customer_id, visible_to(user, me)))
    query = query.where(*here, or_(same_phone, same_person, same_name))
    rows = conn.execute(query.order_by(same_phone.desc(), same_person.desc(), customer.c.id).limit(8))
    return [_twin(row) for row in rows]


def doubled(conn: Connection, user: StaffMember) -> Sequence[tuple[int, str, int]]:
    """(the oldest file, its name, how many share its number): what may be one customer twice, at most DOUBLED."""
    shared = (
        select(func.min(customer.c.id).label("first"), func.count().label("many"))
        .where(visible_to(user, customer), customer.c.merged_into.is_(None), customer.c.phone != "")
        .group_by(customer.c.store_id, customer.c.phone)
        .having(func.count() > 1)
        .limit(DOUBLED)
        .subquery()
    )
    rows = conn.execute(
        select(customer.c.id, customer.c.name, shared.c.many).join(shared, shared.c.first == customer.c.id)
    )
    return [(row.id, row.name, row.many) for row in rows]


def _twin(row: Row[Any]) -> Twin:
    why = "phone" if row.phoned else "openid" if row.met else "name"
    return Twin(row.id, row.name, row.phone, row.external_id or "", row.known, why, row.said, row.cars)


def merge(conn: Connection, user: StaffMember, from_id: int, into_id: int, now: datetime) -> int:
    """Returns the id `take_apart` wants.

    Raises NotThere no_customer, RuleBroken same_file, other_store, merged_already.
    """
    gone, stays = _file(conn, user, from_id), _file(conn, user, into_id)
    _may(gone, stays)
    for each in sorted((gone, stays), key=lambda row: row.id):
        threads.lock(conn, each.id, each.store_id, {"last_at": each.created_at})
    conn.execute(update(customer).where(customer.c.id == from_id).values(merged_into=into_id))
    moved = {table.name: _move(conn, table, from_id, into_id) for table in (*MOVES, *ONCE)}
    moved = {name: ids for name, ids in moved.items() if ids}
    _join_threads(conn, from_id, stays, now)
    everywhere = refusals.addresses_of(conn, into_id)
    refusals.carry(conn, everywhere, everywhere)  # what one of them refused, the person refused
    row = {"store_id": stays.store_id, "staff_id": user.id, "from_id": from_id, "into_id": into_id, "moved": moved}
    made = int(conn.execute(insert(merging).values(**row, at=now).returning(merging.c.id)).scalar_one())
    audit.record(conn, user, "files_merged", {"from": from_id, "into": into_id, "merging_id": made}, now)
    feed.tell(conn, stays.store_id, "thread", {}, into_id, now)
    return made


def take_apart(conn: Connection, user: StaffMember, merging_id: int, now: datetime) -> int:
    """The ids that moved go back; what came since stays where it is. Returns the file that stands again.

    Raises NotThere no_merging, RuleBroken undone_already.
    """
    own = (merging.c.id == merging_id, visible_to(user, merging))
    row = conn.execute(select(merging).where(*own).with_for_update()).first()
    if row is None:
        raise NotThere("no_merging", "没有可撤销的合并")
    if row.undone_at is not None:
        raise RuleBroken("undone_already", "这次合并已经撤销过")
    conn.execute(update(merging).where(merging.c.id == merging_id).values(undone_at=now))
    conn.execute(update(customer).where(customer.c.id == row.from_id).values(merged_into=None))
    tables = {table.name: table for table in (*MOVES, *ONCE)}
    for name, ids in row.moved.items():
        for some in _batches(ids):
            mine = (tables[name].c.id.in_(some), tables[name].c.customer_id == row.into_id)
            conn.execute(update(tables[name]).where(*mine).values(customer_id=row.from_id))
    _thread_again(conn, row, now)
    audit.record(conn, user, "merge_undone", {"merging_id": merging_id, "from": row.from_id, "into": row.into_id}, now)
    return int(row.from_id)


def merged_into(conn: Connection, customer_id: int) -> Sequence[Merged]:
    """What was put into this file and can be taken out again, newest first."""
    query = (
        select(merging.c.id, merging.c.at, customer.c.name, customer.c.external_id, staff.c.name.label("by"))
        .join(customer, customer.c.id == merging.c.from_id)
        .join(staff, staff.c.id == merging.c.staff_id)
        .where(merging.c.into_id == customer_id, merging.c.undone_at.is_(None))
        .order_by(merging.c.id.desc())
    )
    return [Merged(row.id, row.name, row.external_id or "", row.by, row.at) for row in conn.execute(query)]


def _file(conn: Connection, user: StaffMember, customer_id: int) -> Row[Any]:
    query = select(customer).where(customer.c.id == customer_id, visible_to(user, customer))
    row = conn.execute(query).first()
    if row is None:
        raise NotThere("no_customer", "没有这位客户")
    return row


def _may(gone: Row[Any], stays: Row[Any]) -> None:
    if gone.id == stays.id:
        raise RuleBroken("same_file", "不能和自己合并")
    if gone.store_id != stays.store_id:
        raise RuleBroken("other_store", "只能合并同一门店的档案")
    if gone.merged_into is not None or stays.merged_into is not None:
        raise RuleBroken("merged_already", "其中一份已经合并过")


def _move(conn: Connection, table: Table, from_id: int, into_id: int) -> list[int]:
    mine = [table.c.customer_id == from_id]
    if table in ONCE:
        other = table.alias()
        same = (other.c[name] == table.c[name] for name in ONCE[table])
        mine.append(~select(other.c.id).where(other.c.customer_id == into_id, *same).exists())
    ids = [int(each) for each in conn.execute(select(table.c.id).where(*mine)).scalars()]
    for some in _batches(ids):
        conn.execute(update(table).where(table.c.id.in_(some)).values(customer_id=into_id))
    return ids


def _batches(ids: Sequence[int]) -> Sequence[Sequence[int]]:
    """SQLite binds at most 32,766 values."""
    return [ids[start : start + 5000] for start in range(0, len(ids), 5000)]


def _join_threads(conn: Connection, from_id: int, stays: Row[Any], now: datetime) -> None:
    """One conversation: the newer last line, and whoever waited in either still waits."""
    gone = conn.execute(delete(thread).where(thread.c.customer_id == from_id).returning(thread)).one()
    newer = thread.c.last_at < gone.last_at
    latest = {name: getattr(gone, name) for name in ("last_at", "last_text", "last_channel")}
    conn.execute(update(thread).where(thread.c.customer_id == stays.id, newer).values(**latest))
    if gone.state in ("waiting", "human"):
        handed = {"reason": gone.reason, "priority": gone.priority, "to_staff_id": gone.owner_id}
        threads.hand_off(conn, stays.id, stays.store_id, at=now, due_at=gone.answer_by, **handed)
    threads.refresh_due(conn, stays.id)


def _thread_again(conn: Connection, row: Row[Any], now: datetime) -> None:
    for each in (row.from_id, row.into_id):
        last = select(message).where(message.c.customer_id == each).order_by(message.c.id.desc()).limit(1)
        found = conn.execute(last).first()
        latest = {"at": found.at, "text": found.text, "channel": found.channel} if found else {}
        threads.touch(conn, each, row.store_id, **{"at": now, "text": "", "channel": "", **latest})
        threads.refresh_due(conn, each)
