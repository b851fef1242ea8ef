"""Seats of an event: the conditional update of `taken` is what keeps the capacity, not the read before it."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from store.dialects import insert_into
from store.tables.people import event, rsvp


def book(conn: Connection, event_id: int, customer_id: int, seats: int, children: int, now: datetime) -> bool:
    """Seats in all, replacing what this customer had. False: full, not published or started."""
    more = seats - _held(conn, event_id, customer_id)
    fits = (event.c.id == event_id, event.c.taken + more <= event.c.capacity)
    open_still = (event.c.state == "published", event.c.starts_at > now)
    if conn.execute(update(event).where(*fits, *open_still).values(taken=event.c.taken + more)).rowcount == 0:
        return False
    _set(conn, event_id, customer_id, "going", seats, children, now)
    return True


def give_back(conn: Connection, event_id: int, customer_id: int, now: datetime) -> None:
    """Cancelled when seats were held, else declined."""
    held = _held(conn, event_id, customer_id)
    conn.execute(update(event).where(event.c.id == event_id).values(taken=event.c.taken - held))
    _set(conn, event_id, customer_id, "cancelled" if held else "declined", 0, 0, now)


def _held(conn: Connection, event_id: int, customer_id: int) -> int:
    mine = (rsvp.c.event_id == event_id, rsvp.c.customer_id == customer_id, rsvp.c.state == "going")
    return conn.execute(select(rsvp.c.seats).where(*mine).with_for_update()).scalar() or 0


def _set(
    conn: Connection, event_id: int, customer_id: int, state: str, seats: int, children: int, now: datetime
) -> None:
    values = {"state": state, "seats": seats, "children": children, "at": now}
    row = insert_into(conn, rsvp).values(event_id=event_id, customer_id=customer_id, **values)
    conn.execute(row.on_conflict_do_update(index_elements=["event_id", "customer_id"], set_=values))
