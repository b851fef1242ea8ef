"""A P0 calls people until one of them acknowledges it: one row a round, rung by the clock process."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, exists, select, update

from bot.customer import StaffMember
from store.dialects import insert_into, skipping_locked
from store.tables.cases import alarm, cases
from store.tables.people import customer
from store.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Ringing:
    """What stands in the banner. times: how often people were called so far."""

    case_id: int
    customer_id: int
    name: str
    opened_at: datetime
    times: int


def ring(conn: Connection, case_id: int, round_: int, now: datetime) -> None:
    """Once a round: a case raised to P0 twice does not ring anew after it was acknowledged."""
    row = {"case_id": case_id, "round": round_, "opened_at": now, "next_at": now}
    conn.execute(insert_into(conn, alarm).values(**row).on_conflict_do_nothing(index_elements=["case_id", "round"]))


def acknowledge(conn: Connection, case_id: int, staff_id: int | None, now: datetime) -> bool:
    """False when nothing rings: of two people at once, one is written down. staff_id None: by the link in an alert."""
    ringing = (alarm.c.case_id == case_id, alarm.c.next_at.is_not(None))
    taken = {"next_at": None, "acknowledged_at": now, "acknowledged_by": staff_id}
    return conn.execute(update(alarm).where(*ringing).values(**taken)).rowcount > 0


def end(conn: Connection, case_id: int) -> None:
    """The case closed, or a new round began."""
    conn.execute(update(alarm).where(alarm.c.case_id == case_id, alarm.c.next_at.is_not(None)).values(next_at=None))


def due(conn: Connection, now: datetime) -> Sequence[Row[Any]]:
    """What must ring now, with its case: alarm_id, case_id, store_id, customer_id, level, owner_id, about_staff_id.

    The alarm is held until the commit, the case is not: turns hold a case first and its alarm second.
    """
    whose = [cases.c[name] for name in ("store_id", "customer_id", "level", "owner_id", "about_staff_id")]
    rows = (
        select(alarm.c.id.label("alarm_id"), alarm.c.case_id, *whose)
        .join(cases, cases.c.id == alarm.c.case_id)
        .where(alarm.c.next_at <= now)
        .order_by(alarm.c.id)
    )
    return conn.execute(skipping_locked(conn, rows, of=alarm)).all()


def rung(conn: Connection, alarm_id: int, now: datetime, every: timedelta) -> int:
    """Which time it was; after downtime it rings once, not once for each time missed."""
    again = update(alarm).where(alarm.c.id == alarm_id).values(times=alarm.c.times + 1, next_at=now + every)
    return int(conn.execute(again.returning(alarm.c.times)).scalar_one())


def any_ringing() -> ColumnElement[bool]:
    """For a statement asked anyway: nearly always none."""
    return exists().where(alarm.c.next_at.is_not(None))


def ringing_for(conn: Connection, user: StaffMember) -> list[Ringing]:
    """Oldest first."""
    query = (
        select(alarm.c.case_id, cases.c.customer_id, customer.c.name, alarm.c.opened_at, alarm.c.times)
        .join(cases, cases.c.id == alarm.c.case_id)
        .join(customer, customer.c.id == cases.c.customer_id)
        .where(alarm.c.next_at.is_not(None), visible_to(user, cases))
        .order_by(alarm.c.id)
    )
    return [Ringing(*row) for row in conn.execute(query)]
