"""Who may log in. Passwords are argon2id hashes; an unknown name costs as much time as a wrong password."""

import hashlib
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import Connection, Row, Select, func, insert, select, update

from bot.alerts import Level
from bot.customer import Role, StaffMember
from store.alarms import any_ringing
from store.alerts import any_standing
from store.notices import NOTHING_CHOSEN, Notice
from store.presence import Presence
from store.tables.alerts import staff_notice
from store.tables.people import store
from store.tables.staff import staff
from store.tables.visits import presence
from store.troubles import any_to_show

HASHER = PasswordHasher()
# Verified against when the name is unknown: the hash of nothing anybody types, so it never matches.
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


@dataclass(frozen=True, slots=True)
class LogIn:
    """stamp changes with the password: sessions begun before are over. troubles, alarms: something stands in the
    banner. keys: single keys do something in the inbox. second_factor: a code of a telephone's app is asked for too.

    paging: some page waits for somebody, of whatever store. chosen: as the rail shows them, while their page is open.
    """

    member: StaffMember
    username: str
    language: str
    store_name: str
    time_zone: str
    stamp: str
    troubles: bool = False
    keys: bool = True
    alarms: bool = False
    paging: bool = False
    notice: Notice = NOTHING_CHOSEN
    chosen: Presence = Presence.ONLINE
    second_factor: bool = False


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
    row = conn.execute(members().where(staff.c.id == staff_id)).first()
    return log_in_of(row) if row else None


def set_language(conn: Connection, staff_id: int, language: str) -> None:
    conn.execute(update(staff).where(staff.c.id == staff_id).values(language=language))


def set_keys(conn: Connection, staff_id: int, on: bool) -> None:
    conn.execute(update(staff).where(staff.c.id == staff_id).values(keys=on))


def members() -> Select[Any]:
    """Active ones with all that `log_in_of` reads."""
    heard = (staff_notice.c.browser, staff_notice.c.sound, staff_notice.c.lowest, staff_notice.c.off, presence.c.chosen)
    banners = (any_to_show().label("troubles"), any_standing().label("paging"), any_ringing().label("alarms"))
    query = select(staff, store.c.name.label("store_name"), store.c.time_zone, *banners, *heard)
    joined = (
        query.join(store, store.c.id == staff.c.store_id)
        .outerjoin(staff_notice, staff_notice.c.staff_id == staff.c.id)
        .outerjoin(presence, presence.c.staff_id == staff.c.id)
    )
    return joined.where(staff.c.active)


def log_in_of(row: Row[Any]) -> LogIn:
    notice = Notice(row.browser, row.sound, Level(row.lowest), tuple(row.off)) if row.lowest else NOTHING_CHOSEN
    return LogIn(
        member=StaffMember(row.id, row.store_id, row.name, Role(row.role)),
        username=row.username,
        language=row.language,
        store_name=row.store_name,
        time_zone=row.time_zone,
        stamp=hashlib.sha256(row.password_hash.encode()).hexdigest()[:16],
        troubles=bool(row.troubles),
        keys=row.keys,
        alarms=bool(row.alarms),
        paging=bool(row.paging),
        notice=notice,
        chosen=Presence(row.chosen or Presence.ONLINE),
        second_factor=row.totp_on,
    )


def _verified(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
