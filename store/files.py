"""A customer's file as the API shows it: person, cars, orders, touchpoints."""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, select

from bot.customer import Purpose
from store import ledger
from store.standing import standing_of
from store.tables.outbound import touchpoint
from store.tables.people import customer, identity, repair_order, vehicle

NEWEST = 200
FileLink: TypeAlias = Callable[[int, int], str]  # order id, customer id → address of the repair file's page


def customer_file(conn: Connection, store_id: int, external_id: str, link: FileLink) -> dict[str, Any] | None:
    own = (customer.c.store_id == store_id, customer.c.external_id == external_id)
    row = conn.execute(select(customer).where(*own)).one_or_none()
    if row is None:
        return None
    addresses = conn.execute(select(identity).where(identity.c.customer_id == row.id, identity.c.channel == "wechat"))
    cars = conn.execute(select(vehicle).where(vehicle.c.customer_id == row.id).order_by(vehicle.c.id))
    orders = conn.execute(_orders().where(repair_order.c.customer_id == row.id).order_by(repair_order.c.id.desc()))
    return {
        "external_id": row.external_id,
        "name": row.name,
        "phone": row.phone,
        "phone_state": row.phone_state,
        "email": row.email,
        "email_state": row.email_state,
        "birthday": row.birthday or row.birthday_md or None,
        **_consents(conn, row.id),
        "wechat": [
            {"account": each.account, "following": each.following, "bound": bool(each.bound_by)} for each in addresses
        ],
        "vehicles": [vehicle_document(each) for each in cars],
        "repair_orders": [_order_document(each, link) for each in orders.all()],
    }


def _consents(conn: Connection, customer_id: int) -> dict[str, Any]:
    """The last counting word on each purpose; what is refused at any address; what was said and does not count."""
    words = ledger.words_of(conn, customer_id)
    return {
        "consents": {Purpose(row.purpose): row.given for row in words if not row.aside},
        "refusals": sorted(standing_of(conn, [customer_id])[customer_id].refusals),
        "consents_without_proof": ledger.unproven(words),
    }


def order_file(conn: Connection, store_id: int, external_id: str, link: FileLink) -> dict[str, Any] | None:
    own = (repair_order.c.store_id == store_id, repair_order.c.external_id == external_id)
    row = conn.execute(_orders().where(*own)).one_or_none()
    return None if row is None else _order_document(row, link)


def vehicle_file(conn: Connection, vehicle_id: int) -> dict[str, Any]:
    owner = customer.c.external_id.label("customer")
    rows = select(vehicle, owner).join(customer, customer.c.id == vehicle.c.customer_id)
    row = conn.execute(rows.where(vehicle.c.id == vehicle_id)).one()
    return {**vehicle_document(row), "customer": row.customer}


def touchpoints_of(conn: Connection, store_id: int, external_id: str) -> list[dict[str, Any]] | None:
    """Newest due first, at most NEWEST; None when there is no such customer."""
    own = (customer.c.store_id == store_id, customer.c.external_id == external_id)
    customer_id = conn.execute(select(customer.c.id).where(*own)).scalar()
    if customer_id is None:
        return None
    rows = select(touchpoint).where(touchpoint.c.customer_id == customer_id)
    newest = conn.execute(rows.order_by(touchpoint.c.due_at.desc(), touchpoint.c.id.desc()).limit(NEWEST))
    keys = (
        "rule", "occurrence", "category", "state", "due_at", "planned_for", "outcome", "reason", "done_at",
    )  # fmt: skip
    return [{name: row._mapping[name] for name in keys} for row in newest]


def vehicle_document(row: Row[Any]) -> dict[str, Any]:
    keys = (
        "external_id", "plate", "model", "vin", "mileage", "energy", "first_registration", "delivered_on",
        "warranty_until", "sold_on", "serviced_on", "inspection_until",
    )  # fmt: skip
    return {name: row._mapping[name] for name in keys}


def _orders() -> Select[Any]:
    return (
        select(repair_order, customer.c.external_id.label("customer"), vehicle.c.external_id.label("vehicle"))
        .join(customer, customer.c.id == repair_order.c.customer_id)
        .join(vehicle, vehicle.c.id == repair_order.c.vehicle_id, isouter=True)
    )


def _order_document(row: Row[Any], link: FileLink) -> dict[str, Any]:
    keys = ("external_id", "status", "delivered_at", "customer", "vehicle", "items", "updated_at")
    page = link(row.id, row.customer_id) if row.file is not None else None
    return {**{name: row._mapping[name] for name in keys}, "advisor": row.advisor_name, "file_url": page}
