"""What the page of an appointment shows, and the question an answer on it belongs to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.booking import Appointment
from bot.effects import Ask, PromptKind, Say
from store import appointments, prompts
from store.page_facts import House
from store.tables.booking import appointment
from store.tables.contact import prompt
from store.tables.people import store

ANSWERS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class VisitView:
    """store_code: whose hours and places count."""

    visit: Appointment
    customer_id: int
    store_id: int
    store_code: str
    house: House


def view(conn: Connection, appointment_id: int, customer_id: int) -> VisitView | None:
    found = appointments.of_customer(conn, customer_id, appointment_id)
    if found is None:
        return None
    of = (appointment.c.store_id == store.c.id, appointment.c.id == appointment_id)
    row = conn.execute(select(store).where(*of)).one()
    return VisitView(found, customer_id, row.id, row.code, House(row.name, row.hotline, row.time_zone))


def prompt_for(conn: Connection, shown: VisitView, now: datetime) -> int:
    """The newest question about this appointment until it expires, answered or not, so that a submission sent twice is
    one; else one of the page's own."""
    about = prompt.c.ref["appointment_id"].as_integer() == shown.visit.id
    mine = (prompt.c.customer_id == shown.customer_id, prompt.c.kind == PromptKind.APPOINTMENT.value, about)
    living = select(prompt.c.id).where(*mine, prompt.c.expires_at > now)
    there = conn.execute(living.order_by(prompt.c.id.desc()).limit(1)).scalar()
    if there is not None:
        return int(there)
    asked = Ask(Say("booking.tomorrow"), PromptKind.APPOINTMENT, now + ANSWERS_FOR)
    return prompts.ask(conn, shown.customer_id, asked, {"appointment_id": shown.visit.id}, now)
