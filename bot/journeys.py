"""Journeys: which touchpoints a fact brings, when they are due, and when it is too late for them.

Pure: dates and zones in, instants out. The files stand in config/journeys; every key is a row in docs/journeys.md.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, Field, model_validator

from bot.conditions import Condition, fields_of
from bot.days import add_months
from bot.dealer import Strict
from bot.effects import PromptKind
from bot.messages import Category, Way
from bot.occasions import Occasion
from bot.ports import BusinessCalendar
from bot.sticky import BUCKETS, bucket

A_YEAR = 366  # days looked through for one that counts; no calendar keeps a shop shut longer


class Anchor(StrEnum):
    """The fact or date a journey hangs on. Its occurrence is a business identity, never a time."""

    ORDER_DELIVERED = "repair_order.delivered"  # RO#<external id>
    BIRTHDAY = "customer.birthday"  # <year>-birthday
    # Of an owner event (store/event_facts.py).
    EVENT_PUBLISHED = "event.published"  # event#<id>, for who is invited
    EVENT_REGISTERED = "event.registered"  # event#<id>/v<version>: the beginning, for who comes
    EVENT_CHANGED = "event.changed"  # event#<id>/v<version>: another date or place, for who knew the one before
    EVENT_CANCELLED = "event.cancelled"  # event#<id>/cancelled
    SEAT_OFFERED = "event.seat_offered"  # event#<id>/offer<n>: a seat came free for who waits
    EVENT_ATTENDED = "event.attended"  # event#<id>/attended: the beginning, for who came
    EVENT_MISSED = "event.missed"  # event#<id>/missed: the beginning, for who registered and did not come
    CASE_FIXED = "case.fixed"  # case#<id>/round<n>
    APPOINTMENT_BOOKED = "appointment.booked"  # appointment#<id>/v<how often it was given a time>: its time
    APPOINTMENT_MISSED = "appointment.missed"  # appointment#<id>/missed: when that was found
    QUOTE_SENT = "quote.sent"  # quote#<external id>/v<version>
    OCCASION = "calendar.occasion"  # <year>-<occasion>, for everybody in the file
    # Milestones of a car, worked out every day (bot/milestones.py).
    CAR_DELIVERED = "vehicle.delivered"  # car#<external id>
    ANNIVERSARY = "vehicle.anniversary"  # car#<external id>/<years>y
    FIRST_SERVICE = "vehicle.first_service_due"  # car#<external id>/service@first
    SERVICE_DUE = "vehicle.service_due"  # car#<external id>/service@<the service before>
    WARRANTY_ENDS = "vehicle.warranty_ends"  # car#<external id>/warranty
    INSPECTION_DUE = "vehicle.inspection_due"  # car#<external id>/inspection@<month>
    CAR_LOST = "vehicle.lost"  # car#<external id>/lost@<last visit>
    POLICY_ENDS = "policy.ends"  # policy#<external id>@<year>
    RECALL = "recall.published"  # recall#<external id>/<VIN>
    QUOTE_DECLINED = "quote.declined"  # quote#<external id>/v<version>/declined
    SATISFIED = "survey.satisfied"  # prompt#<id>


MILESTONES = frozenset(anchor for anchor in Anchor if anchor.value.startswith("vehicle."))
MILESTONES |= {Anchor.POLICY_ENDS, Anchor.RECALL, Anchor.QUOTE_DECLINED, Anchor.SATISFIED}
EVENTS = frozenset(anchor for anchor in Anchor if anchor.value.startswith("event."))
VISITS = frozenset({Anchor.APPOINTMENT_BOOKED, Anchor.APPOINTMENT_MISSED})
# Known before they come, so that a step may lie before them.
FORESEEN = frozenset({
    Anchor.BIRTHDAY, Anchor.OCCASION, Anchor.ANNIVERSARY, Anchor.FIRST_SERVICE, Anchor.SERVICE_DUE,
    Anchor.WARRANTY_ENDS, Anchor.INSPECTION_DUE, Anchor.POLICY_ENDS, Anchor.APPOINTMENT_BOOKED,
    Anchor.EVENT_REGISTERED,
})  # fmt: skip
DATED = MILESTONES | {Anchor.BIRTHDAY, Anchor.OCCASION, Anchor.ORDER_DELIVERED}  # a day, without a time


class DayRule(StrEnum):
    ANY = "any"
    WORKDAY = "workday"  # make-up workdays count, weekends and holidays do not
    NOT_HOLIDAY = "not_holiday"  # weekends count, statutory holidays do not


class Late(StrEnum):
    """What becomes of a touchpoint found more than `late_after` past its time (the house was down)."""

    SEND = "send"
    SKIP = "skip"
    NEXT = "next"  # the next day that counts, at the step's time


class Question(Strict):
    """The touchpoint asks: handing it over opens this question. valid_days: until an answer no longer counts."""

    kind: PromptKind
    scale: str = ""
    valid_days: int = Field(default=7, ge=1)


class Misplaced(ValueError):
    """A rule over several keys is broken. place: the key nearest to the fault, for the line in the file."""

    def __init__(self, place: tuple[str | int, ...], words: str) -> None:
        super().__init__(words)
        self.place = place


class Variant(Strict):
    """One of several texts of a step. share: hundredths of the customers, chosen by a sticky hash (bot/sticky.py)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    message: str
    share: int = Field(ge=1, le=100)


class Step(Strict):
    """One touchpoint. `at`: local time "10:00", or `anchor` for the moment of the fact itself.

    Months are added before days; month_end stick: from a month's last day to a month's last day. shift: where a day
    that does not count moves to. after: the step it follows, if that one was (un)answered and `wait` has passed.
    before: so long before the moment of the fact (two hours before an event begins), in hours that pass, not by the
    clock. occurs: the entry of config/occasions.yaml that `occasion` names, filled in when loaded.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    message: str
    category: Category
    occasion: str = ""
    occurs: Occasion | None = None
    offset_months: int = Field(default=0, ge=-24, le=120)
    offset_days: int = Field(default=0, ge=-400, le=400)
    month_end: Literal["clamp", "stick"] = "clamp"
    at: time | Literal["anchor"]
    before: timedelta = timedelta(0)
    day_rule: DayRule = DayRule.ANY
    shift: Literal["later", "earlier"] = "later"
    jitter_minutes: int = Field(default=0, ge=0, le=240)
    late: Late = Late.SEND
    late_after: timedelta = timedelta(hours=1)
    expires_after: timedelta
    after: str = ""
    when: Literal["unanswered", "answered", "always"] = Field(default="unanswered", alias="if")
    wait: timedelta = timedelta(0)
    channels: tuple[Way, ...] = ()
    variants: tuple[Variant, ...] = ()
    case_message: bool = False
    goal: Literal["", "answered", "booked", "replied"] = ""
    question: Question | None = None

    @model_validator(mode="after")
    def sound(self) -> "Step":
        if self.late is Late.NEXT and self.at == "anchor":
            raise ValueError("late: next needs a time of day in `at`")
        if self.expires_after <= timedelta(0):
            raise ValueError("expires_after must be longer than nothing")
        if self.at == "anchor" and self.jitter_minutes:
            raise ValueError("jitter_minutes needs a time of day in `at`")
        if self.before and (self.at != "anchor" or self.before < timedelta(0)):
            raise ValueError("before is a time, and needs `at: anchor`")
        if self.variants and sum(each.share for each in self.variants) != 100:
            raise ValueError("the shares of variants must come to 100")
        return self

    def message_for(self, salt: str, customer_id: int) -> tuple[str, str]:
        """(variant, message) this customer gets, always the same one."""
        place = bucket(salt, customer_id)
        for each in self.variants:
            if place < each.share:
                return each.id, each.message
            place -= each.share
        return "", self.message

    @property
    def messages(self) -> tuple[str, ...]:
        return tuple(each.message for each in self.variants) or (self.message,)


class Journey(Strict):
    """`enabled: false` keeps the file and skips what is planned, with reason rule_off.

    audience: who enters. exit: ends it. hold: waits a day at a time. hold_out: hundredths who get nothing, to compare
    with. sample: hundredths asked in one round, others in the next. rest_days: before another occurrence of it may
    reach the same customer. approval: two persons must have agreed to this version; by default to any marketing.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    anchor: Anchor
    enabled: bool = True
    approval: bool | None = None
    priority: int = Field(default=0, ge=0, le=9)
    audience: Condition | None = None
    exit: Condition | None = None
    hold: Condition | None = None
    hold_out: int = Field(default=0, ge=0, le=50)
    sample: int = Field(default=100, ge=1, le=100)
    rest_days: int = Field(default=0, ge=0, le=730)
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def steps_are_named_once(self) -> "Journey":
        names = [step.id for step in self.steps]
        if len(names) != len(set(names)):
            raise ValueError("two steps share an id")
        return self

    @model_validator(mode="after")
    def steps_fit_the_anchor(self) -> "Journey":
        for number, step in enumerate(self.steps):
            if fault := _fault(self, step, [each.id for each in self.steps[:number]]):
                raise Misplaced(("steps", number), f"step {step.id}: {fault}")
        return self

    @model_validator(mode="after")
    def conditions_fit_the_anchor(self) -> "Journey":
        asked = [each for each in (self.audience, self.exit, self.hold) if each is not None]
        cars = {name for each in asked for name in fields_of(each) if name.startswith("vehicle.")}
        if cars and self.anchor not in MILESTONES:
            raise ValueError(f"{sorted(cars)[0]}: {self.anchor.value} is not about one vehicle")
        if "event.seats_left" in {name for each in asked for name in fields_of(each)} and self.anchor not in EVENTS:
            raise ValueError(f"event.seats_left: {self.anchor.value} is not about an event")
        if BUCKETS % self.sample or (self.sample < BUCKETS and self.anchor is not Anchor.OCCASION):
            raise ValueError("sample divides 100, and only rounds of the calendar are sampled")
        return self

    def rule(self, step: Step) -> str:
        return f"{self.id}.{step.id}"

    @property
    def needs_approval(self) -> bool:
        """Marketing needs a maker and a checker, unless the file says it does not."""
        if self.approval is not None:
            return self.approval
        return any(step.category is Category.MARKETING for step in self.steps)

    @property
    def conditional(self) -> bool:
        return any(each is not None for each in (self.audience, self.exit, self.hold))


def _fault(journey: Journey, step: Step, before: list[str]) -> str:
    """What does not go with the anchor, in words; "" when all is well."""
    calendar = journey.anchor is Anchor.OCCASION
    faults = {
        "a step before its anchor needs one that is known ahead": (
            (step.offset_days < 0 or step.offset_months < 0 or bool(step.before)) and journey.anchor not in FORESEEN
        ),
        "`at: anchor` needs a moment, and this anchor is a day": step.at == "anchor" and journey.anchor in DATED,
        "`occasion` goes with calendar.occasion, and that with no other": calendar != bool(step.occasion),
        "`after` names no step above": bool(step.after) and step.after not in before,
    }
    return next((words for words, wrong in faults.items() if wrong), "")


def journey_version(journey: Journey) -> str:
    """What an approval is for: another word of it needs another approval."""
    return hashlib.sha256(journey.model_dump_json().encode()).hexdigest()[:12]


def version(step: Step) -> str:
    """Changes whenever anything in the step changes, so that no edit can forget to say so."""
    return hashlib.sha256(step.model_dump_json().encode()).hexdigest()[:12]


def due(step: Step, anchor_key: str, zone: str, calendar: BusinessCalendar) -> datetime:
    """UTC instant. anchor_key: a local date "2026-09-17", or an instant with offset when the step is `at: anchor`.

    Local date + days, then the time of day, then UTC: never hours added, which a clock change would shift.
    """
    local = _local(anchor_key, ZoneInfo(zone))
    day = shifted(step, local.date())
    at = local.timetz().replace(tzinfo=None) if step.at == "anchor" else step.at
    counts = next_day(step.day_rule, day, calendar, -1 if step.shift == "earlier" else 1)
    return datetime.combine(counts, at, ZoneInfo(zone)).astimezone(UTC) - step.before


def shifted(step: Step, anchor: date) -> date:
    """The day the step is meant for, whether or not it counts."""
    moved = add_months(anchor, step.offset_months, stick_to_end=step.month_end == "stick")
    return moved + timedelta(days=step.offset_days)


def next_time(step: Step, after: datetime, zone: str, calendar: BusinessCalendar) -> datetime:
    """The step's time of day on the first day that counts and lies after `after`; for `anchor` steps 10:00."""
    at = time(10) if step.at == "anchor" else step.at
    local = after.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(next_day(step.day_rule, day, calendar), at, ZoneInfo(zone)).astimezone(UTC)


def next_day(rule: DayRule, day: date, calendar: BusinessCalendar, towards: int = 1) -> date:
    """The first day from `day` on that the rule allows; towards -1: the last one up to it."""
    for ahead in range(A_YEAR):
        candidate = day + timedelta(days=ahead * towards)
        if allowed(rule, candidate, calendar):
            return candidate
    raise ValueError(f"no day after {day} is a {rule.value}")


def allowed(rule: DayRule, day: date, calendar: BusinessCalendar) -> bool:
    if rule is DayRule.WORKDAY:
        return calendar.is_workday(day)
    return rule is DayRule.ANY or not calendar.is_holiday(day)


def _local(anchor_key: str, zone: ZoneInfo) -> datetime:
    if anchor_key.endswith("-02-29"):
        anchor_key = _leap_day(int(anchor_key[:4]))
    moment = datetime.fromisoformat(anchor_key)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _leap_day(year: int) -> str:
    """Who was born on 02-29 is greeted on 02-28 in the other years (handbook H1.7.3)."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return f"{year}-02-{29 if leap else 28}"
