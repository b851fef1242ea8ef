"""The chain of calendars answers for every year, and says when it guesses."""

from datetime import date
from pathlib import Path

import pytest

from bot.errors import ConfigError
from config.calendar import Calendar, load_calendar


@pytest.mark.parametrize(
    ("day", "holiday", "workday"),
    [
        ("2026-02-15", True, False),
        ("2026-02-23", True, False),
        ("2026-02-14", False, True),  # a Saturday worked to make up
        ("2026-09-20", False, True),
        ("2026-09-19", False, False),  # an ordinary Saturday is no holiday
        ("2026-09-21", False, True),
        ("2027-01-01", True, False),
        ("2027-02-04", True, False),  # the day before 除夕, by our widening
        ("2027-02-12", True, False),  # 初七
        ("2027-02-13", False, False),
        ("2027-06-21", False, True),
        ("2031-10-01", True, False),
    ],
)
def test_the_days(day: str, holiday: bool, workday: bool) -> None:
    calendar = Calendar()
    assert calendar.is_holiday(date.fromisoformat(day)) is holiday
    assert calendar.is_workday(date.fromisoformat(day)) is workday


def test_the_sites_table_beats_every_source(tmp_path: Path) -> None:
    (tmp_path / "calendar.yaml").write_text("holidays: [2027-06-21, 2026-09-20]\nworkdays: [2027-01-01]\n")
    calendar = load_calendar(tmp_path)
    assert calendar.is_holiday(date(2027, 6, 21))
    assert not calendar.is_workday(date(2026, 9, 20))
    assert calendar.is_workday(date(2027, 1, 1))
    assert not calendar.projected(date(2027, 1, 1))


def test_a_guess_is_said_to_be_one() -> None:
    assert Calendar().projected(date(2027, 3, 1))
    assert not Calendar().projected(date(2026, 3, 1))


def test_without_a_table_the_chain_starts_later(tmp_path: Path) -> None:
    assert load_calendar(tmp_path).is_holiday(date(2026, 10, 1))


def test_a_mistake_in_the_table_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "calendar.yaml").write_text("holidays:\n  - someday\n")
    with pytest.raises(ConfigError, match=r"calendar.yaml:2: holidays.0"):
        load_calendar(tmp_path)
