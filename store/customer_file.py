"""What stands beside a conversation: cars, repair orders, what the customer allowed, touchpoints past and planned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, literal, or_, select, union, union_all

from bot.customer import Purpose, StaffMember
from store.ledger import of_file, unproven
from store.tables.outbound import touchpoint
from store.tables.people import consent, customer, identity, refusal, repair_order, vehicle
from store.tables.quotes import quote, quote_line
from store.visibility import visible_to

ORDERS, TOUCHPOINTS, CUSTOMERS = 6, 12, 60
STANDING = ("sent", "answered", "withdrawn")


@dataclass(frozen=True, slots=True)
class OfferLine:
    """answer: approved, declined, "" while open."""

    position: int
    name: str
    total_fen: int
    answer: str


@dataclass(frozen=True, slots=True)
class Offer:
    id: int
    external_id: str
    version: int
    state: str
    total_fen: int
    lines: list[OfferLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Order:
    """filed: the DMS gave its repair file. offers: quotes as they stand, drafts and replaced versions left out."""

    id: int
    external_id: str
    status: str
    advisor: str
    delivered_at: datetime | None
    items: Sequence[str]
    amount_fen: int | None
    filed: bool = False
    offers: list[Offer] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Car:
    id: int
    plate: str
    model: str
    vin: str
    mileage: int | None
    lifecycle: str = ""
    orders: list[Order] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Permission:
    """The newest word on one purpose. refused beats given; source: through what it was said (bot/consent.py: Source).

    unproven: all there is is a yes of the DMS without its proof.
    """

    purpose: str
    given: bool
    refused: bool
    source: str
    at: datetime
    unproven: bool = False


@dataclass(frozen=True, slots=True)
class Touch:
    id: int
    rule: str
    occurrence: str
    category: str
    due_at: datetime
    state: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the customer search."""

    id: int
    name: str
    phone: str
    external_id: str
    plates: str
    models: str
    birthday: date | None


def cars_of(conn: Connection, customer_id: int) -> list[Car]:
    """Each with its newest repair orders first and their quotes, line by line: one query, a row a line."""
    query = (
        select(vehicle)
        .add_columns(*_ORDER, *_OFFER)
        .outerjoin(repair_order, repair_order.c.vehicle_id == vehicle.c.id)
        .outerjoin(quote, and_(quote.c.repair_order_id == repair_order.c.id, quote.c.state.in_(STANDING)))
        .outerjoin(quote_line, quote_line.c.quote_id == quote.c.id)
        .where(vehicle.c.customer_id == customer_id)
        .order_by(vehicle.c.id, repair_order.c.updated_at.desc(), repair_order.c.id, quote.c.id, quote_line.c.position)
    )
    cars: dict[int, Car] = {}
    for row in conn.execute(query):
        car = cars.setdefault(row.id, Car(row.id, row.plate, row.model, row.vin, row.mileage, _stands(row)))
        same = bool(car.orders) and car.orders[-1].id == row.order_id
        if row.order_id and not same:
            if len(car.orders) == ORDERS:
                continue
            car.orders.append(_order(row))
        if row.quote_id:
            _add_line(car.orders[-1].offers, row)
    return list(cars.values())


def _stands(row: Row[Any]) -> str:
    """How its owner stands to the workshop; of a car they no longer have, that."""
    return "sold" if row.sold_on is not None else row.lifecycle


_ORDER = (
    repair_order.c.id.label("order_id"),
    repair_order.c.external_id.label("order_key"),
    repair_order.c.status,
    repair_order.c.advisor_name,
    repair_order.c.delivered_at,
    repair_order.c["items"].label("work"),
    repair_order.c.amount_fen,
    repair_order.c.file.is_not(None).label("filed"),
)


_OFFER = (
    quote.c.id.label("quote_id"),
    quote.c.external_id.label("quote_key"),
    quote.c.version,
    quote.c.state.label("quote_state"),
    quote.c.total_fen.label("quote_fen"),
    quote_line.c.position,
    quote_line.c.name.label("line_name"),
    quote_line.c.total_fen.label("line_fen"),
    quote_line.c.answer,
)


def _add_line(offers: list[Offer], row: Row[Any]) -> None:
    if not offers or offers[-1].id != row.quote_id:
        offers.append(Offer(row.quote_id, row.quote_key, row.version, row.quote_state, row.quote_fen))
    offers[-1].lines.append(OfferLine(row.position, row.line_name, row.line_fen, row.answer or ""))


def _order(row: Row[Any]) -> Order:
    names = [_item(item) for item in row.work or []]
    return Order(
        row.order_id, row.order_key, row.status, row.advisor_name, row.delivered_at, names, row.amount_fen, row.filed
    )  # fmt: skip


def _item(item: object) -> str:
    """Items come as the DMS has them: words, or records with a name."""
    return str(item.get("name", "")) if isinstance(item, Mapping) else str(item)


def permissions_of(conn: Connection, customer_id: int) -> list[Permission]:
    """One line a purpose somebody said a word about: the newest that counts, and whether it is refused now."""
    rows = conn.execute(_permissions(customer_id)).all()
    refused = {row.purpose: row for row in rows if row.refused}
    words = [row for row in rows if not row.refused]
    said, lacking = {row.purpose: row for row in words if not row.aside}, unproven(words)
    kept = {row.purpose: row for row in words if row.purpose in lacking}
    shown = (_permission(each, refused.get(each), said.get(each), kept.get(each)) for each in map(str, Purpose))
    return [each for each in shown if each is not None]


def _permissions(customer_id: int) -> Any:
    """Refusals at every address of the file and the words of its ledger, oldest first: one query for a page."""
    columns = ("purpose", "source", "at", "id")
    words = select(
        *(consent.c[name] for name in columns), consent.c.given, consent.c.aside, literal(False).label("refused")
    )
    no = select(*(refusal.c[name] for name in columns), literal(False), literal(""), literal(True))
    openids = select(identity.c.address).where(identity.c.customer_id == customer_id)
    phone = select(customer.c.phone).where(customer.c.id == customer_id, customer.c.phone != "")
    email = select(customer.c.email).where(customer.c.id == customer_id, customer.c.email != "")
    here = refusal.c.address.in_(union(phone, email, openids))
    both = union_all(words.where(of_file(customer_id)), no.where(here, refusal.c.withdrawn_at.is_(None)))
    return both.order_by("id")


def _permission(
    purpose: str, refused: Row[Any] | None, said: Row[Any] | None, kept: Row[Any] | None
) -> Permission | None:
    row = next((each for each in (refused, said, kept) if each is not None), None)
    if row is None:
        return None
    given = row is said and bool(row.given)
    return Permission(purpose, given, row is refused, row.source, row.at, row is kept)


def touches_of(conn: Connection, customer_id: int) -> list[Touch]:
    """Planned and past, the latest due first."""
    query = select(touchpoint).where(touchpoint.c.customer_id == customer_id)
    rows = conn.execute(query.order_by(touchpoint.c.due_at.desc()).limit(TOUCHPOINTS))
    return [Touch(r.id, r.rule, r.occurrence, r.category, r.due_at, r.state, r.outcome or "", r.reason) for r in rows]


def touch_for(conn: Connection, user: StaffMember, touchpoint_id: int) -> Row[Any] | None:
    """The touchpoint with its customer's name, None when it is not this user's to see."""
    query = select(touchpoint, customer.c.name).join(customer, customer.c.id == touchpoint.c.customer_id)
    return conn.execute(query.where(touchpoint.c.id == touchpoint_id, visible_to(user, touchpoint))).first()


def customers_for(conn: Connection, user: StaffMember, query: str) -> list[Found]:
    """By name, plate, phone or the DMS's number; the first CUSTOMERS by name."""
    from_here = visible_to(user, customer)
    found = select(customer).where(from_here, customer.c.known, customer.c.merged_into.is_(None))
    if query:
        found = found.where(_called(query))
    rows = conn.execute(found.order_by(customer.c.name, customer.c.id).limit(CUSTOMERS)).all()
    cars = _cars_by_customer(conn, [row.id for row in rows])
    return [_found(row, cars.get(row.id, [])) for row in rows]


def _called(query: str) -> Any:
    plate = exists().where(
        vehicle.c.customer_id == customer.c.id, vehicle.c.plate.contains(query.upper(), autoescape=True)
    )
    return or_(
        customer.c.name.contains(query, autoescape=True),
        customer.c.phone.contains(query, autoescape=True),
        customer.c.external_id == query,
        plate,
    )


def _cars_by_customer(conn: Connection, ids: Sequence[int]) -> dict[int, list[Row[Any]]]:
    cars: dict[int, list[Row[Any]]] = {}
    for row in conn.execute(select(vehicle).where(vehicle.c.customer_id.in_(ids)).order_by(vehicle.c.id)):
        cars.setdefault(row.customer_id, []).append(row)
    return cars


def _found(row: Row[Any], cars: Sequence[Row[Any]]) -> Found:
    return Found(
        id=row.id,
        name=row.name,
        phone=row.phone,
        external_id=row.external_id or "",
        plates="、".join(car.plate for car in cars if car.plate),
        models="、".join(car.model for car in cars if car.model),
        birthday=row.birthday,
    )
