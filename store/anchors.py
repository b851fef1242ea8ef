"""The facts journeys hang on, each with the moment its steps count from (bot/journeys: Anchor)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from bot.journeys import Anchor
from store import event_facts, visit_facts
from store.tables.cases import cases
from store.tables.people import repair_order, store
from store.tables.quotes import quote


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """An anchor that stands: its key in rule_day, what `due` computes from, and an end of its own, if it has one.

    buckets: hundredths of the customers it is for, by bot/sticky.py.
    """

    store_id: int
    key: str
    moment: str
    ends_at: datetime | None = None
    buckets: tuple[int, int] = (0, 100)


class Place(NamedTuple):
    """A store, as far as dates depend on it."""

    code: str
    time_zone: str


def stores(conn: Connection) -> dict[int, Place]:
    """By id."""
    rows = conn.execute(select(store.c.id, store.c.code, store.c.time_zone))
    return {row.id: Place(row.code, row.time_zone) for row in rows}


def delivery_days(conn: Connection, since: date) -> list[AnchorRow]:
    """Days on which a car was handed over and the order still stands as delivered."""
    rows = select(repair_order.c.store_id, repair_order.c.delivered_on).where(
        repair_order.c.status == "delivered", repair_order.c.delivered_on >= since
    )
    return [
        AnchorRow(row.store_id, str(row.delivered_on), str(row.delivered_on)) for row in conn.execute(rows.distinct())
    ]


def event_days(conn: Connection, anchor: Anchor, now: datetime, since: datetime) -> list[AnchorRow]:
    """Each wave of invitations, each version of an event, each seat offered is a day of its own."""
    return [
        AnchorRow(each.store_id, each.key, each.moment.isoformat(), each.ends_at)
        for each in event_facts.days(conn, anchor, now, since)
    ]


def fixed_cases(conn: Connection) -> list[AnchorRow]:
    rows = select(cases).where(cases.c.state == "fixed", cases.c.fixed_at.is_not(None))
    return [
        AnchorRow(row.store_id, f"case#{row.id}/round{row.round}", row.fixed_at.isoformat())
        for row in conn.execute(rows)
    ]


def visit_days(conn: Connection, anchor: Anchor, since: datetime) -> list[AnchorRow]:
    """Every appointment is a day of its own; a reminder ends when it begins."""
    return [
        AnchorRow(store_id, key, moment.isoformat(), ends_at)
        for store_id, key, moment, ends_at in visit_facts.days(conn, anchor, since)
    ]


def sent_quotes(conn: Connection, since: datetime) -> list[AnchorRow]:
    """Each ends with its own prices."""
    rows = select(quote).where(quote.c.state == "sent", quote.c.expires_at > since)
    return [
        AnchorRow(row.store_id, f"quote#{row.external_id}/v{row.version}", row.sent_at.isoformat(), row.expires_at)
        for row in conn.execute(rows)
    ]
