"""What a customer is after, for colleagues: appointments that stand, needs as told, what was said before beside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, select

from bot.booking import AppointmentState
from bot.gate import CALM
from bot.needs import NAMES, PREFIX, Needs, in_words, needs_of
from store import feelings
from store.persons import persons
from store.tables.booking import appointment
from store.tables.people import fact

SHOWN = (AppointmentState.BOOKED, AppointmentState.CONFIRMED, AppointmentState.ARRIVED, AppointmentState.NO_SHOW)
LATELY = 4


@dataclass(frozen=True, slots=True)
class Visit:
    kind: str
    starts_at: datetime
    state: str
    what: str


@dataclass(frozen=True, slots=True)
class Need:
    """value: as remembered, words: as said back. before: what was said earlier, newest first, where it was another.

    message_id: where it was said. confidence: how sure the reading was, 0 to 1.
    """

    name: str
    value: str
    words: str
    at: datetime
    message_id: int | None
    confidence: float = 1.0
    before: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    needs: Sequence[Need]
    known: Needs


@dataclass(frozen=True, slots=True)
class Contact:
    """How the customer wants to be contacted, as the gate reads it. calm_at: no offers before, None when any time."""

    quiet_from: time | None
    calm_at: datetime | None

    def __bool__(self) -> bool:
        return self.quiet_from is not None or self.calm_at is not None


def contact_of(conn: Connection, customer_id: int, now: datetime) -> Contact:
    person = persons(conn, [customer_id])
    upset = feelings.upset(conn, person).get(customer_id)
    calm_at = upset + CALM if upset is not None and upset + CALM > now else None
    return Contact(feelings.quiet_from(conn, person).get(customer_id), calm_at)


def visits_of(conn: Connection, customer_id: int) -> list[Visit]:
    """The newest few, latest first."""
    mine = (appointment.c.customer_id == customer_id, appointment.c.state.in_([state.value for state in SHOWN]))
    rows = select(appointment).where(*mine).order_by(appointment.c.starts_at.desc()).limit(LATELY)
    return [Visit(row.kind, row.starts_at, row.state, row.model or row.note) for row in conn.execute(rows)]


def needs_told(conn: Connection, customer_id: int) -> Told:
    keys = [PREFIX + name for name in NAMES]
    mine = (fact.c.customer_id == customer_id, fact.c.key.in_(keys))
    history: dict[str, list[Any]] = {}
    for row in conn.execute(select(fact).where(*mine).order_by(fact.c.id.desc())):
        history.setdefault(row.key, []).append(row)
    needs = [_need(key.removeprefix(PREFIX), history[key]) for key in keys if key in history]
    return Told(needs, needs_of({}, {PREFIX + each.name: each.value for each in needs}))


def _need(name: str, rows: Sequence[Any]) -> Need:
    newest, *older = rows
    before = tuple(dict.fromkeys(_words(name, row.value) for row in older if row.value != newest.value))
    return Need(name, newest.value, _words(name, newest.value), newest.at, newest.message_id, newest.confidence, before)


def _words(name: str, value: str) -> str:
    return in_words(needs_of({}, {PREFIX + name: value})) or value
