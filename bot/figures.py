"""The figures of the house, from single observations: how soon people were answered, how content they are.

Means stand beside percentiles: a mean alone hides the one who waited an hour.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

RULE_S = 180  # the three-minute rule
GOOD = 4  # a rating from here on counts as satisfied

K = TypeVar("K", bound=Hashable)


class Measure(StrEnum):
    FIRST = "first"  # seconds of opening time until the first human word after a hand-over
    WAITING = "waiting"  # the same for every turn that waited for a person
    UNANSWERED = "unanswered"  # seconds of opening time somebody waits already
    RESOLUTION = "resolution"  # seconds of opening time until the customer said satisfied
    ASKED = "asked"  # a question about satisfaction went out
    RATED = "rated"  # its answer, 1 to 5
    SLA = "sla"  # a finished deadline: 1 kept, 0 missed


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation. staff_id: whose, None for nobody's. week: the Monday it belongs to."""

    measure: Measure
    value: float
    store_id: int
    staff_id: int | None
    week: date


@dataclass(frozen=True, slots=True)
class Spread:
    """n values in seconds; mean, p50, p90 are None of none."""

    n: int
    mean: float | None
    p50: float | None
    p90: float | None


@dataclass(frozen=True, slots=True)
class Share:
    part: int
    of: int

    @property
    def percent(self) -> float | None:
        return 100 * self.part / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Figures:
    """within: waits kept to the three-minute rule, of those answered or already over it. csat: 4s and 5s of the
    answers. answered: answers of the questions. sla: deadlines kept of those finished. open: who still waits.
    """

    first: Spread
    waiting: Spread
    within: Share
    open: int
    resolution: Spread
    csat: Share
    answered: Share
    sla: Share


def figures(seen: Iterable[Seen]) -> Figures:
    by: dict[Measure, list[float]] = {measure: [] for measure in Measure}
    for each in seen:
        by[each.measure].append(each.value)
    waited, late = by[Measure.WAITING], [each for each in by[Measure.UNANSWERED] if each > RULE_S]
    rated = by[Measure.RATED]
    return Figures(
        first=spread(by[Measure.FIRST]),
        waiting=spread(waited),
        within=Share(sum(each <= RULE_S for each in waited), len(waited) + len(late)),
        open=len(by[Measure.UNANSWERED]),
        resolution=spread(by[Measure.RESOLUTION]),
        csat=Share(sum(each >= GOOD for each in rated), len(rated)),
        answered=Share(len(rated), len(by[Measure.ASKED])),
        sla=Share(int(sum(by[Measure.SLA])), len(by[Measure.SLA])),
    )


def grouped(seen: Sequence[Seen], key: Callable[[Seen], K]) -> dict[K, Figures]:
    parts: dict[K, list[Seen]] = {}
    for each in seen:
        parts.setdefault(key(each), []).append(each)
    return {name: figures(part) for name, part in parts.items()}


def spread(values: Sequence[float]) -> Spread:
    """Percentiles by nearest rank: always a value that was seen."""
    if not values:
        return Spread(0, None, None, None)
    ordered = sorted(values)
    return Spread(len(ordered), sum(ordered) / len(ordered), _rank(ordered, 50), _rank(ordered, 90))


def _rank(ordered: Sequence[float], percent: int) -> float:
    return ordered[-(-percent * len(ordered) // 100) - 1]
