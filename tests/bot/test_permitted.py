"""When a message may go, against a look at every single minute: odd zones, nights, lunches, days off, caps."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.dealer import Cap, Hours, Span, Spans
from bot.gate import Sent, fits_at
from bot.journeys import DayRule
from bot.messages import Category, Way
from bot.permitted import Permit, in_hours, next_open
from tests.bot.cases import CAP_CASES, HOURS_CASES

SHANGHAI = "Asia/Shanghai"
MINUTE = timedelta(minutes=1)
# Clocks changed by an hour and by half of one, at night and at midnight, and zones that never do.
ZONES = (
    SHANGHAI, "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Havana", "America/Santiago",
    "Asia/Kathmandu", "Pacific/Kiritimati", "UTC",
)  # fmt: skip
CHANGES = (
    "2026-03-29T01:00", "2026-10-25T01:00", "2026-03-08T07:00", "2026-11-01T06:00", "2026-04-04T15:00",
    "2026-10-03T15:30", "2026-03-08T05:00", "2026-11-01T05:00", "2026-04-05T03:00", "2026-09-06T04:00",
)  # fmt: skip
NEAR_CHANGES = [datetime.fromisoformat(each).replace(tzinfo=UTC) for each in CHANGES]


@dataclass(frozen=True)
class DaysOff:
    """Implements `BusinessCalendar`."""

    off: frozenset[date] = field(default_factory=frozenset)

    def is_holiday(self, day: date) -> bool:
        return day in self.off

    def is_workday(self, day: date) -> bool:
        return day.weekday() < 5 and day not in self.off

    def projected(self, day: date) -> bool:
        return False


def spans(*pairs: str) -> Spans:
    return tuple(Span(start=time.fromisoformat(each[:5]), end=time.fromisoformat(each[6:])) for each in pairs)


MOMENTS = st.one_of(
    st.integers(0, 730 * 1440).map(lambda minutes: datetime(2025, 6, 1, tzinfo=UTC) + minutes * MINUTE),
    st.builds(lambda near, off: near + off * MINUTE, st.sampled_from(NEAR_CHANGES), st.integers(-1500, 300)),
)
WALL = st.integers(0, 1439).map(lambda minute: time(minute // 60, minute % 60))
SPANS = st.lists(st.builds(lambda start, end: Span(start=start, end=end), WALL, WALL), min_size=1, max_size=3)
HOURS = st.lists(SPANS.map(tuple), max_size=2).map(tuple)
RULES = st.lists(st.sampled_from(DayRule), max_size=2).map(tuple)


@st.composite
def asked(draw: st.DrawFn) -> tuple[Permit, datetime]:
    """A permit that some minute of a day satisfies, and a moment to ask from."""
    zone, earliest, hours = draw(st.sampled_from(ZONES)), draw(MOMENTS), draw(HOURS)
    assume(any(all(open_then(each, minute) for each in hours) for minute in range(1440)))
    today = earliest.astimezone(ZoneInfo(zone)).date()
    off = draw(st.frozensets(st.integers(0, 9), max_size=7))
    calendar = DaysOff(frozenset(today + timedelta(days=each) for each in off))
    return Permit(zone, calendar, hours, draw(RULES), draw(WALL)), earliest


def open_then(each: Spans, minute: int) -> bool:
    """The rule of scheduling.md §5 once more, in minutes: outside of quiet, over midnight too."""
    for span in each:
        start, end = span.start.hour * 60 + span.start.minute, span.end.hour * 60 + span.end.minute
        if start == end or (start <= minute < end if start < end else minute >= start or minute < end):
            return True
    return False


def first_by_looking(permit: Permit, earliest: datetime) -> datetime:
    """Minute by minute: a day not allowed is left, and the next allowed one begins at the step's time."""
    zone, moment, begins = ZoneInfo(permit.zone), earliest, earliest
    while True:
        local = moment.astimezone(zone)
        day_counts = all(
            rule is DayRule.ANY
            or (permit.calendar.is_workday(local.date()) if rule is DayRule.WORKDAY
                else not permit.calendar.is_holiday(local.date()))
            for rule in permit.days
        )  # fmt: skip
        if not day_counts:
            following = local.date() + timedelta(days=1)
            begins = datetime.combine(following, permit.at, zone).astimezone(UTC)
        elif moment >= begins and all(open_then(each, local.hour * 60 + local.minute) for each in permit.hours):
            return moment
        moment += MINUTE


def test_the_first_permitted_moment_is_the_one_a_look_at_every_minute_finds() -> None:
    """So it is never in quiet hours nor on a day not allowed, never early, and no permitted minute is missed."""
    ran = 0

    @settings(max_examples=HOURS_CASES, derandomize=True, deadline=None)
    @given(asked())
    def check(given: tuple[Permit, datetime]) -> None:
        nonlocal ran
        permit, earliest = given
        found = permit.first(earliest)
        assert permit.holds(found)
        assert found == first_by_looking(permit, earliest)
        ran += 1

    check()
    assert ran >= HOURS_CASES


@pytest.mark.parametrize(
    ("zone", "hours", "asked_at", "opens"),
    [
        (SHANGHAI, spans("09:30-12:00", "14:00-20:00"), "2026-09-17T12:00:00+08:00", "2026-09-17T14:00:00+08:00"),
        (SHANGHAI, spans("09:30-12:00", "14:00-20:00"), "2026-09-17T11:59:59+08:00", "2026-09-17T11:59:59+08:00"),
        (SHANGHAI, spans("22:00-02:00"), "2026-09-17T02:00:00+08:00", "2026-09-17T22:00:00+08:00"),
        (SHANGHAI, spans("22:00-02:00"), "2026-09-18T01:59:00+08:00", "2026-09-18T01:59:00+08:00"),
        (SHANGHAI, spans("03:00-03:00"), "2026-09-17T23:00:00+08:00", "2026-09-17T23:00:00+08:00"),
        # 02:00 → 03:00: the hour that would open at 02:30 begins when the clock is there.
        ("Europe/Berlin", spans("02:30-20:00"), "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00"),
        # swallowed whole: the next night
        ("Europe/Berlin", spans("02:15-02:45"), "2026-03-29T01:00:00+01:00", "2026-03-30T02:15:00+02:00"),
        # 03:00 → 02:00: the second 02:30 opens too, and never an instant that has passed
        ("Europe/Berlin", spans("02:30-02:40"), "2026-10-25T02:10:00+01:00", "2026-10-25T02:30:00+01:00"),
    ],
)  # fmt: skip
def test_next_open_over_lunch_midnight_and_changed_clocks(zone: str, hours: Spans, asked_at: str, opens: str) -> None:
    moment = datetime.fromisoformat(asked_at).astimezone(UTC)
    assert next_open((hours,), moment, zone) == datetime.fromisoformat(opens)


def test_hours_that_never_meet_are_an_error() -> None:
    never = (spans("09:00-10:00"), spans("11:00-12:00"))
    with pytest.raises(ValueError, match="never open"):
        next_open(never, datetime(2026, 9, 17, tzinfo=UTC), SHANGHAI)
    always_off = Permit(SHANGHAI, DaysOff(frozenset(date(2026, 1, 1) + timedelta(n) for n in range(800))),
                        days=(DayRule.NOT_HOLIDAY,))  # fmt: skip
    with pytest.raises(ValueError, match="no allowed day"):
        always_off.first(datetime(2026, 1, 5, tzinfo=UTC))


def test_a_person_is_not_rung_at_lunch() -> None:
    noon = datetime.fromisoformat("2026-09-17T12:30:00+08:00")
    assert in_hours(Hours().of(Category.SERVICE), noon, SHANGHAI)
    assert not in_hours(Hours().of(Category.SERVICE, Way.CALL), noon, SHANGHAI)
    assert next_open(Hours().of(Category.SERVICE, Way.CALL), noon, SHANGHAI).astimezone(ZoneInfo(SHANGHAI)).hour == 14
    assert in_hours(Hours().of(Category.SAFETY, Way.CALL), noon, SHANGHAI)


COUNTED = (Category.SURVEY, Category.REMINDER, Category.GREETING, Category.MARKETING)
CAPS = st.lists(
    st.builds(
        Cap, categories=st.frozensets(st.sampled_from(COUNTED), min_size=1), limit=st.integers(1, 4),
        days=st.integers(1, 30),
    ),
    max_size=4,
).map(tuple)  # fmt: skip
NOW = datetime(2026, 9, 17, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
SENT = st.lists(
    st.builds(
        lambda category, hours: Sent(category, NOW - hours * HOUR), st.sampled_from(COUNTED), st.integers(0, 800)
    ),
    max_size=12,
).map(tuple)


def room(caps: tuple[Cap, ...], category: Category, sent: tuple[Sent, ...], at: datetime) -> bool:
    """One more then, and no window of any cap that ends with it holds too many."""
    return all(
        1 + sum(each.category in cap.categories and at - each.at < timedelta(days=cap.days) for each in sent)
        <= cap.limit
        for cap in caps
        if category in cap.categories
    )


def test_a_capped_message_waits_exactly_until_every_window_has_room() -> None:
    ran = 0

    @settings(max_examples=CAP_CASES, derandomize=True, deadline=None)
    @given(CAPS, st.sampled_from(COUNTED), SENT)
    def check(caps: tuple[Cap, ...], category: Category, sent: tuple[Sent, ...]) -> None:
        nonlocal ran
        by_looking = NOW
        while not room(caps, category, sent, by_looking):
            by_looking += HOUR
        assert (fits_at(caps, category, sent, NOW) or NOW) == by_looking
        ran += 1

    check()
    assert ran >= CAP_CASES
