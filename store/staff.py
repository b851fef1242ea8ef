"""Who may log in. Passwords are argon2id hashes; an unknown name costs as much time as a wrong password."""

import hashlib
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from bot.customer import Role, StaffMember
from store.tables.people import store
from store.tables.staff import staff
from store.troubles import any_to_show

HASHER = PasswordHasher()
# Verified against when the name is unknown: the hash of nothing anybody types, so it never matches.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@dataclass(frozen=True, slots=True)
class LogIn:
    """stamp changes with the password: sessions begun before are over. troubles: something stands in the banner."""

    member: StaffMember
    username: str
    language: str
    store_name: str
    time_zone: str
    stamp: str
    troubles: bool = False


def hash_password(password: str) -> str:
    return HASHER.hash(password)


def active_roles(conn: Connection) -> dict[str, int]:
    """How many of each role may log in."""
    rows = select(staff.c.role, func.count()).where(staff.c.active).group_by(staff.c.role)
    return {str(row[0]): int(row[1]) for row in conn.execute(rows)}


def add(conn: Connection, *, store_id: int, username: str, name: str, role: Role, password_hash: str) -> int:
    """Raises IntegrityError when the username is taken."""
    row = {"store_id": store_id, "username": username, "name": name, "role": role, "password_hash": password_hash}
    return int(conn.execute(insert(staff).values(row).returning(staff.c.id)).scalar_one())


def check_password(conn: Connection, username: str, password: str) -> LogIn | None:
    """None for a wrong password, an unknown name and an inactive member alike."""
    row = conn.execute(select(staff.c.id, staff.c.password_hash, staff.c.active).where(staff.c.username == username))
    found = row.first()
    right = _verified(found.password_hash if found else NOBODY, password)
    return log_in(conn, found.id) if right and found and found.active else None


def log_in(conn: Connection, staff_id: int) -> LogIn | None:
    """An active member by id."""
    return _one(conn, staff.c.id == staff_id)


def set_language(conn: Connection, staff_id: int, language: str) -> None:
    conn.execute(update(staff).where(staff.c.id == staff_id).values(language=language))


def _one(conn: Connection, which: ColumnElement[bool]) -> LogIn | None:
    query = select(staff, store.c.name.label("store_name"), store.c.time_zone, any_to_show().label("troubles"))
    row = conn.execute(query.join(store, store.c.id == staff.c.store_id).where(which, staff.c.active)).first()
    if row is None:
        return None
    member = StaffMember(row.id, row.store_id, row.name, Role(row.role))
    stamp = hashlib.sha256(row.password_hash.encode()).hexdigest()[:16]
    return LogIn(member, row.username, row.language, row.store_name, row.time_zone, stamp, bool(row.troubles))


def _verified(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
