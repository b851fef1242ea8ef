"""The gate: send this touchpoint now, later, or not at all, and why. One pure function, asked at the moment of sending.

Every gate's verdict is kept, also of those that passed: the chain is what `why` prints.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.customer import Customer, Purpose
from bot.dealer import Cap, Hours, Span, Spans, meet
from bot.journey_state import Ruling
from bot.journeys import DayRule, Late, Step, next_time
from bot.messages import Category
from bot.permitted import TEN, Permit, day_rules, in_hours
from bot.ports import BusinessCalendar
from bot.reasons import Reason
from bot.routing import Route

SOON = timedelta(minutes=1)  # the planner, which ticks more often than that, moves what a rule change moved
HOLD = timedelta(days=1)  # an open complaint is looked at again a day later
NIGHT_ENDS = time(6)
CALM = timedelta(days=30)  # after anger or a grave case nobody sells anything (handbook H1.6.5)

# A refusal of any of these ends the category; safety knows none (design §4). Who writes 退订 refuses marketing and
# greetings (bot/consent.py: PROMOTION); on the preference page each has a box of its own.
REFUSABLE: Mapping[Category, tuple[Purpose, ...]] = {
    Category.SAFETY: (),
    Category.SERVICE: (Purpose.SERVICE,),
    Category.REMINDER: (Purpose.SERVICE,),
    Category.SURVEY: (Purpose.SURVEY,),
    Category.GREETING: (Purpose.GREETING,),
    Category.MARKETING: (Purpose.MARKETING,),
}
# Any of these consents is enough. Service and surveys rest on the service rendered (design §4, sms.md §0).
CONSENTED: Mapping[Category, tuple[Purpose, ...]] = {
    Category.GREETING: (Purpose.GREETING, Purpose.MARKETING),
    Category.MARKETING: (Purpose.MARKETING,),
}


class Decision(StrEnum):
    SEND = "send"
    DEFER = "defer"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class GateVerdict:
    """One gate's word. until: only with defer. projected: it rests on a day nobody has published yet."""

    gate: str
    decision: Decision
    reason: str = ""
    until: datetime | None = None
    projected: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of all gates; `chain` holds each one asked, in order."""

    decision: Decision
    reason: str = ""
    until: datetime | None = None
    chain: tuple[GateVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A touchpoint sent to this person before (or on its way), over whatever channel and file: what caps count."""

    category: Category
    at: datetime


@dataclass(frozen=True, slots=True)
class GateContext:
    """Everything the gate looks at, read at the moment of sending. Instants are aware UTC, business time.

    step None: the rule is gone or off. anchor: the fact still stands. sent: newest window of the caps, case messages
    and service caused by the customer's own order left out. open_case: the customer has a complaint not yet closed.
    hours, calendar: those of the store. upset_at: the last strong word, or the last P0 or P1 case (its closing).
    quiet_from: local time from which on the customer asked not to be contacted.
    """

    now: datetime
    due_at: datetime
    expires_at: datetime | None
    rule_version: str
    step: Step | None
    current_version: str
    zone: str
    customer: Customer
    calendar: BusinessCalendar
    hours: Hours
    caps: tuple[Cap, ...]
    route: Route
    anchor: bool = True
    served: bool = True
    goal_met: bool = False
    open_case: bool = False
    sent: tuple[Sent, ...] = ()
    category: Category = field(default=Category.SERVICE)
    ruling: Ruling | None = None
    upset_at: datetime | None = None
    quiet_from: time | None = None


def gate(context: GateContext) -> Verdict:
    """Asks each gate in order; the first that does not pass decides. A deferral past the expiry is a skip."""
    chain: list[GateVerdict] = []
    for name, ask in GATES.items():
        word = ask(context)
        if word is None:
            guessed = name == "holiday" and permit(context).guessed(context.now)
            chain.append(GateVerdict(name, Decision.SEND, projected=guessed))
            continue
        decision, reason, until = word
        guessed = until is not None and _guessed(context, until)
        if until is not None and _too_late(context, until):
            decision, until = Decision.SKIP, None
        chain.append(GateVerdict(name, decision, reason, until, guessed))
        return Verdict(decision, reason, until, tuple(chain))
    return Verdict(Decision.SEND, chain=tuple(chain))


Word = tuple[Decision, Reason, datetime | None]


def _rule(context: GateContext) -> Word | None:
    if context.step is None:
        return _skip(Reason.RULE_OFF)
    if context.rule_version != context.current_version:
        return Decision.DEFER, Reason.RULE_CHANGED, context.now + SOON
    return None


def _anchor(context: GateContext) -> Word | None:
    if not context.anchor:
        return _skip(Reason.ANCHOR_GONE)
    return _skip(Reason.GOAL_MET) if context.goal_met else None


def _journey(context: GateContext) -> Word | None:
    ruling = context.ruling
    if ruling is None:
        return None
    decision = Decision.SKIP if ruling.until is None else Decision.DEFER
    return decision, ruling.reason, ruling.until


def _time(context: GateContext) -> Word | None:
    if context.expires_at is not None and context.now >= context.expires_at:
        return _skip(Reason.EXPIRED)
    step = context.step
    if step is None or context.now <= context.due_at + step.late_after or step.late is Late.SEND:
        return None
    if step.late is Late.SKIP:
        return _skip(Reason.LATE)
    return Decision.DEFER, Reason.LATE_NEXT, next_time(step, context.now, context.zone, context.calendar)


def _refusal(context: GateContext) -> Word | None:
    """Safety passes a refusal of everything: a recall or a danger is said to whoever it concerns."""
    if context.category is Category.SAFETY:
        return None
    refused = any(context.customer.refuses(purpose) for purpose in REFUSABLE[context.category])
    return _skip(Reason.REFUSED) if refused else None


def _consent(context: GateContext) -> Word | None:
    asked = CONSENTED.get(context.category)
    if asked is not None:
        if any(context.customer.consents_to(purpose) for purpose in asked):
            return None
        # A greeting that would rest on a yes to marketing ends with the refusal of marketing.
        refused = any(context.customer.refuses(purpose) for purpose in asked)
        return _skip(Reason.REFUSED if refused else Reason.NO_CONSENT)
    return None if context.served or context.category is Category.SAFETY else _skip(Reason.NO_SERVICE)


def _complaint(context: GateContext) -> Word | None:
    if not context.open_case or context.category is Category.SAFETY or is_case_message(context):
        return None
    return Decision.DEFER, Reason.COMPLAINT_HOLD, permitted(context, context.now + HOLD)


def _emotion(context: GateContext) -> Word | None:
    """Who was angry hears no offers for thirty days; what serves them goes on."""
    calm_at = context.upset_at and context.upset_at + CALM
    if calm_at is None or context.category is not Category.MARKETING or calm_at <= context.now:
        return None
    return Decision.DEFER, Reason.AFTER_ANGER, permitted(context, calm_at)


def _quiet(context: GateContext) -> Word | None:
    hours = context.hours.of(context.category, context.route.way)
    if not in_hours(hours, context.now, context.zone):
        return Decision.DEFER, Reason.QUIET_HOURS, permitted(context, context.now)
    wish = wished(context.category, context.quiet_from)
    if in_hours(wish, context.now, context.zone):
        return None
    if not meet((*hours, *wish)):
        return _skip(Reason.QUIET_WISH)
    return Decision.DEFER, Reason.QUIET_WISH, permitted(context, context.now)


def _holiday(context: GateContext) -> Word | None:
    if permit(context).on_a_day(context.now):
        return None
    return Decision.DEFER, Reason.HOLIDAY, permitted(context, context.now)


def _greeting(context: GateContext) -> Word | None:
    """One a person and local day, whatever the caps: a birthday on a festival is greeted once."""
    if context.category is not Category.GREETING:
        return None
    zone = ZoneInfo(context.zone)
    today = context.now.astimezone(zone).date()
    days = [each.at.astimezone(zone).date() for each in context.sent if each.category is Category.GREETING]
    if today not in days:
        return None
    tomorrow = datetime.combine(today + timedelta(days=1), time(), zone).astimezone(UTC)
    return Decision.DEFER, Reason.ONE_GREETING, permitted(context, tomorrow)


def _caps(context: GateContext) -> Word | None:
    if is_case_message(context):
        return None
    until = fits_at(context.caps, context.category, context.sent, context.now)
    return None if until is None else (Decision.DEFER, Reason.CAP, permitted(context, until))


def _reachable(context: GateContext) -> Word | None:
    return None if context.route.way is not None else _skip(Reason.UNREACHABLE)


GATES: Mapping[str, Callable[[GateContext], Word | None]] = {
    "rule": _rule,
    "anchor": _anchor,
    "journey": _journey,
    "time": _time,
    "refusal": _refusal,
    "consent": _consent,
    "complaint": _complaint,
    "emotion": _emotion,
    "quiet": _quiet,
    "holiday": _holiday,
    "greeting": _greeting,
    "cap": _caps,
    "reachable": _reachable,
}


def no_longer(context: GateContext) -> str:
    """Why a message a person was to pass on (a call) is not wanted any more, "" while it is. Asked again and again
    while the call waits; hours, days and caps were settled when it was handed over."""
    for ask in (_anchor, _expired, _refusal, _consent, _complaint, _emotion):
        word = ask(context)
        if word is not None:
            return word[1].value
    return ""


def _expired(context: GateContext) -> Word | None:
    over = context.expires_at is not None and context.now >= context.expires_at
    return _skip(Reason.EXPIRED) if over else None


def fits_at(caps: tuple[Cap, ...], category: Category, sent: tuple[Sent, ...], now: datetime) -> datetime | None:
    """None when one more fits into every sliding window now, else the first instant it fits into all."""
    latest: datetime | None = None
    for cap in caps:
        if category not in cap.categories:
            continue
        window = timedelta(days=cap.days)
        counted = sorted(each.at for each in sent if each.category in cap.categories and each.at > now - window)
        if len(counted) >= cap.limit:
            free = counted[-cap.limit] + window
            latest = free if latest is None else max(latest, free)
    return latest


def wished(category: Category, quiet_from: time | None) -> tuple[Spans, ...]:
    """The hours somebody left us, to hold beside the store's; danger is told at any hour. A wish that begins in the
    small hours takes nothing from a day."""
    if quiet_from is None or quiet_from < NIGHT_ENDS or category is Category.SAFETY:
        return ()
    return ((Span(start=time(), end=quiet_from),),)


def permit(context: GateContext) -> Permit:
    step = context.step
    hours = context.hours.of(context.category, context.route.way)
    wish = wished(context.category, context.quiet_from)
    return Permit(
        context.zone,
        context.calendar,
        (*hours, *wish) if meet((*hours, *wish)) else hours,
        day_rules(context.category, DayRule.ANY if step is None else step.day_rule),
        TEN if step is None or step.at == "anchor" else step.at,
    )


def permitted(context: GateContext, earliest: datetime) -> datetime:
    """The first moment from `earliest` on outside quiet hours and on an allowed day."""
    return permit(context).first(earliest)


def is_case_message(context: GateContext) -> bool:
    return context.step is not None and context.step.case_message


def _guessed(context: GateContext, until: datetime) -> bool:
    asked = permit(context)
    return asked.guessed(context.now) or asked.guessed(until)


def _too_late(context: GateContext, until: datetime) -> bool:
    return context.expires_at is not None and until >= context.expires_at


def _skip(reason: Reason) -> Word:
    return Decision.SKIP, reason, None
