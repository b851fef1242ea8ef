"""The gate: send this touchpoint now, later, or not at all, and why. One pure function, asked at the moment of sending.

Every gate's verdict is kept, also of those that passed: the chain is what `why` prints.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.customer import Customer, Purpose
from bot.dealer import Cap, Hours, Span
from bot.journeys import DayRule, Late, Step, allowed, next_time
from bot.messages import Category
from bot.ports import BusinessCalendar
from bot.reasons import Reason
from bot.routing import Route

SOON = timedelta(minutes=1)  # the planner, which ticks more often than that, moves what a rule change moved
HOLD = timedelta(days=1)  # an open complaint is looked at again a day later

# A refusal of any of these ends the category; safety knows none (design §4).
REFUSABLE: Mapping[Category, tuple[Purpose, ...]] = {
    Category.SAFETY: (),
    Category.SERVICE: (Purpose.SERVICE,),
    Category.REMINDER: (Purpose.SERVICE,),
    Category.SURVEY: (Purpose.SURVEY,),
    Category.GREETING: (Purpose.GREETING, Purpose.MARKETING),
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
    """One gate's word. until: only with defer."""

    gate: str
    decision: Decision
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of all gates; `chain` holds each one asked, in order."""

    decision: Decision
    reason: str = ""
    until: datetime | None = None
    chain: tuple[GateVerdict, ...] = ()


@dataclass(frozen=True, slots=True)
class Sent:
    """A touchpoint sent before (or on its way), over whatever channel: what caps count."""

    category: Category
    at: datetime


@dataclass(frozen=True, slots=True)
class GateContext:
    """Everything the gate looks at, read at the moment of sending. Instants are aware UTC, business time.

    step None: the rule is gone or off. anchor: the fact still stands. sent: newest window of the caps, case messages
    and service caused by the customer's own order left out. open_case: the customer has a complaint not yet closed.
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


def gate(context: GateContext) -> Verdict:
    """Asks each gate in order; the first that does not pass decides. A deferral past the expiry is a skip."""
    chain: list[GateVerdict] = []
    for name, ask in GATES.items():
        word = ask(context)
        if word is None:
            chain.append(GateVerdict(name, Decision.SEND))
            continue
        decision, reason, until = word
        if until is not None and _too_late(context, until):
            decision, until = Decision.SKIP, None
        chain.append(GateVerdict(name, decision, reason, until))
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
        agreed = any(context.customer.consents_to(purpose) for purpose in asked)
        return None if agreed else _skip(Reason.NO_CONSENT)
    return None if context.served or context.category is Category.SAFETY else _skip(Reason.NO_SERVICE)


def _complaint(context: GateContext) -> Word | None:
    if not context.open_case or context.category is Category.SAFETY or is_case_message(context):
        return None
    return Decision.DEFER, Reason.COMPLAINT_HOLD, permitted(context, context.now + HOLD)


def _quiet(context: GateContext) -> Word | None:
    if in_hours(context.hours.of(context.category), context.now, context.zone):
        return None
    return Decision.DEFER, Reason.QUIET_HOURS, permitted(context, context.now)


def _holiday(context: GateContext) -> Word | None:
    if _day_allowed(context, context.now):
        return None
    return Decision.DEFER, Reason.HOLIDAY, permitted(context, context.now)


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
    "time": _time,
    "refusal": _refusal,
    "consent": _consent,
    "complaint": _complaint,
    "quiet": _quiet,
    "holiday": _holiday,
    "cap": _caps,
    "reachable": _reachable,
}


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


def permitted(context: GateContext, earliest: datetime) -> datetime:
    """The first instant from `earliest` on that is outside quiet hours and on an allowed day; steps keep their time."""
    moment = earliest
    for _ in range(800):  # twice a day for a year
        if not _day_allowed(context, moment) and context.step is not None:
            moment = next_time(context.step, _midnight(moment, context.zone), context.zone, context.calendar)
        elif not in_hours(context.hours.of(context.category), moment, context.zone):
            moment = hours_begin(context.hours.of(context.category), moment, context.zone)
        else:
            return moment
    raise ValueError(f"no permitted time after {earliest}")


def in_hours(span: Span | None, moment: datetime, zone: str) -> bool:
    """span None: any hour. An empty span (start = end) allows nothing, so it counts as no rule at all."""
    if span is None or span.start == span.end:
        return True
    return span.holds(moment.astimezone(ZoneInfo(zone)).time())


def hours_begin(span: Span | None, moment: datetime, zone: str) -> datetime:
    """The next time the span opens."""
    if span is None or in_hours(span, moment, zone):
        return moment
    local = moment.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=1 if local.time() >= span.start else 0)
    return datetime.combine(day, span.start, ZoneInfo(zone)).astimezone(UTC)


def is_case_message(context: GateContext) -> bool:
    return context.step is not None and context.step.case_message


def _day_allowed(context: GateContext, moment: datetime) -> bool:
    """A survey never lands on a statutory holiday, whatever its step says (design §4)."""
    step, day = context.step, moment.astimezone(ZoneInfo(context.zone)).date()
    if step is not None and not allowed(step.day_rule, day, context.calendar):
        return False
    return context.category is not Category.SURVEY or allowed(DayRule.NOT_HOLIDAY, day, context.calendar)


def _midnight(moment: datetime, zone: str) -> datetime:
    """The start of the following local day."""
    day = moment.astimezone(ZoneInfo(zone)).date() + timedelta(days=1)
    return datetime.combine(day, datetime.min.time(), ZoneInfo(zone)).astimezone(UTC)


def _too_late(context: GateContext, until: datetime) -> bool:
    return context.expires_at is not None and until >= context.expires_at


def _skip(reason: Reason) -> Word:
    return Decision.SKIP, reason, None
