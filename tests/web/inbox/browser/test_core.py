"""What `make test` sees of the inbox in a real browser; the other files here are for `make test-all`."""

from typing import Any

import pytest
from sqlalchemy import Engine, select

from store.engine import reading
from store.tables.contact import message
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import JIANGNAN, Enter, WriteIn
from tests.web.inbox.test_media import House, say
from tests.web.screens import fits


def test_claim_reply_and_plan_with_the_keyboard_alone(desk: Any, cast: Cast) -> None:
    desk.wait_for_selector(".row")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/inbox/c/{cast.zhang}*")
    desk.keyboard.press("c")
    desk.wait_for_selector(".state.human")
    desk.keyboard.press("r")
    desk.keyboard.type("您好，我是韩梅梅")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".bubble.staff:has-text('您好，我是韩梅梅')")
    assert "还可发 4 条" in desk.inner_text("#meter")
    assert desk.input_value("#way-reply textarea") == ""
    desk.keyboard.press("Escape")
    desk.click("[data-dialog=say-plan]")
    desk.keyboard.type("免费复检")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector(".did:has-text('免费复检')")
    assert not desk.is_visible("#say-plan")


def test_a_customers_word_appears_without_a_reload_and_without_the_draft_lost(
    desk: Any, base: str, cast: Cast, write_in: WriteIn
) -> None:
    desk.goto(f"{base}/inbox/c/{cast.chen}")
    desk.fill("#way-reply textarea", "四点")
    write_in(cast.chen, "还在吗")
    desk.wait_for_selector(".bubble.customer:has-text('还在吗')")
    desk.wait_for_selector(f"#row-{cast.chen}:has-text('还在吗')")
    assert desk.input_value("#way-reply textarea") == "四点"


def test_of_two_windows_one_claims_and_the_other_is_told(enter: Enter, desk: Any, base: str, cast: Cast) -> None:
    other = enter("lilei")
    other.context.route("**/events*", lambda route: route.abort())  # the other page is not up to date
    for page in (desk, other):
        page.goto(f"{base}/inbox/c/{cast.chen}")
    desk.click("#claim button")
    desk.wait_for_selector(".state.human")
    other.click("#claim button")
    other.wait_for_selector("#notice:has-text('韩梅梅 已先认领')")


def test_a_dropped_stream_is_said_and_nothing_is_lost(
    enter: Enter, base: str, engine: Engine, cast: Cast, write_in: WriteIn
) -> None:
    page = enter("hanmeimei")
    page.goto(f"{base}/inbox/c/{cast.zhang}")
    page.wait_for_selector("#link.on")
    page.context.set_offline(True)
    page.wait_for_selector("#offline:visible:has-text('实时已断开')")
    write_in(cast.zhang, "断线时说的")
    page.fill("#way-reply textarea", "您好，在的")
    page.click("#way-reply button.primary")
    page.wait_for_selector("#notice:has-text('没有连上服务器')")
    assert page.input_value("#way-reply textarea") == "您好，在的"
    with page.expect_event("requestfailed", lambda request: "/live" in request.url):
        page.evaluate("desk.refreshThread()")  # what the page asks by itself fails too, and leaves the retry alone
    page.context.set_offline(False)
    page.wait_for_selector(".bubble.customer:has-text('断线时说的')")
    page.wait_for_selector("#offline", state="hidden")
    page.click("#notice button")
    page.wait_for_selector(".bubble.staff:has-text('您好，在的')")
    with reading(engine) as conn:
        sent = conn.execute(select(message.c.text).where(message.c.author == "staff")).scalars().all()
    assert list(sent) == ["您好，在的"], "once"


def test_a_window_that_closed_meanwhile_is_said_and_the_text_kept(
    desk: Any, base: str, cast: Cast, clock: StillClock
) -> None:
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    desk.fill("#way-reply textarea", "您好")
    clock.advance(hours=49)
    desk.click("#way-reply button.primary")
    desk.wait_for_selector("#notice:has-text('微信窗口已关闭')")
    assert desk.input_value("#way-reply textarea") == "您好"


def test_sms_shows_its_length_before_it_is_sent(desk: Any, base: str, cast: Cast) -> None:
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    desk.click("[data-to=sms]")
    desk.fill("#way-sms [name=subject]", "空调复检")
    assert "就空调复检想与您联系" in desk.inner_text("#way-sms .preview")
    assert "54 字 · 1 条 · 0.045 元" in desk.inner_text("#way-sms .count")
    desk.click("#way-sms button.primary")
    desk.wait_for_selector(".bubble.staff:has-text('空调复检')")


def test_panes_by_width(desk: Any, base: str, cast: Cast) -> None:
    for width, seen, hidden in (
        (1440, [".list", ".thread", ".context", ".rail"], [".head .back", ".head .drawer"]),
        (1024, [".list", ".thread", ".head .drawer"], [".context", ".head .back"]),
        (390, [".thread", ".head .back", ".composer"], [".list", ".context", ".rail"]),
    ):
        desk.set_viewport_size({"width": width, "height": 844})
        desk.goto(f"{base}/inbox/c/{cast.zhang}")
        assert ([where for where in seen if not desk.is_visible(where)], width) == ([], width)
        assert ([where for where in hidden if desk.is_visible(where)], width) == ([], width)
        assert fits(desk), width


def test_a_place_is_copied_and_says_so_after_the_thread_came_anew(
    desk: Any, base: str, house: House, write_in: WriteIn
) -> None:
    say(house, kind="location", data=JIANGNAN)
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    desk.click("[data-copy]")
    desk.wait_for_selector("[data-copy]:has-text('已复制')")
    assert desk.evaluate("navigator.clipboard.readText()") == "江南大道 228 号 30.200000, 120.210000"
    write_in(house.cast.zhang, "我在这里等")
    desk.wait_for_selector(".bubble.customer:has-text('我在这里等')")
    assert desk.inner_text("[data-copy]") == "已复制"


@pytest.mark.handbook("H1.2.2")
def test_a_banned_word_keeps_the_draft_until_it_is_changed_or_sent_anyway(desk: Any, base: str, cast: Cast) -> None:
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    desk.fill("#way-reply textarea", "赶紧来店里，给个五星好评")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_selector("#notice mark:has-text('赶紧')")
    assert desk.input_value("#way-reply textarea") == "赶紧来店里，给个五星好评"
    desk.click("[data-rework]")
    assert desk.inner_text("#notice") == ""
    assert desk.evaluate("document.activeElement.name") == "text"
    desk.keyboard.press("Control+Enter")
    desk.click("#notice [name=anyway]")
    desk.wait_for_selector(".bubble.staff:has-text('给个五星好评')")
    assert desk.input_value("#way-reply textarea") == ""
    assert desk.inner_text("#notice") == ""
