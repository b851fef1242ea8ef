"""Whom an event invites: its condition (bot/conditions.py) over the store's file, in the words of the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import BigInteger, ColumnElement, Connection, Select, cast, func, literal, null, select, true

from bot.conditions import Condition
from bot.customer import Purpose
from bot.sticky import PRIME, sticky
from store.conditions import Of, compiled, moments
from store.standing import agreeing, refuses
from store.tables.people import customer, vehicle

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


@dataclass(frozen=True, slots=True)
class Counted:
    """matching: in the file and as the query says. agreed: of them, who may be asked. refused: said no; the rest never
    said anything."""

    matching: int
    agreed: int
    refused: int


def condition_of(stored: Mapping[str, Any]) -> Condition | None:
    """As the column `event.audience` keeps it; None is everybody. Raises pydantic's ValidationError."""
    return CONDITION.validate_python(stored) if stored else None


def stored(condition: Condition | None) -> dict[str, Any]:
    return {} if condition is None else CONDITION.dump_python(condition, mode="json", by_alias=True)


def willing(store_id: int, condition: Condition | None, salt: str, now: datetime) -> Select[Any]:
    """Ids of those who match, agreed and did not refuse, in an order that is always the same and nobody's merit."""
    mine = (*_matching(store_id, condition), *_asked())
    rows = select(customer.c.id).where(*mine).order_by(_place(salt), customer.c.id)
    return rows.params(moments(condition, now))


def counted(conn: Connection, store_id: int, condition: Condition | None, now: datetime) -> Counted:
    agreed, refused = customer.c.id.in_(agreeing(Purpose.MARKETING)), refuses(Purpose.MARKETING)
    counts = select(func.count(), func.count().filter(agreed, ~refused), func.count().filter(refused))
    rows = counts.select_from(customer).where(*_matching(store_id, condition))
    return Counted(*conn.execute(rows, moments(condition, now)).one())


def models(conn: Connection, store_id: int, limit: int = 40) -> list[str]:
    """Of the cars in the store's file, the most frequent first."""
    here = (vehicle.c.store_id == store_id, vehicle.c.model != "", vehicle.c.sold_on.is_(None))
    rows = select(vehicle.c.model).where(*here).group_by(vehicle.c.model)
    return list(conn.execute(rows.order_by(func.count().desc(), vehicle.c.model).limit(limit)).scalars())


def cities(conn: Connection, store_id: int, limit: int = 40) -> list[str]:
    here = (customer.c.store_id == store_id, customer.c.city != "")
    rows = select(customer.c.city).where(*here).group_by(customer.c.city)
    return list(conn.execute(rows.order_by(func.count().desc(), customer.c.city).limit(limit)).scalars())


def _matching(store_id: int, condition: Condition | None) -> tuple[ColumnElement[bool], ...]:
    """Its statement is executed with the condition's `moments`."""
    of = Of(literal(store_id), customer.c.id, null())
    asked = true() if condition is None else compiled(condition, of)
    return customer.c.store_id == store_id, customer.c.known, customer.c.merged_into.is_(None), asked


def _asked() -> tuple[ColumnElement[bool], ...]:
    return customer.c.id.in_(agreeing(Purpose.MARKETING)), ~refuses(Purpose.MARKETING)


def _place(salt: str) -> ColumnElement[int]:
    """Another order for every event, so that nobody is always asked last."""
    a, b = sticky(salt)
    place: ColumnElement[int] = (cast(customer.c.id, BigInteger) * a + b) % PRIME
    return place
