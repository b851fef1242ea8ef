"""Touchpoints that are due: claimed with a lease, handed over, deferred, taken back, ended with one outcome.

planned → handed (an outbox row carries it) → done(sent | skipped | failed | uncertain | cancelled). Each step leaves
a line in `verdict`, the chain behind `why`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, and_, bindparam, exists, func, or_, select, update

from bot.messages import Category
from store.among import among, not_by
from store.dialects import skipping_locked
from store.prepared import Prepared, adding
from store.tables.base import Instant
from store.tables.outbound import touchpoint, verdict


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed touchpoint."""

    id: int
    store_id: int
    customer_id: int
    rule: str
    rule_version: str
    occurrence: str
    category: Category
    due_at: datetime
    expires_at: datetime | None
    ref: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the chain behind `why`. step: plan | gate | route | send | receipt | outcome."""

    step: str
    name: str
    verdict: str
    reason: str = ""
    detail: Mapping[str, object] | None = None


def categories_due(conn: Connection, now: datetime, machine_now: datetime) -> set[Category]:
    """Those with a touchpoint that could be claimed. Reads only, so that an idle worker takes no lock."""
    row = _DUE.first(conn, now=now, machine=machine_now)
    return {category for category, there in zip(Category, row, strict=True) if there}


def _has_due(category: Category) -> ColumnElement[bool]:
    now, machine = bindparam("now", type_=Instant), bindparam("machine", type_=Instant)
    free = or_(touchpoint.c.lease_until.is_(None), touchpoint.c.lease_until <= machine)
    mine = (touchpoint.c.state == "planned", touchpoint.c.category == category.value, touchpoint.c.due_at <= now)
    return exists().where(*mine, free)


_DUE = Prepared.of(select(*(_has_due(category).label(category.value) for category in Category)))


def claim_due(
    conn: Connection,
    category: Category,
    *,
    limit: int,
    now: datetime,
    machine_now: datetime,
    worker: str,
    lease_s: float,
) -> list[Due]:
    """Up to `limit` planned touchpoints of one category whose time has come, leased to `worker` on machine time."""
    asked = {"category": category.value, "now": now, "machine": machine_now, "limit": limit}
    claimed = _CLAIM.all(conn, **asked, worker=worker, lease=machine_now + timedelta(seconds=lease_s))
    return [_due(row) for row in sorted(claimed, key=lambda row: (row.due_at, row.id))]


def _claiming(conn: Connection) -> Any:
    free = or_(touchpoint.c.lease_until.is_(None), touchpoint.c.lease_until <= bindparam("machine", type_=Instant))
    mine = (touchpoint.c.category == bindparam("category"), touchpoint.c.due_at <= bindparam("now", type_=Instant))
    due = (
        select(touchpoint.c.id)
        .where(touchpoint.c.state == "planned", *mine, free)
        .order_by(touchpoint.c.due_at, touchpoint.c.id)
        .limit(bindparam("limit", type_=Integer))
    )
    return (
        update(touchpoint)
        .where(touchpoint.c.id.in_(skipping_locked(conn, due).scalar_subquery()))
        .values(lease_by=bindparam("worker"), lease_until=bindparam("lease"))
        .returning(*touchpoint.c)
    )


_CLAIM = Prepared(_claiming, list(touchpoint.c))


def by_ids(conn: Connection, ids: Sequence[int]) -> dict[int, Due]:
    rows = select(touchpoint).where(touchpoint.c.id.in_(ids))
    return {row.id: _due(row) for row in conn.execute(rows)}


def hand(conn: Connection, ids: Sequence[int], worker: str) -> None:
    """planned → handed, those that are still ours."""
    _HAND.changed(conn, ids=ids, me=worker)


def defer(conn: Connection, touchpoint_id: int, worker: str, until: datetime) -> bool:
    """A later time. There is no count to use up: a deferral is no attempt."""
    return _ours(conn, touchpoint_id, worker, due_at=until)


def release(conn: Connection, touchpoint_id: int, worker: str) -> bool:
    return _ours(conn, touchpoint_id, worker)


def skip(conn: Connection, touchpoint_id: int, worker: str, outcome: str, reason: str, now: datetime) -> bool:
    """Ends a claimed touchpoint that no outbox row carries: skipped, or failed when it could not be rendered."""
    ended = _ours(conn, touchpoint_id, worker, state="done", outcome=outcome, reason=reason, done_at=now)
    if ended:
        note(conn, [touchpoint_id], Line("outcome", "touchpoint", outcome, reason), now)
    return ended


def take_back(conn: Connection, ids: Sequence[int], line: Line, now: datetime, wait: timedelta = timedelta()) -> None:
    """handed → planned, due after `wait`: the gate and the router decide anew, since the message never left."""
    back = {"state": "planned", "due_at": now + wait, "lease_by": None, "lease_until": None}
    conn.execute(update(touchpoint).where(touchpoint.c.id.in_(ids), touchpoint.c.state == "handed").values(back))
    note(conn, ids, line, now)


def reopen(conn: Connection, ids: Sequence[int], line: Line, now: datetime) -> None:
    """What counted as sent, or may have been, never arrived: planned once more, due at once."""
    gone = and_(touchpoint.c.state == "done", touchpoint.c.outcome.in_(("sent", "uncertain")))
    back = {"state": "planned", "due_at": now, "outcome": None, "reason": "", "done_at": None}
    back |= {"lease_by": None, "lease_until": None}
    mine = (touchpoint.c.id.in_(ids), or_(touchpoint.c.state == "handed", gone))
    reopened = conn.execute(update(touchpoint).where(*mine).values(back).returning(touchpoint.c.id)).scalars().all()
    note(conn, reopened, line, now)


def end_planned(conn: Connection, ids: Sequence[int], outcome: str, reason: str, now: datetime) -> None:
    """planned → done, unless a gate holds it just now."""
    free = (touchpoint.c.id.in_(ids), touchpoint.c.state == "planned", touchpoint.c.lease_by.is_(None))
    done = {"state": "done", "outcome": outcome, "reason": reason, "done_at": now}
    ended = conn.execute(update(touchpoint).where(*free).values(done).returning(touchpoint.c.id)).scalars().all()
    note(conn, ended, Line("outcome", "touchpoint", outcome, reason), now)


def finish(conn: Connection, ids: Sequence[int], outcome: str, reason: str, now: datetime) -> None:
    """handed → done, once. Only an uncertain one may be settled later, by a receipt."""
    ended = _FINISH.column(conn, ids=ids, became=outcome, why=reason, now=now)
    note(conn, ended, Line("outcome", "touchpoint", outcome, reason), now)


_STATE = not_by(touchpoint.c.state)
_UNSETTLED = and_(_STATE == "done", touchpoint.c.outcome == "uncertain")
_THESE = among(touchpoint.c.id, "ids")
_FINISH = Prepared(
    lambda _conn: (
        update(touchpoint)
        .where(_THESE, or_(_STATE == "handed", _UNSETTLED))
        .values(state="done", outcome=bindparam("became"), reason=bindparam("why"), done_at=bindparam("now"))
        .returning(touchpoint.c.id)
    ),
    [touchpoint.c.id],
)
_CASES = Prepared.of(select(touchpoint.c.ref).where(_THESE, touchpoint.c.case_message))
_MINE = (_STATE == "planned", touchpoint.c.lease_by == bindparam("me"))
_HAND = Prepared(
    lambda _conn: update(touchpoint).where(_THESE, *_MINE).values(state="handed", lease_by=None, lease_until=None)
)


def note(conn: Connection, ids: Sequence[int], line: Line, now: datetime) -> None:
    note_all(conn, {each: [line] for each in ids}, now)


def note_all(conn: Connection, chains: Mapping[int, Sequence[Line]], now: datetime) -> None:
    """By touchpoint."""
    rows = [_row(each, line, now) for each, lines in chains.items() for line in lines]
    if rows:
        _NOTE.many(conn, rows)


_NOTE = Prepared(lambda _conn: adding(verdict, ("touchpoint_id", "at", "step", "name", "verdict", "reason", "detail")))


def waiting_since(conn: Connection, touchpoint_id: int, reason: str) -> datetime | None:
    """When this reason was first noted."""
    first = select(func.min(verdict.c.at)).where(verdict.c.touchpoint_id == touchpoint_id, verdict.c.reason == reason)
    return conn.execute(first).scalar()


def cases_asked(conn: Connection, ids: Sequence[int]) -> list[int]:
    """Cases whose own question these touchpoints asked."""
    return [int(ref["case_id"]) for ref in _CASES.column(conn, ids=ids) if ref.get("case_id")]


def _ours(conn: Connection, touchpoint_id: int, worker: str, **values: Any) -> bool:
    asked = {"this": touchpoint_id, "me": worker, **{f"new_{name}": value for name, value in values.items()}}
    return _change_of_mine(tuple(sorted(values))).changed(conn, **asked) == 1


@lru_cache(maxsize=8)
def _change_of_mine(names: tuple[str, ...]) -> Prepared:
    """Kept: building it costs more than changing the row."""
    values = {name: bindparam(f"new_{name}", type_=touchpoint.c[name].type) for name in names}
    given_up: dict[str, Any] = {"lease_by": None, "lease_until": None, **values}
    mine = (touchpoint.c.id == bindparam("this"), *_MINE)
    return Prepared(lambda _conn: update(touchpoint).where(*mine).values(given_up))


def _row(touchpoint_id: int, line: Line, now: datetime) -> dict[str, object]:
    return {
        "touchpoint_id": touchpoint_id,
        "at": now,
        "step": line.step,
        "name": line.name,
        "verdict": line.verdict,
        "reason": line.reason,
        "detail": dict(line.detail) if line.detail is not None else None,
    }


def _due(row: Any) -> Due:
    return Due(
        row.id, row.store_id, row.customer_id, row.rule, row.rule_version, row.occurrence, Category(row.category),
        row.due_at, row.expires_at, row.ref,
    )  # fmt: skip
