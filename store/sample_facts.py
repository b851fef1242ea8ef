"""A customer's own values for a preview: what the texts would name if they were sent now."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from store.tables.cases import cases, deadline
from store.tables.people import customer, event, repair_order, store, vehicle
from store.tables.staff import staff


def values_of(conn: Connection, customer_id: int, now: datetime) -> dict[str, object]:
    """Only what the file knows; the rest keeps its sample. Empty when there is no such customer."""
    query = select(
        customer.c.name, store.c.name.label("store"), store.c.hotline, store.c.rescue, store.c.time_zone.label("zone"),
        customer.c.store_id,
    ).join(store)  # fmt: skip
    person = conn.execute(query.where(customer.c.id == customer_id)).first()
    if person is None:
        return {}
    own = dict(person._mapping)
    rows = (_car(conn, customer_id), _case(conn, customer_id), _event(conn, own.pop("store_id"), now))
    given = own | {name: value for row in rows if row for name, value in row._mapping.items()} | {"now": now}
    return {name: value for name, value in given.items() if value not in ("", None)}


def _car(conn: Connection, customer_id: int) -> Any:
    """Of the newest repair order."""
    query = select(
        vehicle.c.plate, vehicle.c.model.label("vehicle"), repair_order.c.delivered_at,
        repair_order.c.advisor_name.label("staff"),
    )  # fmt: skip
    rows = query.outerjoin(repair_order, repair_order.c.vehicle_id == vehicle.c.id)
    newest = rows.where(vehicle.c.customer_id == customer_id).order_by(repair_order.c.updated_at.desc(), vehicle.c.id)
    return conn.execute(newest.limit(1)).first()


def _case(conn: Connection, customer_id: int) -> Any:
    """Who owns the open case and by when they call."""
    query = select(staff.c.name.label("owner"), deadline.c.due_at.label("contact_by")).select_from(cases)
    rows = query.join(staff, staff.c.id == cases.c.owner_id).outerjoin(
        deadline, (deadline.c.case_id == cases.c.id) & (deadline.c.kind == "contact")
    )
    mine = rows.where(cases.c.customer_id == customer_id, cases.c.state != "closed")
    return conn.execute(mine.order_by(deadline.c.round.desc()).limit(1)).first()


def _event(conn: Connection, store_id: int, now: datetime) -> Any:
    """The store's next published one."""
    query = select(event.c.name.label("event"), event.c.starts_at, event.c.place)
    coming = query.where(event.c.store_id == store_id, event.c.state == "published", event.c.starts_at > now)
    return conn.execute(coming.order_by(event.c.starts_at).limit(1)).first()
