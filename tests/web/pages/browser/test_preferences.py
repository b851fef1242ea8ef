"""The preference page on a phone: ticked by finger, saved, stopped."""

from pathlib import Path
from typing import Any

from config.consents import load_consents
from store.engine import writing
from store.wordings import keep_texts
from tests.web.pages.browser.opening import fits, screen
from tests.web.pages.conftest import Phone
from tests.web.pages.test_preferences import allowed, way_out
from tests.web.screens import shot

CONFIG = Path(__file__).parents[4] / "config"


def test_a_box_is_ticked_saved_and_all_of_it_stopped(chromium: Any, base: str, phone: Phone) -> None:
    with writing(phone.engine) as conn:
        keep_texts(conn, load_consents(CONFIG).texts)
    page = screen(chromium)
    page.goto(base + way_out(phone))
    assert fits(page)
    shot(page, "preferences")
    page.get_by_label("活动优惠").check()
    page.get_by_label("节日生日问候").check()
    page.get_by_role("button", name="保存").click()
    assert page.get_by_role("heading").inner_text() == "已保存"
    assert page.get_by_label("活动优惠").is_checked()
    shot(page, "preferences-saved")
    assert "marketing" in allowed(phone)
    page.get_by_role("button", name="全部停止").click()
    assert page.locator("input:checked").count() == 0
    shot(page, "preferences-stopped")
    assert allowed(phone) == []
