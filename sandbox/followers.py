"""Who follows, and what an account may still send them (wechat.md §3.2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects.sqlite import insert

from sandbox.tables import arrival, follower

TYPED = (5, timedelta(hours=48))
TAP = (3, timedelta(minutes=1))  # follow, scan, menu click, tap on a menu message


@dataclass(frozen=True, slots=True)
class Follower:
    """left: messages the account may still send; until: when that ends; None when nothing is open."""

    openid: str
    following: bool
    left: int
    until: datetime | None


def find(connection: Connection, account: str, openid: str, now: datetime) -> Follower | None:
    row = connection.execute(select(follower).where(_is(account, openid))).first()
    if row is None:
        return None
    windows = [(row.typed_left, row.typed_until), (row.tap_left, row.tap_until)]
    opened = [(left, until) for left, until in windows if until is not None and until > now]
    left, until = max(opened, default=(0, None), key=lambda window: window[0])
    return Follower(openid, row.following, left, until)


def everyone(connection: Connection, account: str) -> list[str]:
    here = select(follower.c.openid).where(follower.c.account == account, follower.c.following)
    return list(connection.execute(here.order_by(follower.c.id)).scalars())


def last_seen(connection: Connection, account: str, openid: str) -> datetime | None:
    """When this person did anything last; None for who left."""
    row = connection.execute(select(follower).where(_is(account, openid))).first()
    ends = ((row.typed_until, TYPED[1]), (row.tap_until, TAP[1])) if row else ()
    return max((until - span for until, span in ends if until is not None), default=None)


def ensure(connection: Connection, account: str, openid: str, now: datetime, following: bool) -> bool:
    """Create the person when unknown. True when created."""
    row = {"account": account, "openid": openid, "following": following, "followed_at": now if following else None}
    return connection.execute(insert(follower).values(**row).on_conflict_do_nothing()).rowcount == 1


def follow(connection: Connection, account: str, openid: str, now: datetime, scene: str = "") -> None:
    came = insert(arrival).values(account=account, openid=openid, scene=scene)
    connection.execute(came.on_conflict_do_update(index_elements=["account", "openid"], set_={"scene": scene}))
    values = {"following": True, "followed_at": now}
    connection.execute(update(follower).where(_is(account, openid)).values(**values))


def unfollow(connection: Connection, account: str, openid: str) -> None:
    closed = {"following": False, "typed_left": 0, "typed_until": None, "tap_left": 0, "tap_until": None}
    connection.execute(update(follower).where(_is(account, openid)).values(**closed))


def typed(connection: Connection, account: str, openid: str, now: datetime) -> None:
    values = {"typed_left": TYPED[0], "typed_until": now + TYPED[1]}
    connection.execute(update(follower).where(_is(account, openid)).values(**values))


def tapped(connection: Connection, account: str, openid: str, now: datetime) -> None:
    values = {"tap_left": TAP[0], "tap_until": now + TAP[1]}
    connection.execute(update(follower).where(_is(account, openid)).values(**values))


def spend(connection: Connection, account: str, openid: str, now: datetime) -> None:
    """One custom message: taken from both windows, so that three after a tap are not on top of five."""
    for left, until in ((follower.c.typed_left, follower.c.typed_until), (follower.c.tap_left, follower.c.tap_until)):
        still = (until > now) & (left > 0)
        connection.execute(update(follower).where(_is(account, openid), still).values({left.name: left - 1}))


def _is(account: str, openid: str):  # type: ignore[no-untyped-def]  # SQLAlchemy's own type is private
    return (follower.c.account == account) & (follower.c.openid == openid)
