"""What must be there before a QR code with a scene is made of it."""

from datetime import datetime

from sqlalchemy import Connection, select

from store.tables.people import bind_token, store
from store.tables.staff import staff
from store.tokens import hashed


def is_consultant(conn: Connection, store_code: str, username: str) -> bool:
    """An active member of this store."""
    here = select(staff.c.id).join(store, store.c.id == staff.c.store_id)
    mine = here.where(staff.c.username == username, staff.c.active, store.c.code == store_code)
    return conn.execute(mine).first() is not None


def bind_code_left(conn: Connection, token: str, now: datetime) -> datetime | None:
    """When an unspent one-time code ends; None when it is unknown, spent or over."""
    good = (bind_token.c.token_hash == hashed(token), bind_token.c.used_at.is_(None), bind_token.c.expires_at > now)
    return conn.execute(select(bind_token.c.expires_at).where(*good)).scalar()
