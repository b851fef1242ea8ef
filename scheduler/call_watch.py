"""Calls that wait for a person, looked at again: who refused, complained, answered or changed the number meanwhile is
not rung. The task is taken back with its reason and the gate decides anew what comes of the touchpoint."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from bot.dealer import Dealer
from bot.gate import GateContext, no_longer
from bot.journeys import Journey
from bot.messages import Category
from bot.ports import Calendars, Clock
from bot.reasons import Reason
from bot.routing import Route
from store import call_ends, call_watch, persons, recipients
from store.call_watch import Waiting
from store.engine import reading, writing
from store.recipients import Facts

UNCOUNTED = timedelta()  # caps were settled when the call was handed over
CALLABLE = frozenset({"ok", "voice", "blocked"})


class CallWatch:
    """`tick` returns how many tasks were taken back."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        dealer: Dealer,
        journeys: Sequence[Journey],
        calendar: Calendars,
    ) -> None:
        self._engine, self._clock, self._dealer, self._calendar = engine, clock, dealer, calendar
        self._steps = {journey.rule(step): step for journey in journeys for step in journey.steps}

    def tick(self) -> int:
        now = self._clock.business()
        with reading(self._engine) as conn:
            over = self._over(conn, now)
        if not over:
            return 0
        with writing(self._engine) as conn:
            return sum(call_ends.withdrawn(conn, task, reason, now) for task, reason in over)

    def _over(self, conn: Connection, now: datetime) -> list[tuple[call_watch.Row, str]]:
        waiting = call_watch.waiting(conn)
        if not waiting:
            return []
        files = persons.persons(conn, sorted({each.due.customer_id for each in waiting}))
        facts = recipients.load(conn, [each.due for each in waiting], now, files, UNCOUNTED)
        asked = [(each.task, self._why(each, facts[each.due.id], now)) for each in waiting]
        return [(task, reason) for task, reason in asked if reason]

    def _why(self, waiting: Waiting, facts: Facts, now: datetime) -> str:
        due, step = waiting.due, self._steps.get(waiting.due.rule)
        context = GateContext(
            now=now,
            due_at=due.due_at,
            expires_at=due.expires_at,
            rule_version=due.rule_version,
            step=step,
            current_version=due.rule_version,
            zone=facts.zone,
            customer=facts.customer,
            calendar=self._calendar.of(facts.store),
            hours=self._dealer.hours_of(facts.store),
            caps=self._dealer.caps,
            route=Route(None),
            anchor=facts.anchor,
            served=facts.anchor,
            goal_met=bool(step and step.goal and step.goal in facts.goals),
            open_case=facts.open_case,
            category=due.category,
            upset_at=facts.upset_at,
        )
        return no_longer(context) or _number(waiting, facts)


def _number(waiting: Waiting, facts: Facts) -> str:
    """The number itself: another one, found dead, a stranger's, or its owner wants no calls."""
    if facts.customer.phone != waiting.task.phone:
        return Reason.NUMBER_CHANGED.value
    if waiting.due.category is Category.SAFETY:
        return "" if facts.number != "dead" else Reason.DEAD_NUMBER.value
    if facts.no_call:
        return Reason.NO_CALL.value
    if facts.number in CALLABLE:
        return ""
    return Reason.WRONG_PERSON.value if facts.number == "stranger" else Reason.DEAD_NUMBER.value
