"""The chain of calendars answers for every year, and says when it guesses."""

from datetime import date
from pathlib import Path

import pytest

from bot.dealer import Dealer, StoreConfig
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


STORES = (
    StoreConfig(code="binjiang", name="滨江"),
    StoreConfig(code="kashgar", name="喀什", time_zone="Asia/Kashgar"),
    StoreConfig(code="berlin", name="Berlin", time_zone="Europe/Berlin"),
    StoreConfig(code="macao", name="澳门", time_zone="Asia/Macau", calendar="macao.yaml"),
    StoreConfig(code="abroad_cn", name="Dubai", time_zone="Asia/Dubai", calendar="cn"),
    StoreConfig(code="always", name="三亚", calendar="none"),
)


@pytest.mark.parametrize(
    ("store", "holidays"),
    [
        ("binjiang", {"2026-10-01"}),
        ("kashgar", {"2026-10-01"}),
        ("berlin", set()),
        ("macao", {"2026-12-20"}),
        ("abroad_cn", {"2026-10-01"}),
        ("always", set()),
        ("unheard_of", {"2026-10-01"}),
    ],
)
def test_each_store_has_its_own_calendar(tmp_path: Path, store: str, holidays: set[str]) -> None:
    (tmp_path / "macao.yaml").write_text("holidays: [2026-12-20]\nworkdays: []\n")
    mine = load_calendar(tmp_path, STORES).of(store)
    asked = ("2026-10-01", "2026-12-20", "2026-12-21")
    assert {day for day in asked if mine.is_holiday(date.fromisoformat(day))} == holidays
    assert mine.is_workday(date(2026, 12, 21))
    assert not mine.is_workday(date(2026, 12, 26))


def test_a_store_whose_calendar_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="macao"):
        load_calendar(tmp_path, STORES)


def dealer(**store: object) -> Dealer:
    return Dealer.model_validate({"stores": [{"code": "berlin", "name": "Berlin", **store}]})


def test_a_store_says_only_what_differs() -> None:
    lunch = [{"start": "09:30", "end": "12:00"}, {"start": "14:00", "end": "20:00"}]
    hours = dealer(hours={"survey": lunch}).hours_of("berlin")
    assert [span.start.hour for span in hours.survey] == [9, 14]
    assert hours.service == dealer().hours_of("berlin").service == dealer().hours_of("unheard_of").service


def test_hours_that_leave_a_call_no_time_are_refused() -> None:
    with pytest.raises(ValueError, match="hours of berlin: survey and calls have no time in common"):
        dealer(hours={"survey": {"start": "12:30", "end": "13:30"}})
