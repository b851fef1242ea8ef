"""The loop as people see it: the customers' phones in one window, the staff inbox in another, nothing reloaded."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.running import Running, until

pytestmark = pytest.mark.timeout(240)
PICTURES = os.environ.get("HUIFANG_PICTURES", "")  # a folder: the README's screenshots are made here
COMPLAINT = "不满意，空调还是不凉"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("chromium") / "data")
    running.start()
    try:
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def windows(chromium: Browser, house: Running) -> Iterator[tuple[Page, Page]]:
    """(phones, inbox); neither page may complain once."""
    complaints: list[str] = []
    phones, inbox = (chromium.new_context(viewport={"width": 1440, "height": 900}).new_page() for _ in range(2))
    for page in (phones, inbox):
        page.set_default_timeout(30_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
    yield phones, inbox
    for page in (phones, inbox):
        page.context.close()
    assert complaints == []


def picture(page: Any, name: str) -> None:
    if PICTURES:
        page.wait_for_selector(".htmx-request", state="detached")
        page.screenshot(path=str(Path(PICTURES) / name))


def picture_of_a_telephone(page: Any, name: str) -> None:
    if PICTURES:
        page.set_viewport_size({"width": 390, "height": 844})
        page.reload()  # at the end of the conversation, as it opens there
        page.wait_for_selector(".skeleton", state="detached")
        picture(page, name)
        page.set_viewport_size({"width": 1440, "height": 900})


def log_in(inbox: Any, house: Running) -> None:
    inbox.goto(f"{house.web}/inbox")
    inbox.fill("[name=username]", house.demo["login"])
    inbox.fill("[name=password]", house.demo["password"])
    inbox.keyboard.press("Enter")
    inbox.wait_for_selector("#list")


def person(phones: Any, name: str) -> None:
    phones.click(f"#people button:has-text('{name}')")
    phones.wait_for_selector(f"#who:has-text('{name}')")


def questions(house: Running, number: str) -> list[dict[str, Any]]:
    found = house.api("GET", f"customers/{number}/touchpoints").json()["touchpoints"]
    return [row for row in found if row["rule"] == "checkin.question"]


def test_the_code_on_the_receipt_and_a_delivered_car(windows: tuple[Any, Any], house: Running) -> None:
    phones, _ = windows
    if PICTURES:  # a car is handed over by day, whenever the picture is taken
        house.clock_to((datetime.fromisoformat(house.now()) + timedelta(days=1)).replace(hour=7, minute=40).isoformat())
    phones.goto(house.sandbox)
    person(phones, "周建国")
    phones.click("#deeds button:has-text('扫小票二维码')")
    phones.wait_for_selector("#wechat .bubble:has-text('浙X88004')")
    for name in ("李雷", "郑晓东"):
        person(phones, name)
        phones.click("#orders button:has-text('交车')")
        phones.wait_for_selector("#orders :has-text('已交车')")
    assert not phones.query_selector("#sms .bubble")
    (question,) = until(lambda: questions(house, "C1006"), 10)
    due = datetime.fromisoformat(question["due_at"])
    house.clock_to(due.isoformat())
    phones.wait_for_selector("#sms .bubble")
    person(phones, "李雷")
    phones.wait_for_selector("#wechat .sheet a")


def test_a_complaint_appears_in_the_inbox_and_the_answer_on_the_phone(windows: tuple[Any, Any], house: Running) -> None:
    phones, inbox = windows
    log_in(inbox, house)
    assert not inbox.query_selector(".row:has-text('李雷')")
    phones.fill("#wechat-text", COMPLAINT)
    phones.keyboard.press("Enter")
    phones.wait_for_selector("#wechat .bubble:has-text('抱歉')")
    inbox.wait_for_selector(".row:has-text('李雷'), .arrived", timeout=30_000)
    if arrived := inbox.query_selector(".arrived"):
        arrived.click()
    inbox.click(".row:has-text('李雷')")
    inbox.wait_for_selector(f".bubble:has-text('{COMPLAINT}')")
    assert "浙X88001" in inbox.inner_text("#context")
    inbox.click("#claim button")
    inbox.wait_for_selector(".state.human")
    inbox.fill("#way-reply textarea", "李先生您好，我是陈经理。今天下午给您安排复检，好吗？")
    inbox.keyboard.press("Control+Enter")
    phones.wait_for_selector("#wechat .bubble:has-text('安排复检')", timeout=30_000)
    picture(inbox, "inbox.png")
    picture(phones, "phones.png")
    picture_of_a_telephone(inbox, "inbox-phone.png")


def test_plan_fix_recontact_and_satisfied(windows: tuple[Any, Any], house: Running) -> None:
    phones, inbox = windows
    for step, words in (("plan", "更换压缩机继电器"), ("fix", "已更换并复检，出风口 6 度")):
        inbox.click(f"[data-dialog=say-{step}]")
        inbox.fill(f"#say-{step} textarea", words)
        inbox.click(f"#say-{step} button.primary")
        inbox.wait_for_selector(f".did:has-text('{words}')")
    asked = phones.locator("#wechat .bubble, #wechat .sheet").filter(has_text="处理")
    asked.first.wait_for()
    phones.fill("#wechat-text", "满意，谢谢")
    phones.keyboard.press("Enter")
    inbox.wait_for_selector(".strip.done")


def test_the_card_leads_to_why(windows: tuple[Any, Any], house: Running) -> None:
    _, inbox = windows
    inbox.click("a[href*='/inbox/touchpoints/'] >> nth=0")
    inbox.wait_for_url("**/inbox/touchpoints/*")
    shown = inbox.inner_text("main")
    assert "checkin" in shown
    picture(inbox, "why.png")
