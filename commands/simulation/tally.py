"""Counting a simulation part by part, so that no part has to be kept."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commands.simulation.dms import House
from commands.simulation.referee import Breach, counted
from store.simulations import Touch

OUTCOMES = ("sent", "skipped", "failed", "uncertain", "cancelled")
GONE = ("sent", "uncertain")


@dataclass(slots=True)
class Tally:
    """heat: copies that left, by weekday (Monday 0) and local hour."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    journeys: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    channels: Counter[str] = field(default_factory=Counter)
    costs: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    deferrals: Counter[str] = field(default_factory=Counter)
    heat: list[list[int]] = field(default_factory=lambda: [[0] * 24 for _ in range(7)])
    breaches: list[Breach] = field(default_factory=list)
    customers: set[int] = field(default_factory=set)

    def add(self, touches: Iterable[Touch], breaches: Iterable[Breach], deferrals: Counter[str]) -> None:
        for touch in touches:
            self._touch(touch)
        self.breaches += breaches
        self.deferrals += deferrals

    def _touch(self, touch: Touch) -> None:
        self.outcomes[touch.outcome] += 1
        self.journeys[touch.rule.split(".")[0]][touch.outcome] += 1
        if touch.reason:
            self.reasons[touch.reason] += 1
        if touch.outcome in GONE and touch.way:
            at = datetime.fromisoformat(touch.at)
            self.channels[touch.way] += 1
            self.costs[touch.way] += touch.cost
            self.heat[at.weekday()][at.hour] += 1
            self.customers.add(touch.customer)

    def summary(self, house: House, customers: int, seconds: float, peak_mb: float) -> dict[str, Any]:
        """The object of `--json`; its keys are a contract (design §6), docs/simulate.md says what each counts."""
        return {
            "customers": customers,
            "days": house.days,
            "seed": house.seed,
            "first_day": house.first_day.isoformat(),
            "planned": sum(self.outcomes.values()),
            "by_outcome": {each: self.outcomes[each] for each in OUTCOMES},
            "by_reason": dict(self.reasons.most_common()),
            "by_journey": {name: sum(each.values()) for name, each in sorted(self.journeys.items())},
            "by_journey_outcome": {name: dict(each) for name, each in sorted(self.journeys.items())},
            "by_channel": dict(self.channels.most_common()),
            "cost_by_channel": {way: round(self.costs[way], 2) for way in self.channels},
            "cost_cny": round(sum(self.costs.values()), 2),
            "reached": len(self.customers),
            "deferrals": dict(self.deferrals.most_common()),
            "heat": self.heat,
            "breaches": counted(self.breaches),
            "seconds": round(seconds, 1),
            "peak_mb": round(peak_mb, 1),
        }
