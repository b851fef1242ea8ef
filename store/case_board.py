"""All open cases by stage and deadline: what a manager looks at in the morning."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from bot.customer import StaffMember
from store.tables.cases import cases, deadline
from store.tables.people import customer, vehicle
from store.tables.staff import staff
from store.visibility import visible_to

CLOSED_FOR = timedelta(days=7)  # as long as a case may come back
LIMIT = 200


@dataclass(frozen=True, slots=True)
class CaseRow:
    id: int
    customer_id: int
    name: str
    plate: str
    level: str
    state: str
    round: int
    text: str
    owner_name: str
    opened_at: datetime
    closed_at: datetime | None
    ended_as: str
    next_kind: str
    due_at: datetime | None


def board_for(conn: Connection, user: StaffMember, now: datetime) -> list[CaseRow]:
    """Open cases by their next deadline, then what was closed in the last week."""
    unmet = (
        select(deadline.c.case_id, deadline.c.round, func.min(deadline.c.due_at).label("due_at"))
        .where(deadline.c.met_at.is_(None))
        .group_by(deadline.c.case_id, deadline.c.round)
        .subquery()
    )
    plate = select(func.min(vehicle.c.plate)).where(vehicle.c.customer_id == cases.c.customer_id, vehicle.c.plate != "")
    recent = or_(cases.c.state != "closed", cases.c.closed_at > now - CLOSED_FOR)
    query = (
        select(
            cases,
            customer.c.name,
            plate.scalar_subquery().label("plate"),
            staff.c.name.label("owner_name"),
            unmet.c.due_at,
            deadline.c.kind.label("next_kind"),
        )
        .join(customer, customer.c.id == cases.c.customer_id)
        .join(staff, staff.c.id == cases.c.owner_id)
        .outerjoin(unmet, and_(unmet.c.case_id == cases.c.id, unmet.c.round == cases.c.round))
        .outerjoin(
            deadline,
            and_(
                deadline.c.case_id == cases.c.id,
                deadline.c.round == cases.c.round,
                deadline.c.due_at == unmet.c.due_at,
                deadline.c.met_at.is_(None),
            ),
        )
        .where(visible_to(user, cases), recent)
        .order_by(cases.c.state == "closed", unmet.c.due_at.is_(None), unmet.c.due_at, cases.c.id)
        .limit(LIMIT)
    )
    return [_row(row) for row in conn.execute(query)]


def _row(row: Row[Any]) -> CaseRow:
    return CaseRow(
        id=row.id,
        customer_id=row.customer_id,
        name=row.name,
        plate=row.plate or "",
        level=row.level,
        state=row.state,
        round=row.round,
        text=row.text,
        owner_name=row.owner_name,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        ended_as=row.ended_as or "",
        next_kind=row.next_kind or "",
        due_at=row.due_at,
    )
