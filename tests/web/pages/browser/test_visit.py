"""The page of an appointment on a phone's screen and on a desk's: nothing hangs over, one press is enough."""

from typing import Any

import pytest

from tests.web.pages.browser.opening import fits, screen
from tests.web.pages.conftest import Phone
from tests.web.pages.test_visit_page import a_visit, no_show, rows
from tests.web.screens import WIDE, shot


@pytest.mark.handbook("H2.2.2")
def test_another_time_is_chosen_by_finger(chromium: Any, base: str, phone: Phone) -> None:
    _, where = a_visit(phone, drive=True)
    page = screen(chromium)
    page.goto(base + where)
    assert fits(page)
    shot(page, "visit-open-390")
    page.locator(".times").last.locator("label").first.click()
    page.get_by_role("button", name="改到选中的时间").click()
    page.get_by_role("status").get_by_text("改好了").wait_for()
    assert rows(phone)[0].moves == 1
    assert fits(page)
    shot(page, "visit-moved-390")
    wide = chromium.new_context(viewport=WIDE, locale="zh-CN").new_page()
    wide.goto(base + where)
    shot(wide, "visit-open-1440")


@pytest.mark.handbook("H2.2.2")
def test_one_that_was_missed_offers_times_and_no_reproach(chromium: Any, base: str, phone: Phone) -> None:
    number, where = a_visit(phone, drive=True)
    no_show(phone, number)
    page = screen(chromium)
    page.goto(base + where)
    assert fits(page)
    shot(page, "visit-missed-390")
    page.get_by_role("button", name="约这个时间").click()
    page.get_by_role("alert").wait_for()
    assert len(rows(phone)) == 1
