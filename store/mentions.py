"""Colleagues called by name in a note: @孙丽. They are told at once, and find it again under 提到我."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select

from bot.customer import Role, StaffMember
from store import feed
from store.tables.desk import mention
from store.tables.staff import staff


def colleagues(conn: Connection, store_id: int) -> list[StaffMember]:
    """Who may be called to a conversation of that store: its own people, and administrators."""
    here = (staff.c.store_id == store_id) | (staff.c.role == Role.ADMIN.value)
    rows = conn.execute(select(staff).where(here, staff.c.active).order_by(staff.c.name))
    return [StaffMember(row.id, row.store_id, row.name, Role(row.role)) for row in rows]


def call(
    conn: Connection, user: StaffMember, store_id: int, customer_id: int, message_id: int, text: str, now: datetime
) -> Sequence[str]:
    """Names that were called; oneself counts for nothing."""
    if "@" not in text:
        return []
    called = [each for each in colleagues(conn, store_id) if f"@{each.name}" in text and each.id != user.id]
    for each in called:
        row = {"store_id": store_id, "customer_id": customer_id, "message_id": message_id, "staff_id": each.id}
        conn.execute(insert(mention).values(**row))
        feed.tell(conn, store_id, "mention", {"staff_id": each.id, "message_id": message_id}, customer_id, now)
    return [each.name for each in called]
