"""What a journey would do, without doing it: planned in a transaction that is rolled back, the gate asked ahead.

The file's people are as they are today; nobody can know who will have refused, or complained, by then.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, select

from bot.gate import Decision
from bot.journeys import Journey
from bot.messages import Category
from bot.ports import Calendars
from scheduler.hand import Asked, Gatekeeper
from scheduler.plan import Line, days_of, lines_of, moved_days, near_of, plan_rule
from scheduler.plan_days import Reach
from store import anchors, persons, planning, rule_days
from store.engine import writing
from store.tables.outbound import touchpoint
from store.touchpoints import Due

NAMED = 20  # customers told by name for each reason


@dataclass
class Told:
    """Of one step. later, never: reason → how many; who: reason → our ids of the first of them; on: day → sends."""

    step: str
    planned: int = 0
    send: int = 0
    moved: int = 0
    outside: int = 0
    later: Counter[str] = field(default_factory=Counter)
    never: Counter[str] = field(default_factory=Counter)
    who: dict[str, list[int]] = field(default_factory=dict)
    on: Counter[date] = field(default_factory=Counter)

    def add(self, asked: Asked, zone: str) -> None:
        self.planned += 1
        decision, reason = asked.verdict.decision, str(asked.verdict.reason)
        if decision is Decision.SEND:
            self.send += 1
            self.on[asked.due.due_at.astimezone(ZoneInfo(zone)).date()] += 1
            return
        counted = self.later if decision is Decision.DEFER else self.never
        counted[reason] += 1
        named = self.who.setdefault(reason, [])
        if len(named) < NAMED:
            named.append(asked.due.customer_id)


class _Undone(Exception):
    """Ends the transaction without a trace."""


def dry_run(
    engine: Engine,
    journey: Journey,
    gatekeeper: Gatekeeper,
    calendars: Calendars,
    now: datetime,
    ahead: timedelta,
) -> list[Told]:
    """By step. gatekeeper: of this very journey, approved or not. Holds SQLite's one write lock while it counts."""
    told: list[Told] = []
    try:
        with writing(engine) as conn:
            for line in lines_of([journey.model_copy(update={"enabled": True})]):
                told.append(_step(conn, line, gatekeeper, calendars, Reach(now, ahead)))
            raise _Undone
    except _Undone:
        return told


def _step(conn: Connection, line: Line, gatekeeper: Gatekeeper, calendars: Calendars, reach: Reach) -> Told:
    places = anchors.stores(conn)
    days = days_of(conn, line, places, calendars, reach) | moved_days(conn, line, places, calendars)
    rule_days.put_days(conn, line.rule.name, line.rule.version, days)
    done = plan_rule(conn, line, days, reach)
    told = Told(line.step.id, moved=done.moved)
    told.outside = planning.outside(conn, line.rule, near_of(line.rule, days, reach))
    for at, group in _by_moment(conn, line, reach).items():
        files = persons.hold(conn, sorted({each.customer_id for each in group}))
        for asked in gatekeeper.ask(conn, group, max(at, reach.now), files):
            told.add(asked, places[asked.due.store_id].time_zone)
    return told


def _by_moment(conn: Connection, line: Line, reach: Reach) -> dict[datetime, Sequence[Due]]:
    """What is planned for the time looked at, those planned before included."""
    rows = select(touchpoint).where(
        touchpoint.c.rule == line.rule.name, touchpoint.c.state == "planned", touchpoint.c.due_at <= reach.horizon
    )
    found: dict[datetime, list[Due]] = defaultdict(list)
    for row in conn.execute(rows.order_by(touchpoint.c.due_at, touchpoint.c.id)):
        due = Due(
            row.id, row.store_id, row.customer_id, row.rule, row.rule_version, row.occurrence, Category(row.category),
            row.due_at, row.expires_at, row.ref,
        )  # fmt: skip
        found[row.due_at].append(due)
    return dict(found)
