"""The facts journeys hang on, each with the moment its steps count from (bot/journeys: Anchor)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from store.tables.cases import cases
from store.tables.people import event, repair_order, store
from store.tables.quotes import quote


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """An anchor that stands: its key in rule_day, what `due` computes from, and an end of its own, if it has one."""

    store_id: int
    key: str
    moment: str
    ends_at: datetime | None = None


def stores(conn: Connection) -> dict[int, str]:
    """id → time zone."""
    return {row.id: row.time_zone for row in conn.execute(select(store.c.id, store.c.time_zone))}


def delivery_days(conn: Connection, since: date) -> list[AnchorRow]:
    """Days on which a car was handed over and the order still stands as delivered."""
    rows = select(repair_order.c.store_id, repair_order.c.delivered_on).where(
        repair_order.c.status == "delivered", repair_order.c.delivered_on >= since
    )
    return [
        AnchorRow(row.store_id, str(row.delivered_on), str(row.delivered_on)) for row in conn.execute(rows.distinct())
    ]


def published_events(conn: Connection, since: datetime) -> list[AnchorRow]:
    rows = select(event).where(event.c.state == "published", event.c.starts_at > since)
    return [
        AnchorRow(row.store_id, f"event#{row.id}", row.published_at.isoformat(), row.starts_at)
        for row in conn.execute(rows)
    ]


def fixed_cases(conn: Connection) -> list[AnchorRow]:
    rows = select(cases).where(cases.c.state == "fixed", cases.c.fixed_at.is_not(None))
    return [
        AnchorRow(row.store_id, f"case#{row.id}/round{row.round}", row.fixed_at.isoformat())
        for row in conn.execute(rows)
    ]


def sent_quotes(conn: Connection, since: datetime) -> list[AnchorRow]:
    """Each ends with its own prices."""
    rows = select(quote).where(quote.c.state == "sent", quote.c.expires_at > since)
    return [
        AnchorRow(row.store_id, f"quote#{row.external_id}/v{row.version}", row.sent_at.isoformat(), row.expires_at)
        for row in conn.execute(rows)
    ]
