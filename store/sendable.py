"""What is asked of the data once more in the moment before a message leaves."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import ColumnElement, Connection, and_, bindparam, exists, or_, select

from bot.gate import REFUSABLE
from bot.messages import Category
from store.among import among
from store.anchors import Place
from store.prepared import Prepared
from store.standing import refuses
from store.tables.cases import cases
from store.tables.contact import message
from store.tables.outbound import carries, touchpoint
from store.tables.people import customer, store


def place(conn: Connection, store_id: int) -> Place:
    row = _PLACE.first(conn, this=store_id)
    return Place(row.code, row.time_zone)


_PLACE = Prepared.of(select(store.c.code, store.c.time_zone).where(store.c.id == bindparam("this")))


def by_staff(conn: Connection, outbox_id: int) -> bool:
    """A person wrote this message."""
    return _BY_STAFF.first(conn, row=outbox_id) is not None


_BY_STAFF = Prepared.of(
    select(message.c.id).where(message.c.outbox_id == bindparam("row"), message.c.author == "staff").limit(1)
)


def barred(conn: Connection, touchpoint_ids: Sequence[int], category: Category) -> bool:
    """One of the recipients has refused this since, or has a complaint open that the message is not about, under
    whatever file.
    """
    return _barred(category).first(conn, ids=touchpoint_ids) is not None


@cache
def _barred(category: Category) -> Prepared:
    found = select(touchpoint.c.id).join(customer, customer.c.id == touchpoint.c.customer_id)
    return Prepared.of(found.where(among(touchpoint.c.id, "ids"), _objects(category)).limit(1))


def barred_of(conn: Connection, outbox_ids: Sequence[int], category: Category) -> set[int]:
    """The same of several outbox rows: those for which it holds."""
    return set(_barred_of(category).column(conn, ids=outbox_ids))


@cache
def _barred_of(category: Category) -> Prepared:
    found = select(carries.c.outbox_id).join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id)
    found = found.join(customer, customer.c.id == touchpoint.c.customer_id)
    return Prepared.of(found.where(among(carries.c.outbox_id, "ids"), _objects(category)))


def _objects(category: Category) -> ColumnElement[bool]:
    other = customer.alias("other")
    files = select(other.c.id).where(other.c.phone == customer.c.phone, customer.c.phone != "").correlate(customer)
    theirs_too = or_(cases.c.customer_id == customer.c.id, cases.c.customer_id.in_(files))
    complaining = exists().where(theirs_too, cases.c.state != "closed").correlate(customer)
    held = and_(complaining, touchpoint.c.case_message.is_(False))
    return or_(refuses(*REFUSABLE[category]), held)
