"""Appointments the DMS keeps, put by its ids. It is right about its own bookings: where our places are all taken, the
appointment stands without any, and the answer says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, func, select

from bot.booking import AppointmentState, Capacity, Visit, Wanted
from store import appointments, feed
from store.customers import CustomerFacts, put_customer
from store.put import Incomplete, Put, change, found, put_row
from store.tables.booking import appointment, slot_hold
from store.tables.people import customer, store, vehicle

USUAL_MINUTES = 60


class Word(StrEnum):
    """What the DMS says of an appointment."""

    BOOKED = "booked"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    MISSED = "missed"


STATES: Mapping[Word, AppointmentState] = {
    Word.BOOKED: AppointmentState.BOOKED,
    Word.CHANGED: AppointmentState.BOOKED,
    Word.CANCELLED: AppointmentState.CANCELLED,
    Word.ARRIVED: AppointmentState.ARRIVED,
    Word.MISSED: AppointmentState.NO_SHOW,
}
SAID: Mapping[str, Word] = {
    AppointmentState.BOOKED.value: Word.BOOKED,
    AppointmentState.CONFIRMED.value: Word.BOOKED,
    AppointmentState.CANCELLED.value: Word.CANCELLED,
    AppointmentState.ARRIVED.value: Word.ARRIVED,
    AppointmentState.DONE.value: Word.ARRIVED,
    AppointmentState.NO_SHOW.value: Word.MISSED,
}
HOLDING = (AppointmentState.BOOKED.value, AppointmentState.CONFIRMED.value, AppointmentState.ARRIVED.value)


@dataclass(frozen=True, slots=True)
class AppointmentFacts:
    """None: left out, so it stays. vehicle: its external id. starts_at: aware."""

    state: Word
    customer: CustomerFacts | None = None
    vehicle: str | None = None
    kind: Visit | None = None
    starts_at: datetime | None = None
    minutes: int | None = None
    service: str | None = None
    model: str | None = None
    note: str | None = None


def put_appointment(
    conn: Connection, store_id: int, external_id: str, facts: AppointmentFacts, capacity: Capacity, now: datetime
) -> Put:
    """Another time counts as a move, and is reminded of anew. Raises Incomplete when a new one lacks customer or
    starts_at, when `changed` lacks the new time, or when there is no such vehicle."""
    row = found(conn, appointment, store_id, external_id)
    _complete(row, facts)
    given = _given(conn, store_id, facts, now)
    if row is not None and facts.starts_at not in (None, row.starts_at):
        given["moves"] = row.moves + 1
    given["state"] = _state(row, facts, "moves" in given)
    fresh = {"minutes": USUAL_MINUTES, "kind": Visit.SERVICE.value, "created_at": now, "changed_at": now}
    if row is None:
        put = put_row(conn, appointment, store_id, external_id, given, fresh)
    else:
        put = Put(row.id, created=False, changed=change(conn, appointment, row, given))
    if put.changed:
        _settle(conn, store_id, put.id, capacity, now)
    return put


def appointment_file(conn: Connection, store_id: int, external_id: str) -> dict[str, Any] | None:
    held = select(func.count()).where(slot_hold.c.appointment_id == appointment.c.id).scalar_subquery()
    rows = (
        select(
            appointment, customer.c.external_id.label("customer"), vehicle.c.external_id.label("vehicle"),
            held.label("held"),
        )
        .join(customer, customer.c.id == appointment.c.customer_id)
        .outerjoin(vehicle, vehicle.c.id == appointment.c.vehicle_id)
    )  # fmt: skip
    own = (appointment.c.store_id == store_id, appointment.c.external_id == external_id)
    row = conn.execute(rows.where(*own)).one_or_none()
    if row is None:
        return None
    kept = ("external_id", "kind", "customer", "vehicle", "starts_at", "minutes", "service", "model", "note", "moves")
    return {
        **{key: row._mapping[key] for key in kept},
        "state": SAID[row.state], "confirmed": row.state == AppointmentState.CONFIRMED.value, "places": row.held > 0,
    }  # fmt: skip


def store_code(conn: Connection, store_id: int) -> str:
    return str(conn.execute(select(store.c.code).where(store.c.id == store_id)).scalar_one())


def _complete(row: Row[Any] | None, facts: AppointmentFacts) -> None:
    if row is not None:
        if facts.state is Word.CHANGED and facts.starts_at is None:
            raise Incomplete("changed needs the new time", "/starts_at")
        return
    lacking = [f"/{name}" for name in ("customer", "starts_at") if getattr(facts, name) is None]
    if lacking:
        raise Incomplete("a new appointment needs customer and starts_at", *lacking)


def _given(conn: Connection, store_id: int, facts: AppointmentFacts, now: datetime) -> dict[str, Any]:
    values = {
        "kind": facts.kind.value if facts.kind else None, "starts_at": facts.starts_at, "minutes": facts.minutes,
        "service": facts.service, "model": facts.model, "note": facts.note,
    }  # fmt: skip
    given: dict[str, Any] = {name: value for name, value in values.items() if value is not None}
    if facts.customer is not None:
        given["customer_id"] = put_customer(conn, store_id, facts.customer, now, at="/customer").id
    if facts.vehicle is not None:
        own = (vehicle.c.store_id == store_id, vehicle.c.external_id == facts.vehicle)
        given["vehicle_id"] = conn.execute(select(vehicle.c.id).where(*own)).scalar()
        if given["vehicle_id"] is None:
            raise Incomplete("no such vehicle", "/vehicle")
    return given


def _state(row: Row[Any] | None, facts: AppointmentFacts, moved: bool) -> str:
    """What the customer has confirmed stays confirmed while the time does."""
    confirmed = row is not None and row.state == AppointmentState.CONFIRMED.value
    if confirmed and not moved and facts.state in (Word.BOOKED, Word.CHANGED):
        return AppointmentState.CONFIRMED.value
    return STATES[facts.state].value


def _settle(conn: Connection, store_id: int, appointment_id: int, capacity: Capacity, now: datetime) -> None:
    """Its places, as they are needed now; colleagues' pages learn of it."""
    row = conn.execute(select(appointment).where(appointment.c.id == appointment_id)).one()
    change(conn, appointment, row, {"changed_at": now})
    wanted = Wanted(Visit(row.kind), row.minutes, row.model)
    appointments.hold_anew(conn, row, wanted if row.state in HOLDING else None, capacity)
    feed.tell(conn, store_id, "appointment", {}, row.customer_id, now)
