"""Every page of the office in Chromium at three widths: axe finds nothing serious, nothing is cut off or too small."""

from datetime import timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine

from store import feed
from store.engine import writing
from store.losable import Losable
from store.media_files import MediaFolder
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.store.cast import an_event
from tests.web.inbox import test_set_up
from tests.web.inbox.browser.opening import Enter, serious
from tests.web.inbox.conftest import PASSWORD, build
from tests.web.inbox.day import Day
from tests.web.inbox.served import served
from tests.web.inbox.test_simulate import keep_a_year
from tests.web.screens import NARROW, WIDE, fits

SIZES = (WIDE, {"width": 1024, "height": 768}, NARROW)
PAGES = (
    "/inbox/settings/exports", "/inbox/settings/import", "/inbox/settings", "/inbox/settings/stores",
    "/inbox/settings/tokens", "/inbox/settings/journeys", "/inbox/settings/journeys/birthday",
    "/inbox/settings/consents", "/inbox/settings/audit", "/inbox/account", "/inbox/account/factor", "/inbox/me",
    "/inbox/customers/{zhang}/erase", "/inbox/customers/{chen}/erase", "/inbox/customers/{zhang}/why",
    "/inbox/events", "/inbox/events/new", "/inbox/events/{event}?who=张伟", "/inbox/events/{event}/door",
    "/inbox/cases", "/inbox/cases/{case}", "/inbox/roster", "/inbox/reports", "/inbox/visits", "/inbox/calls",
    "/inbox/simulate?customer=3", "/inbox/preview", "/inbox/preview?m=checkin.question",
)  # fmt: skip


@pytest.fixture
def event_id(engine: Engine, cast: Cast, clock: StillClock) -> int:
    with writing(engine) as conn:
        return an_event(conn, cast.store_id, at=clock.now + timedelta(days=9), now=clock.now, capacity=3)


@pytest.fixture
def site(
    engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder, tmp_path: Path, stopping: Event
) -> Flask:
    simulations = keep_a_year(tmp_path / "simulations")
    return build(engine, clock, losable, stopping.is_set, folder=folder, simulations=simulations)


@pytest.mark.parametrize("part", range(4))
def test_no_page_is_wider_than_its_window_and_axe_finds_nothing_serious(
    enter: Enter, base: str, cast: Cast, day: Day, event_id: int, part: int
) -> None:
    page = enter("lilei")
    found: list[Any] = []
    for path in PAGES[part::4]:
        address = path.format(zhang=cast.zhang, chen=cast.chen, event=event_id, case=day.case_id)
        assert page.goto(f"{base}{address}").status == 200, path
        for size in SIZES:
            page.set_viewport_size(size)
            found += looked_at(page, f"{address} at {size['width']}")
    assert found == []


def looked_at(page: Any, where: str) -> list[Any]:
    found: list[Any] = list(serious(page, where))
    if not fits(page):
        found.append((where, "wider than the window"))
    return found


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_the_doors_too(enter: Enter, base: str, clock: StillClock, size: dict[str, int]) -> None:
    """The log-in and its second step, with a wrong code and the recovery codes too."""
    page = enter("lilei", size)
    page.goto(f"{base}/inbox/account/factor")
    assert page.evaluate("getComputedStyle(document.querySelector('.how')).listStyleType") == "decimal"
    secret = page.inner_text("p.small code").replace(" ", "")
    page.fill("[name=code]", pyotp.TOTP(secret).at(int(clock.now.timestamp())))
    page.keyboard.press("Enter")
    page.wait_for_selector(".codes code")
    found = looked_at(page, "recovery codes")
    page.context.clear_cookies()
    page.goto(f"{base}/login")
    found += looked_at(page, "log-in")
    page.fill("[name=username]", "lilei")
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/login/code**")
    found += looked_at(page, "second step")
    page.fill("[name=code]", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector(".notice")
    found += looked_at(page, "a wrong code")
    assert found == []


@pytest.fixture
def new_house(engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder) -> Flask:
    site: Flask = test_set_up.an_empty_house(engine, clock, losable, folder)
    return site


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_the_first_start(chromium: Any, new_house: Flask, size: dict[str, int]) -> None:
    with served(new_house) as base:
        page = chromium.new_context(viewport=size).new_page()
        page.goto(f"{base}/setup")
        found = looked_at(page, "the code")
        page.fill("[name=code]", test_set_up.CODE)
        page.keyboard.press("Enter")
        page.wait_for_selector(".progress")
        for step in ("store", "accounts", "person"):
            page.goto(f"{base}/setup?step={step}")
            found += looked_at(page, step)
            assert page.evaluate("document.querySelector('.logo').getBoundingClientRect().top") >= 20, "not cut off"
        page.context.close()
        assert found == []


def test_the_rail_of_a_telephone_can_be_hit_and_leads_everywhere(enter: Enter, base: str, cast: Cast) -> None:
    page = enter("lilei")
    page.set_viewport_size(NARROW)
    page.goto(f"{base}/inbox/settings/import")
    small = """() => [...document.querySelectorAll('.rail a, .rail summary')].filter((each) => each.checkVisibility())
        .map((each) => each.getBoundingClientRect()).filter((box) => box.width < 44 || box.height < 44).length"""
    assert page.evaluate(small) == 0
    assert page.evaluate("document.querySelector('.settings-tabs').scrollLeft") > 0, "the current tab is in sight"
    page.click(".places summary")
    assert page.evaluate(small) == 0
    assert page.inner_text(".places .menu").split() == ["活动", "报表", "话术预览", "模拟", "机器人的理解", "设置"]
    page.click(".places a:has-text('报表')")
    page.wait_for_url("**/inbox/reports")


def test_news_stand_below_the_banner_and_old_ones_are_not_told_again(
    enter: Enter, base: str, engine: Engine, cast: Cast, clock: StillClock, losable: Losable
) -> None:
    """A page without a cursor of its own was told the oldest of the feed on every visit."""

    def tell(reason: str, **more: Any) -> None:
        with writing(engine) as conn:
            feed.tell(conn, cast.store_id, "alert", {"reason": reason, **more}, cast.zhang, clock.now)
        losable.wakeups.wake(feed.TOPIC)

    tell("waiting_long", sentence="有客户在等")
    clock.advance(seconds=30)
    page = enter("lilei")
    page.set_viewport_size(NARROW)
    page.goto(f"{base}/inbox/visits")
    page.wait_for_selector("#link:not(.off)")
    assert page.is_hidden("#news")
    tell("emergency", sentence="有险情")
    page.wait_for_selector("#news:visible")
    page.wait_for_selector("#pages .page-alert")
    below = (
        "document.querySelector('#news').getBoundingClientRect().top >= document.querySelector('#banners').offsetHeight"
    )
    page.wait_for_function(below)


def test_the_previews_of_a_text_cover_nothing(enter: Enter, base: str, cast: Cast) -> None:
    """`.menu` and `.views` of the list once drew one of them over the page."""
    page = enter("lilei")
    page.goto(f"{base}/inbox/preview?m=checkin.question")
    boxes = [each.bounding_box() for each in page.query_selector_all(".phone, .messages, .whose")]
    assert len(boxes) > 4
    for n, one in enumerate(boxes):
        for other in boxes[n + 1 :]:
            apart_x = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            apart_y = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            assert apart_x or apart_y


@pytest.mark.parametrize(
    ("status", "sentence"), [(500, "服务器出错了"), (404, "已经不在了"), (403, "您的角色不能"), (429, "太快了")]
)
def test_what_the_server_refuses_is_said_where_it_was_asked_with_a_retry(
    enter: Enter, base: str, cast: Cast, status: int, sentence: str
) -> None:
    """htmx swaps none of these: a reply, the list, and a part of the file each say it beside themselves."""
    desk = enter("hanmeimei")
    refuse = status_for(desk, status)
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    refuse("**/reply")
    desk.fill("#way-reply textarea", "您好，在的")
    desk.click("#way-reply button.primary")
    desk.wait_for_selector(f"#notice:has-text('{sentence}')")
    assert desk.input_value("#way-reply textarea") == "您好，在的"
    desk.unroute("**/reply")
    desk.click("#notice button:has-text('重试')")
    desk.wait_for_selector(".bubble.staff:has-text('您好，在的')")
    desk.goto(f"{base}/inbox/c/{cast.zhang}")  # the reply's own news would ask for the list once more
    refuse("**/inbox/list?*")
    desk.fill("#q", "张")
    desk.wait_for_selector(f"#list-failed:has-text('{sentence}')")
    desk.evaluate("""() => new Promise((done) => {
        document.addEventListener("htmx:afterRequest", () => done(), { once: true });
        desk.refreshThread();
    })""")
    assert desk.is_visible("#list-failed"), "a thread that came says nothing of the list"
    desk.unroute("**/inbox/list?*")
    desk.click("#list-failed button")
    desk.wait_for_selector("#list-failed", state="hidden")
    refuse("**/wishes")
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    desk.wait_for_selector(f".context .went-wrong:has-text('{sentence}')")
    desk.unroute("**/wishes")
    desk.click(".context .went-wrong button")
    desk.wait_for_selector(".context .went-wrong", state="detached")
    desk.wait_for_selector(".context .skeleton", state="detached")


def status_for(page: Any, status: int) -> Any:
    """Answers an address as a server in trouble would, with a page of its own."""
    body = "<!doctype html><title>no</title><p>no</p>"
    return lambda where: page.route(where, lambda route: route.fulfill(status=status, body=body))


def test_pages_without_a_conversation_say_it_too(enter: Enter, base: str, cast: Cast) -> None:
    desk = enter("hanmeimei")
    status_for(desk, 500)("**/foresee")
    desk.goto(f"{base}/inbox/events/new")
    desk.wait_for_selector(".went-wrong:has-text('服务器出错了')")
    desk.unroute("**/foresee")
    desk.click(".went-wrong button")
    desk.wait_for_selector("#foreseen .reach")
    assert desk.locator(".went-wrong").count() == 0
