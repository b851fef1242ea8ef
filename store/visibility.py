"""Who may see a row: one predicate for list, thread, search, stream, send and API."""

from sqlalchemy import ColumnElement, FromClause, true

from bot.customer import Role, StaffMember


def visible_to(user: StaffMember, rows: FromClause) -> ColumnElement[bool]:
    """A condition on `rows`, any table with a `store_id`: one's own store, every store for an admin.

    The leaks of other products came through side doors, so no query of the inbox goes without it.
    """
    if user.role is Role.ADMIN:
        return true()
    return rows.c.store_id == user.store_id
