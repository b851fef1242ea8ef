"""The chain of a case in SQL: one row a rung and missed deadline, written with the breach, told when its time is there.

Rows carry absolute instants, so a restart changes nothing: what fell due meanwhile is told at the first tick.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, or_, select, update

from bot.cases import CaseState
from bot.customer import Role, StaffMember
from bot.escalation import OPENED, Rung
from store.dialects import insert_into, skipping_locked
from store.tables.cases import cases, deadline, escalation
from store.tables.people import store
from store.tables.staff import staff

AT_ONCE = 200
TOLD, DROPPED = "told", "dropped"


@dataclass(frozen=True, slots=True)
class Due:
    """A rung whose time is there. stale: met, closed or of an earlier round meanwhile."""

    id: int
    case_id: int
    store_id: int
    customer_id: int
    level: str
    owner_id: int
    about_staff_id: int | None
    deadline: str
    rung: Rung
    stale: bool


@dataclass(frozen=True, slots=True)
class Missed:
    """Of which chain a breach starts."""

    case_id: int
    round: int
    level: str
    store_code: str
    deadline: str
    due_at: datetime


def begin(conn: Connection, case_id: int, round_: int, level: str, now: datetime) -> None:
    """The first row of a round. A level raised within the round begins once more, under its own name."""
    _put(conn, [_row(case_id, round_, f"{OPENED}_{level}", Rung.OWNER, now)])


def at_once(conn: Connection, due: Due, rungs: Iterable[Rung], now: datetime) -> None:
    """What the level tells beside the first row, due now."""
    round_ = select(escalation.c.round).where(escalation.c.id == due.id).scalar_subquery()
    number = int(conn.execute(select(round_)).scalar_one())
    _put(conn, [_row(due.case_id, number, due.deadline, rung, now) for rung in rungs if rung is not due.rung])


def missed(conn: Connection, ran: Sequence[tuple[int, int, str]]) -> list[Missed]:
    """(case id, round, deadline) → what the chain is reckoned from."""
    found = []
    for case_id, round_, kind in ran:
        mine = (deadline.c.case_id == case_id, deadline.c.round == round_, deadline.c.kind == kind)
        query = (
            select(cases.c.level, store.c.code, deadline.c.due_at, deadline.c.met_at)
            .join(deadline, deadline.c.case_id == cases.c.id)
            .join(store, store.c.id == cases.c.store_id)
            .where(*mine)
        )
        row = conn.execute(query).one()
        if row.met_at is None:
            found.append(Missed(case_id, round_, row.level, row.code, kind, row.due_at))
    return found


def follow(conn: Connection, miss: Missed, rungs: Sequence[tuple[Rung, datetime]]) -> None:
    """The rungs of one missed deadline, each at its instant; written in the transaction of the breach."""
    _put(conn, [_row(miss.case_id, miss.round, miss.deadline, rung, at) for rung, at in rungs])


def due(conn: Connection, now: datetime) -> list[Due]:
    """Held until the commit; another process takes others."""
    unmet = and_(
        deadline.c.case_id == escalation.c.case_id,
        deadline.c.round == escalation.c.round,
        deadline.c.kind == escalation.c.deadline,
    )
    stale = or_(cases.c.state == CaseState.CLOSED, cases.c.round != escalation.c.round, deadline.c.met_at.is_not(None))
    rows = (
        select(escalation, cases.c.store_id, cases.c.customer_id, cases.c.level, cases.c.owner_id)
        .add_columns(cases.c.about_staff_id, stale.label("stale"))
        .join(cases, cases.c.id == escalation.c.case_id)
        .outerjoin(deadline, unmet)
        .where(escalation.c.done_at.is_(None), escalation.c.due_at <= now)
        .order_by(escalation.c.due_at, escalation.c.id)
        .limit(AT_ONCE)
    )
    return [_due(row) for row in conn.execute(skipping_locked(conn, rows, of=escalation))]


def settle(conn: Connection, escalation_id: int, told: Sequence[int], now: datetime) -> None:
    """told: ids of whom; none: dropped."""
    outcome = {"outcome": TOLD if told else DROPPED, "told_ids": list(told), "done_at": now}
    conn.execute(update(escalation).where(escalation.c.id == escalation_id).values(**outcome))


def called_so_far(conn: Connection, case_id: int) -> tuple[int, ...]:
    """Everybody the chain of the present round has reached."""
    rows = (
        select(escalation.c.told_ids)
        .join(cases, and_(cases.c.id == escalation.c.case_id, cases.c.round == escalation.c.round))
        .where(escalation.c.case_id == case_id, escalation.c.outcome == TOLD)
        .order_by(escalation.c.id)
    )
    return tuple(dict.fromkeys(each for ids in conn.execute(rows).scalars() for each in ids or ()))


def staff_for(conn: Connection, store_id: int) -> list[StaffMember]:
    """The active ones of the store, and every administrator."""
    there = staff.c.active & or_(staff.c.store_id == store_id, staff.c.role == Role.ADMIN)
    rows = conn.execute(select(staff).where(there).order_by(staff.c.id))
    return [StaffMember(row.id, row.store_id, row.name, Role(row.role)) for row in rows]


def _row(case_id: int, round_: int, kind: str, rung: Rung, at: datetime) -> dict[str, object]:
    return {"case_id": case_id, "round": round_, "deadline": kind, "rung": rung.value, "due_at": at}


def _put(conn: Connection, rows: Sequence[dict[str, object]]) -> None:
    if rows:
        unique = ["case_id", "round", "deadline", "rung"]
        conn.execute(insert_into(conn, escalation).on_conflict_do_nothing(index_elements=unique), rows)


def _due(row: Any) -> Due:
    return Due(
        row.id, row.case_id, row.store_id, row.customer_id, row.level, row.owner_id, row.about_staff_id,
        row.deadline, Rung(row.rung), bool(row.stale),
    )  # fmt: skip
