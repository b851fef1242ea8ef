"""A guest registered by a colleague, who hears it by telephone or across the desk: the same seats, the same code."""

from datetime import datetime

from sqlalchemy import Connection

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from store import audit, events, feed, seats
from store.arrivals import MOST, of_store

BY_STAFF = "staff"  # how they came, beside chat, page and SMS


def register(
    conn: Connection, user: StaffMember, event_id: int, customer_id: int, heads: int, children: int, now: datetime
) -> int:
    """The code for the door; 0: the house is full and the party waits. What they had before is replaced.

    Raises NotThere no_such_event, no_such_guest, RuleBroken not_open, no_heads, too_many.
    """
    there = events.event_for(conn, user, event_id)
    if there is None:
        raise NotThere("no_such_event", "没有这个活动")
    if not of_store(conn, customer_id, there.store_id):
        raise NotThere("no_such_guest", "没有这位客户")
    if there.state != "published" or there.starts_at <= now:
        raise RuleBroken("not_open", "活动还没有发布、已取消或已开始")
    if not 1 <= heads <= MOST or not 0 <= children < heads:
        raise RuleBroken("no_heads", "人数要在 1 到 50 之间，至少有一位大人")
    code = seats.book(conn, event_id, customer_id, heads, children, now, BY_STAFF)
    if not code and not seats.wait(conn, event_id, customer_id, heads, children, now, BY_STAFF):
        raise RuleBroken("too_many", "没有这么多空位，请减少人数")
    ref = {"event_id": event_id, "customer_id": customer_id, "heads": heads, "waits": not code}
    audit.record(conn, user, "guest_registered", ref, now)
    feed.tell(conn, there.store_id, "event", {"event_id": event_id}, customer_id, now)
    return code
