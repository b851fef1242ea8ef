"""Cases by stage and deadline: the board, and the same list for the API and the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select

from bot.cases import CaseFacts, CaseState
from bot.customer import StaffMember
from bot.errors import NotThere
from store.tables.cases import cases, deadline
from store.tables.people import customer, store, vehicle
from store.tables.staff import staff
from store.visibility import visible_to

CLOSED_FOR = timedelta(days=7)  # as long as a case may come back
LIMIT = 200


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked at; "" and 0: all of it. owner_id: whose. open_only: without those closed in the last week."""

    store_id: int = 0
    owner_id: int = 0
    level: str = ""
    state: str = ""
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """next_kind, due_at: the unmet deadline that comes first. over: it has passed."""

    id: int
    external_id: str | None
    store_id: int
    store_name: str
    customer_id: int
    customer: str | None
    name: str
    plate: str
    level: str
    category: str
    state: str
    round: int
    text: str
    owner_id: int
    owner_name: str
    opened_at: datetime
    closed_at: datetime | None
    ended_as: str
    next_kind: str
    due_at: datetime | None
    over: bool


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One case: as the board shows it, as the rules look at it, and what was planned, by whom, by when, and done."""

    row: CaseRow
    facts: CaseFacts
    plan_by: str
    plan_due_at: datetime | None
    fix: str
    close_reason: str
    about: str


def board_for(conn: Connection, user: StaffMember, now: datetime, which: Filter = Filter()) -> list[CaseRow]:
    """Open cases by their next deadline, overdue first, then what was closed in the last week; at most LIMIT."""
    return [_row(row, now) for row in conn.execute(_query(user, *_within(which, now)))]


def one_for(conn: Connection, user: StaffMember, case_id: int, now: datetime) -> CaseRow:
    """However long it is closed. Raises RuleBroken no_case."""
    return record_for(conn, user, case_id, now).row


def record_for(conn: Connection, user: StaffMember, case_id: int, now: datetime) -> CaseRecord:
    """In one question. Raises RuleBroken no_case: what one may not see is not there."""
    doer, about = staff.alias(), staff.alias()
    query = (
        _query(user, cases.c.id == case_id)
        .outerjoin(doer, doer.c.id == cases.c.plan_staff_id)
        .outerjoin(about, about.c.id == cases.c.about_staff_id)
        .add_columns(doer.c.name.label("doer"), about.c.name.label("about"))
    )
    row = conn.execute(query).first()
    if row is None:
        raise NotThere("no_case", "没有这张单")
    facts = CaseFacts(
        row.id, row.store_id, row.customer_id, CaseState(row.state), row.level, row.round, row.owner_id,
        row.about_staff_id, row.plan, row.fixed_at, row.closed_at,
    )  # fmt: skip
    shown = _row(row, now)
    return CaseRecord(shown, facts, row.doer or "", row.plan_due_at, row.fix, row.close_reason, row.about or "")


def _query(user: StaffMember, *which: ColumnElement[bool]) -> Select[Any]:
    unmet = (
        select(deadline.c.case_id, deadline.c.round, func.min(deadline.c.due_at).label("due_at"))
        .where(deadline.c.met_at.is_(None))
        .group_by(deadline.c.case_id, deadline.c.round)
        .subquery()
    )
    plate = select(func.min(vehicle.c.plate)).where(vehicle.c.customer_id == cases.c.customer_id, vehicle.c.plate != "")
    mine = and_(unmet.c.case_id == cases.c.id, unmet.c.round == cases.c.round)
    first = and_(
        deadline.c.case_id == cases.c.id,
        deadline.c.round == cases.c.round,
        deadline.c.due_at == unmet.c.due_at,
        deadline.c.met_at.is_(None),
    )
    return (
        select(cases, customer.c.name, customer.c.external_id.label("customer"), store.c.name.label("store_name"))
        .add_columns(plate.scalar_subquery().label("plate"), staff.c.name.label("owner_name"))
        .add_columns(unmet.c.due_at, deadline.c.kind.label("next_kind"))
        .join(customer, customer.c.id == cases.c.customer_id)
        .join(store, store.c.id == cases.c.store_id)
        .join(staff, staff.c.id == cases.c.owner_id)
        .outerjoin(unmet, mine)
        .outerjoin(deadline, first)
        .where(visible_to(user, cases), *which)
        .order_by(cases.c.state == CaseState.CLOSED, unmet.c.due_at.is_(None), unmet.c.due_at, cases.c.id)
        .limit(LIMIT)
    )


def counts_for(conn: Connection, user: StaffMember, now: datetime, which: Filter) -> dict[str, int]:
    """How many in each stage, also beyond what the list shows."""
    query = select(cases.c.state, func.count()).where(visible_to(user, cases), *_within(which, now))
    return {str(state): int(many) for state, many in conn.execute(query.group_by(cases.c.state))}


def owners_for(conn: Connection, user: StaffMember) -> list[tuple[int, str, str]]:
    """(id, username, name) of whom a case may be given to, and whose may be looked at."""
    query = select(staff.c.id, staff.c.username, staff.c.name).where(staff.c.active, visible_to(user, staff))
    return [(row.id, row.username, row.name) for row in conn.execute(query.order_by(staff.c.name, staff.c.id))]


def stores_for(conn: Connection, user: StaffMember) -> list[tuple[int, str]]:
    """(id, name) of the stores somebody sees."""
    ours = select(store.c.id, store.c.name, store.c.id.label("store_id")).subquery()
    rows = conn.execute(select(ours.c.id, ours.c.name).where(visible_to(user, ours)).order_by(ours.c.id))
    return [(row.id, row.name) for row in rows]


def case_id_of(conn: Connection, store_id: int, external_id: str) -> int | None:
    """By the DMS's own id."""
    own = (cases.c.store_id == store_id, cases.c.external_id == external_id)
    return conn.execute(select(cases.c.id).where(*own)).scalar()


def _within(which: Filter, now: datetime) -> Sequence[ColumnElement[bool]]:
    recent = cases.c.state != CaseState.CLOSED
    if not which.open_only:
        recent = or_(recent, cases.c.closed_at > now - CLOSED_FOR)
    wanted = {"store_id": which.store_id, "owner_id": which.owner_id, "level": which.level, "state": which.state}
    return [recent, *(cases.c[name] == value for name, value in wanted.items() if value)]


def _row(row: Row[Any], now: datetime) -> CaseRow:
    return CaseRow(
        id=row.id,
        external_id=row.external_id,
        store_id=row.store_id,
        store_name=row.store_name,
        customer_id=row.customer_id,
        customer=row.customer,
        name=row.name,
        plate=row.plate or "",
        level=row.level,
        category=row.category,
        state=row.state,
        round=row.round,
        text=row.text,
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        ended_as=row.ended_as or "",
        next_kind=row.next_kind or "",
        due_at=row.due_at,
        over=row.due_at is not None and row.due_at < now,
    )
