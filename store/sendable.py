"""What is asked of the data once more in the moment before a message leaves."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, exists, func, or_, select

from bot.customer import Purpose
from bot.gate import REFUSABLE
from bot.messages import Category
from store.tables.cases import cases
from store.tables.contact import message
from store.tables.outbound import touchpoint
from store.tables.people import customer, identity, refusal, store


def zone(conn: Connection, store_id: int) -> str:
    return str(conn.execute(select(store.c.time_zone).where(store.c.id == store_id)).scalar_one())


def by_staff(conn: Connection, outbox_id: int) -> bool:
    """A person wrote this message."""
    rows = select(message.c.id).where(message.c.outbox_id == outbox_id, message.c.author == "staff")
    return conn.execute(rows.limit(1)).first() is not None


def barred(conn: Connection, touchpoint_ids: Sequence[int], category: Category) -> bool:
    """One of the recipients has refused this since, or has a complaint open that the message is not about."""
    purposes = [purpose.value for purpose in (*REFUSABLE[category], Purpose.ALL)]
    # Correlated by name: two levels deep SQLAlchemy would take every customer's openids.
    openids = select(identity.c.address).where(identity.c.customer_id == customer.c.id).correlate(customer)
    theirs = or_(and_(refusal.c.address == customer.c.phone, customer.c.phone != ""), refusal.c.address.in_(openids))
    standing = (theirs, refusal.c.withdrawn_at.is_(None), refusal.c.purpose.in_(purposes))
    refused = exists().where(*standing).correlate(customer)
    complaining = exists().where(cases.c.customer_id == customer.c.id, cases.c.state != "closed").correlate(customer)
    held = and_(complaining, touchpoint.c.case_message.is_(False))
    found = (
        select(func.count())
        .select_from(touchpoint)
        .join(customer, customer.c.id == touchpoint.c.customer_id)
        .where(touchpoint.c.id.in_(touchpoint_ids), or_(refused, held))
    )
    return conn.execute(found).scalar_one() > 0
