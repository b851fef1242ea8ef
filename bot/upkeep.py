"""When a car is due for service: the earlier of kilometres and months, and how far its readings can be trusted.

Intervals are the dealer's, by model, else by energy (`config/upkeep.yaml`); the manual decides, not this file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from pydantic import Field

from bot.days import add_months
from bot.dealer import Strict

SPREAD = 7  # days; two readings closer than that say little about a day


class Energy(StrEnum):
    PETROL = "petrol"
    HYBRID = "hybrid"
    PLUG_IN = "plug_in"
    ELECTRIC = "electric"


class Interval(Strict):
    km: int = Field(ge=500)
    months: int = Field(ge=1, le=60)


class Service(Strict):
    """first: from delivery; then: from the service before."""

    first: Interval
    then: Interval


class Upkeep(Strict):
    """`config/upkeep.yaml`. usual_km_per_day: of a car with fewer than two readings. most_km_per_day: beyond it a
    reading is taken for a typing mistake. service_words: an order with none of them among its items is no service.
    """

    by_energy: dict[Energy, Service]
    by_model: dict[str, Service] = Field(default_factory=dict)
    usual_km_per_day: float = Field(default=40, gt=0)
    most_km_per_day: float = Field(default=600, gt=0)
    service_words: tuple[str, ...] = ("保养",)
    warranty_months: int = Field(default=36, ge=24)

    def service(self, model: str, energy: str) -> Service:
        """The longest name that the model's begins with, else by energy; unknown energy counts as petrol."""
        named = [name for name in self.by_model if model.startswith(name)]
        if named:
            return self.by_model[max(named, key=len)]
        kind = Energy(energy) if energy in set(Energy) else Energy.PETROL
        return self.by_energy.get(kind) or next(iter(self.by_energy.values()))


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    on: date
    km: int


@dataclass(frozen=True, slots=True)
class ServiceDue:
    """by: "km" or "months", whichever comes first. km: at which the odometer stands then."""

    on: date
    km: int
    by: str
    first: bool


def service_due(
    upkeep: Upkeep,
    service: Service,
    delivered: date | None,
    last: date | None,
    readings: Sequence[Reading],
) -> ServiceDue | None:
    """None when neither a delivery nor a service is known. last: the newest service, ours or another's."""
    start = max((day for day in (delivered, last) if day is not None), default=None)
    if start is None:
        return None
    interval = service.first if last is None else service.then
    trusted = trusted_readings(readings, upkeep.most_km_per_day)
    began = 0 if last is None else km_on(trusted, start, upkeep.usual_km_per_day)
    by_months = add_months(start, interval.months)
    if began is None:
        return ServiceDue(by_months, 0, "months", last is None)
    target = began + interval.km
    by_km = day_of_km(trusted, target, start, upkeep.usual_km_per_day)
    by = "km" if by_km < by_months else "months"
    return ServiceDue(min(by_km, by_months), target, by, last is None)


def trusted_readings(readings: Sequence[Reading], most_km_per_day: float) -> list[Reading]:
    """The longest run in which no reading falls and none races: one wrong digit drops out instead of ruling.

    Of two runs as long, the one that ends lower, else the slower one: a doubt must not make every reminder overdue
    (LubeLogger #1466).
    """
    ordered = sorted(readings)
    runs: list[list[Reading]] = []
    for each in ordered:
        before = [run for run in runs if _follows(run[-1], each, most_km_per_day)]
        runs.append([*max(before, key=lambda run: (len(run), run[0].km), default=[]), each])
    return max(runs, key=lambda run: (len(run), -run[-1].km, run[0].km), default=[])


def _follows(before: Reading, after: Reading, most_km_per_day: float) -> bool:
    days = max((after.on - before.on).days, 1)
    return 0 <= after.km - before.km <= most_km_per_day * days


def km_per_day(trusted: Sequence[Reading], usual: float) -> float:
    """From the newest reading and the newest one at least a week before it."""
    newest = trusted[-1] if trusted else None
    for before in reversed(trusted[:-1]):
        assert newest is not None
        if (newest.on - before.on).days >= SPREAD:
            return (newest.km - before.km) / (newest.on - before.on).days
    return usual


def km_on(trusted: Sequence[Reading], day: date, usual: float) -> int | None:
    """Between two readings by proportion, beyond them by the usual way; None without any reading."""
    if not trusted:
        return None
    for before, after in pairwise(trusted):
        if before.on <= day <= after.on:
            share = (day - before.on).days / max((after.on - before.on).days, 1)
            return round(before.km + share * (after.km - before.km))
    near = trusted[0] if day < trusted[0].on else trusted[-1]
    pace = usual if near is trusted[0] else km_per_day(trusted, usual)
    return max(round(near.km + pace * (day - near.on).days), 0)


def day_of_km(trusted: Sequence[Reading], km: int, start: date, usual: float) -> date:
    """The day the odometer is expected to show it, not before its newest reading. Far away when the car stands."""
    newest = trusted[-1] if trusted and trusted[-1].on >= start else Reading(start, km_on(trusted, start, usual) or 0)
    pace = km_per_day(trusted, usual)
    if pace <= 0:
        return date.max
    days = max((km - newest.km) / pace, 0)
    return newest.on + timedelta(days=min(int(days), 36_500))
