"""What providers pushed: kept raw before the acknowledgement, worked off afterwards (sms.md §1.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select, update

from store.dialects import insert_into
from store.tables.contact import callback

TRIES = 5
PATIENCE = timedelta(hours=1)  # how long a receipt may be ahead of the message it speaks of
BATCH = 100


@dataclass(frozen=True, slots=True)
class Pushed:
    """One item of a provider's push. kind: reply | report. body: the item as it came."""

    id: int
    provider: str
    kind: str
    key: str
    body: Mapping[str, Any]
    address: str
    received_at: datetime
    tries: int


def keep(
    conn: Connection, provider: str, kind: str, items: Sequence[tuple[str, Mapping[str, Any], str]], now: datetime,
    state: str = "new",
) -> int:  # fmt: skip
    """Stores (key, body, address) rows; returns how many were new. A repeated push changes nothing."""
    if not items:
        return 0
    same: dict[str, object] = {"provider": provider, "kind": kind, "received_at": now, "state": state}
    rows = [{**same, "item_key": key, "body": dict(body), "address": address} for key, body, address in items]
    new = insert_into(conn, callback).on_conflict_do_nothing().returning(callback.c.id)
    return len(conn.execute(new, rows).all())  # as a list of rows: one long VALUES takes five times as long


def fresh(conn: Connection) -> list[Pushed]:
    """What nobody has looked at yet, oldest first."""
    rows = select(callback).where(callback.c.state == "new").order_by(callback.c.id).limit(BATCH)
    return [_pushed(row) for row in conn.execute(rows)]


def waiting(conn: Connection, now: datetime) -> list[Pushed]:
    """What failed or matched nothing, and is still worth another look."""
    rows = select(callback).where(callback.c.state.in_(("again", "unmatched")), callback.c.received_at > now - PATIENCE)
    return [_pushed(row) for row in conn.execute(rows.order_by(callback.c.id).limit(BATCH))]


def settle(conn: Connection, pushed: Pushed, state: str, note: str = "") -> None:
    """Final states stay: another worker may have been faster."""
    mine = (callback.c.id == pushed.id, callback.c.state.in_(("new", "again", "unmatched")))
    conn.execute(update(callback).where(*mine).values(state=state, note=note, tries=callback.c.tries + 1))


def replies_taken(conn: Connection, address: str, since: datetime) -> int:
    """How many replies of this number were worked off since."""
    taken = (callback.c.kind == "reply", callback.c.state == "done")
    mine = select(func.count()).where(callback.c.address == address, callback.c.received_at > since, *taken)
    return int(conn.execute(mine).scalar_one())


def _pushed(row: Any) -> Pushed:
    return Pushed(row.id, row.provider, row.kind, row.item_key, row.body, row.address, row.received_at, row.tries)
