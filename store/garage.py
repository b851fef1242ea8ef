"""我的爱车: what a bound follower sees of their cars, and what is under way at the workshop."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from bot.effects import PromptKind
from store.page_facts import House
from store.tables.contact import prompt
from store.tables.people import customer, identity, repair_order, store, vehicle

OVER = ("delivered", "cancelled")


@dataclass(frozen=True, slots=True)
class Order:
    """status: the DMS's word."""

    number: str
    status: str
    work: tuple[str, ...]
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Car:
    """delivered_at: when it was last handed over, None when it never was."""

    plate: str
    model: str
    orders: list[Order] = field(default_factory=list)
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Garage:
    """bound: the openid is tied to a file; else there is nothing. asked: (prompt id, its end) if one is open."""

    house: House
    bound: bool
    name: str = ""
    cars: Sequence[Car] = ()
    asked: tuple[int, datetime] | None = None


def identity_of(conn: Connection, account: str, openid: str) -> int | None:
    """None: we have never heard of this person."""
    mine = (identity.c.channel == "wechat", identity.c.account == account, identity.c.address == openid)
    return conn.execute(select(identity.c.id).where(*mine)).scalar()


def customer_of(conn: Connection, identity_id: int) -> int:
    """The file this openid is tied to."""
    return int(conn.execute(select(identity.c.customer_id).where(identity.c.id == identity_id)).scalar_one())


def house_of(conn: Connection, store_code: str) -> House | None:
    found = select(store.c.name, store.c.hotline, store.c.time_zone).where(store.c.code == store_code)
    row = conn.execute(found).one_or_none()
    return House(row.name, row.hotline, row.time_zone) if row else None


def garage(conn: Connection, identity_id: int, now: datetime) -> Garage | None:
    """As it is now: a tie that was undone shows nothing any more. None when the identity is gone."""
    row = conn.execute(
        select(identity.c.bound_by, identity.c.following, customer.c.id, customer.c.name)
        .add_columns(store.c.name.label("store"), store.c.hotline, store.c.time_zone)
        .join(customer, customer.c.id == identity.c.customer_id)
        .join(store, store.c.id == customer.c.store_id)
        .where(identity.c.id == identity_id)
    ).one_or_none()
    if row is None:
        return None
    house = House(row.store, row.hotline, row.time_zone)
    if not (row.bound_by and row.following):
        return Garage(house, bound=False)
    return Garage(house, True, row.name, _cars(conn, row.id), _asked(conn, row.id, now))


def _cars(conn: Connection, customer_id: int) -> list[Car]:
    """In the order of the file, each with what is under way, newest first."""
    rows = conn.execute(
        select(vehicle.c.id, vehicle.c.plate, vehicle.c.model)
        .add_columns(repair_order.c.external_id, repair_order.c.status, repair_order.c["items"].label("work"))
        .add_columns(repair_order.c.updated_at, repair_order.c.delivered_at)
        .outerjoin(repair_order, repair_order.c.vehicle_id == vehicle.c.id)
        .where(vehicle.c.customer_id == customer_id)
        .order_by(vehicle.c.id, repair_order.c.updated_at.desc())
    ).all()
    by_car: dict[int, list[Row[Any]]] = {}
    for row in rows:
        by_car.setdefault(row.id, []).append(row)
    return [_car(each) for each in by_car.values()]


def _car(rows: Sequence[Row[Any]]) -> Car:
    first = rows[0]
    handed = [row.delivered_at for row in rows if row.delivered_at and row.status == "delivered"]
    open_ones = [_order(row) for row in rows if row.external_id and row.status not in OVER]
    return Car(first.plate, first.model, open_ones, max(handed, default=None))


def _order(row: Row[Any]) -> Order:
    names = [str(each["name"]) for each in row.work or [] if isinstance(each, dict) and "name" in each]
    return Order(row.external_id, row.status, tuple(names), row.updated_at)


def _asked(conn: Connection, customer_id: int, now: datetime) -> tuple[int, datetime] | None:
    kinds = prompt.c.kind.in_([PromptKind.SURVEY.value, PromptKind.RECONTACT.value])
    mine = (prompt.c.customer_id == customer_id, prompt.c.state == "open", prompt.c.expires_at > now, kinds)
    newest = select(prompt.c.id, prompt.c.expires_at).where(*mine).order_by(prompt.c.id.desc()).limit(1)
    row = conn.execute(newest).first()
    return (row.id, row.expires_at) if row else None
