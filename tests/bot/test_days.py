"""Months, lunar days, solar terms: against tables of the almanac and against each other."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.days import add_months, lunar_day, lunar_keys, month_end, nth_weekday, solar_term, whole_months

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "stick", "expected"),
    [
        (date(2026, 1, 31), 1, False, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, False, date(2028, 2, 29)),
        (date(2026, 2, 28), 1, False, date(2026, 3, 28)),
        (date(2026, 2, 28), 1, True, date(2026, 3, 31)),
        (date(2026, 5, 31), -3, False, date(2026, 2, 28)),
        (date(2026, 11, 30), -3, True, date(2026, 8, 31)),
        (date(2026, 12, 15), 1, True, date(2027, 1, 15)),
        (date(2024, 2, 29), 12, False, date(2025, 2, 28)),
    ],
)
def test_months_are_added_by_the_calendar(day: date, months: int, stick: bool, expected: date) -> None:
    assert add_months(day, months, stick_to_end=stick) == expected


@given(day=DAYS, months=st.integers(-200, 200))
def test_a_months_end_sticks(day: date, months: int) -> None:
    assert month_end(add_months(month_end(day), months, stick_to_end=True)) == add_months(
        month_end(day), months, stick_to_end=True
    )


@given(day=DAYS, months=st.integers(0, 200))
def test_whole_months_are_what_was_added(day: date, months: int) -> None:
    assert whole_months(day, add_months(day, months)) == months


@pytest.mark.parametrize(
    ("year", "written", "expected"),
    [
        (2026, "L08-15", date(2026, 9, 25)),
        (2025, "L06-15", date(2025, 7, 9)),  # the plain sixth month, not the leap one behind it
        (2025, "L12-30", date(2026, 2, 16)),  # a short twelfth month: its 29th
        (2026, "L12-30", date(2027, 2, 5)),  # and again
        (2023, "L12-30", date(2024, 2, 9)),  # a long one
    ],
)
def test_a_lunar_day_in_its_year(year: int, written: str, expected: date) -> None:
    assert lunar_day(year, written) == expected
    assert f"{year}-{written}" in lunar_keys(expected)


@given(day=DAYS)
def test_each_lunar_day_is_kept_once_a_lunar_year(day: date) -> None:
    for key in lunar_keys(day):
        assert lunar_day(int(key[:4]), key[5:]) == day


def test_a_leap_month_keeps_nothing() -> None:
    leap = [date(2025, 7, 25) + timedelta(days=ahead) for ahead in range(29)]
    assert [key for day in leap for key in lunar_keys(day)] == []
    assert lunar_keys(date(2025, 8, 23)) == ("2025-L07-01",)


@pytest.mark.parametrize(
    ("year", "name", "expected"),
    [
        (2025, "清明", date(2025, 4, 4)), (2026, "清明", date(2026, 4, 5)), (2027, "清明", date(2027, 4, 5)),
        (2025, "冬至", date(2025, 12, 21)), (2026, "冬至", date(2026, 12, 22)), (2026, "小寒", date(2026, 1, 5)),
    ],
)  # fmt: skip
def test_solar_terms(year: int, name: str, expected: date) -> None:
    assert solar_term(year, name) == expected


def test_the_second_sunday_of_may_and_the_third_of_june() -> None:
    assert (nth_weekday(2026, 5, 2, 7), nth_weekday(2026, 6, 3, 7)) == (date(2026, 5, 10), date(2026, 6, 21))
