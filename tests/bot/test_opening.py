"""Deadlines on the business calendar against an oracle that counts every single minute."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.cases import deadlines
from bot.dealer import Deadlines, Dealer, Span, StoreConfig
from bot.hours import Opening, opening_of
from config.calendar import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Days:
    """holidays: closed whatever the weekday. made_up: weekends that are worked."""

    holidays: frozenset[date] = frozenset()
    made_up: frozenset[date] = frozenset()

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays

    def is_workday(self, day: date) -> bool:
        return day in self.made_up or (day.weekday() < 5 and day not in self.holidays)

    def projected(self, day: date) -> bool:
        return False


def open_minute(moment: datetime, opening: Opening) -> bool:
    """The minute that begins at `moment`, written down as a person would ask."""
    local = moment.astimezone(opening.zone)
    works = opening.calendar.is_workday if opening.workdays else lambda day: not opening.calendar.is_holiday(day)
    return works(local.date()) and any(span.start <= local.time() < span.end for span in opening.spans)


def counted(start: datetime, minutes: int, opening: Opening) -> datetime:
    moment, left = start, minutes
    while left:
        left -= open_minute(moment, opening)
        moment += MINUTE
    return moment


minutes_of_day = st.integers(0, 24 * 60 - 1).map(lambda each: time(each // 60, each % 60))


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    cuts = sorted(draw(st.sets(minutes_of_day, min_size=2, max_size=6)))
    spans = [Span(start=a, end=b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    day = date(2026, 9, 28)
    near = st.integers(-2, 12).map(lambda each: day + timedelta(days=each))
    closed = draw(st.frozensets(near, max_size=5))
    made_up = draw(st.frozensets(near, max_size=3)) - closed
    return Opening(tuple(spans), SHANGHAI, Days(closed, made_up), draw(st.booleans()))


@settings(max_examples=150, deadline=None)
@given(openings(), st.integers(0, 6 * 24 * 60), st.integers(1, 900))
def test_adding_is_what_counting_every_minute_gives(opening: Opening, offset: int, minutes: int) -> None:
    if sum((_length(span) for span in opening.spans), timedelta()) < timedelta(minutes=30):
        minutes = 1 + minutes % 40  # an oracle of minutes over a hundred days takes too long
    start = datetime(2026, 9, 27, tzinfo=SHANGHAI) + timedelta(minutes=offset)
    assert opening.after(start, minutes * MINUTE) == counted(start, minutes, opening)


@settings(max_examples=150, deadline=None)
@given(openings(), st.integers(0, 6 * 24 * 60), st.integers(0, 5 * 24 * 60))
def test_between_is_what_counting_every_minute_gives(opening: Opening, offset: int, span: int) -> None:
    start = datetime(2026, 9, 27, tzinfo=SHANGHAI) + timedelta(minutes=offset)
    open_ones = sum(open_minute(start + each * MINUTE, opening) for each in range(span))
    assert opening.between(start, start + span * MINUTE) == open_ones * MINUTE
    assert opening.between(start + span * MINUTE, start) == timedelta()


def _length(span: Span) -> timedelta:
    return timedelta(hours=span.end.hour - span.start.hour, minutes=span.end.minute - span.start.minute)


LUNCH = StoreConfig(code="a", name="A", lunch=Span(start=time(12), end=time(13)))
OFFICE = LUNCH.model_copy(update={"open_days": "workdays"})
DEALER = Dealer(stores=[LUNCH])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("store", "level", "opened", "contact"),
    [
        (LUNCH, "P3", "2026-09-17 11:30", "2026-09-17 14:30"),  # two hours with lunch between
        (LUNCH, "P2", "2026-09-17 12:10", "2026-09-17 13:30"),  # complained at lunch
        (LUNCH, "P0", "2026-09-17 12:10", "2026-09-17 12:15"),  # danger knows no lunch
        (LUNCH, "P3", "2026-09-19 16:30", "2026-09-20 09:30"),  # open on a Sunday
        (OFFICE, "P3", "2026-09-18 16:30", "2026-09-20 09:30"),  # a Friday; that Sunday is a make-up workday
        (OFFICE, "P3", "2026-09-11 16:30", "2026-09-14 09:30"),  # a Friday; Monday
        (OFFICE, "P3", "2026-09-30 17:00", "2026-10-08 10:00"),  # National Day
        (LUNCH, "P1", "2026-10-01 03:00", "2026-10-01 03:30"),  # around the clock
    ],
)
def test_first_contact_on_the_published_calendar(store: StoreConfig, level: str, opened: str, contact: str) -> None:
    assert deadlines(level, at(opened), DEALER, store, Calendar()).contact_by == at(contact)


def test_a_days_term_ends_when_the_store_is_open_again() -> None:
    due = deadlines("P3", at("2026-09-29 12:30"), DEALER, LUNCH, Calendar())
    assert due.plan_by == at("2026-09-30 13:00")
    assert due.close_by == at("2026-10-08 08:30"), "72 hours end within the holiday"


def test_lunch_lies_within_the_day() -> None:
    with pytest.raises(ValidationError, match=r"lunch 08:00:00–09:00:00 is not within opening"):
        StoreConfig(code="a", name="A", lunch=Span(start=time(8), end=time(9)))
    assert opening_of(LUNCH, Days()).spans == (
        Span(start=time(8, 30), end=time(12)),
        Span(start=time(13), end=time(17, 30)),
    )


def test_terms_of_one_level_may_be_configured() -> None:
    quick = Deadlines(contact=timedelta(minutes=10), plan=timedelta(hours=1), close=timedelta(hours=2))
    dealer = Dealer(stores=[LUNCH], levels=DEALER.levels | {"P3": quick})
    assert deadlines("P3", at("2026-09-17 11:55"), dealer, LUNCH, Days()).contact_by == at("2026-09-17 13:05")
