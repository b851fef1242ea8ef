"""Who may see a row: one predicate for list, thread, search, stream, send and API."""

from sqlalchemy import ColumnElement, Connection, FromClause, select, true

from bot.customer import Role, StaffMember
from store.tables.people import customer


def visible_to(user: StaffMember, rows: FromClause) -> ColumnElement[bool]:
    """A condition on `rows`, any table with a `store_id`: one's own store, every store for an admin.

    The leaks of other products came through side doors, so no query of the inbox goes without it.
    """
    if user.role is Role.ADMIN:
        return true()
    return rows.c.store_id == user.store_id


def may_see(user: StaffMember, store_id: int) -> bool:
    """The same of a row that was read already."""
    return user.role is Role.ADMIN or store_id == user.store_id


def sees(conn: Connection, user: StaffMember, customer_id: int) -> bool:
    """This customer is there and is this person's to see."""
    found = select(customer.c.id).where(customer.c.id == customer_id, visible_to(user, customer))
    return conn.execute(found).first() is not None
