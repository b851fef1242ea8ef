"""The outbox: every message that leaves the house, claimed with a lease, its state only moving forward.

queued → sending → accepted → delivered, or failed(code), uncertain, suppressed(reason), cancelled (design §3).
`not_before` and `expires_at` are business time; leases and `retry_at` (back-off) are machine time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, func, insert, or_, select, update

from bot.messages import Category, Channel, Outgoing, Priority, Receipt, ReceiptState, Way
from store.dialects import skipping_locked
from store.prepared import Prepared, adding
from store.tables.base import Instant
from store.tables.outbound import attempt, carries, outbox

WORKER_LOST = "worker_lost"  # the code of an attempt whose worker died before its answer was stored
TOPIC = "outbox"  # the wake-up the worker waits on; fired after the commit

# What each state may follow. A final one (failed, suppressed, cancelled, delivered) follows nothing.
AFTER: Mapping[str, tuple[str, ...]] = {
    "sending": ("queued",),
    "queued": ("sending",),  # refused for now, or the worker died before the request left
    "accepted": ("sending", "uncertain"),
    "delivered": ("sending", "accepted", "uncertain"),
    "uncertain": ("sending",),
    "failed": ("queued", "sending", "accepted", "uncertain"),
    "suppressed": ("queued",),
    "cancelled": ("queued",),
}
WAYS: Mapping[Channel, tuple[str, ...]] = {
    Channel.WECHAT: (Way.CUSTOM.value, Way.TEMPLATE.value, Way.SUBSCRIPTION.value, Way.MASS.value),
    Channel.SMS: (Way.SMS.value,),
    Channel.EMAIL: (Way.EMAIL.value,),
}
NEWEST = 2000  # rows: minutes of a busy house
FINAL = ("delivered", "failed", "uncertain", "suppressed", "cancelled")


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed row: what the channel sends, and what the worker must know to settle it."""

    id: int
    store_id: int
    customer_id: int | None
    category: Category
    priority: Priority
    outgoing: Outgoing
    created_at: datetime
    fallback: tuple[Mapping[str, Any], ...]
    expires_at: datetime | None


def enqueue(
    conn: Connection,
    *,
    store_id: int,
    customer_id: int | None,
    way: Way,
    account: str,
    address: str,
    category: Category,
    priority: Priority,
    payload: Mapping[str, object],
    out_id: str,
    not_before: datetime,
    fallback: Sequence[Mapping[str, object]] = (),
    touchpoint_ids: Sequence[int] = (),
    expires_at: datetime | None = None,
) -> int:
    """One row, queued; returns its id. Raises IntegrityError when `out_id` is there already.

    fallback: ways still open when this one is refused, best first: {"way","account","address","payload"} each.
    """
    row = {
        "store_id": store_id,
        "customer_id": customer_id,
        "out_id": out_id,
        "way": way.value,
        "account": account,
        "address": address,
        "category": category.value,
        "priority": priority.value,
        "payload": dict(payload),
        "fallback": [dict(each) for each in fallback],
        "not_before": not_before,
        "created_at": not_before,
        "expires_at": expires_at,
    }
    outbox_id = int(_ENQUEUE.first(conn, **row).id)
    if touchpoint_ids:
        _CARRIES.many(conn, [{"outbox_id": outbox_id, "touchpoint_id": each} for each in touchpoint_ids])
    return outbox_id


_ENQUEUED = (
    "store_id", "customer_id", "out_id", "way", "account", "address", "category", "priority", "payload", "fallback",
    "not_before", "created_at", "expires_at",
)  # fmt: skip
_ENQUEUE = Prepared(lambda _conn: adding(outbox, _ENQUEUED).returning(outbox.c.id), [outbox.c.id])
_CARRIES = Prepared(lambda _conn: adding(carries, ("outbox_id", "touchpoint_id")))


def next_way(conn: Connection, outbox_id: int, now: datetime) -> bool:
    """A message of a conversation, which no touchpoint carries: the ways still open stand in the row itself.

    False: there are none.
    """
    row = conn.execute(select(outbox).where(outbox.c.id == outbox_id)).one()
    if not row.fallback:
        return False
    first, *rest = row.fallback
    enqueue(
        conn,
        store_id=row.store_id,
        customer_id=row.customer_id,
        way=Way(first["way"]),
        account=str(first.get("account", "")),
        address=str(first["address"]),
        category=Category(row.category),
        priority=Priority(row.priority),
        payload=first["payload"],
        out_id=f"{row.out_id}f",
        not_before=now,
        fallback=rest,
        expires_at=row.expires_at,
    )
    return True


def waiting(conn: Connection, now: datetime, machine_now: datetime) -> set[Priority]:
    """Classes with a row that could be claimed. Reads only, so that an idle worker takes no lock."""
    row = _WAITING.first(conn, now=now, machine=machine_now)
    return {priority for priority, there in zip(Priority, row, strict=True) if there}


def _has_rows(priority: Priority) -> ColumnElement[bool]:
    now, machine = bindparam("now", type_=Instant), bindparam("machine", type_=Instant)
    return exists().where(
        outbox.c.state == "queued", outbox.c.priority == priority.value, outbox.c.not_before <= now,
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= machine),
        or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= machine),
    )  # fmt: skip


_WAITING = Prepared.of(select(*(_has_rows(priority).label(priority.value) for priority in Priority)))


def claim(
    conn: Connection,
    priority: Priority,
    *,
    limit: int,
    now: datetime,
    machine_now: datetime,
    worker: str,
    lease_s: float,
    closed: Sequence[tuple[str, str]] = (),
) -> list[Job]:
    """Up to `limit` due rows of one class, leased to `worker`; they stay `queued` until `begin`.

    One query per class: ordering over classes costs 63 ms on a million rows, this 3–6 ms (scheduling.md §2).
    closed: (way, account) pairs that are paused; their rows stay where they are.
    """
    free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= machine_now)
    rested = or_(outbox.c.retry_at.is_(None), outbox.c.retry_at <= machine_now)
    due = (
        select(outbox.c.id)
        .where(outbox.c.state == "queued", outbox.c.priority == priority.value, outbox.c.not_before <= now)
        .where(free, rested, *(or_(outbox.c.way != way, outbox.c.account != account) for way, account in closed))
        .order_by(outbox.c.not_before, outbox.c.id)
        .limit(limit)
    )
    claimed = conn.execute(
        update(outbox)
        .where(outbox.c.id.in_(skipping_locked(conn, due).scalar_subquery()))
        .values(lease_by=worker, lease_until=machine_now + timedelta(seconds=lease_s))
        .returning(*outbox.c)
    ).all()
    return [_job(row) for row in sorted(claimed, key=lambda row: (row.not_before, row.id))]


def begin(conn: Connection, job: Job, worker: str, machine_now: datetime, lease_s: float) -> int | None:
    """queued → sending with an attempt row, to be committed before the request leaves. None: no longer ours."""
    number = conn.execute(
        update(outbox)
        .where(outbox.c.id == job.id, outbox.c.state.in_(AFTER["sending"]), outbox.c.lease_by == worker)
        .values(state="sending", attempts=outbox.c.attempts + 1, lease_until=machine_now + timedelta(seconds=lease_s))
        .returning(outbox.c.attempts)
    ).scalar()
    if number is not None:
        conn.execute(insert(attempt).values(outbox_id=job.id, number=number, started_at=machine_now))
    return number


def mark_accepted(
    conn: Connection, outbox_id: int, provider_id: str, now: datetime, machine_now: datetime, cost_fen: float = 0.0
) -> bool:
    """The provider took it. A receipt may have been faster: the state stays, only the provider's id is added."""
    close_attempt(conn, outbox_id, "accepted", "", machine_now)
    told = {"provider_id": provider_id, "accepted_at": now, "cost_fen": cost_fen}
    conn.execute(update(outbox).where(outbox.c.id == outbox_id).values(told))
    return _move(conn, outbox_id, "accepted")


def mark_failed(
    conn: Connection, outbox_id: int, *, code: str, reason: str, now: datetime, machine_now: datetime
) -> bool:
    close_attempt(conn, outbox_id, "failed", code, machine_now)
    return _move(conn, outbox_id, "failed", code=code, reason=reason, final_at=now)


def mark_uncertain(
    conn: Connection, outbox_id: int, code: str, now: datetime, machine_now: datetime, cost_fen: float = 0.0
) -> bool:
    """The request left and no answer came. Never queued again by itself; a receipt or a person settles it.

    cost_fen: it may be billed.
    """
    close_attempt(conn, outbox_id, "uncertain", code, machine_now)
    return _move(conn, outbox_id, "uncertain", code=code, reason="no_answer", final_at=now, cost_fen=cost_fen)


def state_of(conn: Connection, outbox_id: int) -> str:
    return str(conn.execute(select(outbox.c.state).where(outbox.c.id == outbox_id)).scalar_one())


def mark_suppressed(conn: Connection, outbox_id: int, reason: str, now: datetime) -> bool:
    """Only before the request left."""
    return _move(conn, outbox_id, "suppressed", reason=reason, final_at=now)


def cancel(conn: Connection, outbox_id: int, reason: str, now: datetime) -> bool:
    """Only before the request left."""
    return _move(conn, outbox_id, "cancelled", reason=reason, final_at=now)


def retry(
    conn: Connection, outbox_id: int, code: str, retry_at: datetime, machine_now: datetime, *, costs: bool
) -> bool:
    """sending → queued, to be tried at `retry_at` (machine time). costs false: a rate limit uses up no attempt."""
    close_attempt(conn, outbox_id, "try_later", code, machine_now)
    spent = {} if costs else {"attempts": outbox.c.attempts - 1}
    return _move(conn, outbox_id, "queued", code=code, retry_at=retry_at, **spent)


def end_call(conn: Connection, outbox_id: int, state: str, reason: str, now: datetime) -> bool:
    """A call a person had in hand: delivered (reached), failed (not reached), cancelled (taken back)."""
    call = and_(outbox.c.id == outbox_id, outbox.c.way == Way.CALL.value, outbox.c.state == "accepted")
    ended = update(outbox).where(call).values(state=state, reason=reason, final_at=now)
    return conn.execute(ended).rowcount == 1


def release(conn: Connection, outbox_id: int, retry_at: datetime | None = None) -> None:
    """Give back a claimed row that was not begun (its channel has no token left)."""
    conn.execute(
        update(outbox)
        .where(outbox.c.id == outbox_id, outbox.c.state == "queued")
        .values(lease_by=None, lease_until=None, retry_at=retry_at)
    )


def apply_receipt(conn: Connection, receipt: Receipt, now: datetime) -> int | None:
    """Moves the row a provider reported on; returns its id, None when no row matches.

    Matched by out_id first, provider_id second (a receipt may come before the answer to the call was stored).
    Monotonic: a late contrary receipt changes nothing.
    """
    row = receipt_row(conn, receipt)
    if row is None:
        return None
    if receipt.state is ReceiptState.DELIVERED:
        _move(conn, row.id, "delivered", final_at=now)
    else:
        _move(conn, row.id, "failed", code=receipt.code, reason="receipt", final_at=now)
    return int(row.id)


def queued(conn: Connection, up_to: int) -> int:
    """How many bulk rows wait, counted no further than `up_to`."""
    waiting = select(outbox.c.id).where(outbox.c.state == "queued", outbox.c.priority == Priority.BULK.value)
    return conn.execute(select(func.count()).select_from(waiting.limit(up_to).subquery())).scalar_one()


def answered_since(conn: Connection, way: Way, account: str, since: datetime) -> bool:
    """The provider has taken a message after that moment, whoever sent it. Looks at the newest rows only."""
    newest = select(outbox.c.way, outbox.c.account, outbox.c.accepted_at).order_by(outbox.c.id.desc()).limit(NEWEST)
    rows = newest.subquery()
    taken = (rows.c.way == way.value, rows.c.account == account, rows.c.accepted_at > since)
    return conn.execute(select(rows.c.way).where(*taken).limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class Unsure:
    """A message nobody knows the outcome of; since: business time."""

    out_id: str
    address: str
    since: datetime


def unsure_sms(conn: Connection, since: datetime, limit: int = 50) -> list[Unsure]:
    rows = (
        select(outbox.c.out_id, outbox.c.address, outbox.c.final_at)
        .where(outbox.c.state == "uncertain", outbox.c.way == Way.SMS.value, outbox.c.final_at > since)
        .order_by(outbox.c.id)
        .limit(limit)
    )
    return [Unsure(*row) for row in conn.execute(rows)]


def any_lost(conn: Connection, machine_now: datetime) -> bool:
    """Reads only."""
    return conn.execute(select(outbox.c.id).where(*_lost(machine_now)).limit(1)).first() is not None


def _lost(machine_now: datetime) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.state == "sending", outbox.c.lease_until <= machine_now


def expired_sending(conn: Connection, machine_now: datetime, limit: int) -> list[Job]:
    """Rows whose worker died during the call or before its answer was stored."""
    rows = select(outbox).where(*_lost(machine_now)).order_by(outbox.c.id).limit(limit)
    return [_job(row) for row in conn.execute(skipping_locked(conn, rows)).all()]


def attempt_started(conn: Connection, outbox_id: int) -> datetime | None:
    """Machine time of the first attempt: a provider's memory of our id may be as old as that."""
    return conn.execute(select(func.min(attempt.c.started_at)).where(attempt.c.outbox_id == outbox_id)).scalar()


def lost_since(conn: Connection, outbox_id: int) -> datetime | None:
    """Machine time of the first attempt whose worker died in it; None: every attempt had its answer."""
    lost = select(func.min(attempt.c.started_at)).where(attempt.c.outbox_id == outbox_id, attempt.c.code == WORKER_LOST)
    return conn.execute(lost).scalar()


def touchpoints_of(conn: Connection, outbox_id: int) -> list[int]:
    return [int(each) for each in _TOUCHPOINTS.column(conn, row=outbox_id)]


_TOUCHPOINTS = Prepared.of(select(carries.c.touchpoint_id).where(carries.c.outbox_id == bindparam("row")))


def close_attempt(conn: Connection, outbox_id: int, result: str, code: str, machine_now: datetime) -> None:
    conn.execute(
        update(attempt)
        .where(attempt.c.outbox_id == outbox_id, attempt.c.result == "open")
        .values(result=result, code=code, ended_at=machine_now)
    )


def _move(conn: Connection, outbox_id: int, state: str, **values: Any) -> bool:
    """Forward only: the row count says whether the state was one this may follow."""
    moved = conn.execute(
        update(outbox)
        .where(and_(outbox.c.id == outbox_id, outbox.c.state.in_(AFTER[state])))
        .values(state=state, lease_by=None, lease_until=None, **values)
    )
    return moved.rowcount == 1


def receipt_row(conn: Connection, receipt: Receipt) -> Row[Any] | None:
    """Among what this channel sent; WeChat's numbers are an account's own, and its reports name no out_id."""
    sent = select(outbox).where(outbox.c.way.in_(WAYS[receipt.channel])).limit(1)
    if receipt.channel is Channel.WECHAT:
        sent = sent.where(outbox.c.account == receipt.account)
    keys = ((outbox.c.out_id, receipt.out_id), (outbox.c.provider_id, receipt.provider_id))
    for column, value in keys:
        found = conn.execute(sent.where(column == value)).first() if value else None
        if found is not None:
            return found
    return None


def _job(row: Row[Any]) -> Job:
    outgoing = Outgoing(
        out_id=row.out_id,
        way=Way(row.way),
        account=row.account,
        address=row.address,
        payload=row.payload,
        attempt=row.attempts + 1,
    )
    return Job(
        id=row.id,
        store_id=row.store_id,
        customer_id=row.customer_id,
        category=Category(row.category),
        priority=Priority(row.priority),
        outgoing=outgoing,
        created_at=row.created_at,
        fallback=tuple(row.fallback or ()),
        expires_at=row.expires_at,
    )
