"""Conversations a person answered and nobody went on with: after a day the bot has them again."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from store import feed, threads
from store.tables.cases import cases
from store.tables.contact import thread

RESTS = timedelta(hours=24)


def give_back(conn: Connection, now: datetime) -> list[int]:
    """Customers whose thread went back to the bot: nobody waits, no case is open, and a day has passed in silence."""
    open_case = select(cases.c.id).where(cases.c.customer_id == thread.c.customer_id, cases.c.closed_at.is_(None))
    resting = (thread.c.state == "human", thread.c.answer_by.is_(None), thread.c.last_at < now - RESTS)
    rows = conn.execute(
        select(thread.c.customer_id, thread.c.store_id).where(*resting, ~open_case.exists()).with_for_update()
    ).all()
    for row in rows:
        threads.release(conn, row.customer_id, "bot", now)
        feed.tell(conn, row.store_id, "thread", {}, row.customer_id, now)
    return [row.customer_id for row in rows]
