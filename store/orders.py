"""Repair orders as the DMS puts them: their states, the delivery a check-in hangs on, the end of a plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, or_, select, update

from bot.reasons import Reason
from store import visits
from store.customers import CustomerFacts, VehicleFacts, put_customer, put_vehicle, undated
from store.outbox import cancel
from store.put import Incomplete, Put, change, found, put_row
from store.tables.outbound import carries, outbox, touchpoint, verdict
from store.tables.people import repair_order, store, vehicle
from store.tables.staff import staff


class OrderStatus(StrEnum):
    BOOKED = "booked"
    ARRIVED = "arrived"
    INSPECTING = "inspecting"
    QUOTED = "quoted"
    AWAITING_APPROVAL = "awaiting_approval"
    IN_PROGRESS = "in_progress"
    QUALITY_CHECK = "quality_check"
    READY = "ready"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    REWORK = "rework"


ENDS_PLAN = {OrderStatus.REWORK: Reason.ORDER_REWORK, OrderStatus.CANCELLED: Reason.ORDER_CANCELLED}


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """None: left out, so it stays. delivered_at counts only with status delivered."""

    status: OrderStatus
    delivered_at: datetime | None = None
    customer: CustomerFacts | None = None
    vehicle: VehicleFacts | None = None
    advisor: str | None = None
    items: list[Any] | None = None
    file: Mapping[str, Any] | None = None
    promised_at: datetime | None = None


def put_order(conn: Connection, store_id: int, external_id: str, facts: OrderFacts, now: datetime) -> Put:
    """now: business time, the anchor of a delivery that names none. Raises Incomplete (pointers into the body).

    Delivered twice changes nothing; delivered again with another `delivered_at` moves the anchor; any other
    status takes it away, rework and cancelled end what was planned for this order.
    """
    row = found(conn, repair_order, store_id, external_id)
    if row is None and (facts.customer is None or facts.vehicle is None):
        left_out = [name for name in ("customer", "vehicle") if getattr(facts, name) is None]
        raise Incomplete("a new repair order needs customer and vehicle", *(f"/{name}" for name in left_out))
    people, nested = _nested(conn, store_id, facts, row, now)
    given = {"status": facts.status.value, **people, **_delivery(conn, store_id, facts, row, now)}
    given |= _advisor(conn, store_id, facts.advisor)
    given |= {} if facts.items is None else {"items": facts.items}
    given |= {} if facts.promised_at is None else {"promised_at": facts.promised_at}
    given |= {} if facts.file is None else {"file": dict(facts.file)}
    if row is None:
        put = put_row(conn, repair_order, store_id, external_id, given, {"updated_at": now, **_blank(given)})
    else:
        put = Put(row.id, created=False, changed=change(conn, repair_order, row, given))
        if put.changed:
            conn.execute(update(repair_order).where(repair_order.c.id == row.id).values(updated_at=now))
    if put.changed:
        car = select(repair_order.c.vehicle_id).where(repair_order.c.id == put.id).scalar_subquery()
        undated(conn, vehicle.c.id == car)
    if facts.status is OrderStatus.ARRIVED and put.changed and (row is None or row.status != OrderStatus.ARRIVED):
        visits.arrived(conn, put.id, now)
    if row is not None and facts.status in ENDS_PLAN:
        end_plan(conn, store_id, occurrence(external_id, row.delivery), ENDS_PLAN[facts.status], now)
    return Put(put.id, put.created, put.changed or nested)


def occurrence(external_id: str, delivery: int) -> str:
    """The business identity of one handing over: `RO#8812`, and `RO#8812/2` after rework."""
    return f"RO#{external_id}" + (f"/{delivery}" if delivery > 1 else "")


def end_plan(conn: Connection, store_id: int, key: str, reason: Reason, now: datetime) -> int:
    """Cancel what is still planned for this occurrence, and what waits in the outbox for it; how many touchpoints."""
    open_ones = (touchpoint.c.store_id == store_id, touchpoint.c.occurrence == key)
    waiting = (
        select(carries.c.outbox_id, carries.c.touchpoint_id)
        .join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id)
        .join(outbox, outbox.c.id == carries.c.outbox_id)
        .where(*open_ones, touchpoint.c.state == "handed", outbox.c.state == "queued")
    )
    called_back = [row.touchpoint_id for row in conn.execute(waiting).all() if cancel(conn, row.outbox_id, reason, now)]
    ended = conn.execute(
        update(touchpoint)
        .where(*open_ones, or_(touchpoint.c.state == "planned", touchpoint.c.id.in_(called_back)))
        .values(state="done", outcome="cancelled", reason=reason, done_at=now)
        .returning(touchpoint.c.id)
    ).scalars()
    rows = [
        {"touchpoint_id": each, "at": now, "step": "outcome", "name": "dms", "verdict": "cancelled", "reason": reason}
        for each in ended
    ]
    if rows:
        conn.execute(insert(verdict), rows)
    return len(rows)


def _nested(
    conn: Connection, store_id: int, facts: OrderFacts, row: Row[Any] | None, now: datetime
) -> tuple[dict[str, Any], bool]:
    """Columns that point to customer and car, and whether putting them changed anything."""
    columns: dict[str, Any] = {}
    changed = False
    if facts.customer is not None:
        customer = put_customer(conn, store_id, facts.customer, now, at="/customer")
        columns["customer_id"], changed = customer.id, customer.changed
    if facts.vehicle is not None:
        owner = columns.get("customer_id") or (row.customer_id if row is not None else None)
        vehicle = put_vehicle(conn, store_id, facts.vehicle, owner, at="/vehicle")
        columns["vehicle_id"], changed = vehicle.id, changed or vehicle.changed
    return columns, changed


def _delivery(
    conn: Connection, store_id: int, facts: OrderFacts, row: Row[Any] | None, now: datetime
) -> dict[str, Any]:
    """delivered_on is the local date of the store, which planning joins on.

    What ended the plan of one delivery does not end the next one's: that is counted as another.
    """
    if facts.status is not OrderStatus.DELIVERED:
        ended = facts.status in ENDS_PLAN and row is not None and row.delivered_at is not None
        counted = {"delivery": row.delivery + 1} if ended and row is not None else {}
        return {"delivered_at": None, "delivered_on": None, **counted}
    at = facts.delivered_at or (row.delivered_at if row is not None else None) or now
    return {"delivered_at": at, "delivered_on": at.astimezone(zone_of(conn, store_id)).date()}


def zone_of(conn: Connection, store_id: int) -> ZoneInfo:
    return ZoneInfo(conn.execute(select(store.c.time_zone).where(store.c.id == store_id)).scalar_one())


def _advisor(conn: Connection, store_id: int, advisor: str | None) -> dict[str, Any]:
    """By log-in or by name; a person without a log-in stays a name."""
    if advisor is None:
        return {}
    named = or_(staff.c.username == advisor, staff.c.name == advisor)
    member = conn.execute(
        select(staff.c.id, staff.c.name)
        .where(staff.c.store_id == store_id, staff.c.active, named)
        .order_by(staff.c.id)
        .limit(1)
    ).first()
    return {"advisor_id": member.id if member else None, "advisor_name": member.name if member else advisor}


def _blank(given: Mapping[str, Any]) -> dict[str, Any]:
    return {} if "items" in given else {"items": []}
