"""Why customers stay away, by code, and how many came back after they were asked (handbook H1.7.5)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from bot.effects import CHURN
from store.tables.outbound import touchpoint
from store.tables.people import customer, fact, repair_order, store

NOT_A_VISIT = ("booked", "cancelled")
WINBACK = "winback."


@dataclass(frozen=True, slots=True)
class Reason:
    """customers: how many gave it, each once whatever how often."""

    store: str
    code: str
    customers: int


@dataclass(frozen=True, slots=True)
class WinBack:
    """asked: customers a win-back message was sent to. returned: those the workshop had a car of after the first."""

    store: str
    asked: int
    returned: int


def reasons(conn: Connection, since: datetime) -> list[Reason]:
    """By store, the most frequent first."""
    many = func.count(fact.c.customer_id.distinct())
    rows = (
        select(store.c.code, fact.c.value, many.label("many"))
        .join(customer, customer.c.id == fact.c.customer_id)
        .join(store, store.c.id == customer.c.store_id)
        .where(fact.c.key == CHURN, fact.c.at >= since)
        .group_by(store.c.code, fact.c.value)
        .order_by(store.c.code, many.desc(), fact.c.value)
    )
    return [Reason(row.code, row.value, row.many) for row in conn.execute(rows)]


def win_back(conn: Connection, since: datetime) -> list[WinBack]:
    """Of those whose first message went out since then."""
    sent = (touchpoint.c.rule.like(f"{WINBACK}%"), touchpoint.c.outcome == "sent", touchpoint.c.done_at >= since)
    first = (
        select(touchpoint.c.customer_id, touchpoint.c.store_id, func.min(touchpoint.c.done_at).label("at"))
        .where(*sent)
        .group_by(touchpoint.c.customer_id, touchpoint.c.store_id)
        .subquery()
    )
    came = and_(
        repair_order.c.customer_id == first.c.customer_id, repair_order.c.updated_at > first.c.at,
        repair_order.c.status.not_in(NOT_A_VISIT),
    )  # fmt: skip
    asked, returned = func.count(first.c.customer_id.distinct()), func.count(repair_order.c.customer_id.distinct())
    rows = (
        select(store.c.code, asked.label("asked"), returned.label("returned"))
        .select_from(first)
        .join(store, store.c.id == first.c.store_id)
        .outerjoin(repair_order, came)
        .group_by(store.c.code)
        .order_by(store.c.code)
    )
    return [WinBack(row.code, row.asked, row.returned) for row in conn.execute(rows)]


def given_by(conn: Connection, customer_id: int) -> Sequence[tuple[str, datetime]]:
    """(code, when) of one customer, newest first, each code once."""
    last = func.max(fact.c.at).label("at")
    mine = select(fact.c.value, last).where(fact.c.customer_id == customer_id, fact.c.key == CHURN)
    return [(row.value, row.at) for row in conn.execute(mine.group_by(fact.c.value).order_by(last.desc()))]
