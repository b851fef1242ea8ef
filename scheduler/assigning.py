"""Who waits gets somebody: conversations and visits are given in turn, nudged at 120 s, escalated at 180 s.

Exact timers are stored instants looked at every second and swept after a restart: what ran out meanwhile is found.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from bot.assignment import BEFORE_DUE, LOOKED_FOR, choose, roles_for
from bot.customer import StaffMember
from bot.dealer import Dealer
from bot.hours import is_open
from bot.ports import Calendars, Clock
from bot.visits import VisitFacts, receivers
from scheduler.cards import Cards
from store import assignment, feed, showroom, wait_marks
from store.assignment import Unowned
from store.engine import reading, writing
from store.wait_marks import ESCALATE, NUDGE, Wait

Roster = Callable[[Connection, int, datetime], Collection[int] | None]
NO_ROSTER: Roster = lambda _conn, _store, _now: None  # noqa: E731  # a question without an answer


class Turns:
    """Chooses for one store at a time. roster: who is on duty by plan, None where nobody planned."""

    def __init__(self, clock: Clock, roster: Roster = NO_ROSTER) -> None:
        self._clock, self._roster = clock, roster

    def thread(self, conn: Connection, one: Unowned | Wait, but: Collection[int], anybody: bool) -> StaffMember | None:
        assignment.hold_store(conn, one.store_id)
        found = assignment.candidates(
            conn, one.store_id, "thread", one.customer_id, self._on_duty(conn, one.store_id), self._clock.machine()
        )
        not_about = {*but, *assignment.complained_about(conn, one.customer_id)}
        return choose(found, roles_for(one.reason), but=not_about, anybody=anybody)

    def visit(self, conn: Connection, one: VisitFacts, but: Collection[int], anybody: bool) -> StaffMember | None:
        assignment.hold_store(conn, one.store_id)
        found = assignment.candidates(
            conn, one.store_id, "visit", one.customer_id, self._on_duty(conn, one.store_id), self._clock.machine()
        )
        return choose(found, receivers(one.need), but=but, anybody=anybody, free_first=True)

    def _on_duty(self, conn: Connection, store_id: int) -> Collection[int] | None:
        return self._roster(conn, store_id, self._clock.business())


class Assigner:
    """Nothing that waits stays nobody's: at once to who is there, after two minutes to anybody (opening hours)."""

    def __init__(self, engine: Engine, clock: Clock, dealer: Dealer, calendar: Calendars, turns: Turns) -> None:
        self._engine, self._clock, self._dealer = engine, clock, dealer
        self._calendar, self._turns = calendar, turns

    def tick(self) -> int:
        """How many were given to somebody. Each in a transaction of its own: the store is held no longer than that."""
        with reading(self._engine) as conn:
            waiting = assignment.unowned(conn)
        return sum(self._one(one) for one in waiting)

    def _one(self, one: Unowned) -> bool:
        with writing(self._engine) as conn:
            return self._give(conn, one, self._clock.business())

    def _give(self, conn: Connection, one: Unowned, now: datetime) -> bool:
        member = self._turns.thread(conn, one, (), anybody=self._too_long(one, now))
        return member is not None and assignment.give_thread(conn, one, member, "first", now)

    def _too_long(self, one: Unowned, now: datetime) -> bool:
        """The answer is due within a minute; without a time of its own, two minutes of opening time were enough."""
        if one.answer_by is not None:
            return one.answer_by - BEFORE_DUE <= now
        known = next((store for store in self._dealer.stores if store.code == one.store_code), None)
        if known is None or one.since + LOOKED_FOR > now:
            return False
        return is_open(now, known.opening, ZoneInfo(known.time_zone), self._calendar.of(known.code))


class WaitWatch:
    """The three-minute rule for who writes."""

    def __init__(self, engine: Engine, clock: Clock, turns: Turns) -> None:
        self._engine, self._clock, self._turns = engine, clock, turns

    def tick(self) -> int:
        now = self._clock.business()
        with reading(self._engine) as conn:
            if not wait_marks.due(conn, ESCALATE, now) and not wait_marks.due(conn, NUDGE, now):
                return 0
        with writing(self._engine) as conn:
            return sum(self._escalate(conn, each, now) for each in wait_marks.due(conn, ESCALATE, now)) + sum(
                self._nudge(conn, each, now) for each in wait_marks.due(conn, NUDGE, now)
            )

    def _nudge(self, conn: Connection, wait: Wait, now: datetime) -> bool:
        if not wait_marks.mark(conn, wait, NUDGE, now):
            return False
        self._tell(conn, wait, "waiting", [wait.owner_id] if wait.owner_id else [], now)
        return True

    def _escalate(self, conn: Connection, wait: Wait, now: datetime) -> bool:
        """Backup and supervisor; what its owner never took goes to the backup."""
        if not wait_marks.mark(conn, wait, ESCALATE, now):
            return False
        had = [wait.owner_id] if wait.owner_id else []
        backup = self._turns.thread(conn, wait, had, anybody=False)
        if backup is not None and not wait.claimed:
            one = Unowned(
                wait.customer_id, wait.store_id, wait.store_code, wait.reason, wait.answer_by, now, wait.version
            )
            assignment.give_thread(conn, one, backup, "backup", now, instead_of=wait.owner_id)
        called = [*had, *([backup.id] if backup else []), *showroom.managers_of(conn, wait.store_id)]
        self._tell(conn, wait, "waiting_long", called, now)
        return True

    def _tell(self, conn: Connection, wait: Wait, reason: str, people: Collection[int], now: datetime) -> None:
        ref: dict[str, object] = {"reason": reason}
        if people:
            ref["staff"] = sorted(set(people))
        feed.tell(conn, wait.store_id, "alert", ref, wait.customer_id, now)


class VisitWatch:
    """The three-minute rule for who walks in: in turn to who is there, nudged, then backup and supervisor."""

    def __init__(self, engine: Engine, clock: Clock, turns: Turns, cards: Cards) -> None:
        self._engine, self._clock, self._turns, self._cards = engine, clock, turns, cards

    def tick(self) -> int:
        now = self._clock.business()
        with reading(self._engine) as conn:
            if not showroom.something_due(conn, now):
                return 0
        with writing(self._engine) as conn:
            escalated, nudged = showroom.escalated(conn, now), showroom.nudged(conn, now)
            for facts in escalated:
                self._escalate(conn, facts, now)
            for facts in nudged:
                self._nudge(conn, facts, now)
            given = sum(self._give(conn, facts, now) for facts in showroom.unassigned(conn))
            return len(escalated) + len(nudged) + given + showroom.end_forgotten(conn, now)

    def _give(self, conn: Connection, facts: VisitFacts, now: datetime, *, anybody: bool = False) -> bool:
        member = self._turns.visit(conn, facts, (), anybody)
        if member is None or not showroom.give(conn, facts, member, "first", now):
            return False
        self._cards.send(conn, facts, member, now)
        return True

    def _nudge(self, conn: Connection, facts: VisitFacts, now: datetime) -> None:
        if facts.consultant_id is None:
            self._give(conn, facts, now, anybody=True)
        showroom.tell(conn, facts, "visit_waiting", [facts.consultant_id], now)

    def _escalate(self, conn: Connection, facts: VisitFacts, now: datetime) -> None:
        if facts.consultant_id is None:
            self._give(conn, facts, now, anybody=True)
        had = [facts.consultant_id] if facts.consultant_id else []
        backup = self._turns.visit(conn, facts, had, anybody=False)
        if backup is not None:
            showroom.give(conn, facts, backup, "backup", now)
        called = [*had, backup.id if backup else None, *showroom.managers_of(conn, facts.store_id)]
        showroom.tell(conn, facts, "visit_long", called, now)
