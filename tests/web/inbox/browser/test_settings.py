"""The settings in a real browser: by keyboard alone, on a telephone, and a first start to the end."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest

from tests.conftest import StillClock
from tests.web.inbox.browser.opening import without_complaint
from tests.web.inbox.conftest import PASSWORD
from tests.web.screens import NARROW, WIDE

PAGES = ("settings/staff", "settings/stores", "settings/tokens", "settings/journeys", "settings/journeys/birthday",
         "settings/consents", "settings/audit", "account", "account/factor")  # fmt: skip


@pytest.fixture
def admin(chromium: Any, base: str) -> Iterator[Any]:
    page = chromium.new_context(viewport=WIDE).new_page()
    page.set_default_timeout(30_000)
    with without_complaint(page):
        page.goto(f"{base}/login")
        focused(page, "username")
        page.keyboard.type("admin")
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/inbox")
        yield page
    page.context.close()


def focused(page: Any, name: str) -> None:
    """The browser puts the cursor there by itself, a moment after the page is loaded."""
    page.wait_for_function(f"document.activeElement?.name === '{name}'")


def test_a_colleague_is_added_with_the_keyboard_alone_and_sets_a_password(admin: Any, base: str, chromium: Any) -> None:
    admin.goto(f"{base}/inbox/settings/staff")
    admin.focus("[name=name]")
    for typed in ("小李", "Tab", "xiaoli", "Tab", "Tab", "Enter"):
        admin.keyboard.press(typed) if typed in ("Tab", "Enter") else admin.keyboard.type(typed)
    if admin.query_selector(".secret") is None:  # Enter on a select opens it: the button is one Tab further
        admin.keyboard.press("Escape")
        admin.focus("form.form button.primary")
        admin.keyboard.press("Enter")
    admin.wait_for_selector(".secret")
    link = admin.input_value(".secret").replace("http://car.example", base)
    theirs = chromium.new_context(viewport=NARROW).new_page()
    theirs.goto(link)
    focused(theirs, "password")
    theirs.keyboard.type("a fresh password")
    theirs.keyboard.press("Tab")
    theirs.keyboard.type("a fresh password")
    theirs.keyboard.press("Enter")
    theirs.wait_for_url("**/login")
    assert "密码已设好" in theirs.inner_text("main")
    theirs.context.close()


def test_the_second_factor_is_set_up_and_asked_for(admin: Any, base: str, clock: StillClock, chromium: Any) -> None:
    admin.goto(f"{base}/inbox/account/factor")
    assert admin.evaluate("document.querySelector('.qr img').naturalWidth") > 100, "the policy lets the QR be drawn"
    secret = admin.inner_text("p.small code").replace(" ", "")
    focused(admin, "code")
    admin.keyboard.type(pyotp.TOTP(secret).at(int(clock.now.timestamp())))
    admin.keyboard.press("Enter")
    admin.wait_for_selector(".codes code")
    code = admin.inner_text(".codes li:first-child code")
    page = chromium.new_context(viewport=NARROW).new_page()
    page.goto(f"{base}/login")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code**")
    focused(page, "code")
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox")
    page.context.close()


def test_nothing_is_wider_than_a_telephone_and_every_field_has_a_name(admin: Any, base: str) -> None:
    admin.set_viewport_size(NARROW)
    for path in PAGES:
        admin.goto(f"{base}/inbox/{path}")
        assert admin.evaluate("document.documentElement.scrollWidth") <= 390, path
        nameless = admin.evaluate(
            "[...document.querySelectorAll('main input:not([type=hidden]), main select')]"
            ".filter(each => !each.labels?.length && !each.ariaLabel).map(each => each.outerHTML)"
        )
        assert nameless == [], path
        low = admin.evaluate(
            "[...document.querySelectorAll('main button, main .button, main select')]"
            ".map(each => each.getBoundingClientRect()).filter(box => box.height && box.height < 44).length"
        )
        assert low == 0, f"{path}: targets under 44 px"


def test_a_journey_is_paused_and_the_audit_says_who(admin: Any, base: str) -> None:
    admin.goto(f"{base}/inbox/settings/journeys/birthday")
    admin.fill("[name=why]", "文案要改")
    admin.keyboard.press("Enter")
    admin.wait_for_selector("text=已暂停：不再计划")
    admin.goto(f"{base}/inbox/settings/audit?action=journey_paused")
    assert "总部" in admin.inner_text("tbody")
    with admin.expect_download() as taken:
        admin.click("text=导出 CSV")
    assert "暂停旅程" in Path(taken.value.path()).read_text("utf-8-sig")
