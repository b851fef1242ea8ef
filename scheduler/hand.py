"""From due to handed over: claim, ask the gate, then send, defer or skip; what is sent becomes an outbox row.

1. claim what is due, one query a category, leased on machine time;
2. in one transaction: hold the people, load what the gate must know, ask it;
3. a single message gets its row; invitations that go by mass send are gathered into one row;
4. every verdict is written, passes included.
"""

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TypeAlias, TypeVar

from sqlalchemy import Connection, Engine

from bot.dealer import Dealer
from bot.errors import HuifangError
from bot.gate import Decision, GateContext, GateVerdict, Verdict, gate
from bot.journey_state import JourneyState, ruling
from bot.journeys import Journey, Step, version
from bot.messages import Category, Way
from bot.ports import Calendars, Clock
from bot.reasons import Reason
from bot.routing import MASS_LEAST, MASS_MOST, Contact, Passed, Route, route
from scheduler.letters import Letter, Writer
from store import journey_states, persons, recipients, touchpoints
from store.approvals import Approved
from store.engine import reading, writing
from store.journey_states import Member
from store.outbox import queued
from store.persons import Persons
from store.recipients import Facts
from store.touchpoints import Due, Line

log = logging.getLogger("huifang.scheduler")

LEASE_S = 60.0
ROOM = 500  # rows waiting in the outbox beyond which bulk waits where the gate can still look at it
BATCH = {Category.MARKETING: 2000}  # one event's invitations should meet in one mass send
USUAL_BATCH = 100
MASS_WAIT = timedelta(minutes=10)  # design §4
FOREVER = datetime.max.replace(tzinfo=UTC)
URGENT_FIRST = (
    Category.SAFETY,
    Category.SERVICE,
    Category.REMINDER,
    Category.SURVEY,
    Category.GREETING,
    Category.MARKETING,
)
NOTICES = (Way.TEMPLATE, Way.SUBSCRIPTION)  # whose fields have types (wechat.md §3.3)
T = TypeVar("T")
Chains: TypeAlias = dict[int, Sequence[Line]]  # by touchpoint


@dataclass(frozen=True, slots=True)
class Asked:
    """One touchpoint with what was loaded, where it would go, and the gate's verdict."""

    due: Due
    step: Step | None
    facts: Facts
    route: Route
    verdict: Verdict
    state: JourneyState | None = None
    variant: str = ""


class Gatekeeper:
    """`tick` handles one batch of each category and returns how many touchpoints it moved on."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        dealer: Dealer,
        journeys: Sequence[Journey],
        calendars: Calendars,
        writer: Writer,
        worker: str,
        approved: Approved | None = None,
    ) -> None:
        self._engine, self._clock, self._dealer, self._calendars = engine, clock, dealer, calendars
        self._writer, self._worker = writer, worker
        self._hours = {store.code: dealer.hours_of(store.code) for store in dealer.stores}
        self._counted = counted(dealer)
        living = [journey for journey in journeys if journey.enabled]
        self._steps = {journey.rule(step): (journey, step) for journey in living for step in journey.steps}
        self._rank = {journey.rule(step): journey.priority for journey in living for step in journey.steps}
        self._approved = approved or Approved(journeys)

    def tick(self) -> int:
        with reading(self._engine) as conn:
            due = touchpoints.categories_due(conn, self._clock.business(), self._clock.machine())
        return sum(self._batch(category) for category in URGENT_FIRST if category in due)

    def _batch(self, category: Category) -> int:
        now = self._clock.business()
        with writing(self._engine) as conn:
            due = self._claim(conn, category, now)
        if not due:
            return 0
        with writing(self._engine) as conn:
            person = persons.hold(conn, sorted({each.customer_id for each in due}))
            first, again = _one_each(due, person, self._rank)
            for each in again:
                touchpoints.release(conn, each.id, self._worker)
            return self._settle(conn, self.ask(conn, first, now, person), now)

    def _claim(self, conn: Connection, category: Category, now: datetime) -> list[Due]:
        limit = BATCH.get(category, USUAL_BATCH)
        if category not in (Category.SAFETY, Category.SERVICE):
            limit = min(limit, ROOM - queued(conn, ROOM))
        if limit <= 0:
            return []
        machine = self._clock.machine()
        return touchpoints.claim_due(
            conn, category, limit=limit, now=now, machine_now=machine, worker=self._worker, lease_s=LEASE_S
        )

    def ask(self, conn: Connection, due: Sequence[Due], now: datetime, person: Persons) -> list[Asked]:
        """The gate's word on each at `now`, which a dry run puts ahead; changes nothing."""
        files = {each.customer_id: person[each.customer_id] for each in due}
        facts = recipients.load(conn, due, now, files, self._counted)
        members = [Member(each, *self._steps[each.rule]) for each in due if each.rule in self._steps]
        states = journey_states.load(conn, members, self._approved, now)
        return [self._asked(each, facts[each.id], now, states.get(each.id)) for each in due]

    def _asked(
        self, due: Due, facts: Facts, now: datetime, state: JourneyState | None = None, alone: bool = False
    ) -> Asked:
        journey, step = self._steps.get(due.rule, (None, None))
        current = version(step) if step else ""
        word, variant, replied = None, "", False
        if journey is not None and step is not None and state is not None:
            word = ruling(journey, step, state, due.customer_id, now)
            variant, message = step.message_for(journey.rule(step), due.customer_id)
            step, replied = step.model_copy(update={"message": message}), state.replied
        way = route(contact_of(due, step, facts, alone, case_message=bool(step and step.case_message)), self._dealer)
        context = GateContext(
            now=now,
            due_at=due.due_at,
            expires_at=due.expires_at,
            rule_version=due.rule_version,
            step=step,
            current_version=current,
            zone=facts.zone,
            customer=facts.customer,
            calendar=self._calendars.of(facts.store),
            hours=self._hours.get(facts.store, self._dealer.hours),
            caps=self._dealer.caps,
            route=way,
            anchor=facts.anchor,
            served=facts.anchor,
            goal_met=bool(step and (step.goal in facts.goals or (step.goal == "replied" and replied))),
            open_case=facts.open_case,
            sent=facts.sent,
            category=due.category,
            ruling=word,
            upset_at=facts.upset_at,
            quiet_from=facts.quiet_from,
        )
        return Asked(due, step, facts, way, gate(context), state, variant)

    def _settle(self, conn: Connection, asked: Sequence[Asked], now: datetime) -> int:
        handed: Chains = {}
        groups: dict[tuple[str, str], list[Asked]] = defaultdict(list)
        for each in asked:
            if each.verdict.decision is Decision.SEND and each.route.way is Way.MASS:
                groups[each.route.account, each.due.occurrence].append(each)
            else:
                handed |= self._carry_out(conn, each, now)
        for group in groups.values():
            handed |= self._mass(conn, group, now)
        self._hand(conn, handed, now)
        return len(asked)

    def _hand(self, conn: Connection, handed: Chains, now: datetime) -> None:
        """All of a batch at once."""
        if handed:
            touchpoints.hand(conn, list(handed), self._worker)
            touchpoints.note_all(conn, handed, now)

    def _carry_out(self, conn: Connection, asked: Asked, now: datetime) -> Chains:
        """The chains of what is handed over; everything else is written here."""
        decision, due = asked.verdict.decision, asked.due
        if decision is Decision.SEND:
            return self._send(conn, [asked], self._writer_for_one, now)
        touchpoints.note_all(conn, {due.id: _chain(asked)}, now)
        if decision is Decision.DEFER and asked.verdict.until is not None:
            touchpoints.defer(conn, due.id, self._worker, asked.verdict.until)
            return {}
        # Reachable once, refused there, and no way left: that is a failure, not a choice of ours.
        failed = asked.verdict.reason == Reason.UNREACHABLE and asked.facts.tried
        outcome = "failed" if failed else "skipped"
        reason = _why_failed(asked) if failed else _why_unreachable(asked)
        touchpoints.skip(conn, due.id, self._worker, outcome, reason, now)
        return {}

    def _mass(self, conn: Connection, group: Sequence[Asked], now: datetime) -> Chains:
        if len(group) >= MASS_LEAST:
            return dict(each for part in mass_parts(group) for each in self._batch_of(conn, part, now).items())
        (one,) = group
        since = touchpoints.waiting_since(conn, one.due.id, Reason.MASS_WAITING.value) or now
        if now - since < MASS_WAIT:
            touchpoints.note(conn, [one.due.id], Line("route", "mass", "waits", Reason.MASS_WAITING.value), now)
            touchpoints.defer(conn, one.due.id, self._worker, _next_minute(now))
            return {}
        return self._carry_out(conn, self._asked(one.due, one.facts, now, one.state, alone=True), now)

    def _batch_of(self, conn: Connection, part: Sequence[Asked], now: datetime) -> Chains:
        return self._send(conn, part, self._writer.batch, now)

    def _writer_for_one(self, conn: Connection, letters: Sequence[Letter], now: datetime) -> int:
        return self._writer.single(conn, letters[0], now)

    def _send(
        self,
        conn: Connection,
        group: Sequence[Asked],
        write: Callable[[Connection, Sequence[Letter], datetime], int],
        now: datetime,
    ) -> Chains:
        letters = [Letter(each.due, each.step, each.facts, each.route) for each in group if each.step is not None]
        try:
            with conn.begin_nested():
                row = write(conn, letters, now)
        except HuifangError as error:
            log.exception("touchpoint not written", extra={"rule": group[0].due.rule})
            if group[0].route.way in NOTICES:
                return self._otherwise(conn, group[0], error, now)
            self._unwritten(conn, group, error, now)
            return {}
        return {each.due.id: [*_chain(each), *_variant(each), _chosen(each, row)] for each in group}

    def _otherwise(self, conn: Connection, asked: Asked, error: HuifangError, now: datetime) -> Chains:
        """A field of the notice has no fit value for this customer (a new car without a plate): WeChat would refuse
        it, and the next way need not."""
        tried = asked.facts.tried | ({asked.route.way} if asked.route.way is not None else set())
        again = self._asked(asked.due, replace(asked.facts, tried=tried), now, asked.state)
        if again.route.way is None:
            self._unwritten(conn, [asked], error, now)
            return {}
        touchpoints.note_all(conn, {asked.due.id: [*_chain(asked), _failed(error)]}, now)
        return self._carry_out(conn, again, now)

    def _unwritten(self, conn: Connection, group: Sequence[Asked], error: HuifangError, now: datetime) -> None:
        """A template or a variable is wrong: this message fails, and says which; the others go on."""
        for each in group:
            touchpoints.note_all(conn, {each.due.id: [*_chain(each), _failed(error)]}, now)
            touchpoints.skip(conn, each.due.id, self._worker, "failed", Reason.RENDER.value, now)


def _failed(error: HuifangError) -> Line:
    return Line("send", "render", "failed", Reason.RENDER.value, {"error": str(error)})


def contact_of(due: Due, step: Step | None, facts: Facts, alone: bool, *, case_message: bool) -> Contact:
    return Contact(
        category=due.category,
        message_id=step.message if step else "",
        follower=facts.follower,
        phone=facts.customer.phone,
        email=facts.customer.email,
        email_ok=facts.email_ok,
        sms_ok=facts.number == "ok",
        callable=facts.number in ("ok", "voice", "blocked"),
        dead=facts.number == "dead",
        stranger=facts.number == "stranger",
        no_call=facts.no_call,
        sms_today=0 if case_message or due.category is Category.SAFETY else facts.sms_today,
        mass_this_month=facts.mass_this_month,
        is_event=bool(due.ref.get("event_id")),
        alone=alone,
        tried=facts.tried,
        disabled=facts.disabled,
        only=frozenset(step.channels) if step else frozenset(),
    )


def mass_parts(group: Sequence[T], most: int = MASS_MOST) -> list[Sequence[T]]:
    """As few mass sends as there must be, even in size, so that none is left with one person alone (40130)."""
    number = -(-len(group) // most)
    size, longer = divmod(len(group), number)
    ends = [each * size + min(each, longer) for each in range(number + 1)]
    return [group[start:end] for start, end in pairwise(ends)]


def counted(dealer: Dealer) -> timedelta:
    """The longest cap's window, two days at least: greetings are counted by the day."""
    return timedelta(days=max([each.days for each in dealer.caps], default=1) + 1)


def _one_each(due: Sequence[Due], person: Persons, rank: Mapping[str, int]) -> tuple[list[Due], list[Due]]:
    """A person's second touchpoint waits for the next batch, where the first is counted in the caps.

    The more important journey goes first, then what ends sooner: the other can wait, this one cannot.
    """
    ordered = sorted(due, key=lambda each: (-rank.get(each.rule, 0), each.expires_at or FOREVER, each.due_at, each.id))
    chosen = persons.one_each([(each.id, each.customer_id) for each in ordered], person)
    return [each for each in due if each.id in chosen], [each for each in due if each.id not in chosen]


def _chain(asked: Asked) -> list[Line]:
    """Gate by gate, then the ways passed over."""
    said: Mapping[Decision, str] = {Decision.SEND: "pass", Decision.DEFER: "defer", Decision.SKIP: "skip"}
    gates = [
        Line("gate", each.gate, said[each.decision], str(each.reason), _detail(each)) for each in asked.verdict.chain
    ]
    return gates + [_passed(each) for each in asked.route.passed if asked.verdict.decision is not Decision.DEFER]


def _variant(asked: Asked) -> list[Line]:
    """Which text, for whoever compares them."""
    return [Line("route", "variant", "chosen", detail={"variant": asked.variant})] if asked.variant else []


def _chosen(asked: Asked, row: int) -> Line:
    return Line("route", str(asked.route.way), "chosen", detail={"outbox_id": row})


def _passed(passed: Passed) -> Line:
    return Line("route", passed.way.value, "passed_over", passed.reason.value)


def _detail(said: GateVerdict) -> Mapping[str, object] | None:
    """until: an instant. projected: a day it rests on is a guess."""
    until = {} if said.until is None else {"until": said.until.isoformat()}
    return {**until, **({"projected": True} if said.projected else {})} or None


def _why_unreachable(asked: Asked) -> str:
    """Alone in a mass send and no other way: the batch is the reason, not the customer (design §4)."""
    alone = any(each.reason is Reason.MASS_NEEDS_TWO for each in asked.route.passed)
    unreachable = asked.verdict.reason == Reason.UNREACHABLE
    return Reason.MASS_NEEDS_TWO.value if alone and unreachable else str(asked.verdict.reason)


def _why_failed(asked: Asked) -> str:
    """Rung in vain, or refused by every provider."""
    called = Way.CALL in asked.facts.tried
    return Reason.NOT_REACHED.value if called else Reason.REFUSED_BY_PROVIDER.value


def _next_minute(now: datetime) -> datetime:
    """Everyone who waits for company wakes on the same minute, or they would never meet."""
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)
