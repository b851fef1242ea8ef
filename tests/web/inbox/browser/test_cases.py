"""A P0 from the message to the acknowledgement, a dissatisfied customer to the end, the board by keyboard and phone."""

from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.messages import Channel, Inbound, InboundKind
from config.calendar import Calendar
from scheduler.escalate import Chains
from scheduler.sweep import DeadlineSweeper
from store import cases, feed
from store.engine import reading, writing
from store.losable import Losable
from store.tables import cases as tables
from store.writer import Writer
from tests.conftest import StillClock
from tests.media_samples import JPEG
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter, without_complaint
from tests.web.inbox.complaints import trouble
from tests.web.inbox.conftest import DEALER, PAPERS
from tests.web.inbox.day import Day
from tests.web.screens import NARROW
from web.turn import TurnTaker


@pytest.fixture
def ticking(engine: Engine, clock: StillClock) -> DeadlineSweeper:
    return DeadlineSweeper(engine, clock, Chains(DEALER, Calendar()))


@pytest.fixture
def taker(engine: Engine, clock: StillClock) -> TurnTaker:
    return TurnTaker(Writer(engine), clock, DEALER, Calendar(), PAPERS.renderer, PAPERS.links)


def says(taker: TurnTaker, clock: StillClock, openid: str, text: str) -> None:
    key = f"m-{openid}-{clock.now.timestamp()}-{text}"
    taker.take(Inbound(Channel.WECHAT, "main", openid, InboundKind.TEXT, key, clock.now, text))


def state(engine: Engine, case_id: int) -> tuple[str, str, int]:
    with reading(engine) as conn:
        facts = cases.load(conn, case_id)
    return facts.state.value, facts.level, facts.round


def test_a_p0_rings_on_every_page_until_somebody_takes_it(
    enter: Enter,
    base: str,
    engine: Engine,
    clock: StillClock,
    losable: Losable,
    ticking: DeadlineSweeper,
    taker: TurnTaker,
) -> None:
    advisor, manager = enter("hanmeimei"), enter("lilei")
    manager.goto(f"{base}/inbox/cases")
    assert manager.locator(".trouble.alarm").count() == 0
    says(taker, clock, "o-chen", "刹车踩不住了，我在高速上")
    ticking.tick()
    losable.wakeups.wake(feed.TOPIC)
    for page in (advisor, manager):
        page.wait_for_selector(".trouble.alarm:has-text('P0 险情：陈静')")
    clock.advance(minutes=2)
    ticking.tick()
    losable.wakeups.wake(feed.TOPIC)
    advisor.wait_for_selector(".trouble.alarm:has-text('已呼叫 2 次')")
    advisor.click(".trouble.alarm button")
    advisor.wait_for_selector("li.acknowledged:has-text('韩梅梅')")
    assert advisor.locator(".trouble.alarm").count() == 0
    manager.wait_for_selector(".trouble.alarm", state="detached")
    clock.advance(minutes=10)
    ticking.tick()
    with reading(engine) as conn:
        (alarm,) = conn.execute(select(tables.alarm)).all()
    assert alarm.times == 2
    assert alarm.acknowledged_at is not None


def test_a_dissatisfied_customer_to_the_end(
    chromium: Any, enter: Enter, base: str, engine: Engine, clock: StillClock, cast: Cast, day: Day
) -> None:
    """Claimed, planned for a colleague, fixed with a picture, asked again, not satisfied, a second round, satisfied."""
    with without_complaint(enter("hanmeimei")) as page:
        _first_round(page, base, day)
    assert state(engine, day.case_id) == ("open", "P2", 2)
    _second_round(enter, base, day)
    assert state(engine, day.case_id) == ("closed", "P2", 2)


def _first_round(page: Any, base: str, day: Day) -> None:
    page.goto(f"{base}/inbox/cases?mine=1")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/inbox/cases/{day.case_id}")
    assert "请先认领" in page.inner_text(".deeds"), "why a step may not be taken stands beside it"
    assert page.locator(".deed summary:has-text('记录方案')").count() == 0
    page.click("summary:has-text('认领')")
    page.click(".deed[open] form .button")
    page.wait_for_selector("li.claimed")
    page.keyboard.press("p")
    page.fill(".deed[open] textarea", "周四下午免费复检空调，管路一起查")
    page.select_option(".deed[open] select", "lilei")
    page.fill(".deed[open] [name=by]", "2026-09-18T17:00")
    page.click(".deed[open] form .button")
    page.wait_for_selector("dd:has-text('李雷 · 2026-09-18 17:00 前完成')")
    page.keyboard.press("f")
    page.fill(".deed[open] textarea", "更换压缩机继电器，试车半小时")
    page.set_input_files(".deed[open] [name=photo]", [{"name": "fix.jpg", "mimeType": "image/jpeg", "buffer": JPEG}])
    page.click(".deed[open] form .button")
    page.wait_for_selector(".proofs img")
    picture = page.request.get(base + page.get_attribute(".proofs a", "href"))
    assert (picture.status, picture.headers["content-type"]) == (200, "image/jpeg")
    page.keyboard.press("a")
    page.fill(".deed[open] textarea", "还是有一点异味")
    page.click(".deed[open] form .button")
    page.wait_for_selector(".line p:has-text('还是有一点异味')")
    page.click("summary:has-text('客户仍不满意')")
    page.fill(".deed[open] textarea", "出风还是有异味")
    page.click(".deed[open] form .button")
    page.wait_for_selector(".case-top:has-text('第 2 轮')")


def _second_round(enter: Enter, base: str, day: Day) -> None:
    """The manager takes it on and ends it with the customer's own words."""
    page = enter("lilei")
    page.goto(f"{base}/inbox/cases/{day.case_id}")
    page.keyboard.press("c")
    page.click(".deed[open] form .button")
    page.wait_for_selector("li.claimed:has-text('李雷')")
    for key, words in (("p", "更换蒸发箱滤网"), ("f", "已更换并清洗风道"), ("a", "客户说没有味道了")):
        page.keyboard.press(key)
        page.fill(".deed[open] textarea", words)
        page.click(".deed[open] form .button")
        page.wait_for_selector(f".line p:has-text('{words}')")
    page.click("summary:has-text('客户满意，结案')")
    page.fill(".deed[open] textarea", "这次可以了，谢谢")
    page.click(".deed[open] form .button")
    page.wait_for_selector("li.closed_satisfied:has-text('这次可以了，谢谢')")


def test_the_board_by_keyboard_and_many_at_once(
    enter: Enter, base: str, engine: Engine, clock: StillClock, cast: Cast
) -> None:
    with writing(engine) as conn:
        made = trouble(conn, cast, clock.now)
    page = enter("lilei")
    page.goto(f"{base}/inbox/cases")
    assert "超时 2" in page.inner_text(".top")
    assert page.locator(".bulk").is_hidden()
    for key in ("j", "x", "j", "x"):
        page.keyboard.press(key)
    assert page.inner_text("#picked") == "2"
    page.select_option(".bulk [name=to]", "lucy")
    page.click(".bulk button[value=assign]")
    page.wait_for_selector(".told:has-text('已处理 2 张，未处理 0 张')")
    with reading(engine) as conn:
        owners = {cases.load(conn, made[name]).owner_id for name in ("吴强", "周芳")}
    assert owners == {cast.advisor.id}
    page.select_option(".sieve [name=level]", "P0")
    page.click(".sieve button")
    page.wait_for_url("**level=P0*")
    assert page.locator(".case").count() == 1


@pytest.mark.parametrize("path", ["cases", "roster", "reports", "case"])
def test_on_a_phone_nothing_is_cut_off(
    enter: Enter, base: str, engine: Engine, clock: StillClock, cast: Cast, path: str
) -> None:
    with writing(engine) as conn:
        made = trouble(conn, cast, clock.now)
    page = enter("lilei")
    page.set_viewport_size(NARROW)
    page.goto(f"{base}/inbox/cases/{made['冯雪']}" if path == "case" else f"{base}/inbox/{path}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = """[...document.querySelectorAll('main .button, main summary, main select, .alarm button')].filter(each =>
        { const box = each.getBoundingClientRect(); return box.height && box.height < 43.5; })
        .map(each => each.outerHTML)"""
    assert page.evaluate(small) == []
