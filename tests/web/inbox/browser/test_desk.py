"""The open inbox: what comes by itself, the list, what stands beside the conversation."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from bot.booking import Capacity, Visit, Wanted
from store import appointments, claims, feed, troubles
from store.appointments import NewBooking
from store.engine import writing
from store.losable import Losable
from store.tables.contact import thread
from store.tables.people import customer, fact
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter, WriteIn
from tests.web.inbox.day import add, line
from tests.web.screens import NARROW, WIDE, fits


def hold(page: Any, address: str) -> list[Any]:
    """The first request to it waits until it is continued."""
    held: list[Any] = []
    page.route(address, lambda route: route.continue_() if held else held.append(route))
    return held


def under_way(page: Any, held: list[Any]) -> Any:
    for _ in range(400):
        if held:
            return held[0]
        page.wait_for_timeout(20)
    raise AssertionError("it was not asked for")


def test_an_answer_on_its_way_takes_no_half_written_plan_away(
    desk: Any, base: str, cast: Cast, write_in: WriteIn
) -> None:
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    desk.click("#claim button")
    desk.wait_for_selector(".state.human")
    news = hold(desk, "**/live?*")
    write_in(cast.zhang, "还在吗")
    live = under_way(desk, news)  # or the claim's own news: the page asks for one thing at a time
    desk.click("[data-dialog=say-plan]")
    desk.fill("#say-plan textarea", "免费复检")
    live.continue_()
    desk.wait_for_selector(".bubble.customer:has-text('还在吗')")
    assert desk.input_value("#say-plan textarea") == "免费复检"
    desk.press("#say-plan textarea", "Control+Enter")
    desk.wait_for_selector(".did:has-text('免费复检')")


def test_a_button_that_is_pressed_is_not_swapped_away_under_the_finger(
    desk: Any, base: str, cast: Cast, write_in: WriteIn
) -> None:
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    news = hold(desk, "**/live?*")
    write_in(cast.zhang, "还在吗")
    live = under_way(desk, news)
    desk.hover("#claim button")
    desk.mouse.down()
    with desk.expect_event("requestfinished", lambda request: "/live?" in request.url):
        live.continue_()
    desk.mouse.up()
    desk.wait_for_selector(".state.human")
    desk.wait_for_selector(".bubble.customer:has-text('还在吗')")


def test_what_a_press_is_answered_is_said_though_news_came_meanwhile(
    desk: Any, base: str, engine: Engine, cast: Cast, clock: StillClock, write_in: WriteIn
) -> None:
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    news, claimed = hold(desk, "**/live?*"), hold(desk, "**/claim")
    write_in(cast.zhang, "还在吗")
    live = under_way(desk, news)
    desk.click("#claim button")
    claim = under_way(desk, claimed)
    with writing(engine) as conn:
        version = conn.execute(select(thread.c.version).where(thread.c.customer_id == cast.zhang)).scalar_one()
        claims.claim(conn, cast.lilei, cast.zhang, version, clock.now)
    with desk.expect_event("requestfinished", lambda request: "/live?" in request.url):
        live.continue_()
    claim.continue_()
    desk.wait_for_selector("#notice:has-text('李雷 已先认领')")
    desk.wait_for_selector(".head:has-text('李雷')")


def test_a_new_case_comes_into_the_list_by_itself(
    desk: Any, engine: Engine, cast: Cast, clock: StillClock, losable: Losable
) -> None:
    with writing(engine) as conn:
        who = add(conn, customer, store_id=cast.store_id, name="何雨", phone="", created_at=clock.now)
        line(conn, cast, who, clock.now, "不满意，漆面有划痕")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(f"#row-{who}:has-text('何雨')")


def test_rows_stay_under_the_cursor_until_asked(desk: Any, cast: Cast, write_in: WriteIn) -> None:
    desk.hover(f"#row-{cast.zhang}")
    write_in(cast.chen, "还在吗")
    desk.wait_for_selector("#fresh:visible")
    assert "还在吗" not in desk.inner_text("#list")
    desk.keyboard.press(".")
    desk.wait_for_selector(f"#row-{cast.chen}:has-text('还在吗')")


def test_search_by_slash_and_help_by_question_mark(desk: Any, cast: Cast) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("热风")
    desk.wait_for_selector(f"#list li:only-child #row-{cast.zhang}")
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    assert desk.is_visible("#keys")
    desk.keyboard.press("Escape")
    assert not desk.is_visible("#keys")


def test_on_a_telephone_back_works_and_targets_are_large(desk: Any, base: str, cast: Cast) -> None:
    desk.set_viewport_size(NARROW)
    desk.goto(f"{base}/inbox")
    desk.click(f"#row-{cast.zhang}")
    desk.wait_for_selector("#composer")
    small = """() => [...document.querySelectorAll('.button, .back, .ways button')]
        .filter((b) => b.offsetParent && b.getBoundingClientRect().height < 44).map((b) => b.outerHTML)"""
    assert desk.evaluate(small) == []
    desk.go_back()
    desk.wait_for_selector(f"#row-{cast.zhang}")


def test_timers_tick_by_the_servers_clock(desk: Any, base: str, cast: Cast, clock: StillClock) -> None:
    desk.wait_for_selector(f"#row-{cast.chen} .pill.soon")
    clock.now = clock.now.replace(hour=clock.now.hour + 1)
    desk.wait_for_selector(f"#row-{cast.chen} .pill.over:has-text('超时 59')")


def test_a_trouble_of_the_account_comes_and_goes_over_the_open_page(
    desk: Any, engine: Engine, clock: StillClock, losable: Losable, cast: Cast, tmp_path: Path
) -> None:
    assert desk.locator(".trouble").count() == 0
    sentence = "服务器 IP 不在公众平台白名单中，请添加（203.0.113.7）"
    with writing(engine) as conn:
        troubles.begin(
            conn, "*", "main", code="40164", sentence=sentence, stops=True, now=clock.now, machine_now=clock.now,
            until=clock.now + timedelta(minutes=5),
        )  # fmt: skip
        feed.tell(conn, cast.store_id, "alert", {"reason": "channel_stopped"}, None, clock.now)
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".trouble.loud")
    assert "203.0.113.7" in desk.locator("#troubles").inner_text()
    for width in (1440, 1000, 390):
        desk.set_viewport_size({"width": width, "height": 860})
        box = desk.locator("#troubles").bounding_box()
        assert box["y"] == 0, width
        assert box["x"] + box["width"] <= width + 1
        assert desk.evaluate("document.documentElement.scrollWidth") <= width
        listed = desk.locator(".list").bounding_box()
        assert listed["y"] >= box["height"] - 1, "nothing is covered"
        desk.screenshot(path=str(tmp_path / f"trouble-{width}.png"))
    desk.set_viewport_size({"width": 1440, "height": 300})
    base = desk.url.partition("/inbox")[0]
    desk.goto(f"{base}/inbox/cases")
    desk.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    assert abs(desk.locator(".rail").bounding_box()["y"]) < 1, "the rail stays, but for a part of a pixel"
    desk.screenshot(path=str(tmp_path / "trouble-cases.png"))
    desk.goto(f"{base}/inbox")
    with writing(engine) as conn:
        troubles.end(conn, "template", "main", clock.now)
        feed.tell(conn, cast.store_id, "outbox", {"outbox_id": 1}, None, clock.now)
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".trouble", state="detached")


def test_an_alert_of_the_house_stands_on_top_until_a_click(
    desk: Any, engine: Engine, clock: StillClock, cast: Cast, losable: Losable
) -> None:
    """As when the account's verification runs out (web/news.py)."""
    sentence = "公众号认证需要年审，请尽快办理：过期后模板消息和客服消息都会停止。"
    with writing(engine) as conn:
        feed.tell(conn, cast.store_id, "alert", {"reason": "annual_renew", "sentence": sentence}, None, clock.now)
    losable.wakeups.wake(feed.TOPIC)
    news = desk.locator("#news")
    news.wait_for(state="visible")
    assert news.inner_text() == sentence
    news.click()
    assert news.is_hidden()


def test_what_the_thread_waits_for_is_not_thrown_out_by_the_list(desk: Any, base: str, cast: Cast) -> None:
    """While one answer is under way a second is asked for, of the thread and of the list."""
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    held: list[Any] = []
    desk.route("**/live?*", lambda route: route.continue_() if held else held.append(route))
    with desk.expect_request("**/live?*"):
        desk.evaluate("desk.refreshThread()")
    later = "new Promise((go) => setTimeout(go, 200))"  # the page waits 100 ms for more of the same
    with desk.expect_request("**/inbox/list?*"), desk.expect_request("**/live?*"):
        desk.evaluate(f"desk.refreshThread(); {later}")
        desk.evaluate(f"desk.applyList(); {later}")
        held[0].continue_()


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_the_texts_fit_the_screen(enter: Enter, base: str, size: dict[str, int]) -> None:
    page = enter("lilei", size)
    page.goto(f"{base}/inbox/preview?q=张伟")
    page.click(".messages a:has-text('checkin.question')")
    page.wait_for_selector(".phone.by-template .slip")
    assert fits(page)
    assert page.is_visible(".phone.by-wechat .said:has-text('张伟您好')")
    assert page.is_visible(".messages") is (size == WIDE)


@pytest.mark.handbook("H2.2.1", "H2.2.2")
def test_needs_and_appointments_come_beside_the_conversation(
    desk: Any, base: str, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    wanted, capacity = Wanted(Visit.TEST_DRIVE, 60, "长风"), Capacity(consultants=1, drive_cars={"长风": 1})
    said = [("purpose", "family,camping"), ("budget", "about:150000"), ("budget", "max:180000"), ("seats_min", "7")]
    with writing(engine) as conn:
        new = NewBooking(cast.zhang, wanted, clock.now + timedelta(days=1))
        appointments.book(conn, cast.store_id, new, capacity, clock.now)
        for name, value in said:
            row = {"customer_id": cast.zhang, "key": f"need.{name}", "value": value, "at": clock.now}
            conn.execute(insert(fact).values(**row))
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    beside = desk.locator(".file")
    beside.get_by_text("预算：18万以内").wait_for()
    assert beside.get_by_text("之前说：15万左右").is_visible()
    assert beside.get_by_text("已知 60%").is_visible()
    assert beside.get_by_text("已预约").is_visible()
