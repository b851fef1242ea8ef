"""Sales, insurance and recalls as the DMS puts them; each change has the milestones of its cars worked out anew."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, select, update

from bot.customer import CarOrder
from store.customers import CustomerFacts, VehicleFacts, put_customer, put_vehicle, undated
from store.dialects import insert_into
from store.put import Incomplete, Put, change, found, put_row
from store.tables.ownership import policy, recall, recall_car, sale
from store.tables.people import customer, vehicle


class SaleState(StrEnum):
    CONTRACT = "contract"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"


class PolicyKind(StrEnum):
    COMPULSORY = "compulsory"
    COMMERCIAL = "commercial"


class PolicyOutcome(StrEnum):
    """What became of the renewal; "" while it is open (domain.md §1.3)."""

    OPEN = ""
    RENEWED_HERE = "renewed_here"
    RENEWED_ELSEWHERE = "renewed_elsewhere"
    SOLD = "sold"
    REFUSED = "refused"


class RecallState(StrEnum):
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class SaleFacts:
    """None: left out, so it stays. delivered_on: local date of the store. expected_on: the day told to the customer."""

    state: SaleState
    customer: CustomerFacts | None = None
    vehicle: VehicleFacts | None = None
    contract_on: date | None = None
    delivered_on: date | None = None
    consultant: str | None = None
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class PolicyFacts:
    vehicle: str | None = None
    kind: PolicyKind | None = None
    insurer: str | None = None
    ends_on: date | None = None
    outcome: PolicyOutcome | None = None


@dataclass(frozen=True, slots=True)
class RecallFacts:
    """vins: all cars concerned; done: VIN → the day the workshop saw to it. None: left out."""

    title: str | None = None
    state: RecallState | None = None
    published_on: date | None = None
    vins: Sequence[str] | None = None
    done: Mapping[str, date] | None = None


def put_sale(conn: Connection, store_id: int, external_id: str, facts: SaleFacts, today: date, now: datetime) -> Put:
    """A delivery gives the car its day with us (today when none is named). Raises Incomplete."""
    row = found(conn, sale, store_id, external_id)
    _complete(row, customer=facts.customer, vehicle=facts.vehicle)
    given: dict[str, Any] = {
        "state": facts.state.value,
        **_given(contract_on=facts.contract_on, expected_on=facts.expected_on),
    }
    given |= _given(consultant_name=facts.consultant)
    if facts.customer is not None:
        given["customer_id"] = put_customer(conn, store_id, facts.customer, now, at="/customer").id
    if facts.vehicle is not None:
        owner = given.get("customer_id") or (row.customer_id if row else None)
        given["vehicle_id"] = put_vehicle(conn, store_id, facts.vehicle, owner, at="/vehicle").id
    given["delivered_on"] = _delivered_on(facts, row, today)
    put = _put(conn, sale, row, store_id, external_id, given)
    car = given.get("vehicle_id") or (row.vehicle_id if row else None)
    if put.changed:
        conn.execute(
            update(vehicle).where(vehicle.c.id == car).values(delivered_on=given["delivered_on"], dated_on=None)
        )
    return put


def put_policy(conn: Connection, store_id: int, external_id: str, facts: PolicyFacts) -> Put:
    """Raises Incomplete when a new one lacks vehicle, kind or end, or when there is no such vehicle."""
    row = found(conn, policy, store_id, external_id)
    _complete(row, vehicle=facts.vehicle, kind=facts.kind, ends_on=facts.ends_on)
    given = _given(kind=facts.kind, insurer=facts.insurer, ends_on=facts.ends_on, outcome=facts.outcome)
    if facts.vehicle is not None:
        given["vehicle_id"] = _vehicle_of(conn, store_id, facts.vehicle)
    put = _put(conn, policy, row, store_id, external_id, given)
    if put.changed:
        cars = {given.get("vehicle_id"), row.vehicle_id if row else None} - {None}
        undated(conn, vehicle.c.id.in_(cars))
    return put


def put_recall(conn: Connection, store_id: int, external_id: str, facts: RecallFacts, today: date) -> Put:
    """VINs may be of cars that are in no file yet. Raises Incomplete when a new one lacks title or vins."""
    row = found(conn, recall, store_id, external_id)
    _complete(row, title=facts.title, vins=facts.vins)
    given = _given(title=facts.title, state=facts.state, published_on=facts.published_on)
    fresh = {"state": RecallState.PUBLISHED.value, "published_on": today}
    put = _put(conn, recall, row, store_id, external_id, given if row is not None else {**fresh, **given})
    before = _vins(conn, put.id)
    moved = _put_cars(conn, put.id, facts.vins, facts.done or {})
    if put.changed or moved:
        undated(conn, vehicle.c.vin.in_(before | _vins(conn, put.id)))
    return Put(put.id, put.created, put.changed or moved)


def sale_file(conn: Connection, store_id: int, external_id: str) -> dict[str, Any] | None:
    rows = (
        select(sale, customer.c.external_id.label("customer"), vehicle.c.external_id.label("vehicle"))
        .join(customer, customer.c.id == sale.c.customer_id)
        .join(vehicle, vehicle.c.id == sale.c.vehicle_id)
    )
    row = conn.execute(rows.where(sale.c.store_id == store_id, sale.c.external_id == external_id)).one_or_none()
    keys = ("external_id", "state", "customer", "vehicle", "contract_on", "expected_on", "delivered_on")
    return None if row is None else {**_kept(row, keys), "consultant": row.consultant_name}


def car_on_order(conn: Connection, customer_id: int) -> CarOrder | None:
    """The newest car this customer bought and has not been given yet."""
    open_one = (sale.c.customer_id == customer_id, sale.c.state == SaleState.CONTRACT.value)
    rows = select(vehicle.c.model, sale.c.expected_on).join(vehicle, vehicle.c.id == sale.c.vehicle_id)
    row = conn.execute(rows.where(*open_one).order_by(sale.c.id.desc()).limit(1)).first()
    return None if row is None else CarOrder(row.model, row.expected_on)


def policy_file(conn: Connection, store_id: int, external_id: str) -> dict[str, Any] | None:
    rows = select(policy, vehicle.c.external_id.label("vehicle")).join(vehicle, vehicle.c.id == policy.c.vehicle_id)
    row = conn.execute(rows.where(policy.c.store_id == store_id, policy.c.external_id == external_id)).one_or_none()
    return None if row is None else _kept(row, ("external_id", "vehicle", "kind", "insurer", "ends_on", "outcome"))


def recall_file(conn: Connection, store_id: int, external_id: str) -> dict[str, Any] | None:
    own = (recall.c.store_id == store_id, recall.c.external_id == external_id)
    row = conn.execute(select(recall).where(*own)).one_or_none()
    if row is None:
        return None
    cars = conn.execute(select(recall_car).where(recall_car.c.recall_id == row.id).order_by(recall_car.c.vin)).all()
    done = {car.vin: car.done_on for car in cars if car.done_on is not None}
    return {
        **_kept(row, ("external_id", "title", "state", "published_on")), "vins": [car.vin for car in cars],
        "done": done,
    }  # fmt: skip


def _delivered_on(facts: SaleFacts, row: Row[Any] | None, today: date) -> date | None:
    if facts.state is not SaleState.DELIVERED:
        return None
    return facts.delivered_on or (row.delivered_on if row is not None else None) or today


def _vehicle_of(conn: Connection, store_id: int, external_id: str) -> int:
    found_id = conn.execute(_VEHICLE, {"house": store_id, "theirs": external_id}).scalar()
    if found_id is None:
        raise Incomplete("no such vehicle: put the vehicle first", "/vehicle")
    return int(found_id)


_VEHICLE = select(vehicle.c.id).where(
    vehicle.c.store_id == bindparam("house"), vehicle.c.external_id == bindparam("theirs")
)


def _vins(conn: Connection, recall_id: int) -> set[str]:
    return set(conn.execute(select(recall_car.c.vin).where(recall_car.c.recall_id == recall_id)).scalars())


def _put_cars(conn: Connection, recall_id: int, vins: Collection[str] | None, done: Mapping[str, date]) -> bool:
    """Whether a car came, went or was seen to."""
    rows = {row.vin: row for row in conn.execute(select(recall_car).where(recall_car.c.recall_id == recall_id))}
    wanted = set(rows) if vins is None else set(vins)
    gone, new = set(rows) - wanted, sorted(wanted - set(rows))
    if gone:
        conn.execute(delete(recall_car).where(recall_car.c.recall_id == recall_id, recall_car.c.vin.in_(gone)))
    if new:
        put = insert_into(conn, recall_car).on_conflict_do_nothing()
        conn.execute(put, [{"recall_id": recall_id, "vin": vin, "done_on": done.get(vin)} for vin in new])
    seen_to = [change(conn, recall_car, rows[vin], {"done_on": on}) for vin, on in done.items() if vin in rows]
    return bool(gone or new or any(seen_to))


def _put(
    conn: Connection, table: Table, row: Row[Any] | None, store_id: int, external_id: str, given: Mapping[str, Any]
) -> Put:
    if row is None:
        return put_row(conn, table, store_id, external_id, given, {})
    return Put(row.id, created=False, changed=change(conn, table, row, given))


def _complete(row: Row[Any] | None, **needed: object) -> None:
    lacking = [name for name, value in needed.items() if value is None]
    if row is None and lacking:
        raise Incomplete(f"a new row needs {' and '.join(lacking)}", *(f"/{name}" for name in lacking))


def _given(**columns: Any) -> dict[str, Any]:
    return {
        name: value.value if isinstance(value, StrEnum) else value
        for name, value in columns.items()
        if value is not None
    }


def _kept(row: Row[Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row._mapping[name] for name in names}
