"""The periodic survey on a phone's screen."""

from typing import Any

import pytest

from tests.web.pages.browser.opening import fits, screen
from tests.web.pages.conftest import Phone
from tests.web.pages.test_periodic_survey import asked, factors
from tests.web.screens import WIDE, shot


@pytest.mark.handbook("H1.5.4")
def test_it_is_answered_by_finger(chromium: Any, base: str, phone: Phone) -> None:
    where = base + asked(phone)
    page = screen(chromium)
    page.goto(where)
    assert fits(page)
    shot(page, "periodic-390")
    page.locator("label", has=page.locator('input[name="rating"][value="9"]')).click()
    page.locator("label", has=page.locator('input[name="factor-advisor"][value="4"]')).click()
    page.get_by_role("button", name="提交").click()
    page.get_by_text("谢谢").wait_for()
    assert factors(phone) == {"advisor": 4}
    wide = chromium.new_context(viewport=WIDE, locale="zh-CN").new_page()
    wide.goto(where)
    shot(wide, "periodic-1440")
