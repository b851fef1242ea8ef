"""The staff as an administrator keeps it: who there is, added, moved, ended, given a link to set a password.

A manager keeps the staff of their own store and gives no role above their own; nobody ends or demotes the last
administrator. The page's buttons follow these rules, and whoever goes round the page meets them here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.customer import Role, StaffMember
from bot.errors import NotThere, RuleBroken
from store import own_addresses, sessions
from store.staff import hash_password
from store.tables.log_ins import staff_link, staff_session
from store.tables.people import store
from store.tables.staff import staff
from store.tokens import Chance, hashed
from store.visibility import visible_to

LINK_LIFE = timedelta(days=3)
SHORTEST, LONGEST = 10, 256  # characters of a password
KEEPERS = frozenset({Role.MANAGER, Role.ADMIN})
NO_PASSWORD = ""  # matches nothing


@dataclass(frozen=True, slots=True)
class Colleague:
    """invited: has never set a password. seen_at: of the last session, None before the first."""

    id: int
    username: str
    name: str
    role: Role
    store_id: int
    store: str
    active: bool
    invited: bool = False
    second_factor: bool = False
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks for."""

    username: str
    name: str
    role: Role
    store_id: int


def colleagues(conn: Connection, user: StaffMember) -> Sequence[Colleague]:
    """Those this user may see, by store, the active ones first."""
    last = select(func.max(staff_session.c.seen_at)).where(staff_session.c.staff_id == staff.c.id).scalar_subquery()
    query = select(staff, store.c.name.label("store"), last.label("seen_at")).join(
        store, store.c.id == staff.c.store_id
    )
    order = (store.c.id, staff.c.active.desc(), staff.c.username)
    rows = conn.execute(query.where(visible_to(user, staff)).order_by(*order))
    return [
        Colleague(
            row.id, row.username, row.name, Role(row.role), row.store_id, row.store, row.active,
            row.password_hash == NO_PASSWORD and row.oidc_subject is None, row.totp_on, row.seen_at,
        )
        for row in rows
    ]  # fmt: skip


def colleague(conn: Connection, user: StaffMember, staff_id: int) -> Colleague | None:
    """None for what is not there and for what is not this user's to see alike."""
    return next((each for each in colleagues(conn, user) if each.id == staff_id), None)


def theirs(conn: Connection, user: StaffMember, staff_id: int) -> Colleague:
    """For whoever keeps them. Raises RuleBroken no_colleague, not_yours."""
    who = colleague(conn, user, staff_id)
    if who is None:
        raise NotThere("no_colleague", "没有这位同事")
    if user.role not in KEEPERS or (who.role is Role.ADMIN and user.role is not Role.ADMIN):
        raise RuleBroken("not_yours", "这要管理员来做")
    return who


def roles_for(user: StaffMember) -> list[Role]:
    """Those this user may give."""
    return [role for role in Role if role is not Role.ADMIN or user.role is Role.ADMIN]


def stores_for(conn: Connection, user: StaffMember) -> dict[int, str]:
    """id → name of the stores this user keeps."""
    rows = select(store.c.id, store.c.name).order_by(store.c.id)
    if user.role is not Role.ADMIN:
        rows = rows.where(store.c.id == user.store_id)
    return {row.id: row.name for row in conn.execute(rows)}


def join(conn: Connection, user: StaffMember, wanted: Wanted) -> int:
    """A new colleague, who cannot log in before a link set a password. Raises RuleBroken bad_username, no_name,
    not_yours, username_taken."""
    _check(conn, user, wanted)
    check_username(wanted.username)
    row = {"store_id": wanted.store_id, "username": wanted.username, "name": wanted.name, "role": wanted.role.value}
    try:
        with conn.begin_nested():
            made = conn.execute(insert(staff).values(**row, password_hash=NO_PASSWORD).returning(staff.c.id))
            return int(made.scalar_one())
    except IntegrityError:
        raise RuleBroken("username_taken", "这个用户名已经有人用了") from None


def check_username(username: str) -> None:
    """Raises RuleBroken bad_username."""
    if not 2 <= len(username) <= 64 or any(sign.isspace() for sign in username):
        raise RuleBroken("bad_username", "用户名要 2 到 64 个字，中间没有空格")


def change(conn: Connection, user: StaffMember, staff_id: int, wanted: Wanted) -> dict[str, object]:
    """Name, role and store. What changed, for the audit. Raises RuleBroken no_colleague, no_name, not_yours,
    last_admin."""
    before = theirs(conn, user, staff_id)
    _check(conn, user, wanted)
    if before.role is Role.ADMIN and wanted.role is not Role.ADMIN:
        _not_the_last(conn, staff_id)
    new = {"name": wanted.name, "role": wanted.role.value, "store_id": wanted.store_id}
    old = {"name": before.name, "role": before.role.value, "store_id": before.store_id}
    changed = {name: value for name, value in new.items() if old[name] != value}
    if changed:
        conn.execute(update(staff).where(staff.c.id == staff_id).values(**changed))
    return {name: [old[name], value] for name, value in changed.items() if name != "name"} | (
        {"name": "changed"} if "name" in changed else {}
    )


def set_active(conn: Connection, user: StaffMember, staff_id: int, active: bool, now: datetime) -> None:
    """Ended at once, with every session and link. Raises RuleBroken no_colleague, not_yours, yourself, last_admin."""
    who = theirs(conn, user, staff_id)
    if who.id == user.id:
        raise RuleBroken("yourself", "不能停用自己，请找另一位管理员")
    if not active and who.role is Role.ADMIN:
        _not_the_last(conn, staff_id)
    conn.execute(update(staff).where(staff.c.id == staff_id).values(active=active))
    if not active:
        sessions.end_all(conn, staff_id, now)
        _void_links(conn, staff_id, now)
        own_addresses.drop(conn, staff_id)


def new_link(
    conn: Connection, user: StaffMember, staff_id: int, now: datetime, chance: Chance = secrets.token_urlsafe
) -> str:
    """The token in clear, this once; older links are void. now: machine time. Raises RuleBroken no_colleague,
    not_yours, inactive."""
    if not theirs(conn, user, staff_id).active:
        raise RuleBroken("inactive", "账号已停用，先启用再重设密码")
    _void_links(conn, staff_id, now)
    token = chance(24)
    row = {"staff_id": staff_id, "made_by": user.id, "token_hash": hashed(token), "expires_at": now + LINK_LIFE}
    conn.execute(insert(staff_link).values(**row))
    return token


def invited(conn: Connection, token: str, now: datetime) -> Colleague | None:
    """Whose link this is; None when it is unknown, used or old."""
    good = (staff_link.c.token_hash == hashed(token), staff_link.c.used_at.is_(None), staff_link.c.expires_at > now)
    query = (
        select(staff, store.c.name.label("store"))
        .join(store, store.c.id == staff.c.store_id)
        .join(staff_link, staff_link.c.staff_id == staff.c.id)
        .where(*good, staff.c.active)
    )
    row = conn.execute(query).first()
    return Colleague(row.id, row.username, row.name, Role(row.role), row.store_id, row.store, True) if row else None


def set_by_link(conn: Connection, token: str, password: str, now: datetime) -> int:
    """The staff id; every session ends. The conditional update is what makes the link work once. Raises RuleBroken
    no_link, short_password, long_password."""
    password_hash = checked_hash(password)
    who = invited(conn, token, now)
    fresh = (staff_link.c.token_hash == hashed(token), staff_link.c.used_at.is_(None))
    if who is None or conn.execute(update(staff_link).where(*fresh).values(used_at=now)).rowcount != 1:
        raise RuleBroken("no_link", "这个链接用过或过期了，请管理员再发一个")
    set_password_hash(conn, who.id, password_hash)
    sessions.end_all(conn, who.id, now)
    return who.id


def checked_hash(password: str) -> str:
    """Raises RuleBroken short_password, long_password."""
    if len(password) < SHORTEST:
        raise RuleBroken("short_password", "密码至少 10 个字")
    if len(password) > LONGEST:
        raise RuleBroken("long_password", "密码最多 256 个字")
    return hash_password(password)


def set_password_hash(conn: Connection, staff_id: int, password_hash: str) -> None:
    conn.execute(update(staff).where(staff.c.id == staff_id).values(password_hash=password_hash))


def member_of(who: Colleague) -> StaffMember:
    return StaffMember(who.id, who.store_id, who.name, who.role)


def _check(conn: Connection, user: StaffMember, wanted: Wanted) -> None:
    if not wanted.name:
        raise RuleBroken("no_name", "请写上姓名")
    if user.role not in KEEPERS or wanted.role not in roles_for(user):
        raise RuleBroken("not_yours", "这要管理员来做")
    if wanted.store_id not in stores_for(conn, user):
        raise RuleBroken("not_yours", "这要管理员来做")


def _not_the_last(conn: Connection, staff_id: int) -> None:
    """Locked where rows can be: of two administrators who end each other at once, one stays."""
    others = select(staff.c.id).where(staff.c.role == Role.ADMIN.value, staff.c.active).order_by(staff.c.id)
    if set(conn.execute(others.with_for_update()).scalars()) <= {staff_id}:
        raise RuleBroken("last_admin", "这是最后一位管理员，先另设一位")


def _void_links(conn: Connection, staff_id: int, now: datetime) -> None:
    open_ones = (staff_link.c.staff_id == staff_id, staff_link.c.used_at.is_(None))
    conn.execute(update(staff_link).where(*open_ones).values(used_at=now))
