"""Planning, repeated at every tick: rules and facts in, touchpoints inserted, moved or skipped in set-based SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from bot.journeys import MILESTONES, Anchor, Journey, Step, version
from bot.ports import Calendars, Clock
from scheduler.plan_days import Known, Reach, anchor_rows, parted, shared_by_many, times_of
from store import anchors, approvals, planning, rule_days
from store.anchors import AnchorRow
from store.engine import reading, writing
from store.planning import Near, Rule
from store.rule_days import Days, Place, Times

LOOK_S = 60.0  # every fact is looked at again after this, whether or not their summary moved
# Seconds a tick spends on that, one rule at least: a look at all of a large house takes longer than LOOK_S, and after
# it every rule would be due for the next.
AGAIN_S = 1.0
MANY = 1000  # touchpoints: by so many the database is told that there are more
OFF = "rules off"
NEVER = (-LOOK_S, None)


@dataclass(frozen=True, slots=True)
class Planned:
    """What one tick did."""

    inserted: int = 0
    moved: int = 0
    skipped: int = 0

    @property
    def changed(self) -> int:
        return self.inserted + self.moved + self.skipped


@dataclass(frozen=True, slots=True)
class Line:
    """A rule with what it was made from."""

    rule: Rule
    journey: Journey
    step: Step


class Planner:
    """`tick` is repeatable: two planners at once do no harm, the unique key carries it.

    What it remembers only spares looking again at facts whose summary has not changed since all was settled.
    alone: nobody else plans here, and facts have changed whenever it ticks (a year on a virtual clock): it writes at
    once instead of looking first whether there is anything to write, and knows which days it has written.
    """

    def __init__(
        self, engine: Engine, clock: Clock, journeys: Sequence[Journey], calendars: Calendars, *, alone: bool = False
    ) -> None:
        self._engine, self._clock, self._calendars, self._alone = engine, clock, calendars, alone
        self._lines = lines_of(journeys)
        self._approved = approvals.Approved(journeys)
        self._seen: dict[str, tuple[float, object]] = {}
        self._kept: dict[str, tuple[object, dict[Place, Times]]] = {}
        self._known: dict[str, Known] = {}
        self._there: dict[str, tuple[float, Days | None]] = {}
        self._places: Mapping[int, anchors.Place] = {}
        self._again_s = 0.0  # spent in this tick on looking again

    def tick(self) -> Planned:
        now, self._again_s = self._clock.business(), 0.0
        with reading(self._engine) as conn:
            waiting = self._approved.waiting(conn) | self._approved.paused(conn)
            self._places = anchors.stores(conn)
        lines = [line for line in self._lines if line.journey.id not in waiting]
        total = self._at_once(lines, Reach(now)) if self._alone else self._in_turn(lines, Reach(now))
        return _sum(total, Planned(skipped=self._rules_off(now)))

    def _in_turn(self, lines: Sequence[Line], reach: Reach) -> Planned:
        """A transaction a rule: nobody waits for the one write lock longer than one of them takes. The one looked at
        longest ago comes first."""
        total = Planned()
        for line in sorted(lines, key=lambda line: self._seen.get(line.rule.name, NEVER)[0]):
            total = _sum(total, self._rule(line, reach))
        return total

    def _at_once(self, lines: Sequence[Line], reach: Reach) -> Planned:
        total = Planned()
        with writing(self._engine) as conn:
            for line in lines:
                total = _sum(total, self._write(conn, line, self._all_days(conn, line, reach), reach))
        return total

    def _rule(self, line: Line, reach: Reach) -> Planned:
        """Reads; writes only when there is something to do."""
        rule = line.rule
        with reading(self._engine) as conn:
            days = self._days(conn, line, reach)
            near = {place: t for place, t in days.items() if t[0] <= reach.horizon and t[1] > reach.since}
            seen = (days, near, planning.summary(conn, rule.anchor, sorted({key for _, key, _ in near})))
            if self._looked_at(rule.name, seen):
                return Planned()
            started = self._clock.monotonic()
            settled = self._settled(conn, line, reach)
            if self._seen.get(rule.name, NEVER)[1] == seen:
                self._again_s += self._clock.monotonic() - started
            if settled:
                self._seen[rule.name] = (self._clock.monotonic(), seen)
                return Planned()
        with writing(self._engine) as conn:
            done = self._write(conn, line, self._all_days(conn, line, reach), reach)
        if done.changed >= MANY:
            planning.much_planned(self._engine)
        return done

    def _settled(self, conn: Connection, line: Line, reach: Reach) -> bool:
        days = self._all_days(conn, line, reach)
        lacking = self._lacking(conn, line.rule, days)
        return not lacking and planning.settled(conn, line.rule, days, near_of(line.rule, days, reach))

    def _write(self, conn: Connection, line: Line, days: Days, reach: Reach) -> Planned:
        rule = line.rule
        if lacking := self._lacking(conn, rule, days):
            rule_days.put_days(conn, rule.name, rule.version, lacking)
            # Others read them again: whether this commits is not known here.
            self._there[rule.name] = (self._clock.monotonic(), days if self._alone else None)
        return plan_rule(conn, line, days, reach)

    def _lacking(self, conn: Connection, rule: Rule, days: Days) -> Days:
        """Days that do not stand in the database yet, or stand there with other times."""
        at, there = self._there.get(rule.name, (0.0, None))
        if there is None or not (self._alone or self._clock.monotonic() - at < LOOK_S):
            there = rule_days.those_there(conn, rule.name, rule.version, days)
            self._there[rule.name] = (self._clock.monotonic(), there)
        return {place: times for place, times in days.items() if there.get(place) != times}

    def _looked_at(self, name: str, seen: object) -> bool:
        """All is as it was, and that is not long ago or this tick has looked at enough again."""
        at, before = self._seen.get(name, NEVER)
        return before == seen and (self._clock.monotonic() - at < LOOK_S or self._again_s >= AGAIN_S)

    def _rules_off(self, now: datetime) -> int:
        rules = [line.rule for line in self._lines]
        if self._looked_at(OFF, OFF):
            return 0
        with reading(self._engine) as conn:
            if not planning.any_rule_off(conn, rules):
                self._seen[OFF] = (self._clock.monotonic(), OFF)
                return 0
        with writing(self._engine) as conn:
            return planning.skip_rules_off(conn, rules, now)

    def _days(self, conn: Connection, line: Line, reach: Reach) -> dict[Place, Times]:
        """What is enumerated is kept for the day."""
        places, known = self._places, self._known.setdefault(line.rule.name, Known())
        if not shared_by_many(line.rule.anchor):
            return days_of(conn, line, places, self._calendars, reach, known)
        today = tuple((store_id, *reach.dates(place.time_zone)) for store_id, place in places.items())
        kept, days = self._kept.get(line.rule.name, (None, {}))
        if kept != today:
            days = days_of(conn, line, places, self._calendars, reach, known)
            self._kept[line.rule.name] = (today, days)
        return days

    def _all_days(self, conn: Connection, line: Line, reach: Reach) -> dict[Place, Times]:
        """With those far from now that a planned touchpoint's milestone has moved to. Not asked at every tick: each
        has left a day near now, which the summary shows."""
        days = self._days(conn, line, reach)
        moved = moved_days(conn, line, self._places, self._calendars)
        return {**days, **moved} if moved else days


def lines_of(journeys: Sequence[Journey]) -> list[Line]:
    """Of those that are switched on."""
    return [
        Line(rule_of(journey, step), journey, step)
        for journey in journeys if journey.enabled for step in journey.steps
    ]  # fmt: skip


def rule_of(journey: Journey, step: Step) -> Rule:
    return Rule(
        name=journey.rule(step),
        version=version(step),
        anchor=journey.anchor,
        category=step.category.value,
        case_message=step.case_message,
        salt=journey.id,
        parted=parted(journey, step),
        audience=journey.audience,
    )


def days_of(
    conn: Connection,
    line: Line,
    places: Mapping[int, anchors.Place],
    calendars: Calendars,
    reach: Reach,
    known: Known | None = None,
) -> dict[Place, Times]:
    """known: of this rule, from the last time."""
    zones = {store_id: place.time_zone for store_id, place in places.items()}
    rows = anchor_rows(conn, line.journey, line.step, zones, reach)
    return times_of(rows, line.step, places, calendars, known or Known())


def moved_days(
    conn: Connection, line: Line, places: Mapping[int, anchors.Place], calendars: Calendars
) -> dict[Place, Times]:
    """Of milestones that have left the days their touchpoints hang on, maybe for one far from now."""
    if line.rule.anchor not in MILESTONES:
        return {}
    moved = planning.milestones_off_their_days(conn, line.rule)
    rows = [AnchorRow(store_id, day.isoformat(), day.isoformat()) for store_id, day in moved]
    return times_of(rows, line.step, places, calendars, Known())


def plan_rule(conn: Connection, line: Line, days: Days, reach: Reach) -> Planned:
    """Writes what is missing, moved or gone, in the caller's transaction. days: they stand in the database."""
    rule = line.rule
    near, planned = near_of(rule, days, reach), planning.any_planned(conn, rule)
    return Planned(
        moved=planning.move_changed(conn, rule, reach.now) if planned else 0,
        inserted=planning.insert_missing(conn, rule, near) if planning.any_due(days, near) else 0,
        skipped=planning.skip_gone(conn, rule, reach.now) if planned else 0,
    )


def near_of(rule: Rule, days: Days, reach: Reach) -> Near:
    """The dates that can matter lie between the first and the last of the days that do."""
    soon = [key for (_, key, _), times in days.items() if times[0] <= reach.horizon and times[1] > reach.since]
    if rule.anchor not in MILESTONES | {Anchor.ORDER_DELIVERED} or not soon:
        return Near(reach.now, reach.horizon, reach.since)
    return Near(reach.now, reach.horizon, reach.since, (date.fromisoformat(min(soon)), date.fromisoformat(max(soon))))


def _sum(first: Planned, second: Planned) -> Planned:
    return Planned(first.inserted + second.inserted, first.moved + second.moved, first.skipped + second.skipped)
