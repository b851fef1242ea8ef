"""Who wrote to a person and waits: nudged at 120 s, escalated at 180 s, each once, by marks under a unique key."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, exists, select

from bot.assignment import BEFORE_DUE
from store.assignment import RUNNING
from store.dialects import insert_into
from store.tables.contact import thread
from store.tables.people import store
from store.tables.visits import visit, wait_mark

AT_ONCE = 100
NUDGE, ESCALATE = "nudge", "escalate"


@dataclass(frozen=True, slots=True)
class Wait:
    """owner_id: who has the conversation, or whom it is meant for. claimed: they said that they have it."""

    customer_id: int
    store_id: int
    store_code: str
    reason: str
    answer_by: datetime
    owner_id: int | None
    claimed: bool
    version: int


def due(conn: Connection, stage: str, now: datetime) -> list[Wait]:
    """Whose time has come and who was not told of it yet. Who stands in the showroom is looked after there."""
    at = now + BEFORE_DUE if stage == NUDGE else now
    marked = exists().where(
        wait_mark.c.customer_id == thread.c.customer_id,
        wait_mark.c.answer_by == thread.c.answer_by,
        wait_mark.c.stage.in_((stage, ESCALATE)),
    )
    inside = exists().where(and_(visit.c.customer_id == thread.c.customer_id, visit.c.state.in_(RUNNING)))
    rows = (
        select(thread, store.c.code)
        .join(store, store.c.id == thread.c.store_id)
        .where(thread.c.answer_by <= at, thread.c.state.in_(("waiting", "human")), ~marked, ~inside)
        .order_by(thread.c.answer_by)
        .limit(AT_ONCE)
    )
    return [
        Wait(
            row.customer_id, row.store_id, row.code, row.reason, row.answer_by, row.owner_id, row.state == "human",
            row.version,
        )
        for row in conn.execute(rows)
    ]  # fmt: skip


def mark(conn: Connection, wait: Wait, stage: str, now: datetime) -> bool:
    """True for the one who was first. The same customer waiting again later has another `answer_by`."""
    row = {"customer_id": wait.customer_id, "answer_by": wait.answer_by, "stage": stage, "at": now}
    new = insert_into(conn, wait_mark).values(**row).on_conflict_do_nothing()
    return conn.execute(new.returning(wait_mark.c.id)).first() is not None
