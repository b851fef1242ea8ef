"""Consents to subscription notifications, counted: one tap is one message, without a time limit (wechat.md §3.4)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from store.among import among
from store.dialects import insert_into
from store.prepared import Prepared
from store.tables.contact import subscription


def give(conn: Connection, account: str, openid: str, template_id: str, now: datetime) -> None:
    """The customer tapped 允许 once more."""
    new = insert_into(conn, subscription).values(
        account=account, openid=openid, template_id=template_id, left=1, changed_at=now
    )
    more = {"left": subscription.c.left + 1, "changed_at": now}
    conn.execute(new.on_conflict_do_update(index_elements=["account", "openid", "template_id"], set_=more))


def take(conn: Connection, account: str, openid: str, template_id: str, now: datetime) -> bool:
    """One consent for one message, by a conditional update; False when none is left."""
    mine = _mine(account, openid, template_id)
    used = update(subscription).where(*mine, subscription.c.left > 0)
    return conn.execute(used.values(left=subscription.c.left - 1, changed_at=now)).rowcount == 1


def withdraw(conn: Connection, account: str, openid: str, template_id: str, now: datetime) -> None:
    """Turned off in WeChat, or WeChat says there is none (43101): what we counted is void."""
    conn.execute(update(subscription).where(*_mine(account, openid, template_id)).values(left=0, changed_at=now))


def left(conn: Connection, account: str, openid: str) -> dict[str, int]:
    """template_id → messages that may still go out."""
    rows = select(subscription.c.template_id, subscription.c.left)
    mine = (subscription.c.account == account, subscription.c.openid == openid, subscription.c.left > 0)
    return {row.template_id: row.left for row in conn.execute(rows.where(*mine))}


def left_of(conn: Connection, openids: Sequence[str]) -> dict[tuple[str, str], frozenset[str]]:
    """(account, openid) → templates with a consent in hand; one query for a whole batch."""
    if not openids:
        return {}
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in _HELD.all(conn, openids=openids):
        found[row.account, row.openid].add(row.template_id)
    return {who: frozenset(templates) for who, templates in found.items()}


_HELD = Prepared.of(
    select(subscription.c.account, subscription.c.openid, subscription.c.template_id).where(
        among(subscription.c.openid, "openids"), subscription.c.left > 0
    )
)


def _mine(account: str, openid: str, template_id: str):  # type: ignore[no-untyped-def]  # a private SQLAlchemy type
    return (
        subscription.c.account == account,
        subscription.c.openid == openid,
        subscription.c.template_id == template_id,
    )
