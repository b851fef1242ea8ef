"""What runs out by itself: open questions, planned touchpoints, the deadlines of cases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from bot.reasons import Reason
from store import touchpoints
from store.tables.cases import cases, deadline
from store.tables.contact import prompt
from store.tables.outbound import touchpoint
from store.touchpoints import Line


@dataclass(frozen=True, slots=True)
class Ran:
    """A deadline that was warned of or broken."""

    case_id: int
    store_id: int
    customer_id: int
    kind: str
    round: int


def end_prompts(conn: Connection, now: datetime) -> int:
    """An answer that comes later is kept as a comment and not counted."""
    late = update(prompt).where(prompt.c.state == "open", prompt.c.expires_at <= now)
    return conn.execute(late.values(state="expired")).rowcount


def end_touchpoints(conn: Connection, now: datetime) -> int:
    """Deferred past their end (the gate itself skips what is due)."""
    late = (touchpoint.c.state == "planned", touchpoint.c.expires_at <= now, touchpoint.c.due_at > now)
    final = {"state": "done", "outcome": "skipped", "reason": Reason.EXPIRED.value, "done_at": now}
    ended = conn.execute(update(touchpoint).where(*late).values(final).returning(touchpoint.c.id)).scalars().all()
    touchpoints.note(conn, ended, Line("outcome", "touchpoint", "skipped", Reason.EXPIRED.value), now)
    return len(ended)


def warn(conn: Connection, now: datetime) -> list[Ran]:
    """Deadlines about to be missed, each told once."""
    soon = and_(deadline.c.warned_at.is_(None), deadline.c.met_at.is_(None), deadline.c.warn_at <= now)
    return _mark(conn, and_(soon, deadline.c.due_at > now), {"warned_at": now})


def breach(conn: Connection, now: datetime) -> list[Ran]:
    """Deadlines missed: past and unmet, or met after their time. Written once, even if the answer is a second late."""
    unmet = and_(deadline.c.met_at.is_(None), deadline.c.due_at <= now)
    late = and_(deadline.c.met_at.is_not(None), deadline.c.met_at > deadline.c.due_at)
    return _mark(conn, and_(deadline.c.breached_at.is_(None), or_(unmet, late)), {"breached_at": now})


def _mark(conn: Connection, which: ColumnElement[bool], values: dict[str, object]) -> list[Ran]:
    """Of a case's current round; what a case closed in time left unmet is no miss."""
    closed_in_time = and_(cases.c.state == "closed", cases.c.closed_at <= deadline.c.due_at)
    rows = (
        select(
            deadline.c.id, deadline.c.kind, deadline.c.round, deadline.c.case_id, cases.c.store_id, cases.c.customer_id
        )
        .join(cases, cases.c.id == deadline.c.case_id)
        .where(which, deadline.c.round == cases.c.round, ~closed_in_time)
        .with_for_update(of=deadline)
    )
    found = conn.execute(rows).all()
    if found:
        conn.execute(update(deadline).where(deadline.c.id.in_([row.id for row in found])).values(values))
    return [_ran(row) for row in found]


def _ran(row: Any) -> Ran:
    return Ran(row.case_id, row.store_id, row.customer_id, row.kind, row.round)
