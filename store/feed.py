"""What changed, for the pages that are open: one row in the transaction of the change, ids only.

PostgreSQL hands out ids before the commit, so a row may appear behind one already read. `after` therefore looks
back `OVERLAP` ids; the stream remembers what it sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, bindparam, delete, func, insert, select

from bot.alerts import Level, about, kind_of, reason_of
from store.prepared import Prepared
from store.tables.alerts import alert
from store.tables.runtime import feed

OVERLAP = 50
TOPIC = "feed"  # the wake-up the stream waits on; fired after the commit


@dataclass(frozen=True, slots=True)
class FeedRow:
    id: int
    store_id: int
    customer_id: int | None
    kind: str
    ref: Mapping[str, object]
    at: datetime


def tell(
    conn: Connection, store_id: int, kind: str, ref: Mapping[str, object], customer_id: int | None, at: datetime
) -> None:
    """kind: message | thread | case | outbox | event | visit | alert | mention | reminder. ref holds ids, never text of
    a customer. A mention and a reminder are for one person, ref["staff_id"].

    An alert may also leave the house: its row is written here too, in the same transaction (scheduler/alerts.py).
    """
    show(conn, store_id, kind, ref, customer_id, at)
    if kind == "alert" and (level := kind_of(ref).level) is not Level.NOTE:
        row = {"store_id": store_id, "customer_id": customer_id, "reason": reason_of(ref), "level": level.value}
        conn.execute(insert(alert).values(**row, about=about(ref, customer_id), ref=dict(ref), at=at))


def show(
    conn: Connection, store_id: int, kind: str, ref: Mapping[str, object], customer_id: int | None, at: datetime
) -> None:
    """To the open pages alone: an alert that is repeated was raised before."""
    _TELL.all(conn, store_id=store_id, kind=kind, ref=dict(ref), customer_id=customer_id, at=at)


def show_all(
    conn: Connection, kind: str, about: Sequence[tuple[int, Mapping[str, object], int | None]], at: datetime
) -> None:
    """about: (store, ref, customer) of each; as many as share a moment, at least one."""
    rows = [
        {"store_id": store_id, "kind": kind, "ref": dict(ref), "customer_id": customer_id, "at": at}
        for store_id, ref, customer_id in about
    ]
    _TELL.many(conn, rows)


_TELL = Prepared(
    lambda _conn: insert(feed).values(
        **{name: bindparam(name) for name in ("store_id", "kind", "ref", "customer_id", "at")}
    )
)


def after(conn: Connection, cursor: int, visible: ColumnElement[bool], limit: int = 200) -> list[FeedRow]:
    """Rows from `OVERLAP` before the cursor on, oldest first. visible: `visible_to(user, feed)`."""
    query = select(feed).where(feed.c.id > cursor - OVERLAP, visible).order_by(feed.c.id).limit(limit)
    return [FeedRow(r.id, r.store_id, r.customer_id, r.kind, r.ref, r.at) for r in conn.execute(query)]


def newest(conn: Connection) -> int:
    """The cursor for a page rendered in this transaction."""
    return conn.execute(select(func.max(feed.c.id))).scalar() or 0


def too_old(conn: Connection, cursor: int) -> bool:
    """Rows after the cursor were already pruned: the page must load afresh."""
    oldest = conn.execute(select(func.min(feed.c.id))).scalar_one()
    return oldest is not None and cursor < oldest - 1


def prune(conn: Connection, before: datetime) -> int:
    """Forget what no open page can still ask for; the newest row stays, it holds the cursor."""
    return conn.execute(delete(feed).where(feed.c.at < before, feed.c.id < newest(conn))).rowcount
