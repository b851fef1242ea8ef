"""Stories of the inbox in a real browser: an advisor's morning, two who claim at once, a telephone,
the keyboard alone; and axe-core over every page of it."""

from typing import Any

import pytest
from sqlalchemy import Engine, select

from store import feed, replies, snippets, threads
from store.engine import reading, writing
from store.losable import Losable
from store.tables.contact import message, thread
from store.tables.desk import bookmark
from tests.conftest import StillClock
from tests.e2e.running import until
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter, serious
from tests.web.inbox.day import Day, morning
from tests.web.screens import NARROW, WIDE
from web.inbox.writing import sounds


@pytest.fixture
def day(engine: Engine, clock: StillClock, cast: Cast) -> Day:
    text = "{name}您好，您的{plate}安排免费复检空调，您看下午方便吗？"
    with writing(engine) as conn:
        snippets.add(conn, cast.lilei, "空调复检", text, sounds("空调复检"), everybody=True)
        return morning(conn, cast, clock.now)


def state_of(engine: Engine, customer_id: int) -> Any:
    with reading(engine) as conn:
        return conn.execute(select(thread).where(thread.c.customer_id == customer_id)).one()


def test_an_advisors_morning(enter: Enter, base: str, engine: Engine, cast: Cast) -> None:
    """The most urgent first: claimed, answered by a snippet, noted for the manager, labelled, put aside, done."""
    page = enter("hanmeimei")
    assert page.inner_text(".row .who b >> nth=0") == "陈静"
    page.click("#next-due")
    page.click("#claim button")
    page.wait_for_selector(".because:has-text('客户在等回复')")
    assert page.is_disabled("[data-main]")
    page.click("#way-reply textarea")
    page.keyboard.type("/ktfj")
    page.wait_for_selector("#picker [aria-selected=true]:has-text('空调复检')")
    page.keyboard.press("Enter")
    assert page.input_value("#way-reply textarea") == "陈静您好，您的浙A·8F213安排免费复检空调，您看下午方便吗？"
    page.keyboard.press("Enter")
    page.wait_for_selector(".bubble.staff:has-text('免费复检空调')")
    page.click("[data-to=note]")
    page.keyboard.type("@李雷 客户很着急")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".note .called:has-text('@李雷')")
    page.click("#more summary")
    page.click("#open-labels")
    page.fill("#sheet [name=name]", "等配件")
    page.keyboard.press("Enter")
    page.wait_for_selector("#head .chip.tag:has-text('等配件')")
    page.click("#more summary")
    page.click("#open-later")
    page.click("#sheet button:has-text('1 小时后')")
    page.wait_for_selector("#head:has-text('稍后 今天 11:20')")
    page.goto(f"{base}/inbox?mark=later")
    page.wait_for_selector(f"#row-{cast.chen} .pill.aside")
    page.goto(f"{base}/inbox/c/{cast.chen}")
    page.click("[data-main]")
    page.wait_for_selector("#head .state.closed")
    assert state_of(engine, cast.chen).state == "closed"


def test_two_claim_at_once(enter: Enter, base: str, engine: Engine, cast: Cast) -> None:
    mine, his = enter("hanmeimei"), enter("lilei")
    for page in (mine, his):
        page.goto(f"{base}/inbox/c/{cast.chen}")
    mine.reload()
    mine.wait_for_selector("#viewers:has-text('李雷 也在看')")
    his.context.route("**/events*", lambda route: route.abort())
    his.context.route("**/live*", lambda route: route.abort())
    mine.click("#claim button")
    mine.wait_for_selector("#head .state.human")
    his.click("#claim button")
    his.wait_for_selector("#notice:has-text('韩梅梅 已先认领')")
    assert state_of(engine, cast.chen).owner_id == cast.hanmeimei.id


def test_a_telephone_in_the_workshop(enter: Enter, base: str, engine: Engine, cast: Cast, clock: StillClock) -> None:
    page = enter("hanmeimei", NARROW, has_touch=True)
    page.tap(f"#row-{cast.zhang}")
    page.wait_for_selector("#composer")
    small = """() => [...document.querySelectorAll('.button, .back, .ways button, .more summary, .tool')]
        .filter((b) => b.offsetParent && b.getBoundingClientRect().height < 43.5).map((b) => b.outerHTML)"""
    assert page.evaluate(small) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.tap("#claim button")
    page.wait_for_selector("#head .state.human")
    page.fill("#way-reply textarea", "第一行")
    page.press("#way-reply textarea", "End")
    with page.expect_response("**/draft"):
        page.keyboard.type("，稍等")
    page.tap("[data-drawer]")
    page.wait_for_selector("#context:visible")
    page.tap(".context .shut")
    page.tap(".back")
    page.wait_for_selector(f"#row-{cast.zhang}")
    page.tap(f"#row-{cast.zhang}")
    page.wait_for_selector("#composer")
    assert page.input_value("#way-reply textarea") == "第一行，稍等", "the draft waited on the server"
    page.tap("#way-reply button.primary")
    page.wait_for_selector(".bubble.staff:has-text('稍等')")
    page.go_back()
    page.wait_for_selector(f"#row-{cast.zhang}")


def test_the_keyboard_alone(enter: Enter, base: str, engine: Engine, cast: Cast) -> None:
    page = enter("hanmeimei")
    keys = page.keyboard
    keys.press("n")
    page.wait_for_url(f"**/inbox/c/{cast.chen}*")
    keys.press("c")
    page.wait_for_selector("#head .state.human")
    where = "() => document.activeElement.id || document.activeElement.tagName"
    walked = []
    for _ in range(4):
        keys.press("F6")
        walked.append(page.evaluate(where))
    assert walked[-1] != walked[0]
    assert {"pane-list", "main", "context"} & set(walked)
    keys.press("Escape")
    keys.press("r")
    keys.type("四点可取")
    keys.press("Shift+Enter")
    keys.type("到了找我")
    keys.press("Enter")
    page.wait_for_selector(".bubble.staff:has-text('到了找我')")
    keys.press("Escape")
    keys.press("t")
    page.wait_for_selector("#sheet select:focus")
    keys.press("Tab")
    keys.type("请跟进取车")
    keys.press("Control+Enter")
    page.wait_for_selector("#head:has-text('孙丽')")
    assert state_of(engine, cast.chen).owner_id == cast.advisor.id
    keys.press("?")
    page.wait_for_selector("#keys[open]")
    keys.press("Escape")


def test_an_input_method_never_sends_by_itself(enter: Enter, base: str, engine: Engine, cast: Cast) -> None:
    page = enter("hanmeimei")
    page.goto(f"{base}/inbox/c/{cast.zhang}")
    page.click("#way-reply textarea")
    session = page.context.new_cdp_session(page)
    session.send("Input.imeSetComposition", {"text": "ninhao", "selectionStart": 6, "selectionEnd": 6})
    page.evaluate("""document.activeElement.dispatchEvent(
        new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true, cancelable: true}))""")
    session.send("Input.insertText", {"text": "您好"})
    assert page.input_value("#way-reply textarea") == "您好"
    assert page.locator(".bubble.staff").count() == 0
    page.keyboard.press("Enter")
    page.wait_for_selector(".bubble.staff:has-text('您好')")


def test_a_draft_is_kept_a_moment_after_the_last_key(enter: Enter, base: str, engine: Engine, cast: Cast) -> None:
    page = enter("hanmeimei")
    page.goto(f"{base}/inbox/c/{cast.zhang}")
    with page.expect_response("**/draft"):
        page.type("#way-reply textarea", "您好，")
    page.wait_for_selector(".kept:has-text('草稿已保存')")
    with reading(engine) as conn:
        kept = conn.execute(select(bookmark.c.draft, bookmark.c.way).where(bookmark.c.draft != "")).one()
    assert tuple(kept) == ("您好，", "reply")
    page.reload()
    assert page.input_value("#way-reply textarea") == "您好，"


def test_a_mention_is_told_on_the_open_page(
    enter: Enter, base: str, engine: Engine, cast: Cast, clock: StillClock, losable: Losable
) -> None:
    page = enter("hanmeimei")
    page.wait_for_selector("#link:not(.off)")
    with writing(engine) as conn:
        replies.add_note(conn, cast.lilei, cast.chen, "@韩梅梅 看一下", "note-key-1", clock.now)
    losable.wakeups.wake(feed.TOPIC)
    page.click("#news.calm:has-text('有人在备注里提到您')")
    page.wait_for_url(f"**/inbox/c/{cast.chen}")


def test_ten_thousand_messages_keep_their_place_and_stay_quick(
    enter: Enter, base: str, engine: Engine, cast: Cast, clock: StillClock
) -> None:
    row = {"store_id": cast.store_id, "customer_id": cast.zhang, "direction": "in", "channel": "wechat",
           "kind": "text", "author": "customer", "at": clock.now}  # fmt: skip
    with writing(engine) as conn:
        conn.execute(message.insert(), [row | {"text": f"第{n}句话"} for n in range(10_000)])
        threads.touch(conn, cast.zhang, cast.store_id, at=clock.now, text="第9999句话", channel="wechat")
    page = enter("hanmeimei")
    page.goto(f"{base}/inbox/c/{cast.zhang}")
    assert page.locator("#latest .bubble").count() == 30
    page.evaluate("document.querySelector('#log').scrollTop = 0")
    first = page.locator("#latest .bubble >> nth=0")
    before = until(first.bounding_box, 5)["y"]  # while the list is swapped it has no box for a moment
    page.wait_for_selector(".bubble:has-text('第9941句话')")
    until(lambda: (box := first.bounding_box()) is not None and abs(box["y"] - before) < 80, 5)
    assert page.locator(".bubble").count() == 60


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["1440", "390"])
def test_axe_finds_nothing_serious(enter: Enter, base: str, engine: Engine, cast: Cast, day: Day, size: Any) -> None:
    page = enter("lilei", size)
    found = []
    pages = ["/inbox", "/inbox?tab=closed", "/inbox?q=nobody", f"/inbox/c/{cast.zhang}", f"/inbox/c/{cast.chen}?q=几点",
             "/inbox/customers", f"/inbox/customers/{cast.zhang}", "/inbox/snippets", "/inbox/narrow", "/inbox/bulk",
             *(f"/inbox/c/{cast.zhang}/sheet/{name}" for name in ("labels", "transfer", "later", "merge"))]  # fmt: skip
    for path in pages:
        page.goto(f"{base}{path}")
        page.wait_for_selector(".skeleton", state="detached")
        found += serious(page, path)
    page.goto(f"{base}/inbox/c/{cast.zhang}")
    page.keyboard.press("t")
    page.wait_for_selector("#sheet[open]")
    found += serious(page, "the sheet, open")
    assert found == []
