"""Secrets we hand out and keep only as a hash: API tokens of a store, one-time codes on a receipt."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from bot.customer import StaffMember
from bot.errors import NotThere
from store.tables.people import bind_token, store
from store.tables.staff import api_token
from store.visibility import visible_to

BIND_LIFE = timedelta(days=30)
USED_EVERY = timedelta(minutes=10)  # how fine the last use is kept
Chance = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls the API: a token of one store, which sees that store's rows alone."""

    token_id: int
    store_id: int
    name: str
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """As it is listed: never the token itself, which nobody has but its owner."""

    id: int
    name: str
    store: str
    created_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class BindCode:
    """scene: what the QR code carries, `bind:<token>`; at most 64 characters for WeChat."""

    scene: str
    expires_at: datetime


def hashed(token: str) -> str:
    """SHA-256 in hex. Unsalted is enough: the tokens are random, at least 128 bit."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_api_token(
    conn: Connection, store_id: int, name: str, now: datetime, chance: Chance = secrets.token_urlsafe
) -> str:
    """The token in clear, this once."""
    token = f"hf_{chance(32)}"
    row = {"store_id": store_id, "name": name, "token_hash": hashed(token), "created_at": now}
    conn.execute(insert(api_token).values(**row))
    return token


def api_caller(conn: Connection, token: str) -> ApiCaller | None:
    """Found by its hash, so the time of the look-up tells nothing of a token; revoked ones are nobody's."""
    digest = hashed(token)
    row = conn.execute(
        select(api_token).where(api_token.c.token_hash == digest, api_token.c.revoked_at.is_(None))
    ).one_or_none()
    if row is None or not hmac.compare_digest(row.token_hash, digest):
        return None
    return ApiCaller(row.id, row.store_id, row.name, row.used_at)


def used(conn: Connection, caller: ApiCaller, now: datetime) -> None:
    conn.execute(update(api_token).where(api_token.c.id == caller.token_id).values(used_at=now))


def stale(caller: ApiCaller, now: datetime) -> bool:
    """Whether the last use is to be written anew."""
    return caller.used_at is None or caller.used_at < now - USED_EVERY


def api_tokens(conn: Connection, user: StaffMember) -> Sequence[ApiToken]:
    """Those of the stores this user keeps, the live ones first."""
    rows = (
        select(api_token, store.c.name.label("store"))
        .join(store, store.c.id == api_token.c.store_id)
        .where(visible_to(user, api_token))
        .order_by(api_token.c.revoked_at.is_not(None), api_token.c.id.desc())
    )
    return [
        ApiToken(row.id, row.name, row.store, row.created_at, row.used_at, row.revoked_at)
        for row in conn.execute(rows)
    ]  # fmt: skip


def revoke_one(conn: Connection, user: StaffMember, token_id: int, now: datetime) -> str:
    """Its name; a second time changes nothing. Raises RuleBroken no_token: not there, or not this user's to see."""
    mine = (api_token.c.id == token_id, visible_to(user, api_token))
    name = conn.execute(select(api_token.c.name).where(*mine)).scalar()
    if name is None:
        raise NotThere("no_token", "没有这个令牌")
    conn.execute(update(api_token).where(*mine, api_token.c.revoked_at.is_(None)).values(revoked_at=now))
    return str(name)


def revoke_api_tokens(conn: Connection, store_id: int, name: str, now: datetime) -> int:
    """Every live token of that name; the number of them."""
    live = (api_token.c.store_id == store_id, api_token.c.name == name, api_token.c.revoked_at.is_(None))
    return conn.execute(update(api_token).where(*live).values(revoked_at=now)).rowcount


def new_bind_code(
    conn: Connection,
    customer_id: int,
    order_id: int | None,
    now: datetime,
    chance: Chance = secrets.token_urlsafe,
) -> BindCode:
    """A code that ties one openid to this file, once. now: business time."""
    token, expires_at = chance(24), now + BIND_LIFE  # 192 bit
    row = {"token_hash": hashed(token), "customer_id": customer_id, "repair_order_id": order_id}
    conn.execute(insert(bind_token).values(**row, expires_at=expires_at))
    return BindCode(f"bind:{token}", expires_at)
