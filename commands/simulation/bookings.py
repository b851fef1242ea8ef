"""Appointments of a simulation: most visits are arranged with the workshop before, some bookings come to nothing."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from bot.booking import Capacity
from store.customers import CustomerFacts
from store.dms_appointments import AppointmentFacts, Word, put_appointment

ARRANGED = 0.5  # of visits
MOVED = 0.15  # of those, once, on the evening after
IN_VAIN = 0.06  # after so many visits another is arranged that never takes place
CANCELLED = 0.5  # of those, the evening before; to the others nobody comes


@dataclass(frozen=True, slots=True)
class Call:
    """What the DMS says of one booking on an evening. id: of the booking."""

    on: date
    id: str
    word: Word
    starts_at: datetime | None = None


def calls(seed: int, visit: str, at: datetime, first_day: date) -> Iterator[Call]:
    """About one visit at `at`, local time. Draws of their own, so that nobody's year changes with them."""
    chance = random.Random(f"{seed}:booking:{visit}")
    time = at.replace(minute=at.minute // 30 * 30)
    if chance.random() < ARRANGED:
        yield from _kept(f"A{visit}", time, time.date() - timedelta(days=chance.randrange(2, 10)), chance, first_day)
    if chance.random() < IN_VAIN:
        yield from _in_vain(f"A{visit}/x", time + timedelta(days=chance.randrange(10, 20)), time.date(), chance)


def _kept(number: str, time: datetime, told: date, chance: random.Random, first_day: date) -> Iterator[Call]:
    """Nothing, where it would have been arranged before the simulation began."""
    if told < first_day:
        return
    if chance.random() < MOVED:
        yield Call(told, number, Word.BOOKED, time + timedelta(days=1))
        yield Call(told + timedelta(days=1), number, Word.CHANGED, time)
    else:
        yield Call(told, number, Word.BOOKED, time)


def _in_vain(number: str, time: datetime, told: date, chance: random.Random) -> Iterator[Call]:
    """Who does not come is found by the house itself (scheduler/no_shows.py)."""
    yield Call(told, number, Word.BOOKED, time)
    if chance.random() < CANCELLED:
        yield Call(time.date() - timedelta(days=1), number, Word.CANCELLED)


def tell(conn: Connection, store_id: int, whose: str, car: str, call: Call, capacity: Capacity, now: datetime) -> None:
    """whose, car: external ids."""
    service = "maintenance" if call.word is Word.BOOKED else None
    facts = AppointmentFacts(call.word, CustomerFacts(whose), car, starts_at=call.starts_at, service=service)
    put_appointment(conn, store_id, call.id, facts, capacity, now)
