"""Appointments as journeys see them: whose reminder is when, what must still stand, and the words of it.

A booking given another time is another occurrence, so that its reminders come anew; one missed is asked about once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, cast, exists, literal, select

from bot.booking import STANDING, AppointmentState, Visit
from bot.journeys import Anchor
from store.tables.booking import appointment

COMES = [state.value for state in STANDING]
STATES = {Anchor.APPOINTMENT_BOOKED: COMES, Anchor.APPOINTMENT_MISSED: [AppointmentState.NO_SHOW.value]}
MISSED = "/missed"


def facts(anchor: Anchor, json: Callable[..., ColumnElement[Any]]) -> Select[Any]:
    """Rows of `planning.FACTS`."""
    key = occurrence(anchor)
    return select(
        appointment.c.store_id, appointment.c.customer_id, key.label("occurrence"), key.label("anchor_key"),
        json(appointment_id=appointment.c.id, vehicle_id=appointment.c.vehicle_id).label("ref"),
    ).where(appointment.c.state.in_(STATES[anchor]))  # fmt: skip


def occurrence(anchor: Anchor) -> ColumnElement[str]:
    """appointment#12/v1, the first time it was given; appointment#12/missed."""
    number = literal("appointment#").concat(cast(appointment.c.id, Text))
    if anchor is Anchor.APPOINTMENT_MISSED:
        return number.concat(literal(MISSED))
    return number.concat(literal("/v")).concat(cast(appointment.c.moves + 1, Text))


def days(conn: Connection, anchor: Anchor, since: datetime) -> list[tuple[int, str, datetime, datetime | None]]:
    """(store, key, moment, end): the time of one booked, which ends with it; when one missed was found so."""
    booked = anchor is Anchor.APPOINTMENT_BOOKED
    moment = appointment.c.starts_at if booked else appointment.c.changed_at
    rows = select(appointment.c.store_id, occurrence(anchor).label("key"), moment.label("moment"))
    found = conn.execute(rows.where(appointment.c.state.in_(STATES[anchor]), moment > since))
    return [(row.store_id, row.key, row.moment, row.moment if booked else None) for row in found]


def by_ids(conn: Connection, ids: Sequence[int]) -> dict[int, Any]:
    """again: since then the customer has another appointment of that kind."""
    if not ids:
        return {}
    other = appointment.alias("other")
    again = exists().where(
        other.c.customer_id == appointment.c.customer_id, other.c.kind == appointment.c.kind,
        other.c.id != appointment.c.id, other.c.starts_at > appointment.c.starts_at, other.c.state.in_(COMES),
    )  # fmt: skip
    rows = select(appointment, again.label("again")).where(appointment.c.id.in_(ids))
    return {row.id: row for row in conn.execute(rows)}


def stands(row: Any, occurrence: str) -> bool:
    """What was planned is still so: it is booked for that very time, or was missed."""
    if row is None:
        return False
    if occurrence.endswith(MISSED):
        return bool(row.state == AppointmentState.NO_SHOW.value)
    return row.state in COMES and occurrence == f"appointment#{row.id}/v{row.moves + 1}"


def words_of(row: Any) -> Mapping[str, object]:
    """visit: what was booked, as an id of the price list, a kind of work or a model; put into words by the writer."""
    if row is None:
        return {}
    return {
        "starts_at": row.starts_at, "visit": row.model or row.service, "drive": row.kind == Visit.TEST_DRIVE.value,
        "confirmed": row.state == AppointmentState.CONFIRMED.value,
    }  # fmt: skip
