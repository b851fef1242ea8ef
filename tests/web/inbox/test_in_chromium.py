"""The inbox in a real browser: keyboard alone, live arrival, two windows, three widths."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.media import MB
from store import feed, troubles
from store.engine import writing
from store.losable import Losable
from store.media_files import MediaFolder
from store.tables.people import customer
from tests.conftest import StillClock
from tests.e2e.running import until
from tests.media_samples import HTML, JPEG, MP3, PNG
from tests.staff_cast import Cast, seed
from tests.web.inbox.conftest import PASSWORD, build
from tests.web.inbox.day import Day, add, line, morning
from tests.web.inbox.served import served
from tests.web.inbox.test_media import House, say

pytestmark = pytest.mark.page


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """The pages are the same on both databases; one is enough here."""
    return sqlite_engine


@pytest.fixture
def cast(engine: Engine, clock: StillClock, password_hash: str) -> Cast:
    return seed(engine, clock.now, password_hash)


@pytest.fixture
def day(engine: Engine, clock: StillClock, cast: Cast) -> Day:
    with writing(engine) as conn:
        return morning(conn, cast, clock.now)


@pytest.fixture
def base(engine: Engine, clock: StillClock, losable: Losable, day: Day, folder: MediaFolder) -> Iterator[str]:
    ended: list[bool] = []
    with served(build(engine, clock, losable, lambda: bool(ended), streams=8, folder=folder)) as url:
        yield url
        ended.append(True)


@pytest.fixture
def desk(chromium: Any, base: str) -> Iterator[Any]:
    """韩梅梅 at a wide screen; the page may not complain once."""
    page = enter(chromium, base, "hanmeimei")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
    yield page
    page.context.close()
    assert complaints == []


def enter(chromium: Any, base: str, username: str) -> Any:
    page = chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.set_default_timeout(8000)
    page.goto(f"{base}/inbox")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#list")
    return page


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
    desk: Any, base: str, engine: Engine, cast: Cast, clock: StillClock, losable: Losable
) -> None:
    desk.goto(f"{base}/inbox/c/{cast.chen}")
    desk.fill("#way-reply textarea", "四点")
    with writing(engine) as conn:
        line(conn, cast, cast.chen, clock.now, "还在吗")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".bubble.customer:has-text('还在吗')")
    desk.wait_for_selector(f"#row-{cast.chen}:has-text('还在吗')")
    assert desk.input_value("#way-reply textarea") == "四点"


def test_an_answer_on_its_way_takes_no_half_written_plan_away(
    desk: Any, base: str, engine: Engine, cast: Cast, clock: StillClock, losable: Losable
) -> None:
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    desk.click("#claim button")
    desk.wait_for_selector(".state.human")
    held: list[Any] = []
    desk.route("**/live?*", lambda route: held.append(route), times=1)  # noqa: PLW0108  playwright inspects it
    with writing(engine) as conn:
        line(conn, cast, cast.zhang, clock.now, "还在吗")
    losable.wakeups.wake(feed.TOPIC)
    for _ in range(400):  # the claim's own news may be what is held: the page asks for one thing at a time
        if held:
            break
        desk.wait_for_timeout(20)
    desk.click("[data-dialog=say-plan]")
    desk.fill("#say-plan textarea", "免费复检")
    assert held
    while held:
        held.pop().continue_()
    desk.wait_for_selector(".bubble.customer:has-text('还在吗')")
    assert desk.input_value("#say-plan textarea") == "免费复检"
    desk.press("#say-plan textarea", "Control+Enter")
    desk.wait_for_selector(".did:has-text('免费复检')")


def test_a_new_case_comes_into_the_list_by_itself(
    desk: Any, engine: Engine, cast: Cast, clock: StillClock, losable: Losable
) -> None:

    with writing(engine) as conn:
        who = add(conn, customer, store_id=cast.store_id, name="何雨", phone="", created_at=clock.now)
        line(conn, cast, who, clock.now, "不满意，漆面有划痕")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(f"#row-{who}:has-text('何雨')")


def test_rows_stay_under_the_cursor_until_asked(
    desk: Any, engine: Engine, cast: Cast, clock: StillClock, losable: Losable
) -> None:
    desk.hover(f"#row-{cast.zhang}")
    with writing(engine) as conn:
        line(conn, cast, cast.chen, clock.now, "还在吗")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector("#fresh:visible")
    assert "还在吗" not in desk.inner_text("#list")
    desk.keyboard.press(".")
    desk.wait_for_selector(f"#row-{cast.chen}:has-text('还在吗')")


def test_of_two_windows_one_claims_and_the_other_is_told(chromium: Any, desk: Any, base: str, cast: Cast) -> None:
    other = enter(chromium, base, "lilei")
    other.context.route("**/events*", lambda route: route.abort())  # the other page is not up to date
    for page in (desk, other):
        page.goto(f"{base}/inbox/c/{cast.chen}")
    desk.click("#claim button")
    desk.wait_for_selector(".state.human")
    other.click("#claim button")
    other.wait_for_selector("#notice:has-text('韩梅梅 已先认领')")
    other.context.close()


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


def test_search_by_slash_and_help_by_question_mark(desk: Any, cast: Cast) -> None:
    desk.keyboard.press("/")
    desk.keyboard.type("热风")
    desk.wait_for_selector(f"#list li:only-child #row-{cast.zhang}")
    desk.keyboard.press("Escape")
    desk.keyboard.press("?")
    assert desk.is_visible("#keys")
    desk.keyboard.press("Escape")
    assert not desk.is_visible("#keys")


@pytest.mark.parametrize(("width", "seen", "hidden"), [
    (1440, [".list", ".thread", ".context", ".rail"], [".head .back", ".head .drawer"]),
    (1024, [".list", ".thread", ".head .drawer"], [".context", ".head .back"]),
    (390, [".thread", ".head .back", ".composer"], [".list", ".context", ".rail"]),
])  # fmt: skip
def test_panes_by_width(desk: Any, base: str, cast: Cast, width: int, seen: list[str], hidden: list[str]) -> None:
    desk.set_viewport_size({"width": width, "height": 844})
    desk.goto(f"{base}/inbox/c/{cast.zhang}")
    assert [where for where in seen if not desk.is_visible(where)] == []
    assert [where for where in hidden if desk.is_visible(where)] == []
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the side"


def test_on_a_telephone_back_works_and_targets_are_large(desk: Any, base: str, cast: Cast) -> None:
    desk.set_viewport_size({"width": 390, "height": 844})
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
    assert desk.locator(".rail").bounding_box()["y"] == 0, "the rail stays"
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


@pytest.fixture
def house(engine: Engine, clock: StillClock, cast: Cast, day: Day, folder: MediaFolder) -> House:
    return House(engine, clock, cast, folder)


WHOLE = "picture => picture.complete && picture.naturalWidth > 0"


def test_a_picture_comes_in_by_itself_once_it_is_kept(desk: Any, base: str, house: House, losable: Losable) -> None:
    wanted = house.wanted()
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    desk.wait_for_selector(".file.waits:has-text('正在获取图片')")
    house.keep(wanted, PNG, "image/png")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".bubble.customer .shot img")
    until(lambda: desk.evaluate(f"({WHOLE})(document.querySelector('.shot img'))"), 10)  # the page runs no eval of ours
    with desk.context.expect_page() as opened:
        desk.click(".shot")
    opened.value.wait_for_load_state()
    assert opened.value.evaluate(f"({WHOLE})(document.images[0])"), "the whole picture, in a page that runs nothing"


def test_what_is_being_played_goes_on_when_something_arrives(
    desk: Any, base: str, house: House, engine: Engine, clock: StillClock, losable: Losable
) -> None:
    house.kept("voice", MP3, "audio/mpeg")
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    desk.evaluate("document.querySelector('audio.clip').mine = true")
    with writing(engine) as conn:
        line(conn, house.cast, house.cast.zhang, clock.now, "还在吗")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".bubble.customer:has-text('还在吗')")
    assert desk.evaluate("document.querySelector('audio.clip').mine") is True
    assert desk.locator("audio.clip").count() == 1


def test_a_picture_is_looked_at_before_it_is_sent(desk: Any, base: str, house: House, tmp_path: Path) -> None:
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    assert desk.is_disabled("#way-image button.primary")
    (tmp_path / "报价.png").write_bytes(PNG)
    desk.set_input_files("#way-image [name=picture]", tmp_path / "报价.png")
    desk.wait_for_selector("#way-image .chosen:visible")
    assert "报价.png" in desk.inner_text(".pick-picture")
    desk.click("#way-image button.primary")
    desk.wait_for_selector(".bubble.staff .shot img")
    assert "还可发 4 条" in desk.inner_text("#meter")
    assert not desk.is_visible("#way-image .chosen")
    assert desk.is_disabled("#way-image button.primary"), "sent once"


def test_what_is_too_large_or_no_picture_is_said_and_nothing_sent(
    desk: Any, base: str, house: House, tmp_path: Path
) -> None:
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    (tmp_path / "large.jpg").write_bytes(JPEG + bytes(10 * MB))
    desk.set_input_files("#way-image [name=picture]", tmp_path / "large.jpg")
    words = "document.querySelector('#way-image [name=picture]').validationMessage"
    assert desk.evaluate(words) == "图片不能超过 10 MB"
    desk.click("#way-image button.primary")
    (tmp_path / "page.png").write_bytes(HTML)
    desk.set_input_files("#way-image [name=picture]", tmp_path / "page.png")
    assert desk.evaluate(words) == ""
    desk.click("#way-image button.primary")
    desk.wait_for_selector("#notice:has-text('只能发送 JPG 或 PNG 图片')")
    assert house.files() == []


def test_with_the_window_shut_no_picture_can_be_picked(desk: Any, base: str, house: House, clock: StillClock) -> None:
    clock.advance(hours=49)
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    assert desk.is_disabled("#way-image [name=picture]")
    assert desk.is_disabled("#way-image button.primary")


def test_a_place_is_copied_with_its_numbers(desk: Any, base: str, house: House) -> None:
    say(house, kind="location", data={"location": {"latitude": 30.2, "longitude": 120.21, "label": "江南大道 228 号"}})
    desk.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    desk.click("[data-copy]")
    desk.wait_for_selector("[data-copy]:has-text('已复制')")
    assert desk.evaluate("navigator.clipboard.readText()") == "江南大道 228 号 30.200000, 120.210000"


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


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_the_texts_fit_the_screen(chromium: Any, base: str, width: int, height: int) -> None:
    page = enter(chromium, base, "lilei")
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{base}/inbox/preview?q=张伟")
    page.click(".messages a:has-text('checkin.question')")
    page.wait_for_selector(".phone.template .slip")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.is_visible(".phone.wechat .said:has-text('张伟您好')")
    assert page.is_visible(".messages") is (width > 768)
    page.context.close()
