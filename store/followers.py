"""What WeChat says of our followers, written down: how they came, and who left while we were away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from store import follow
from store.dialects import insert_into
from store.tables.people import identity
from store.tables.runtime import errand


@dataclass(frozen=True, slots=True)
class Told:
    """follows False: WeChat tells nothing else of this person."""

    openid: str
    follows: bool
    subscribe_scene: str = ""
    qr_scene: str = ""
    unionid: str = ""


def not_asked_about(conn: Connection, account: str, limit: int) -> list[str]:
    """Openids of followers WeChat was not asked about since they followed, oldest first."""
    mine = (identity.c.channel == "wechat", identity.c.account == account, identity.c.following)
    rows = select(identity.c.address).where(identity.c.info_at.is_(None), *mine).order_by(identity.c.id)
    return [str(row.address) for row in conn.execute(rows.limit(limit))]


def note(conn: Connection, account: str, told: Told, asked_at: datetime, now: datetime) -> None:
    """An event that came after WeChat was asked knows better."""
    mine = (identity.c.channel == "wechat", identity.c.account == account, identity.c.address == told.openid)
    row = conn.execute(select(identity).where(*mine, identity.c.changed_at <= asked_at)).first()
    if row is None:
        return
    if not told.follows:
        _left(conn, account, told.openid, row.customer_id, now)
        return
    known = {"subscribe_scene": told.subscribe_scene, "qr_scene": told.qr_scene, "unionid": told.unionid}
    conn.execute(update(identity).where(identity.c.id == row.id).values(**known, info_at=now))


def compare(
    conn: Connection,
    account: str,
    followers: Collection[str],
    asked_at: datetime,
    now: datetime,
    after: int,
    limit: int,
) -> tuple[int, int, int, int]:
    """Some of the known people against WeChat's list: (seen, left, came, last id); seen 0: that was all.

    An event that came after WeChat was asked knows better.
    """
    mine = (identity.c.channel == "wechat", identity.c.account == account, identity.c.id > after)
    rows = conn.execute(select(identity).where(*mine).order_by(identity.c.id).limit(limit)).all()
    settled = [row for row in rows if row.changed_at <= asked_at]
    left = [row for row in settled if row.following and row.address not in followers]
    came = [row for row in settled if not row.following and row.address in followers]
    for row in left:
        _left(conn, account, row.address, row.customer_id, now)
    for row in came:
        follow.mark(conn, account, row.address, True, now)
    return len(rows), len(left), len(came), rows[-1].id if rows else after


def openids(conn: Connection, account: str) -> set[str]:
    """Everybody we have met on this account."""
    mine = (identity.c.channel == "wechat", identity.c.account == account)
    return {str(row.address) for row in conn.execute(select(identity.c.address).where(*mine))}


def begin_errand(conn: Connection, name: str, day: str) -> bool:
    """True for the one who shall do it today."""
    new = insert_into(conn, errand).values(name=name, day=day)
    return conn.execute(new.on_conflict_do_nothing().returning(errand.c.day)).first() is not None


def give_back_errand(conn: Connection, name: str, day: str) -> None:
    """It could not be done: the next tick tries again."""
    conn.execute(delete(errand).where(errand.c.name == name, errand.c.day == day))


def _left(conn: Connection, account: str, openid: str, customer_id: int, now: datetime) -> None:
    follow.mark(conn, account, openid, False, now)
    follow.forget(conn, account, openid, customer_id)
