"""Mass messages of one openid and calendar month, counted by us: WeChat refuses the fifth (wechat.md §3.5).

Kept apart from the touchpoints: two customers' files may share an openid's history, and a batch is one row for many.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, delete, func, select, update

from bot.routing import MASS_A_MONTH
from store.among import among
from store.dialects import insert_into
from store.prepared import Prepared
from store.tables.contact import mass_copy

CHINA = ZoneInfo("Asia/Shanghai")


def count(conn: Connection, outbox_id: int, account: str, openids: Iterable[str], now: datetime) -> None:
    """In the transaction in which the call begins; again for a second try of the same row it changes nothing."""
    same = {"outbox_id": outbox_id, "account": account, "month": month(now), "copies": 1}
    rows = [{**same, "openid": openid} for openid in dict.fromkeys(openids)]
    if rows:
        conn.execute(insert_into(conn, mass_copy).on_conflict_do_nothing(), rows)


def uncount(conn: Connection, outbox_id: int) -> None:
    """WeChat refused the whole call: nobody got a copy."""
    conn.execute(delete(mass_copy).where(mass_copy.c.outbox_id == outbox_id))


def spent(conn: Connection, outbox_id: int) -> None:
    """45028: WeChat knows of more than we sent (the console counts too). Out until the month ends."""
    conn.execute(update(mass_copy).where(mass_copy.c.outbox_id == outbox_id).values(copies=MASS_A_MONTH))


def used(conn: Connection, openids: Sequence[str], now: datetime) -> dict[tuple[str, str], int]:
    """(account, openid) → copies this month."""
    rows = _USED.all(conn, openids=openids, this_month=month(now))
    return {(row.account, row.openid): int(row.copies) for row in rows}


_USED = Prepared.of(
    select(mass_copy.c.account, mass_copy.c.openid, func.sum(mass_copy.c.copies).label("copies"))
    .where(among(mass_copy.c.openid, "openids"), mass_copy.c.month == bindparam("this_month"))
    .group_by(mass_copy.c.account, mass_copy.c.openid)
)


def month(now: datetime) -> str:
    """WeChat's month, `2026-11`."""
    return f"{now.astimezone(CHINA):%Y-%m}"
