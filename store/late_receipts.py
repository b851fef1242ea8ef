"""A receipt that comes when the house had already made up its mind: accepted and yet not delivered, or given up and yet
arrived. The customer gets one copy, and what cannot be undone is at least noted.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update

from bot.messages import Channel, Way
from bot.reasons import Reason
from store import call_ends, feed, outbox, persons, touchpoints
from store.tables.contact import prompt
from store.tables.outbound import carries, touchpoint
from store.tables.outbound import outbox as sent
from store.touchpoints import Line

WITHIN = timedelta(days=1)  # a receipt later than that finds a person who has long been told
UNDER_WAY = ("queued", "sending", "accepted", "delivered", "uncertain")


def another_way(conn: Connection, row: Any, ids: list[int], now: datetime) -> bool:
    """What never arrived takes the next way, once, while its time has not run out; the gate is asked again.

    row: the outbox row as it was before the receipt. False: all stays as the receipt left it, and staff were told.
    A mass send names no people, so nobody can be asked a second time.
    """
    if row.way == Way.MASS or now - (row.accepted_at or row.created_at) > WITHIN:
        return False
    if not ids:
        return (row.expires_at is None or now < row.expires_at) and outbox.next_way(conn, row.id, now)
    if not all(_may_again(conn, each, row.id, now) for each in ids):
        return False
    touchpoints.reopen(conn, ids, Line("send", row.way, "taken_back", Reason.NOT_DELIVERED.value), now)
    return True


def _may_again(conn: Connection, touchpoint_id: int, outbox_id: int, now: datetime) -> bool:
    planned = conn.execute(select(touchpoint).where(touchpoint.c.id == touchpoint_id)).one()
    copies = [each for each in _copies(conn, touchpoint_id) if each.id != outbox_id]
    second = any(each.state in UNDER_WAY or each.reason == "receipt" for each in copies)
    over = planned.expires_at is not None and planned.expires_at <= now
    return not (second or over or _answered(conn, planned))


def _answered(conn: Connection, planned: Any) -> bool:
    asked = prompt.c.ref["touchpoint_id"].as_integer() == planned.id
    mine = (prompt.c.customer_id == planned.customer_id, prompt.c.answered_at.is_not(None), asked)
    return conn.execute(select(prompt.c.id).where(*mine).limit(1)).first() is not None


def _copies(conn: Connection, touchpoint_id: int) -> list[Any]:
    rows = select(sent.c.id, sent.c.state, sent.c.reason).join(carries, carries.c.outbox_id == sent.c.id)
    return list(conn.execute(rows.where(carries.c.touchpoint_id == touchpoint_id).order_by(sent.c.id)))


def arrived(conn: Connection, row: Any, channel: Channel, now: datetime) -> None:
    """Of a copy that had failed: noted once; what waits to leave, or a call nobody took, is not needed any more."""
    mine = (sent.c.id == row.id, sent.c.state == "failed", sent.c.late_at.is_(None))
    if not conn.execute(update(sent).where(*mine).values(late_at=now)).rowcount:
        return
    ids = outbox.touchpoints_of(conn, row.id)
    touchpoints.note(conn, ids, Line("receipt", channel.value, "delivered", Reason.ARRIVED_LATE.value), now)
    if row.customer_id is not None:
        persons.hold(conn, [row.customer_id])
    for each in ids:
        _spare(conn, each, now)
    ref = {"outbox_id": row.id, "reason": Reason.ARRIVED_LATE.value}
    feed.tell(conn, row.store_id, "outbox", ref, row.customer_id, now)


def _spare(conn: Connection, touchpoint_id: int, now: datetime) -> None:
    waiting = [each.id for each in _copies(conn, touchpoint_id) if each.state == "queued"]
    spared = [each for each in waiting if outbox.cancel(conn, each, Reason.ARRIVED_LATE.value, now)]
    if spared:
        touchpoints.finish(conn, [touchpoint_id], "sent", Reason.ARRIVED_LATE.value, now)
    call_ends.spared(conn, touchpoint_id, Reason.ARRIVED_LATE.value, now)
    touchpoints.end_planned(conn, [touchpoint_id], "sent", Reason.ARRIVED_LATE.value, now)
