"""Whose names may stand in a conversation: the customer's own, and those of the store's staff."""

from sqlalchemy import Connection, select

from store.tables.people import customer
from store.tables.staff import staff


def names_of(conn: Connection, customer_id: int) -> tuple[str, ...]:
    own = select(customer.c.name, customer.c.store_id).where(customer.c.id == customer_id)
    row = conn.execute(own).one()
    colleagues = conn.execute(select(staff.c.name).where(staff.c.store_id == row.store_id)).scalars()
    return tuple(name for name in (row.name, *colleagues) if name)
