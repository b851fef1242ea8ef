"""The first start of a house nobody may log in to: a one-time code, steps left behind, closed for good at the end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from bot.customer import Role
from bot.errors import RuleBroken
from store import staff as people
from store.dialects import insert_into
from store.tables.log_ins import set_up
from store.tables.staff import staff
from store.tokens import hashed

ONLY = 1  # id of the one row
STEPS = ("store", "accounts", "person")


@dataclass(frozen=True, slots=True)
class Progress:
    """done: steps left behind. code_hash: whoever proves it may go on."""

    done: tuple[str, ...]
    code_hash: str

    @property
    def next(self) -> str:
        return next((step for step in STEPS if step not in self.done), STEPS[-1])


def open_with(conn: Connection, code: str, now: datetime) -> bool:
    """A new code for the same progress; the old one is void. False: somebody may log in, or it was closed: for good."""
    if conn.execute(select(func.count()).select_from(staff)).scalar_one():
        return False
    row = {"code_hash": hashed(code), "made_at": now}
    fresh = insert_into(conn, set_up).values(id=ONLY, done=[], **row)
    put = fresh.on_conflict_do_update(index_elements=["id"], set_=row, where=set_up.c.closed_at.is_(None))
    return conn.execute(put.returning(set_up.c.id)).first() is not None


def progress(conn: Connection) -> Progress | None:
    """None: there is nothing to set up."""
    nobody = ~select(staff.c.id).exists()
    row = conn.execute(select(set_up).where(set_up.c.id == ONLY, set_up.c.closed_at.is_(None), nobody)).first()
    return Progress(tuple(row.done), row.code_hash) if row else None


def leave_behind(conn: Connection, step: str) -> None:
    found = progress(conn)
    if found is not None and step in STEPS and step not in found.done:
        conn.execute(update(set_up).where(set_up.c.id == ONLY).values(done=[*found.done, step]))


def first_person(conn: Connection, who: Mapping[str, Any], password_hash: str, now: datetime) -> int:
    """The first administrator, and the page is closed: of two presses at once the row's update lets one through.
    who: store_id, username, name. Raises RuleBroken set_up_closed."""
    ours = (set_up.c.id == ONLY, set_up.c.closed_at.is_(None))
    if progress(conn) is None or conn.execute(update(set_up).where(*ours).values(closed_at=now)).rowcount != 1:
        raise RuleBroken("set_up_closed", "已经设置过了，请登录")
    return people.add(conn, **who, role=Role.ADMIN, password_hash=password_hash)
