"""Appointments of the DMS: body and routes."""

from typing import Annotated

from pydantic import Field

from bot.booking import Capacity, Visit
from store import dms_appointments
from store.dms_appointments import AppointmentFacts, Word
from web.api.answers import AppointmentOut
from web.api.bodies import Body, CustomerIn, ExternalId, Line, Moment
from web.api.calls import PUT, Call, Reply, Route, reply
from web.api.facts import customer_facts, local_time


class AppointmentBody(Body):
    """PUT /appointments/{external_id}. customer and starts_at are needed for a new one, starts_at for `changed`."""

    state: Word
    customer: CustomerIn | None = None
    vehicle: ExternalId | None = Field(None, description="external id of a vehicle that is there")
    kind: Visit | None = Field(None, description="default: service")
    starts_at: Moment | None = Field(None, description="without an offset: local time of the store")
    minutes: int | None = Field(None, ge=5, le=1440, description="how long it takes; default: 60")
    service: Annotated[Line, Field(max_length=60)] | None = Field(
        None, description="an id of config/services.yaml, or maintenance, repair, inspection, other"
    )
    model: Line | None = Field(None, description="of the car to be driven")
    note: Line | None = None


def put_appointment(call: Call, external_id: str, body: AppointmentBody) -> Reply:
    facts = AppointmentFacts(
        state=body.state,
        customer=customer_facts(body.customer.external_id, body.customer, call.hearing) if body.customer else None,
        vehicle=body.vehicle,
        kind=body.kind,
        starts_at=local_time(body.starts_at, call.hearing),
        minutes=body.minutes,
        service=body.service,
        model=body.model,
        note=body.note,
    )
    capacity = _capacity(call)
    put = dms_appointments.put_appointment(call.conn, call.store_id, external_id, facts, capacity, call.hearing.now)
    return reply(put.created, dms_appointments.appointment_file(call.conn, call.store_id, external_id))


def get_appointment(call: Call, external_id: str) -> Reply:
    found = dms_appointments.appointment_file(call.conn, call.store_id, external_id)
    return reply(False, found, "appointment")


def _capacity(call: Call) -> Capacity:
    """What dealer.yaml says the store can take at once; a store that has left it takes nothing."""
    code = dms_appointments.store_code(call.conn, call.store_id)
    return next((each.booking for each in call.terms.dealer.stores if each.code == code), Capacity())


APPOINTMENTS = (
    Route("PUT", "/appointments/{external_id}", "Make, move or end an appointment, and say who came and who did not",
          put_appointment, AppointmentOut, AppointmentBody, PUT),
    Route("GET", "/appointments/{external_id}", "An appointment, with the customer's confirmation",
          get_appointment, AppointmentOut),
)  # fmt: skip
