"""Who waits for a person, and since when: what the figures of the house are reckoned from.

The thread row is held by the caller, so a customer has one open wait at most.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, literal, select, update

from store.tables.base import Instant
from store.tables.contact import message, wait

HANDOVER, TURN = "handover", "turn"


def begin(
    conn: Connection, customer_id: int, store_id: int, kind: str, since: datetime, after_id: int | None = None
) -> None:
    """kind: handover | turn. after_id: the message that waits, else the newest. One that waits already goes on."""
    newest = select(func.coalesce(func.max(message.c.id), 0)).where(message.c.customer_id == customer_id)
    open_one = select(wait.c.id).where(wait.c.customer_id == customer_id, wait.c.ended_at.is_(None))
    row: dict[str, ColumnElement[Any]] = {
        "store_id": literal(store_id),
        "customer_id": literal(customer_id),
        "kind": literal(kind),
        "since": literal(since, Instant()),
        "after_id": literal(after_id) if after_id is not None else newest.scalar_subquery(),
    }
    conn.execute(insert(wait).from_select(list(row), select(*row.values()).where(~open_one.exists())))


def end(conn: Connection, customer_id: int, at: datetime | None, staff_id: int | None = None) -> None:
    """staff_id: who answered; None: nobody did, the bot has it again. at None: when it ended is not known."""
    open_one = (wait.c.customer_id == customer_id, wait.c.ended_at.is_(None))
    ended = wait.c.since if at is None else at
    conn.execute(update(wait).where(*open_one).values(ended_at=ended, staff_id=staff_id))
