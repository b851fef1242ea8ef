"""Two browsers in one conversation: who opens, types and leaves is told by the stream, and neither page asks for it."""

from typing import Any
from urllib.parse import urlsplit

from tests.e2e.running import BUSY
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter, WriteIn

SOON_MS = 5000 * BUSY  # a second by itself; this machine runs other tests too


def opened(enter: Enter, base: str, username: str, customer_id: int) -> Any:
    page = enter(username)
    page.goto(f"{base}/inbox/c/{customer_id}")
    page.wait_for_selector("#link.on")
    return page


def asked_by(page: Any) -> list[str]:
    """Paths of whatever this page asks from now on, the posts with what they say."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(f"{urlsplit(request.url).path} {request.post_data or ''}".strip()))
    return asked


def test_two_advisors_in_one_conversation(enter: Enter, base: str, cast: Cast) -> None:
    mine = opened(enter, base, "hanmeimei", cast.zhang)
    his = opened(enter, base, "lilei", cast.zhang)
    mine.wait_for_selector("#viewers:has-text('李雷 也在看')", timeout=SOON_MS)
    his.wait_for_selector("#viewers:has-text('韩梅梅 也在看')", timeout=SOON_MS)
    said = asked_by(his)
    his.click("#way-reply textarea")
    his.keyboard.type("您好", delay=20)
    mine.wait_for_selector("#viewers .writes:has-text('李雷 正在输入…')", timeout=SOON_MS)
    his.keyboard.type("，在的，马上给您回电", delay=20)
    assert len([each for each in said if "/here" in each]) == 1, "one word for a dozen keys"
    his.click("#claim button")
    his.wait_for_selector("#head .state.human")
    his.click("#way-reply button.primary")
    mine.wait_for_selector("#viewers:has-text('李雷 也在看')", timeout=SOON_MS)
    his.goto(f"{base}/inbox/c/{cast.chen}")
    mine.wait_for_selector("#viewers:not(:has-text('李雷'))", state="attached", timeout=SOON_MS)


def test_who_pauses_for_long_no_longer_writes(chromium: Any, enter: Enter, base: str, cast: Cast) -> None:
    mine = opened(enter, base, "hanmeimei", cast.zhang)
    his = enter("lilei")
    his.clock.install()
    his.goto(f"{base}/inbox/c/{cast.zhang}")
    his.wait_for_selector("#link.on")
    his.click("#way-reply textarea")
    his.keyboard.type("您好")
    mine.wait_for_selector("#viewers .writes")
    his.clock.fast_forward(7_000)
    mine.wait_for_selector("#viewers:has-text('李雷 也在看')")


def test_a_page_that_is_torn_away_leaves_with_its_stream(enter: Enter, base: str, cast: Cast) -> None:
    """A crash says no good-bye."""
    mine = opened(enter, base, "hanmeimei", cast.zhang)
    his = opened(enter, base, "lilei", cast.zhang)
    mine.wait_for_selector("#viewers:has-text('李雷')")
    his.route("**/gone", lambda route: route.abort())
    his.goto("about:blank")
    mine.wait_for_selector("#viewers:not(:has-text('李雷'))", state="attached", timeout=5_000 * BUSY)


def test_an_open_page_asks_for_nothing_by_the_clock(enter: Enter, base: str, cast: Cast, write_in: WriteIn) -> None:
    mine = enter("hanmeimei")
    mine.clock.install()
    mine.goto(f"{base}/inbox/c/{cast.zhang}")
    mine.wait_for_selector("#link.on")
    mine.wait_for_selector(".skeleton", state="detached")
    asked = asked_by(mine)
    for _ in range(12):
        mine.clock.fast_forward(5_000)
    write_in(cast.zhang, "还在吗")
    with mine.expect_request("**/here") as here:  # a line newly seen is no question of the clock
        mine.clock.run_for(1_000)
    assert "seen=" in here.value.post_data
    before = asked[: next(n for n, each in enumerate(asked) if "/live" in each or "/list" in each)]
    assert {each.partition(" ")[0] for each in before} <= {"/inbox/presence"}, before
