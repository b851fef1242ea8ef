"""Who is there: what a member of staff chose, and when their page was last heard of (machine time).

The duty roster is asked beside it: where somebody planned the hour, only who is on duty counts as there.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from store import roster
from store.dialects import insert_into
from store.tables.staff import staff
from store.tables.visits import presence

SILENT = timedelta(seconds=75)  # three heartbeats of an open page: a reload or a lift is no absence


class Presence(StrEnum):
    ONLINE = "online"
    AWAY = "away"
    OFFLINE = "offline"


def beat(conn: Connection, staff_id: int, machine_now: datetime, chosen: Presence | None = None) -> Presence:
    """An open page says it is there; chosen: what the member picked. What they are now."""
    new = insert_into(conn, presence).values(
        staff_id=staff_id, chosen=(chosen or Presence.ONLINE).value, seen_at=machine_now
    )
    changed = {"seen_at": machine_now} | ({"chosen": chosen.value} if chosen else {})
    told = new.on_conflict_do_update(index_elements=["staff_id"], set_=changed).returning(presence.c.chosen)
    return Presence(conn.execute(told).scalar_one())


def leave(conn: Connection, staff_id: int, machine_now: datetime) -> None:
    """Logged out: offline at once, and online again with the next page."""
    beat(conn, staff_id, machine_now - SILENT, Presence.ONLINE)


def present(conn: Connection, store_id: int, machine_now: datetime) -> dict[int, Presence]:
    """Of every active member of a store."""
    rows = select(staff.c.id, presence.c.chosen, presence.c.seen_at)
    mine = rows.outerjoin(presence, presence.c.staff_id == staff.c.id)
    found = conn.execute(mine.where(staff.c.store_id == store_id, staff.c.active))
    return {row.id: _state(row.chosen, row.seen_at, machine_now) for row in found}


def planned(conn: Connection, store_id: int, now: datetime) -> Collection[int] | None:
    """Ids of the roster, as whatever they are on duty; None where nobody planned this hour. now: business time."""
    found = {staff_id for ids in roster.on_duty(conn, store_id, now).values() for staff_id in ids}
    return found or None


def on_duty(machine: Callable[[], datetime]) -> Callable[[Connection, int, datetime], Collection[int]]:
    """(connection, store, business time) → who is online or on the roster. machine: heartbeats are machine time."""

    def who(conn: Connection, store_id: int, now: datetime) -> Collection[int]:
        there = present(conn, store_id, machine())
        online = {staff_id for staff_id, state in there.items() if state is Presence.ONLINE}
        return online | set(planned(conn, store_id, now) or ())

    return who


def _state(chosen: str | None, seen_at: datetime | None, machine_now: datetime) -> Presence:
    if chosen is None or seen_at is None or machine_now - seen_at >= SILENT:
        return Presence.OFFLINE
    return Presence(chosen)
