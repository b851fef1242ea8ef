"""Ways that are shut for everybody, shared by all workers and shown to staff (wechat.md §3.8, reactions S and pauses).

Insert first: the unique index of open troubles decides who opened one, and so who tells staff.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, exists, or_, select, update

from bot.messages import Channel
from store.among import among
from store.dialects import insert_into
from store.outbox import WAYS
from store.prepared import Prepared
from store.tables.trouble import channel_trouble as table
from store.tables.trouble import disabled_template

ALL = "*"
SILENT = "silent"  # the code of a provider that does not answer at all
PROBE = timedelta(seconds=30)  # longer than any call with its token: one message at a time tries a stopped account
TOLD_FOR = timedelta(hours=1)  # a trouble that comes and goes is told once an hour


def scope(way: str) -> str:
    """What a stop of this way shuts: the whole account on WeChat, whose ways share token and standing."""
    return ALL if way in WAYS[Channel.WECHAT] else way


def begin(
    conn: Connection,
    way: str,
    account: str,
    *,
    code: str,
    sentence: str,
    stops: bool,
    now: datetime,
    machine_now: datetime,
    until: datetime,
) -> bool:
    """True: news for staff. The same again only moves `until`; another code is another trouble."""
    mine = and_(table.c.way == way, table.c.account == account)
    over = and_(table.c.stops.is_(False), table.c.until <= machine_now)
    conn.execute(update(table).where(mine, table.c.standing, over).values(standing=None, ended_at=now))
    known = conn.execute(update(table).where(mine, table.c.standing, table.c.code == code).values(until=until))
    if known.rowcount:
        return False
    told = exists().where(mine, table.c.code == code, table.c.ended_at > now - TOLD_FOR)
    lately = conn.execute(select(told)).scalar_one()
    # Of another code only: the same may have been opened by another worker since the first look.
    other = and_(mine, table.c.standing, table.c.code != code)
    conn.execute(update(table).where(other).values(standing=None, ended_at=now))
    row = {"way": way, "account": account, "code": code, "sentence": sentence, "stops": stops}
    new = insert_into(conn, table).values(**row, since=now, until=until).on_conflict_do_nothing()
    return conn.execute(new.returning(table.c.id)).first() is not None and not lately


def hold(conn: Connection, way: str, account: str, machine_now: datetime) -> datetime | None:
    """Until when this way rests; None: go. After a stop's `until` one caller at a time gets through, as a probe."""
    rows = _STANDING.all(conn, ways=[way, scope(way)], theirs=account)
    shut: list[datetime] = [row.until for row in rows if row.until > machine_now]
    if shut:
        return max(shut)
    for row in (each for each in rows if each.stops):
        mine = update(table).where(table.c.id == row.id, table.c.until == row.until, table.c.standing)
        if conn.execute(mine.values(until=machine_now + PROBE)).rowcount == 0:
            return machine_now + PROBE
    return None


_STANDING = Prepared.of(
    select(table).where(among(table.c.way, "ways"), table.c.account == bindparam("theirs"), table.c.standing)
)


def end(conn: Connection, way: str, account: str, now: datetime) -> None:
    """A message was accepted: what stood against its way is over."""
    _END.all(conn, ways=[way, scope(way)], theirs=account, now=now)


_END = Prepared(
    lambda _conn: (
        update(table)
        .where(among(table.c.way, "ways"), table.c.account == bindparam("theirs"), table.c.standing)
        .values(standing=None, ended_at=bindparam("now"))
    )
)


def end_silence(conn: Connection, way: str, account: str, now: datetime) -> None:
    """The provider answers again, were it with a refusal."""
    mine = (_about(way, account), table.c.code == SILENT, table.c.standing)
    conn.execute(update(table).where(*mine).values(standing=None, ended_at=now))


def end_pauses(conn: Connection, account: str, now: datetime) -> None:
    """The account's quota was cleared: what rested for want of it goes on."""
    resting = and_(table.c.account == account, table.c.standing, table.c.stops.is_(False))
    conn.execute(update(table).where(resting).values(standing=None, ended_at=now))


def shut(conn: Connection, machine_now: datetime) -> list[tuple[str, str]]:
    """(way, account) pairs that rest now."""
    rows = conn.execute(_SHUT, {"machine": machine_now})
    return [(way, row.account) for row in rows for way in (WAYS[Channel.WECHAT] if row.way == ALL else (row.way,))]


_SHUT = select(table.c.way, table.c.account).where(table.c.standing, table.c.until > bindparam("machine"))


def any_to_show() -> ColumnElement[bool]:
    """For a statement asked anyway: nearly always all is well, and a page asks no question more."""
    return exists().where(table.c.standing) | exists().where(disabled_template.c.id.is_not(None))


def standing(conn: Connection, machine_now: datetime, accounts: Collection[str] | None = None) -> Sequence[Row[object]]:
    """Open troubles, oldest first: of these accounts and of no account at all (SMS). None: of every account."""
    open_ones = table.c.standing & or_(table.c.stops, table.c.until > machine_now)
    mine = [] if accounts is None else [table.c.account.in_(["", *accounts])]
    return conn.execute(select(table).where(open_ones, *mine).order_by(table.c.id)).all()


def _about(way: str, account: str) -> ColumnElement[bool]:
    return and_(table.c.way.in_([way, scope(way)]), table.c.account == account)
