"""Sessions of staff: one row a log-in, listed to its owner, ended by them, by an admin, or by a new password.

Times are machine time: moving the sandbox's clock logs nobody out and opens nothing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from store.staff import LogIn, log_in_of, members
from store.tables.log_ins import staff_session as session
from store.tables.staff import staff
from store.tokens import Chance, hashed

IDLE = timedelta(days=7)  # an untouched one is over: a telephone left in a drawer
SEEN_EVERY = timedelta(minutes=5)  # so that a busy page is no writer


@dataclass(frozen=True, slots=True)
class Live:
    """The session somebody's cookie names."""

    id: int
    log_in: LogIn
    way: str
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """device: browser and system; address: masked."""

    id: int
    device: str
    address: str
    way: str
    created_at: datetime
    seen_at: datetime


def begin(
    conn: Connection, staff_id: int, way: str, device: str, address: str, now: datetime,
    chance: Chance = secrets.token_urlsafe,
) -> str:  # fmt: skip
    """way: password | sso. The token for the cookie, in clear, this once."""
    token = chance(24)
    row = {"staff_id": staff_id, "way": way, "device": device[:80], "address": address[:60], "created_at": now}
    conn.execute(insert(session).values(**row, token_hash=hashed(token), seen_at=now))
    return token


def session_of(conn: Connection, token: str, now: datetime) -> Live | None:
    """None: ended, untouched for a week, or its owner may not log in any more. One query."""
    ours = (session.c.token_hash == hashed(token), session.c.ended_at.is_(None), session.c.seen_at > now - IDLE)
    query = members().add_columns(session.c.id.label("session_id"), session.c.way, session.c.seen_at)
    row = conn.execute(query.join(session, session.c.staff_id == staff.c.id).where(*ours)).first()
    return Live(row.session_id, log_in_of(row), row.way, row.seen_at) if row else None


def seen(conn: Connection, session_id: int, now: datetime) -> None:
    conn.execute(update(session).where(session.c.id == session_id).values(seen_at=now))


def sessions_of(conn: Connection, staff_id: int, now: datetime) -> Sequence[Listed]:
    """Those that still open the house, the last used first."""
    live = (session.c.staff_id == staff_id, session.c.ended_at.is_(None), session.c.seen_at > now - IDLE)
    rows = conn.execute(select(session).where(*live).order_by(session.c.seen_at.desc(), session.c.id.desc()))
    return [Listed(row.id, row.device, row.address, row.way, row.created_at, row.seen_at) for row in rows]


def end(conn: Connection, session_id: int, staff_id: int, now: datetime) -> bool:
    """False when it was not one of this person's, or over already."""
    own = (session.c.id == session_id, session.c.staff_id == staff_id, session.c.ended_at.is_(None))
    return conn.execute(update(session).where(*own).values(ended_at=now)).rowcount == 1


def end_all(conn: Connection, staff_id: int, now: datetime, but: int = 0) -> int:
    """Every live session of this person; but: the id of one that stays. The number ended."""
    own = (session.c.staff_id == staff_id, session.c.ended_at.is_(None), session.c.id != but)
    return conn.execute(update(session).where(*own).values(ended_at=now)).rowcount
