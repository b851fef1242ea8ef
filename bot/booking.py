"""Appointments: what a store can take at once, when something is free, and which places a booking holds.

Pure. The unique key on (store, resource, slot) settles who gets a place (`store/appointments.py`); this only proposes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import chain
from typing import Protocol
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.strict import Strict

Hold = tuple[str, datetime]  # (resource, start of the slot in UTC)


class Visit(StrEnum):
    SERVICE = "service"
    TEST_DRIVE = "test_drive"


class AppointmentState(StrEnum):
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


STANDING = (AppointmentState.BOOKED, AppointmentState.CONFIRMED)
NO_SHOW_AFTER = timedelta(minutes=30)  # handbook H2.2.2


class Capacity(Strict):
    """What a store can take at once. Without bays nothing is booked here: a person does it.

    drive_cars: model → how many stand ready for test drives. notice_minutes: not sooner than that from now.
    """

    slot_minutes: int = Field(default=30, ge=10, le=120)
    bays: int = Field(default=0, ge=0)
    advisors: int = Field(default=0, ge=0)
    consultants: int = Field(default=0, ge=0)
    drive_cars: dict[str, int] = {}
    drive_minutes: int = Field(default=60, ge=15)
    ahead_days: int = Field(default=30, ge=1, le=365)
    notice_minutes: int = Field(default=60, ge=0)


class Calendar(Protocol):
    """`bot.ports.BusinessCalendar`, as far as a booking needs it; that module imports this one."""

    def is_holiday(self, day: date) -> bool: ...

    def is_workday(self, day: date) -> bool: ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """minutes: how long the car is on the bay, or the drive lasts. model: of the car to be driven."""

    kind: Visit
    minutes: int
    model: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    id: int
    kind: Visit
    starts_at: datetime
    minutes: int
    state: AppointmentState
    service: str = ""
    model: str = ""
    plate: str = ""
    note: str = ""
    vehicle_id: int | None = None


@dataclass(frozen=True, slots=True)
class House:
    """A store's day: opening and closing in local time, the zone, the capacity."""

    opens: time
    closes: time
    zone: str
    capacity: Capacity


def can_take(wanted: Wanted, capacity: Capacity) -> bool:
    """Is there anything at all to book?"""
    return all(names for names, _ in _needs(wanted, capacity))


def open_on(day: date, calendar: Calendar, open_days: str) -> bool:
    """By the store's own calendar. open_days (dealer.yaml): `daily` is closed on statutory holidays, `workdays` at
    weekends too, save make-up workdays."""
    return calendar.is_workday(day) if open_days == "workdays" else not calendar.is_holiday(day)


def free_starts(wanted: Wanted, day: date, house: House, taken: frozenset[Hold], now: datetime) -> Iterator[datetime]:
    """Starts of that local day, soonest first, in UTC."""
    zone, step = ZoneInfo(house.zone), timedelta(minutes=house.capacity.slot_minutes)
    start = datetime.combine(day, house.opens, zone).astimezone(UTC)
    closing = datetime.combine(day, house.closes, zone).astimezone(UTC)
    soonest = now + timedelta(minutes=house.capacity.notice_minutes)
    while start + timedelta(minutes=wanted.minutes) <= closing:
        if start >= soonest and places(wanted, start, house.capacity, taken):
            yield start
        start += step


def places(wanted: Wanted, start: datetime, capacity: Capacity, taken: Iterable[Hold]) -> tuple[Hold, ...]:
    """The places this booking would hold; empty when something is not free."""
    busy = frozenset(taken)
    slots = slots_of(start, wanted.minutes, capacity)
    held: list[tuple[Hold, ...]] = []
    for names, whole in _needs(wanted, capacity):
        needed = slots if whole else slots[:1]
        found = next(
            (tuple((name, at) for at in needed) for name in names if all((name, at) not in busy for at in needed)), None
        )
        if found is None:
            return ()
        held.append(found)
    return tuple(chain.from_iterable(held))


def slots_of(start: datetime, minutes: int, capacity: Capacity) -> tuple[datetime, ...]:
    step = timedelta(minutes=capacity.slot_minutes)
    count = -(-minutes // capacity.slot_minutes)
    first = start.astimezone(UTC)
    return tuple(first + number * step for number in range(max(1, count)))


def _needs(wanted: Wanted, capacity: Capacity) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """(names of which one must be free, for the whole time or only while the car is taken in)."""
    if wanted.kind is Visit.SERVICE:
        return (_numbered("bay", capacity.bays), True), (_numbered("advisor", capacity.advisors), False)
    cars = chain.from_iterable(
        _numbered(f"car:{model}", capacity.drive_cars.get(model, 0))
        for model in ([wanted.model] if wanted.model else capacity.drive_cars)  # of which car was never noted: any
    )
    return (tuple(cars), True), (_numbered("consultant", capacity.consultants), True)


def _numbered(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}:{number}" for number in range(1, count + 1))
