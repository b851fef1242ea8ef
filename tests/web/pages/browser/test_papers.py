"""The quote and the repair file on a phone's screen: chosen by finger, summed up, without script, printed."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.web.pages.browser.opening import fits, screen
from tests.web.pages.conftest import Phone
from tests.web.pages.offers import answers, filed, longer_link, offer
from tests.web.screens import SHOTS, shot


@pytest.mark.handbook("H1.4.2")
def test_two_are_agreed_to_one_is_not_and_the_sum_moves_along(chromium: Any, base: str, phone: Phone) -> None:
    page = screen(chromium)
    page.goto(base + offer(phone, ready_at=phone.clock.now + timedelta(hours=6), note="刹车片已到极限，今天可以做完。"))
    assert page.locator("input:checked").count() == 0
    assert fits(page)
    shot(page, "quote-open")
    page.locator(".line").nth(0).get_by_label("同意", exact=True).check()
    assert page.locator(".running").inner_text().split() == ["已选同意", "1", "项", "¥820.00"]
    page.locator(".line").nth(1).get_by_label("同意", exact=True).check()
    page.locator(".line").nth(2).get_by_label("暂不", exact=True).check()
    assert page.locator(".running .fens").inner_text() == "1,000.50"
    shot(page, "quote-chosen")
    page.get_by_role("button", name="提交我的选择").click()
    assert "您同意了 2 项，合计 ¥1,000.50" in page.inner_text("[role=status]")
    assert answers(phone) == [(1, "approved"), (2, "approved"), (3, "declined")]
    assert fits(page)
    shot(page, "quote-answered")
    page.context.close()


def test_without_script_it_works_as_well(chromium: Any, base: str, phone: Phone) -> None:
    page = screen(chromium, java_script_enabled=False)
    page.goto(base + offer(phone))
    for place, choice in enumerate(("同意", "暂不", "同意")):
        page.locator(".line").nth(place).get_by_label(choice, exact=True).check()
    page.get_by_role("button", name="算一下同意的合计").click()
    assert page.locator(".running .fens").inner_text() == "940.00"
    shot(page, "quote-without-script")
    page.get_by_role("button", name="提交我的选择").click()
    assert answers(phone) == [(1, "approved"), (2, "declined"), (3, "approved")]
    page.context.close()


def test_the_browser_asks_for_what_was_left_out_but_lets_one_talk_first(chromium: Any, base: str, phone: Phone) -> None:
    page = screen(chromium)
    page.goto(base + offer(phone))
    page.get_by_role("button", name="提交我的选择").click()
    assert page.locator(":invalid").count() > 0
    page.get_by_role("button", name="先和服务顾问聊聊").click()
    assert "韩梅梅会" in page.inner_text("main")
    shot(page, "quote-talk")
    page.context.close()


def test_ended_and_replaced_say_so(chromium: Any, base: str, phone: Phone) -> None:
    page = screen(chromium)
    offer(phone, expires_at=phone.clock.now + timedelta(hours=1))
    old = longer_link(phone, 1)
    phone.clock.advance(hours=1)
    page.goto(base + old)
    assert "过期" in page.inner_text("h1")
    shot(page, "quote-ended")
    offer(phone, expires_at=phone.clock.now + timedelta(days=1))
    page.goto(base + old)
    assert "更新" in page.inner_text("h1")
    assert page.get_by_role("link", name="看最新的报价").count() == 1
    shot(page, "quote-replaced")
    page.context.close()


@pytest.mark.handbook("H1.4.5")
def test_the_file_reads_well_and_prints(chromium: Any, base: str, phone: Phone, tmp_path: Path) -> None:
    page = screen(chromium)
    page.goto(base + filed(phone))
    assert fits(page)
    shot(page, "file")
    page.emulate_media(media="print")
    assert not page.locator(".screen").is_visible()
    shot(page, "file-print")
    printed = page.pdf(path=Path(SHOTS or tmp_path) / "file.pdf", format="A4")
    assert printed.startswith(b"%PDF")
    page.context.close()
