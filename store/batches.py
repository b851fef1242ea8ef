"""Several rows of the outbox begun or accepted at once: the statements of one, for all that share a transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, update

from store.among import among, not_by
from store.outbox import AFTER, Job
from store.prepared import Prepared, adding
from store.tables.outbound import attempt, outbox


@dataclass(frozen=True, slots=True)
class Accepted:
    """A provider took this row."""

    outbox_id: int
    provider_id: str
    cost_fen: float


def begin_all(
    conn: Connection, jobs: Sequence[Job], worker: str, machine_now: datetime, lease_s: float
) -> Collection[int]:
    """`begin` for several at once; the ids of those that are still ours."""
    lease = machine_now + timedelta(seconds=lease_s)
    begun = _BEGIN.all(conn, ids=[job.id for job in jobs], worker=worker, lease=lease)
    if begun:
        tries = [{"outbox_id": row.id, "number": row.attempts, "started_at": machine_now} for row in begun]
        _ATTEMPT.many(conn, tries)
    return {row.id for row in begun}


def accept_all(conn: Connection, told: Sequence[Accepted], now: datetime, machine_now: datetime) -> Collection[int]:
    """`mark_accepted` for several at once; the ids of those it moved."""
    ids = [each.outbox_id for each in told]
    _ANSWERED.changed(conn, ids=ids, ended=machine_now)
    theirs = [{"row": each.outbox_id, "theirs": each.provider_id, "fen": each.cost_fen} for each in told]
    _THEIRS.many(conn, [{**each, "now": now} for each in theirs])
    return set(_ACCEPT.column(conn, ids=ids))


# Made once: building a statement anew costs more than the database takes to answer it.
_ROWS, _STATE = among(outbox.c.id, "ids"), not_by(outbox.c.state)
_BEGIN = Prepared(
    lambda _conn: (
        update(outbox)
        .where(_ROWS, _STATE.in_(AFTER["sending"]), outbox.c.lease_by == bindparam("worker"))
        .values(state="sending", attempts=outbox.c.attempts + 1, lease_until=bindparam("lease"))
        .returning(outbox.c.id, outbox.c.attempts)
    ),
    [outbox.c.id, outbox.c.attempts],
)
_ATTEMPT = Prepared(lambda _conn: adding(attempt, ("outbox_id", "number", "started_at")))
_ANSWERED = Prepared(
    lambda _conn: (
        update(attempt)
        .where(among(attempt.c.outbox_id, "ids"), attempt.c.result == "open")
        .values(result="accepted", code="", ended_at=bindparam("ended"))
    )
)
_THEIRS = Prepared(
    lambda _conn: (
        update(outbox)
        .where(outbox.c.id == bindparam("row"))
        .values(provider_id=bindparam("theirs"), accepted_at=bindparam("now"), cost_fen=bindparam("fen"))
    )
)
_ACCEPT = Prepared(
    lambda _conn: (
        update(outbox)
        .where(_ROWS, _STATE.in_(AFTER["accepted"]))
        .values(state="accepted", lease_by=None, lease_until=None)
        .returning(outbox.c.id)
    ),
    [outbox.c.id],
)
