"""Putting a conversation aside until later, and its coming back: the time is stored, so nothing is forgotten.

Nobody who waits can be put aside, and no deadline can be slept over.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, select, update

from bot.customer import StaffMember
from bot.errors import RuleBroken
from store import feed, threads
from store.tables.contact import thread
from store.visibility import visible_to

LONGEST = timedelta(days=60)


def put_aside(conn: Connection, user: StaffMember, customer_id: int, until: datetime, now: datetime) -> None:
    """Raises RuleBroken no_thread, waits, bad_time, sooner_due."""
    row = _thread(conn, user, customer_id)
    threads.lock(conn, customer_id, row.store_id, {"last_at": row.last_at})
    if row.answer_by is not None:
        raise RuleBroken("waits", "客户在等回复，先回复再稍后处理")
    if not now < until <= now + LONGEST:
        raise RuleBroken("bad_time", "请选择 60 天内的时间")
    kept = {"remind_at": until, "remind_id": user.id, "reminded": False}
    conn.execute(update(thread).where(thread.c.customer_id == customer_id).values(**kept))
    threads.refresh_due(conn, customer_id)
    if conn.execute(select(thread.c.due_at).where(thread.c.customer_id == customer_id)).scalar_one() < until:
        raise RuleBroken("sooner_due", "在那之前就有期限，请选更早的时间")
    feed.tell(conn, row.store_id, "thread", {}, customer_id, now)


def take_back(conn: Connection, user: StaffMember, customer_id: int, now: datetime) -> None:
    """It is wanted again, or the reminder was seen. Raises RuleBroken no_thread."""
    row = _thread(conn, user, customer_id)
    conn.execute(update(thread).where(thread.c.customer_id == customer_id).values(remind_at=None))
    threads.refresh_due(conn, customer_id)
    feed.tell(conn, row.store_id, "thread", {}, customer_id, now)


def come_back(conn: Connection, now: datetime) -> int:
    """The timer: open pages are told once. That it stands first in the list needs no timer, it is due by then."""
    late = (thread.c.remind_at <= now, thread.c.reminded.is_(False))
    back = update(thread).where(*late).values(reminded=True)
    rows = conn.execute(back.returning(thread.c.store_id, thread.c.customer_id, thread.c.remind_id)).all()
    for row in rows:
        feed.tell(conn, row.store_id, "reminder", {"staff_id": row.remind_id}, row.customer_id, now)
    return len(rows)


def any_back(conn: Connection, now: datetime) -> bool:
    """Asked each second without a lock."""
    late = select(thread.c.id).where(thread.c.remind_at <= now, thread.c.reminded.is_(False)).limit(1)
    return conn.execute(late).first() is not None


def _thread(conn: Connection, user: StaffMember, customer_id: int) -> Row[tuple[object, ...]]:
    row = conn.execute(select(thread).where(thread.c.customer_id == customer_id, visible_to(user, thread))).first()
    if row is None:
        raise RuleBroken("no_thread", "还没有会话")
    return row
