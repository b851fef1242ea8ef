"""Secrets we hand out and keep only as a hash: API tokens of a store, one-time codes on a receipt."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from store.tables.people import bind_token
from store.tables.staff import api_token

BIND_LIFE = timedelta(days=30)
Chance = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class ApiCaller:
    """Who calls the API: a token of one store, which sees that store's rows alone."""

    token_id: int
    store_id: int
    name: str


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
    return ApiCaller(row.id, row.store_id, row.name)


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
