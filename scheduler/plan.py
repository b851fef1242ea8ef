"""Planning, repeated at every tick: rules and facts in, touchpoints inserted, moved or skipped in set-based SQL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from bot.journeys import Anchor, Journey, Step, due, version
from bot.ports import BusinessCalendar, Clock
from store import planning
from store.engine import writing
from store.planning import AnchorRow, Rule

HORIZON = timedelta(days=7)  # planned ahead for the schedule page; facts nearer than that are found at the next tick
LOOKBACK = timedelta(days=30)  # facts whose touchpoint expired longer ago than this are history, not silence


@dataclass(frozen=True, slots=True)
class Planned:
    """What one tick did."""

    inserted: int = 0
    moved: int = 0
    skipped: int = 0


class Planner:
    """`tick` is repeatable and stateless: two planners at once do no harm, the unique key carries it."""

    def __init__(self, engine: Engine, clock: Clock, journeys: Sequence[Journey], calendar: BusinessCalendar) -> None:
        self._engine, self._clock, self._calendar = engine, clock, calendar
        self._steps = [
            (rule_of(journey, step), step) for journey in journeys if journey.enabled for step in journey.steps
        ]

    def tick(self) -> Planned:
        now = self._clock.business()
        total = Planned()
        for rule, step in self._steps:
            with writing(self._engine) as conn:
                total = _sum(total, self._plan(conn, rule, step, now))
        with writing(self._engine) as conn:
            off = planning.skip_rules_off(conn, [rule for rule, _ in self._steps], now)
        return _sum(total, Planned(skipped=off))

    def _plan(self, conn: Connection, rule: Rule, step: Step, now: datetime) -> Planned:
        zones = planning.stores(conn)
        anchors = self._anchors(conn, rule.anchor, step, zones, now)
        planning.put_days(conn, rule, self._days(step, anchors, zones))
        return Planned(
            moved=planning.move_changed(conn, rule, now),
            inserted=planning.insert_missing(conn, rule, horizon=now + HORIZON, since=now - LOOKBACK, now=now),
            skipped=planning.skip_gone(conn, rule, now),
        )

    def _anchors(
        self, conn: Connection, anchor: Anchor, step: Step, zones: Mapping[int, str], now: datetime
    ) -> Iterable[AnchorRow]:
        reach = LOOKBACK + step.expires_after + timedelta(days=step.offset_days)
        if anchor is Anchor.ORDER_DELIVERED:
            return planning.delivery_days(conn, (now - reach).date())
        if anchor is Anchor.EVENT_PUBLISHED:
            return planning.published_events(conn, now - LOOKBACK)
        if anchor is Anchor.CASE_FIXED:
            return planning.fixed_cases(conn)
        return birthdays(zones, now)

    def _days(
        self, step: Step, anchors: Iterable[AnchorRow], zones: Mapping[int, str]
    ) -> dict[tuple[int, str], tuple[datetime, datetime]]:
        days = {}
        for anchor in anchors:
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
