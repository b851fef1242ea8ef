"""What the customer reads of a repair: the quote with its car, the repair file of the order."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from bot.effects import Ask, PromptKind, Say
from bot.quotes import Quote, QuoteState
from store import prompts, quotes
from store.page_facts import House
from store.tables.contact import prompt
from store.tables.people import repair_order, store, vehicle


@dataclass(frozen=True, slots=True)
class Offered:
    """number: of the repair order. newer: the version that took its place, None if none did."""

    quote: Quote
    house: House
    number: str
    car: str
    newer: Quote | None = None


@dataclass(frozen=True, slots=True)
class FileView:
    """vin: its last six only. data: the repair file as the DMS gave it (web/api/file_bodies.py: RepairFile)."""

    house: House
    number: str
    plate: str
    model: str
    vin: str
    advisor: str
    delivered_at: datetime | None
    data: Mapping[str, Any]


def offered(conn: Connection, quote_id: int, customer_id: int) -> Offered | None:
    """None: no such quote, a draft, or the order is another customer's by now."""
    found = quotes.by_id(conn, quote_id)
    if found is None or found.customer_id != customer_id or found.state is QuoteState.DRAFT:
        return None
    row = conn.execute(_orders().where(repair_order.c.id == found.order_id)).one()
    newer = quotes.newest(conn, row.store_id, found.external_id) if found.state is QuoteState.REPLACED else None
    if newer is not None and newer.state not in (QuoteState.SENT, QuoteState.ANSWERED):
        newer = None
    return Offered(found, _house(row), row.external_id, " · ".join(filter(None, (row.plate, row.model))), newer)


def quote_prompt(conn: Connection, asked: Quote, now: datetime) -> int:
    """The question an answer from the page belongs to: the newest about this quote, else a new one."""
    about = prompt.c.ref["quote_id"].as_integer() == asked.id
    mine = (prompt.c.customer_id == asked.customer_id, prompt.c.kind == PromptKind.QUOTE.value, about)
    there = conn.execute(select(prompt.c.id).where(*mine).order_by(prompt.c.id.desc()).limit(1)).scalar()
    if there is not None:
        return int(there)
    question = Ask(Say("quote.sent"), PromptKind.QUOTE, asked.expires_at)
    ref = {"quote_id": asked.id, "order_id": asked.order_id}
    return prompts.ask(conn, asked.customer_id, question, ref, now)


def repair_file(conn: Connection, order_id: int, customer_id: int) -> FileView | None:
    """None: no such order of this customer, or no file yet."""
    mine = (repair_order.c.id == order_id, repair_order.c.customer_id == customer_id)
    row = conn.execute(_orders().where(*mine)).one_or_none()
    if row is None or row.file is None:
        return None
    return FileView(
        house=_house(row),
        number=row.external_id,
        plate=row.plate or "",
        model=row.model or "",
        vin=(row.vin or "")[-6:],
        advisor=row.advisor_name,
        delivered_at=row.delivered_at,
        data=row.file,
    )


def _orders() -> Select[Any]:
    car = vehicle.c.id == repair_order.c.vehicle_id
    shop = (store.c.name.label("store"), store.c.hotline, store.c.time_zone)
    return (
        select(repair_order, vehicle.c.plate, vehicle.c.model, vehicle.c.vin, *shop)
        .join(store, store.c.id == repair_order.c.store_id)
        .outerjoin(vehicle, car)
    )


def _house(row: Row[Any]) -> House:
    return House(row.store, row.hotline, row.time_zone)
