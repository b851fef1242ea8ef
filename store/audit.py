"""What staff did that somebody may ask about later. Ids and codes only, never a customer's words."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, insert

from bot.customer import StaffMember
from store.tables.staff import audit


def record(conn: Connection, user: StaffMember, action: str, ref: Mapping[str, object], now: datetime) -> None:
    """action: a stable code, e.g. `sent_against_warning`."""
    conn.execute(insert(audit).values(store_id=user.store_id, staff_id=user.id, at=now, action=action, ref=dict(ref)))


def record_command(conn: Connection, store_id: int, action: str, ref: Mapping[str, object], now: datetime) -> None:
    """By whoever may run commands on this machine; `by` in ref names the person, as far as they said."""
    conn.execute(insert(audit).values(store_id=store_id, staff_id=None, at=now, action=action, ref=dict(ref)))
