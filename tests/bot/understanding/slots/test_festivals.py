"""The days of a festival somebody asks about."""

from datetime import date

import pytest

from bot.understanding.slots.festivals import days_of

TODAY = date(2026, 9, 17)


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        ("国庆放假吗", date(2026, 10, 1), 7),
        ("中秋节你们有人吗", date(2026, 9, 25), 3),
        ("元旦开门不", date(2027, 1, 1), 1),
        ("长假期间上班吗", date(2026, 10, 1), 7),
    ],
)
def test_the_days_of_a_festival(text: str, first: date, count: int) -> None:
    days = days_of(text, TODAY)
    assert (days[0], len(days)) == (first, count)


@pytest.mark.parametrize("text", ["国庆后开门吗", "国庆节以后呢", "周日开门吗"])
def test_what_comes_after_it_or_names_none(text: str) -> None:
    assert days_of(text, TODAY) == []


def test_while_it_lasts_from_today_on() -> None:
    assert days_of("国庆放假到哪天", date(2026, 10, 5)) == [date(2026, 10, 5), date(2026, 10, 6), date(2026, 10, 7)]
