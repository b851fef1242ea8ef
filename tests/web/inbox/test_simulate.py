"""The page of a simulation: managers alone, one customer's year, the heat map, both languages, in Chromium too."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from store.losable import Losable
from store.simulations import Saving, Touch
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter, build
from web.inbox.simulate import heat, months

GREETED = Touch(3, "2026-02-17T10:30", "festivals.spring_festival", "2026-spring_festival", "greeting", "sent", "",
                "sms", "新春快乐", 0.055)  # fmt: skip
HELD = Touch(
    3, "2026-03-08T10:00", "birthday.greeting", "2026-birthday", "greeting", "skipped", "no_consent", "", "", 0
)
COUNTS = [[0] * 24 for _ in range(7)]
COUNTS[1][10] = 40
COUNTS[4][17] = 9
SUMMARY: dict[str, Any] = {
    "customers": 5, "days": 365, "first_day": "2026-01-01", "planned": 12345, "by_outcome": {"sent": 1, "skipped": 1},
    "by_reason": {"no_consent": 1}, "cost_cny": 0.06, "breaches": {"cap": 0, "duplicate": 0}, "heat": COUNTS,
}  # fmt: skip


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return keep_a_year(tmp_path / "simulations")


def keep_a_year(folder: Path) -> Path:
    saving = Saving(folder)
    saving.add([GREETED, HELD], [(number, f"客户{number}") for number in range(5)])
    saving.done(SUMMARY)
    return folder


@pytest.fixture
def site(engine: Engine, clock: StillClock, losable: Losable, saved: Path) -> Flask:
    site = build(engine, clock, losable, simulations=saved)
    site.config["WTF_CSRF_ENABLED"] = False
    return site


def test_before_the_first_run_the_page_says_how(enter: Enter, cast: Cast, saved: Path) -> None:
    (saved / "1.sqlite").unlink()
    assert "python app.py simulate" in enter(cast.lilei).get("/inbox/simulate").text


def test_a_manager_sees_one_customers_year_and_when_messages_leave(enter: Enter, cast: Cast) -> None:
    html = enter(cast.lilei).get("/inbox/simulate?customer=3").text
    assert "客户3" in html
    assert 'href="#d2026-02-17" title="10:30 节日问候 · 已发出"' in html
    assert 'href="#d2026-03-08" title="10:00 生日问候 · 未发 · 没有同意接收这类消息"' in html
    assert "新春快乐" in html
    assert 'class="s5" title="周二 10:00 · 40"' in html
    assert html.count("<caption>2026-") == 12
    assert "<dd>12,345</dd>" in html


def test_nobody_else_and_no_other_run(enter: Enter, cast: Cast) -> None:
    assert enter(cast.hanmeimei).get("/inbox/simulate").status_code == 403
    assert "模拟" not in enter(cast.hanmeimei).get("/inbox/cases").text
    assert enter(cast.lilei).get("/inbox/simulate?run=9").status_code == 404


def test_numbers_out_of_range_show_the_nearest_customer(enter: Enter, cast: Cast) -> None:
    browser = enter(cast.admin)
    assert "客户4" in browser.get("/inbox/simulate?customer=99").text
    assert "客户0" in browser.get("/inbox/simulate?customer=-3").text
    assert "什么也收不到" in browser.get("/inbox/simulate?customer=nobody").text


def test_in_english_by_switch(enter: Enter, cast: Cast) -> None:
    browser = enter(cast.lilei)
    browser.post("/language/en", data={"next": "/inbox"})
    html = browser.get("/inbox/simulate?customer=3").text
    assert "One customer's year" in html
    assert "no consent to this kind of message" in html


def test_weeks_begin_on_monday_and_a_leap_day_has_its_square() -> None:
    (february,) = months(date(2028, 2, 1), 29, [])
    assert [day.on for day in february.weeks[0]] == [None, *(date(2028, 2, day) for day in range(1, 7))]
    assert february.weeks[-1][1].on == date(2028, 2, 29)
    assert all(len(week) == 7 for week in february.weeks)
    assert len(months(date(2026, 11, 20), 60, [])) == 3


def test_only_hours_in_which_anything_leaves_are_shown() -> None:
    rows = heat(COUNTS)
    assert [hour for hour, _, _ in rows[0][1]] == list(range(10, 18))
    assert rows[4][1][-1] == (17, 9, 2)
    assert [len(cells) for _, cells in heat([[0] * 24] * 7)] == [1] * 7
