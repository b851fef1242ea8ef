"""The outbox of alerts: one speaker a destination at a time, so that order and the minute's count hold."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from bot.alerts import RANK, Level, Told, kind_of, masked_name
from store.dialects import insert_into
from store.tables.alerts import alert, alert_copy, alert_way
from store.tables.people import customer, store

LEASE = timedelta(seconds=60)  # longer than one round of calls with their time-outs (3 + 5 s, at most five a round)
MINUTE = timedelta(minutes=1)
SUMMED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Copy:
    id: int
    alert_id: int
    customer_id: int | None
    level: Level
    tries: int
    told: Told


def busy(conn: Connection, machine_now: datetime) -> list[str]:
    """Destinations something waits for."""
    due = (alert_copy.c.state == "queued", alert_copy.c.retry_at <= machine_now)
    return list(conn.execute(select(alert_copy.c.destination).where(*due).distinct()).scalars())


def take(conn: Connection, destination: str, by: str, machine_now: datetime) -> bool:
    """Become its speaker, unless somebody is. A dead one's lease ends by itself."""
    conn.execute(insert_into(conn, alert_way).values(destination=destination).on_conflict_do_nothing())
    free = or_(alert_way.c.lease_until.is_(None), alert_way.c.lease_until <= machine_now, alert_way.c.lease_by == by)
    mine = update(alert_way).where(alert_way.c.destination == destination, free)
    return conn.execute(mine.values(lease_by=by, lease_until=machine_now + LEASE)).rowcount == 1


def give_back(conn: Connection, destination: str, by: str) -> None:
    mine = and_(alert_way.c.destination == destination, alert_way.c.lease_by == by)
    conn.execute(update(alert_way).where(mine).values(lease_by=None, lease_until=None))


def sent_lately(conn: Connection, destination: str, machine_now: datetime) -> int:
    """Messages within the last minute; a summary is one."""
    lately = (alert_copy.c.destination == destination, alert_copy.c.sent_at > machine_now - MINUTE)
    return int(conn.execute(select(func.count()).where(*lately, alert_copy.c.state == "sent")).scalar_one())


def waiting(conn: Connection, destination: str, machine_now: datetime) -> list[Copy]:
    """What may leave now, the gravest and oldest first."""
    mine, queued = alert_copy.c.destination == destination, alert_copy.c.state == "queued"
    rows = (
        select(alert_copy, alert.c.level, alert.c.ref, alert.c.times, alert.c.customer_id,
               customer.c.name, store.c.name.label("store_name"))
        .join(alert, alert.c.id == alert_copy.c.alert_id)
        .join(store, store.c.id == alert.c.store_id)
        .outerjoin(customer, customer.c.id == alert.c.customer_id)
        .where(mine, queued, alert_copy.c.retry_at <= machine_now)
        .order_by(alert_copy.c.id)
        .limit(SUMMED_AT_ONCE)
    )  # fmt: skip
    found = [_copy(row) for row in conn.execute(rows)]
    return sorted(found, key=lambda each: -RANK[each.level])


def sent(conn: Connection, destination: str, ids: Collection[int], machine_now: datetime) -> None:
    """The first stands for the message that left; further ones went along in its summary."""
    first, *others = ids
    _set(conn, [first], state="sent", sent_at=machine_now, code="")
    if others:
        _set(conn, others, state="summed", sent_at=machine_now, code="")
    _said(conn, destination, "", machine_now)


def again(conn: Connection, destination: str, ids: Collection[int], code: str, at: datetime, now: datetime) -> None:
    """Tried without success; now, at: machine time."""
    _set(conn, ids, retry_at=at, code=code, tries=alert_copy.c.tries + 1)
    _said(conn, destination, code, now)


def hold(conn: Connection, destination: str, code: str, until: datetime, machine_now: datetime) -> None:
    """The robot wants a rest: whatever waits for it waits longer and loses no try."""
    mine = update(alert_copy).where(alert_copy.c.destination == destination, alert_copy.c.state == "queued")
    conn.execute(mine.values(retry_at=until, code=code))
    _said(conn, destination, code, machine_now)


def failed(conn: Connection, destination: str, ids: Collection[int], code: str, machine_now: datetime) -> None:
    _set(conn, ids, state="failed", code=code)
    _said(conn, destination, code, machine_now)


def last_said(conn: Connection) -> dict[str, tuple[str, datetime]]:
    """Of each destination ever spoken to: the code of its last answer ("" well), and when (machine time)."""
    rows = conn.execute(select(alert_way).where(alert_way.c.said_at.is_not(None)))
    return {row.destination: (row.code, row.said_at) for row in rows}


def _set(conn: Connection, ids: Collection[int], **values: object) -> None:
    """Only what still waits: an acknowledgement may have come meanwhile."""
    conn.execute(update(alert_copy).where(alert_copy.c.id.in_(ids), alert_copy.c.state == "queued").values(**values))


def _said(conn: Connection, destination: str, code: str, machine_now: datetime) -> None:
    mine = update(alert_way).where(alert_way.c.destination == destination)
    conn.execute(mine.values(code=code, said_at=machine_now))


def _copy(row: Row[Any]) -> Copy:
    kind = kind_of(row.ref)
    told = Told(
        level=Level(row.level),
        sentence=kind.sentence,
        customer=masked_name(row.name) if row.customer_id else "",
        store=row.store_name,
        link="",
        times=row.times,
        round=row.round,
    )
    return Copy(row.id, row.alert_id, row.customer_id, told.level, row.tries, told)
