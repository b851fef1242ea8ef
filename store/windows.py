"""The WeChat window ledger: how many customer-service messages an openid may still get, and until when.

wechat.md §3.2: 5 messages in 48 h after a typed message; 3 in 1 min after a follow, scan, menu click or tap.
Quotas do not add up; a passive reply uses none. All times are business time.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, bindparam, func, or_, select, update

from bot.messages import InboundKind, Way
from bot.turn import WindowView
from store.dialects import insert_into
from store.prepared import Prepared
from store.tables.contact import wechat_window as window
from store.tables.outbound import outbox

SPANS = {"typed": (timedelta(hours=48), 5), "touch": (timedelta(minutes=1), 3)}
TOUCHES = frozenset({InboundKind.TAP, InboundKind.CLICK, InboundKind.FOLLOW, InboundKind.SCAN})
NOTHING = frozenset({InboundKind.UNFOLLOW, InboundKind.ANSWER})


def opens(kind: InboundKind) -> str | None:
    """typed | touch; None for what opens nothing. A message of any kind counts as typed: a picture, a voice, a place.

    A tap on a menu message arrives as text and is a touch all the same (§3.2, 特别说明).
    """
    if kind in NOTHING:
        return None
    return "touch" if kind in TOUCHES else "typed"


def open_window(conn: Connection, account: str, openid: str, kind: str, now: datetime) -> None:
    """kind: typed | touch. A touch never shortens a typed window that still has a message left."""
    span, quota = SPANS[kind]
    _OPEN[kind].all(conn, account=account, openid=openid, opened_at=now, expires_at=now + span, quota=quota)


def _opening(kind: str) -> Prepared:
    columns = ("account", "openid", "opened_at", "expires_at", "quota")

    def make(conn: Connection) -> Any:
        new = insert_into(conn, window).values(kind=kind, used=0, **{name: bindparam(name) for name in columns})
        fresh = {name: new.excluded[name] for name in ("kind", "opened_at", "expires_at", "quota", "used")}
        over = window.c.expires_at <= new.excluded.opened_at
        spent = or_(window.c.kind == "touch", over, window.c.used >= window.c.quota)
        where = None if kind == "typed" else spent
        return new.on_conflict_do_update(index_elements=["account", "openid"], set_=fresh, where=where)

    return Prepared(make)


_OPEN = {kind: _opening(kind) for kind in SPANS}


def take_slot(conn: Connection, account: str, openid: str, now: datetime, keep: int = 1) -> bool:
    """One message's slot, taken by a conditional update; `keep` slots are left for a human (design §4)."""
    open_still = and_(window.c.expires_at > now, window.c.quota - window.c.used > keep)
    taken = conn.execute(
        update(window)
        .where(window.c.account == account, window.c.openid == openid, open_still)
        .values(used=window.c.used + 1)
    )
    return taken.rowcount == 1


def give_slot_back(conn: Connection, account: str, openid: str) -> None:
    """The message was refused, so WeChat did not count it; a window opened anew meanwhile has nothing to give."""
    mine = (window.c.account == account, window.c.openid == openid, window.c.used > 0)
    conn.execute(update(window).where(*mine).values(used=window.c.used - 1))


def view(conn: Connection, account: str, openid: str, now: datetime) -> WindowView | None:
    """None when no window is open. `left` counts the human's slot too."""
    row = conn.execute(
        select(window.c.expires_at, window.c.quota, window.c.used).where(
            window.c.account == account, window.c.openid == openid, window.c.expires_at > now
        )
    ).first()
    return WindowView(expires_at=row.expires_at, left=row.quota - row.used) if row else None


def close_window(conn: Connection, account: str, openid: str, now: datetime) -> None:
    """The provider says the window is shut (45015) or empty (45047): the ledger was too hopeful."""
    conn.execute(update(window).where(window.c.account == account, window.c.openid == openid).values(expires_at=now))


def queued(customer_id: int | ColumnElement[int]) -> ScalarSelect[Any]:
    """Customer messages that wait for the worker: each takes its slot only when it leaves, but is as good as sent."""
    rows = select(func.count()).where(outbox.c.customer_id == customer_id, outbox.c.state == "queued")
    return rows.where(outbox.c.way == Way.CUSTOM.value).scalar_subquery()


def queued_for(conn: Connection, customer_id: int) -> int:
    return int(conn.execute(select(queued(customer_id))).scalar_one())
