"""What /metrics counts, read when asked. Only rows still on their way: their number stays small as history grows."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, func, select

from bot.messages import Priority
from store.tables.cases import cases, deadline
from store.tables.contact import callback, thread
from store.tables.outbound import outbox, touchpoint

# (name without prefix, help, value, labels); every name is a row in docs/metrics.md
Counted: TypeAlias = tuple[str, str, float, dict[str, str]]

HELP = {
    "outbox_rows": "Messages on their way, by state and priority class",
    "outbox_late_seconds": "Age of the oldest message that may go out and has not, by priority class",
    "touchpoints_planned": "Planned touchpoints that wait for their time",
    "touchpoints_late": "Planned touchpoints whose time has come and that are not settled",
    "cases_open": "Open cases, by level",
    "deadlines_breached": "Deadlines of open cases that were missed, by kind",
    "threads_waiting": "Threads that wait for a person",
    "cost_fen_day": "Cost of what went out in the last 24 hours, in fen, by way",
    "callbacks": "Provider callbacks not yet processed, by state",
}


def counted(conn: Connection, now: datetime) -> Iterator[Counted]:
    """now: business time. A class without rows has no line, a plain count is there with 0."""
    moving = outbox.c.state.in_(("queued", "sending", "uncertain"))
    for state, priority, count in conn.execute(_by(outbox.c.state, outbox.c.priority).where(moving)):
        yield _line("outbox_rows", count, state=state, priority=priority)
    yield from _late(conn, now)
    yield from _touchpoints(conn, now)
    for level, count in conn.execute(_by(cases.c.level).where(cases.c.closed_at.is_(None))):
        yield _line("cases_open", count, level=level)
    missed = _by(deadline.c.kind).join(cases, cases.c.id == deadline.c.case_id)
    open_breaches = missed.where(deadline.c.breached_at.is_not(None), cases.c.closed_at.is_(None))
    for kind, count in conn.execute(open_breaches):
        yield _line("deadlines_breached", count, kind=kind)
    waiting = select(func.count()).select_from(thread).where(thread.c.state == "waiting")
    yield _line("threads_waiting", conn.execute(waiting).scalar_one())
    yield from _costs(conn, now)
    for state, count in conn.execute(_by(callback.c.state).where(callback.c.state.in_(("new", "failed")))):
        yield _line("callbacks", count, state=state)


def _by(*columns: ColumnElement[Any]) -> Any:
    return select(*columns, func.count()).group_by(*columns)


def _late(conn: Connection, now: datetime) -> Iterator[Counted]:
    due = select(outbox.c.priority, func.min(outbox.c.not_before)).group_by(outbox.c.priority)
    for priority, oldest in conn.execute(due.where(outbox.c.state == "queued", outbox.c.not_before <= now)):
        yield _line("outbox_late_seconds", (now - oldest).total_seconds(), priority=priority)


def _costs(conn: Connection, now: datetime) -> Iterator[Counted]:
    """By the index of claims, which begins with state and priority, so it reads a day and not the history."""
    gone = outbox.c.state.in_(("accepted", "delivered", "failed", "uncertain"))
    every = outbox.c.priority.in_([each.value for each in Priority])
    paid = select(outbox.c.way, func.sum(outbox.c.cost_fen)).where(gone, every, outbox.c.cost_fen > 0)
    paid = paid.where(outbox.c.not_before > now - timedelta(days=1))
    for way, fen in conn.execute(paid.group_by(outbox.c.way)):
        yield _line("cost_fen_day", fen, way=way)


def _touchpoints(conn: Connection, now: datetime) -> Iterator[Counted]:
    planned = select(func.count()).select_from(touchpoint).where(touchpoint.c.state == "planned")
    yield _line("touchpoints_planned", conn.execute(planned.where(touchpoint.c.due_at > now)).scalar_one())
    yield _line("touchpoints_late", conn.execute(planned.where(touchpoint.c.due_at <= now)).scalar_one())


def _line(name: str, value: float, **labels: str) -> Counted:
    return name, HELP[name], float(value), labels
