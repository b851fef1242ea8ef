"""Seats of an event: a conditional update of `taken`, and the check behind it, keep the capacity, not a read before.

Every change locks the event's row first, so that of two who take the last seat one is first, and a seat that comes
free goes to one of those who wait, once.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, select, update

from bot.events import CODES, HELD, RsvpState, checkin_code, offer_until
from store import feed
from store.dialects import insert_into
from store.tables.people import event, rsvp, store

WAITING, OFFERED, GOING = RsvpState.WAITING.value, RsvpState.OFFERED.value, RsvpState.GOING.value


def book(
    conn: Connection, event_id: int, customer_id: int, seats: int, children: int, now: datetime, via: str = ""
) -> int:
    """Seats in all, replacing what this customer had; the guest's check-in code. 0: full, not published or started."""
    held = event_for_update(conn, event_id)
    more = seats - _held(conn, event_id, customer_id)
    fits = (event.c.id == event_id, event.c.taken + more <= event.c.capacity)
    open_still = (event.c.state == "published", event.c.starts_at > now)
    if conn.execute(update(event).where(*fits, *open_still).values(taken=event.c.taken + more)).rowcount == 0:
        return 0
    assert held is not None
    code = _code(conn, event_id, customer_id)
    _set(
        conn, event_id, customer_id, GOING, seats, children, now,
        via=via, version=held.version, code=code, since=None, offered_until=None,
    )  # fmt: skip
    if more < 0:
        move_up(conn, event_id, now)
    return code


def wait(
    conn: Connection, event_id: int, customer_id: int, seats: int, children: int, now: datetime, via: str = ""
) -> bool:
    """On the waiting list, at its end; who stands there keeps the place, who holds seats keeps those. False: over."""
    held = event_for_update(conn, event_id)
    if held is None or held.state != "published" or held.starts_at <= now or seats > held.capacity:
        return False
    mine = _mine(conn, event_id, customer_id)
    if mine is not None and mine.state in HELD:
        return False
    since = mine.since if mine is not None and mine.state == WAITING else now
    _set(
        conn, event_id, customer_id, WAITING, seats, children, now,
        via=via, version=held.version, since=since, offered_until=None,
    )  # fmt: skip
    move_up(conn, event_id, now)  # a seat may have come free since the house was full
    return True


def give_back(conn: Connection, event_id: int, customer_id: int, now: datetime, via: str = "") -> None:
    """Cancelled when seats were held or waited for, else declined. The next of the waiting list moves up."""
    event_for_update(conn, event_id)
    mine = _mine(conn, event_id, customer_id)
    held = mine.seats if mine is not None and mine.state in HELD else 0
    conn.execute(update(event).where(event.c.id == event_id).values(taken=event.c.taken - held))
    there = held or (mine is not None and mine.state == WAITING)
    state = RsvpState.CANCELLED if there else RsvpState.DECLINED
    _set(conn, event_id, customer_id, state.value, 0, 0, now, via=via, since=None, offered_until=None)
    if held:
        move_up(conn, event_id, now)


def move_up(conn: Connection, event_id: int, now: datetime) -> list[int]:
    """Customers who were offered seats: first come first, a party too big for what is free is passed over and keeps
    its place. The caller's transaction holds the event's row."""
    row = event_for_update(conn, event_id)
    if row is None or row.state != "published":
        return []
    zone = conn.execute(select(store.c.time_zone).where(store.c.id == row.store_id)).scalar_one()
    until = offer_until(now, row.starts_at, row.confirm_hours, zone)
    free, moved = row.capacity - row.taken, []
    for each in _waiting(conn, event_id) if free > 0 else ():
        if until is not None and each.seats <= free:
            _offer(conn, each, until, now)
            free -= each.seats
            moved.append(each.customer_id)
    if moved:
        conn.execute(update(event).where(event.c.id == event_id).values(taken=row.capacity - free))
        feed.tell(conn, row.store_id, "event", {"event_id": event_id}, None, now)
    return moved


def any_over(conn: Connection, now: datetime) -> bool:
    over = (rsvp.c.state == OFFERED, rsvp.c.offered_until <= now)
    return conn.execute(select(rsvp.c.id).where(*over).limit(1)).first() is not None


def lapse(conn: Connection, now: datetime) -> int:
    """Offered seats nobody confirmed in time go to the next; how many offers ended."""
    over = (rsvp.c.state == OFFERED, rsvp.c.offered_until <= now)
    events = conn.execute(select(rsvp.c.event_id).where(*over).distinct().order_by(rsvp.c.event_id)).scalars().all()
    return sum(_lapse(conn, event_id, now) for event_id in events)


def _lapse(conn: Connection, event_id: int, now: datetime) -> int:
    event_for_update(conn, event_id)
    over = (rsvp.c.event_id == event_id, rsvp.c.state == OFFERED, rsvp.c.offered_until <= now)
    ended = update(rsvp).where(*over).values(state=RsvpState.LAPSED.value, offered_until=None, at=now)
    freed = conn.execute(ended.returning(rsvp.c.seats)).scalars().all()
    conn.execute(update(event).where(event.c.id == event_id).values(taken=event.c.taken - sum(freed)))
    move_up(conn, event_id, now)
    return len(freed)


def event_for_update(conn: Connection, event_id: int) -> Any:
    """The event's row, locked until the transaction ends; None when there is none."""
    return conn.execute(select(event).where(event.c.id == event_id).with_for_update()).first()


def _mine(conn: Connection, event_id: int, customer_id: int) -> Any:
    return conn.execute(select(rsvp).where(*_of(event_id, customer_id)).with_for_update()).first()


def _held(conn: Connection, event_id: int, customer_id: int) -> int:
    mine = _mine(conn, event_id, customer_id)
    return mine.seats if mine is not None and mine.state in HELD else 0


def _of(event_id: int, customer_id: int) -> tuple[ColumnElement[bool], ...]:
    return rsvp.c.event_id == event_id, rsvp.c.customer_id == customer_id


def _waiting(conn: Connection, event_id: int) -> list[Any]:
    mine = (rsvp.c.event_id == event_id, rsvp.c.state == WAITING)
    return list(conn.execute(select(rsvp).where(*mine).order_by(rsvp.c.since, rsvp.c.id).with_for_update()))


def _offer(conn: Connection, waiting: Any, until: datetime, now: datetime) -> None:
    values = {"state": OFFERED, "offered_until": until, "offers": rsvp.c.offers + 1, "at": now}
    conn.execute(update(rsvp).where(rsvp.c.id == waiting.id, rsvp.c.state == WAITING).values(**values))


def _code(conn: Connection, event_id: int, customer_id: int) -> int:
    """The one this guest has, else a free one."""
    rows = conn.execute(select(rsvp.c.customer_id, rsvp.c.code).where(rsvp.c.event_id == event_id))
    given = {row.code: row.customer_id for row in rows if row.code is not None}
    own = next((code for code, owner in given.items() if owner == customer_id), None)
    drawn = (checkin_code(event_id, customer_id, turn) for turn in range(len(CODES)))
    return own or next(code for code in drawn if code not in given)


def _set(
    conn: Connection,
    event_id: int,
    customer_id: int,
    state: str,
    seats: int,
    children: int,
    now: datetime,
    **more: Any,
) -> None:
    values = {"state": state, "seats": seats, "children": children, "at": now, **more}
    row = insert_into(conn, rsvp).values(event_id=event_id, customer_id=customer_id, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["event_id", "customer_id"], set_=values))
