"""Business time over nights, closed days and the edges of the day."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dealer import Span
from bot.hours import add_business_time, is_open

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPENING = Span(start=time(8, 30), end=time(17, 30))


@dataclass
class Days:
    closed: set[date] = field(default_factory=set)

    def is_holiday(self, day: date) -> bool:
        return day in self.closed

    def is_workday(self, day: date) -> bool:
        return not self.is_holiday(day)

    def projected(self, day: date) -> bool:
        return False


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-09-17 10:20", 2, "2026-09-17 12:20"),
        ("2026-09-17 08:30", 9, "2026-09-17 17:30"),
        ("2026-09-17 12:00", 5.5, "2026-09-17 17:30"),
        ("2026-09-17 16:30", 2, "2026-09-18 09:30"),
        ("2026-09-17 17:30", 0.5, "2026-09-18 09:00"),
        ("2026-09-17 23:10", 0.5, "2026-09-18 09:00"),
        ("2026-09-17 06:00", 0.5, "2026-09-17 09:00"),
        ("2026-09-17 10:00", 20, "2026-09-19 12:00"),
        ("2026-09-30 17:00", 1, "2026-10-03 09:00"),
        ("2026-10-01 10:00", 2, "2026-10-03 10:30"),
    ],
)
def test_only_opening_time_counts(start: str, hours: float, end: str) -> None:
    closed = Days({date(2026, 10, 1), date(2026, 10, 2)})
    assert add_business_time(local(start), timedelta(hours=hours), OPENING, SHANGHAI, closed) == local(end)


def test_the_answer_is_in_the_zone_it_was_asked_in() -> None:
    end = add_business_time(datetime(2026, 9, 17, 2, 20, tzinfo=UTC), timedelta(hours=2), OPENING, SHANGHAI, Days())
    assert (end.tzinfo, end.hour) == (UTC, 4)


def test_a_store_that_never_opens_is_an_error() -> None:
    never = Span(start=time(9), end=time(9))
    with pytest.raises(ValueError, match="not a span"):
        add_business_time(local("2026-09-17 10:00"), timedelta(hours=1), never, SHANGHAI, Days())
    always_closed = Days({date(2026, 9, 1) + timedelta(days=n) for n in range(120)})
    with pytest.raises(ValueError, match="does not open"):
        add_business_time(local("2026-09-17 10:00"), timedelta(hours=1), OPENING, SHANGHAI, always_closed)


@given(st.integers(0, 100_000), st.integers(1, 3_000))
def test_it_ends_while_open_and_never_early(offset: int, minutes: int) -> None:
    start = local("2026-01-01 00:00") + timedelta(minutes=offset)
    end = add_business_time(start, timedelta(minutes=minutes), OPENING, SHANGHAI, Days()).astimezone(SHANGHAI)
    assert end - start >= timedelta(minutes=minutes)
    assert time(8, 30) < end.time() <= time(17, 30)


def test_open_means_within_hours_on_a_day_that_counts() -> None:
    closed = Days({date(2026, 10, 1)})
    assert is_open(local("2026-09-30 08:30"), OPENING, SHANGHAI, closed)
    assert not is_open(local("2026-09-30 17:30"), OPENING, SHANGHAI, closed)
    assert not is_open(local("2026-10-01 10:00"), OPENING, SHANGHAI, closed)
