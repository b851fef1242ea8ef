"""The second factor: a sealed secret, the last half minute a code was taken of, recovery codes by their hash."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from store.tables.log_ins import recovery_code
from store.tables.staff import staff
from store.tokens import hashed

CODES = 10
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that is read as another


@dataclass(frozen=True, slots=True)
class Factor:
    """sealed: "" without one. on: a code has proved it. codes: recovery codes left."""

    sealed: str
    on: bool
    codes: int


def factor_of(conn: Connection, staff_id: int) -> Factor:
    left = select(func.count()).where(recovery_code.c.staff_id == staff_id, recovery_code.c.used_at.is_(None))
    query = select(staff.c.totp, staff.c.totp_on, left.scalar_subquery()).where(staff.c.id == staff_id)
    row = conn.execute(query).one()
    return Factor(row[0], row[1], row[2])


def propose(conn: Connection, staff_id: int, sealed: str) -> None:
    """A new secret that counts for nothing until a code proves it; none replaces one that is on."""
    mine = (staff.c.id == staff_id, staff.c.totp_on.is_(False))
    conn.execute(update(staff).where(*mine).values(totp=sealed, totp_step=None))


def switch_on(
    conn: Connection, staff_id: int, step: int, choice: Callable[[str], str] = secrets.choice
) -> list[str] | None:
    """The recovery codes in clear, this once; None when another press was sooner."""
    mine = (staff.c.id == staff_id, staff.c.totp != "", staff.c.totp_on.is_(False))
    if conn.execute(update(staff).where(*mine).values(totp_on=True, totp_step=step)).rowcount != 1:
        return None
    return new_codes(conn, staff_id, choice)


def new_codes(conn: Connection, staff_id: int, choice: Callable[[str], str] = secrets.choice) -> list[str]:
    """80 bits each, so that a plain hash is enough; the old ones are void."""
    codes = ["-".join("".join(choice(LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(CODES)]
    conn.execute(delete(recovery_code).where(recovery_code.c.staff_id == staff_id))
    conn.execute(insert(recovery_code), [{"staff_id": staff_id, "code_hash": hashed(code)} for code in codes])
    return codes


def take_step(conn: Connection, staff_id: int, step: int) -> bool:
    """Whether a code of this half minute counts: never of one that was taken, or of one before it."""
    later = or_(staff.c.totp_step.is_(None), staff.c.totp_step < step)
    mine = (staff.c.id == staff_id, staff.c.totp_on, later)
    return conn.execute(update(staff).where(*mine).values(totp_step=step)).rowcount == 1


def take_code(conn: Connection, staff_id: int, typed: str, now: datetime) -> bool:
    """A recovery code, once."""
    code = hashed("-".join(_fours(typed)))
    mine = (recovery_code.c.staff_id == staff_id, recovery_code.c.code_hash == code, recovery_code.c.used_at.is_(None))
    return conn.execute(update(recovery_code).where(*mine).values(used_at=now)).rowcount == 1


def switch_off(conn: Connection, staff_id: int) -> None:
    conn.execute(delete(recovery_code).where(recovery_code.c.staff_id == staff_id))
    conn.execute(update(staff).where(staff.c.id == staff_id).values(totp="", totp_on=False, totp_step=None))


def _fours(typed: str) -> list[str]:
    letters = "".join(sign for sign in typed.upper() if sign.isalnum())[:16]
    return [letters[at : at + 4] for at in range(0, len(letters), 4)]
