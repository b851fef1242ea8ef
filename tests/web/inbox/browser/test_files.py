"""Files and places in the thread: shown, played, sent, copied."""

from pathlib import Path
from typing import Any

import pytest

from bot.media import MB
from store import feed
from store.losable import Losable
from tests.conftest import StillClock
from tests.e2e.running import until
from tests.media_samples import HTML, JPEG, MP3, PNG
from tests.web.inbox.browser.opening import JIANGNAN, WriteIn
from tests.web.inbox.test_media import House, say

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
    desk: Any, base: str, house: House, write_in: WriteIn
) -> None:
    house.kept("voice", MP3, "audio/mpeg")
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    desk.evaluate("document.querySelector('audio.clip').mine = true")
    write_in(house.cast.zhang, "还在吗")
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


@pytest.mark.parametrize("clipboard", ["undefined", "{ writeText: () => Promise.reject(new Error('refused')) }"])
def test_a_place_is_copied_where_the_browser_gives_no_clipboard(
    desk: Any, base: str, house: House, clipboard: str
) -> None:
    """Over plain http, in an office's own network, there is none."""
    say(house, kind="location", data=JIANGNAN)
    desk.goto(f"{base}/inbox/c/{house.cast.zhang}")
    desk.evaluate(f"Object.defineProperty(navigator, 'clipboard', {{ value: {clipboard} }})")
    desk.click("[data-copy]")
    desk.wait_for_selector("[data-copy]:has-text('已复制')")
    desk.click("[data-to='note']")
    desk.keyboard.press("Control+v")
    assert desk.input_value("#way-note textarea") == "江南大道 228 号 30.200000, 120.210000"
