"""Access tokens of the fake WeChat, living on business time (wechat.md §3.1)."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, insert, select, update

from sandbox.tables import access_token
from sandbox.wechat_rules import Refused

LIFE = timedelta(seconds=7200)
HAND_OVER = timedelta(seconds=300)  # both tokens are good in the last five minutes
TICKET = "jsapi"  # of the JS-SDK, beside the two kinds of token
FORCE_GAP = timedelta(seconds=30)


def plain(connection: Connection, account: str, now: datetime) -> tuple[str, int]:
    """cgi-bin/token: every call makes a new one; those before it end within five minutes."""
    _shorten(connection, account, "plain", now, HAND_OVER)
    return _issue(connection, account, "plain", now)


def stable(connection: Connection, account: str, now: datetime, force: bool) -> tuple[str, int]:
    """cgi-bin/stable_token: the same while it is good; `force` ends the old at once. 45009 when forced too often."""
    newest = _newest(connection, account, "stable")
    if force:
        if newest is not None and now - newest.issued_at < FORCE_GAP:
            raise Refused(45009, "reach max api daily quota limit")
        _shorten(connection, account, "stable", now, timedelta())
    elif newest is not None and newest.expires_at - now > HAND_OVER:
        return newest.token, int((newest.expires_at - now).total_seconds())
    return _issue(connection, account, "stable", now)


def ticket(connection: Connection, account: str, now: datetime) -> tuple[str, int]:
    """ticket/getticket: the same while it is good."""
    newest = _newest(connection, account, TICKET)
    if newest is not None and newest.expires_at > now:
        return newest.token, int((newest.expires_at - now).total_seconds())
    return _issue(connection, account, TICKET, now)


def account_of(connection: Connection, token: str | None, now: datetime) -> str:
    """Whose token this is. 41001 missing, 40001 unknown, 42001 expired."""
    if not token:
        raise Refused(41001, "access_token missing")
    row = connection.execute(
        select(access_token).where(access_token.c.token == token, access_token.c.kind != TICKET)
    ).first()
    if row is None:
        raise Refused(40001, "invalid credential, access_token is invalid or not latest")
    if row.expires_at <= now:
        raise Refused(42001, "access_token expired")
    return str(row.account)


def _newest(connection: Connection, account: str, kind: str) -> Row[tuple[object, ...]] | None:
    own = select(access_token).where(access_token.c.account == account, access_token.c.kind == kind)
    return connection.execute(own.order_by(access_token.c.id.desc()).limit(1)).first()


def _shorten(connection: Connection, account: str, kind: str, now: datetime, rest: timedelta) -> None:
    mine = (
        (access_token.c.account == account) & (access_token.c.kind == kind) & (access_token.c.expires_at > now + rest)
    )
    connection.execute(update(access_token).where(mine).values(expires_at=now + rest))


def _issue(connection: Connection, account: str, kind: str, now: datetime) -> tuple[str, int]:
    token = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(96)}"
    row = {"account": account, "kind": kind, "token": token, "issued_at": now, "expires_at": now + LIFE}
    connection.execute(insert(access_token).values(**row))
    return token, int(LIFE.total_seconds())
