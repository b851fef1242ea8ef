"""Due times: local dates, never hours added; holidays, make-up days, leap days, clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.journeys import DayRule, Journey, Late, Step, due, next_time, version
from bot.messages import Category
from config.calendar import Calendar

SHANGHAI = "Asia/Shanghai"
CHINA = Calendar()


def step(**values: object) -> Step:
    settings = {
        "id": "question", "message": "checkin.question", "category": "survey", "offset_days": 3, "at": "10:00",
        "day_rule": "not_holiday", "expires_after": "P7D", **values,
    }  # fmt: skip
    return Step.model_validate(settings)


def local(moment: datetime, zone: str = SHANGHAI) -> str:
    return moment.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("anchor", "values", "expected"),
    [
        ("2026-09-14", {}, "2026-09-17 10:00"),
        ("2026-02-12", {}, "2026-02-24 10:00"),  # over the Spring Festival, 02-15 to 02-23
        ("2026-09-17", {}, "2026-09-20 10:00"),  # a Sunday worked to make up for the National Day
        ("2026-09-17", {"day_rule": "workday"}, "2026-09-20 10:00"),
        ("2026-09-16", {}, "2026-09-19 10:00"),  # an ordinary Saturday counts
        ("2026-09-16", {"day_rule": "workday"}, "2026-09-20 10:00"),
        ("2026-02-12", {"day_rule": "any"}, "2026-02-15 10:00"),
        ("2026-02-29", {"offset_days": 0, "day_rule": "any"}, "2026-02-28 10:00"),
        ("2028-02-29", {"offset_days": 0, "day_rule": "any"}, "2028-02-29 10:00"),
        ("2026-12-30", {}, "2027-01-02 10:00"),  # no notice for 2027 yet: the projection answers
        ("2027-02-01", {}, "2027-02-13 10:00"),  # projected Spring Festival, widened to 02-12
        ("2026-09-17T02:20:00+00:00", {"at": "anchor", "offset_days": 0}, "2026-09-17 10:20"),
        (
            "2026-09-17T06:20:30+00:00",
            {"at": "anchor", "offset_days": 0, "day_rule": "any"},
            "2026-09-17 14:20",
        ),  # a quote
        ("2026-09-17T17:30:00+00:00", {"at": "anchor", "offset_days": 1}, "2026-09-19 01:30"),
    ],
)
def test_when_a_step_is_due(anchor: str, values: dict[str, object], expected: str) -> None:
    assert local(due(step(**values), anchor, SHANGHAI, CHINA)) == expected


@pytest.mark.parametrize("anchor", ["2026-03-26", "2026-10-22"])  # clocks change in Berlin within three days
def test_three_days_are_not_seventy_two_hours(anchor: str) -> None:
    moment = due(step(day_rule="any"), anchor, "Europe/Berlin", CHINA)
    assert local(moment, "Europe/Berlin").endswith("10:00")
    started = datetime.combine(date.fromisoformat(anchor), time(10), ZoneInfo("Europe/Berlin"))
    assert moment - started.astimezone(UTC) != timedelta(hours=72)


@settings(deadline=None)  # the first look at a year loads its calendar
@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.sampled_from(list(DayRule)))
def test_a_step_is_due_on_an_allowed_day_at_its_time(day: date, rule: DayRule) -> None:
    moment = due(step(day_rule=rule), day.isoformat(), SHANGHAI, CHINA).astimezone(ZoneInfo(SHANGHAI))
    assert moment.time() == time(10)
    assert moment.date() >= day + timedelta(days=3)
    assert rule is DayRule.ANY or not CHINA.is_holiday(moment.date())
    assert rule is not DayRule.WORKDAY or CHINA.is_workday(moment.date())


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2026-09-17T01:00:00+00:00", "2026-09-17 10:00"),  # 09:00 in Shanghai: still today
        ("2026-09-17T02:00:00+00:00", "2026-09-18 10:00"),
        ("2026-02-14T14:00:00+00:00", "2026-02-24 10:00"),
    ],
)
def test_the_next_time_of_a_late_step(after: str, expected: str) -> None:
    assert local(next_time(step(), datetime.fromisoformat(after), SHANGHAI, CHINA)) == expected


def test_the_version_follows_every_change() -> None:
    assert version(step()) == version(step())
    assert version(step()) != version(step(at="10:01"))
    assert version(step()) != version(step(message="checkin.other"))


@pytest.mark.parametrize(
    "values",
    [
        {"at": "anchor", "late": Late.NEXT},
        {"expires_after": "PT0S"},
        {"id": "Has Space"},
        {"category": "spam"},
        {"offset_days": -401},
        {"colour": "red"},
    ],
)
def test_a_step_that_cannot_work_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        step(**values)


def test_a_journey_names_its_rules_once() -> None:
    journey = Journey.model_validate({"id": "checkin", "anchor": "repair_order.delivered", "steps": [step()]})
    assert journey.rule(journey.steps[0]) == "checkin.question"
    assert journey.steps[0].category is Category.SURVEY
    with pytest.raises(ValidationError):
        Journey.model_validate({"id": "checkin", "anchor": "case.fixed", "steps": [step(), step()]})
