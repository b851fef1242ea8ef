"""What the day has come to, for who has nothing left to do; and whether a new house has anything at all."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, func, select

from bot.customer import StaffMember
from store.tables.cases import cases
from store.tables.contact import message, thread
from store.tables.people import customer
from store.visibility import visible_to

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Today:
    """Of the last 24 hours. empty: the house has no customer and no conversation yet."""

    received: int
    answered: int
    closed: int
    empty: bool


def numbers(conn: Connection, user: StaffMember, now: datetime) -> Today:
    since = now - DAY
    recent = (visible_to(user, message), message.c.at >= since, message.c.id > _start(conn, user))
    asked = (
        select(func.count()).select_from(message).where(*recent, message.c.direction == "in"),
        select(func.count()).select_from(message).where(*recent, message.c.author == "staff"),
        select(func.count()).select_from(cases).where(visible_to(user, cases), cases.c.closed_at >= since),
    )
    # The table is named: for an administrator the condition is plain true and names none.
    nobody = ~exists(select(customer.c.id).where(visible_to(user, customer)))
    nobody &= ~exists(select(thread.c.id).where(visible_to(user, thread)))
    row = conn.execute(select(*(each.scalar_subquery() for each in asked), nobody)).one()
    return Today(row[0], row[1], row[2], bool(row[3]))


def _start(conn: Connection, user: StaffMember) -> int:
    """Messages have no index by time: the newest twenty thousand hold a day of any store."""
    newest = conn.execute(select(func.coalesce(func.max(message.c.id), 0))).scalar_one()
    return int(newest) - 20_000
