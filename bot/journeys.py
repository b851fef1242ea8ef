"""Journeys: which touchpoints a fact brings, when they are due, and when it is too late for them.

Pure: dates and zones in, instants out. The files stand in config/journeys; every key is a row in docs/journeys.md.
"""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from bot.dealer import Strict
from bot.effects import PromptKind
from bot.messages import Category
from bot.ports import BusinessCalendar

A_YEAR = 366  # days looked through for one that counts; no calendar keeps a shop shut longer


class Anchor(StrEnum):
    """The fact a journey hangs on. Its occurrence is a business identity, never a time."""

    ORDER_DELIVERED = "repair_order.delivered"  # RO#<external id>
    BIRTHDAY = "customer.birthday"  # <year>-birthday
    EVENT_PUBLISHED = "event.published"  # event#<id>
    CASE_FIXED = "case.fixed"  # case#<id>/round<n>
    QUOTE_SENT = "quote.sent"  # quote#<external id>/v<version>


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


class Step(Strict):
    """One touchpoint. `at`: local time "10:00", or `anchor` for the moment of the fact itself."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    message: str
    category: Category
    offset_days: int = Field(default=0, ge=0)
    at: time | Literal["anchor"]
    day_rule: DayRule = DayRule.ANY
    late: Late = Late.SEND
    late_after: timedelta = timedelta(hours=1)
    expires_after: timedelta
    case_message: bool = False
    goal: Literal["", "answered", "booked"] = ""
    question: Question | None = None

    @model_validator(mode="after")
    def sound(self) -> "Step":
        if self.late is Late.NEXT and self.at == "anchor":
            raise ValueError("late: next needs a time of day in `at`")
        if self.expires_after <= timedelta(0):
            raise ValueError("expires_after must be longer than nothing")
        return self


class Journey(Strict):
    """`enabled: false` keeps the file and skips what is planned, with reason rule_off."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    anchor: Anchor
    enabled: bool = True
    steps: list[Step] = Field(min_length=1)

    @model_validator(mode="after")
    def steps_are_named_once(self) -> "Journey":
        names = [step.id for step in self.steps]
        if len(names) != len(set(names)):
            raise ValueError("two steps share an id")
        return self

    def rule(self, step: Step) -> str:
        return f"{self.id}.{step.id}"


def version(step: Step) -> str:
    """Changes whenever anything in the step changes, so that no edit can forget to say so."""
    return hashlib.sha256(step.model_dump_json().encode()).hexdigest()[:12]


def due(step: Step, anchor_key: str, zone: str, calendar: BusinessCalendar) -> datetime:
    """UTC instant. anchor_key: a local date "2026-09-17", or an instant with offset when the step is `at: anchor`.

    Local date + days, then the time of day, then UTC: never hours added, which a clock change would shift.
    """
    local = _local(anchor_key, ZoneInfo(zone))
    day = local.date() + timedelta(days=step.offset_days)
    at = local.timetz().replace(tzinfo=None) if step.at == "anchor" else step.at
    moment = datetime.combine(next_day(step.day_rule, day, calendar), at, ZoneInfo(zone))
    return moment.astimezone(UTC)


def next_time(step: Step, after: datetime, zone: str, calendar: BusinessCalendar) -> datetime:
    """The step's time of day on the first day that counts and lies after `after`; for `anchor` steps 10:00."""
    at = time(10) if step.at == "anchor" else step.at
    local = after.astimezone(ZoneInfo(zone))
    day = local.date() if local.time() < at else local.date() + timedelta(days=1)
    return datetime.combine(next_day(step.day_rule, day, calendar), at, ZoneInfo(zone)).astimezone(UTC)


def next_day(rule: DayRule, day: date, calendar: BusinessCalendar) -> date:
    """The first day from `day` on that the rule allows."""
    for ahead in range(A_YEAR):
        candidate = day + timedelta(days=ahead)
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
