"""Planning, repeated at every tick: rules and facts in, touchpoints inserted, moved or skipped in set-based SQL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from bot.journeys import Anchor, Journey, Step, due, version
from bot.ports import BusinessCalendar, Clock
from store import anchors, planning
from store.anchors import AnchorRow
from store.engine import reading, writing
from store.planning import Place, Rule, Times

HORIZON = timedelta(days=7)  # planned ahead for the schedule page; facts nearer than that are found at the next tick
LOOKBACK = timedelta(days=30)  # facts whose touchpoint expired longer ago than this are history, not silence
LOOK_S = 60.0  # every fact is looked at again after this, whether or not their summary moved
OFF = "rules off"


@dataclass(frozen=True, slots=True)
class Planned:
    """What one tick did."""

    inserted: int = 0
    moved: int = 0
    skipped: int = 0


class Planner:
    """`tick` is repeatable: two planners at once do no harm, the unique key carries it.

    What it remembers only spares looking again at facts whose summary has not changed since all was settled.
    """

    def __init__(self, engine: Engine, clock: Clock, journeys: Sequence[Journey], calendar: BusinessCalendar) -> None:
        self._engine, self._clock, self._calendar = engine, clock, calendar
        self._steps = [
            (rule_of(journey, step), step) for journey in journeys if journey.enabled for step in journey.steps
        ]
        self._seen: dict[str, tuple[float, object]] = {}

    def tick(self) -> Planned:
        now = self._clock.business()
        total = Planned()
        for rule, step in self._steps:
            total = _sum(total, self._rule(rule, step, now))
        return _sum(total, Planned(skipped=self._rules_off(now)))

    def _rule(self, rule: Rule, step: Step, now: datetime) -> Planned:
        """Reads; writes only when there is something to do."""
        horizon, since = now + HORIZON, now - LOOKBACK
        with reading(self._engine) as conn:
            days = self._days(conn, rule, step, now)
            near = {place: times for place, times in days.items() if times[0] <= horizon and times[1] > since}
            seen = (days, near, planning.summary(conn, rule.anchor, sorted({key for _, key in near})))
            if self._looked_at(rule.name, seen):
                return Planned()
            if planning.settled(conn, rule, days, horizon=horizon, since=since):
                self._seen[rule.name] = (self._clock.monotonic(), seen)
                return Planned()
        with writing(self._engine) as conn:
            planning.put_days(conn, rule, self._days(conn, rule, step, now))
            return Planned(
                moved=planning.move_changed(conn, rule, now),
                inserted=planning.insert_missing(conn, rule, horizon=horizon, since=since, now=now),
                skipped=planning.skip_gone(conn, rule, now),
            )

    def _looked_at(self, name: str, seen: object) -> bool:
        at, before = self._seen.get(name, (-LOOK_S, None))
        return before == seen and self._clock.monotonic() - at < LOOK_S

    def _rules_off(self, now: datetime) -> int:
        rules = [rule for rule, _ in self._steps]
        if self._looked_at(OFF, OFF):
            return 0
        with reading(self._engine) as conn:
            if not planning.any_rule_off(conn, rules):
                self._seen[OFF] = (self._clock.monotonic(), OFF)
                return 0
        with writing(self._engine) as conn:
            return planning.skip_rules_off(conn, rules, now)

    def _anchors(
        self, conn: Connection, anchor: Anchor, step: Step, zones: Mapping[int, str], now: datetime
    ) -> Iterable[AnchorRow]:
        reach = LOOKBACK + step.expires_after + timedelta(days=step.offset_days)
        if anchor is Anchor.ORDER_DELIVERED:
            return anchors.delivery_days(conn, (now - reach).date())
        if anchor is Anchor.EVENT_PUBLISHED:
            return anchors.published_events(conn, now - LOOKBACK)
        if anchor is Anchor.CASE_FIXED:
            return anchors.fixed_cases(conn)
        if anchor is Anchor.QUOTE_SENT:
            return anchors.sent_quotes(conn, now - LOOKBACK)
        return birthdays(zones, now)

    def _days(self, conn: Connection, rule: Rule, step: Step, now: datetime) -> dict[Place, Times]:
        zones, days = anchors.stores(conn), {}
        for anchor in self._anchors(conn, rule.anchor, step, zones, now):
            at = due(step, anchor.moment, zones[anchor.store_id], self._calendar)
            ends = at + step.expires_after
            days[anchor.store_id, anchor.key] = (at, min(ends, anchor.ends_at) if anchor.ends_at else ends)
        return days


def rule_of(journey: Journey, step: Step) -> Rule:
    return Rule(journey.rule(step), version(step), journey.anchor, step.category.value, step.case_message)


def birthdays(zones: Mapping[int, str], now: datetime) -> list[AnchorRow]:
    """Each day near now as a key; in a common year 02-29 as well, whose `due` is the 28th."""
    found = []
    for store_id, zone in zones.items():
        today = now.astimezone(ZoneInfo(zone)).date()
        first, last = today - LOOKBACK, today + HORIZON + timedelta(days=1)
        days = [first + timedelta(days=ahead) for ahead in range((last - first).days)]
        keys = [day.isoformat() for day in days]
        keys += [f"{day.year}-02-29" for day in days if _last_of_common_february(day)]
        found += [AnchorRow(store_id, key, key) for key in keys]
    return found


def _last_of_common_february(day: date) -> bool:
    return (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3


def _sum(first: Planned, second: Planned) -> Planned:
    return Planned(first.inserted + second.inserted, first.moved + second.moved, first.skipped + second.skipped)
