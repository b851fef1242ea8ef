"""While somebody writes: drafts, snippets, who else is there, what was seen, what failed, the number shown."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from store.engine import reading, writing
from store.tables.contact import message
from store.tables.desk import bookmark
from store.tables.outbound import outbox
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, line
from web.inbox.writing import fill, sounds

HX = {"HX-Request": "true"}


def do(browser: FlaskClient, customer_id: int, deed: str, **form: Any) -> Any:
    return browser.post(f"/inbox/c/{customer_id}/{deed}", data=form, headers=HX)


def rows(engine: Engine, query: Any) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(query).all())


def test_a_draft_waits_on_the_server_for_its_writer_alone(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    assert do(browser, cast.zhang, "draft", way="reply", text="您好，我").status_code == 204
    assert do(browser, cast.zhang, "draft", way="reply", text="您好，我是").status_code == 204
    page = browser.get(f"/inbox/c/{cast.zhang}").text
    assert 'data-draft="reply" data-enter>您好，我是</textarea>' in page
    assert "您好，我是</textarea>" not in enter(cast.lilei).get(f"/inbox/c/{cast.zhang}").text
    sent = do(browser, cast.zhang, "reply", text="您好，我是韩梅梅", key="k" * 12)
    assert "您好，我是</textarea>" not in sent.text
    assert [row.draft for row in rows(engine, select(bookmark))] == [""]


def test_a_note_half_written_opens_as_a_note(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, cast.zhang, "draft", way="note", text="@李雷 看")
    assert 'id="composer" data-way="note"' in browser.get(f"/inbox/c/{cast.zhang}").text


def test_new_lines_begin_behind_a_divider_until_they_were_seen(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    assert 'class="unread"' not in browser.get(f"/inbox/c/{cast.zhang}").text, "never here: nothing is marked"
    last = max(row.id for row in rows(engine, select(message.c.id).where(message.c.customer_id == cast.zhang)))
    do(browser, cast.zhang, "here", seen=last)
    with writing(engine) as conn:
        fresh = line(conn, cast, cast.zhang, clock.now, "还在吗")
    page = browser.get(f"/inbox/c/{cast.zhang}").text
    assert page.index('id="unread"') < page.index(f'id="m{fresh}"')
    assert page.index(f'id="m{last}"') < page.index('id="unread"')
    do(browser, cast.zhang, "here", seen=fresh)
    do(browser, cast.zhang, "here", seen=last)  # an older page says so late
    assert 'class="unread"' not in browser.get(f"/inbox/c/{cast.zhang}").text
    kept = browser.get(f"/inbox/c/{cast.zhang}/live?since={last}&seen={last}").text
    assert 'id="unread"' in kept, "an open page keeps its divider"


def test_colleagues_see_who_looks_and_who_writes(enter: Enter, cast: Cast, day: Day, clock: StillClock) -> None:
    mine, his = enter(cast.hanmeimei), enter(cast.lilei)
    assert do(mine, cast.zhang, "here").text.strip() == ""
    assert "韩梅梅 也在看" in do(his, cast.zhang, "here", writes="1").text
    assert "李雷 正在输入" in do(mine, cast.zhang, "here").text
    assert do(mine, cast.chen, "here").text.strip() == "", "another conversation"
    clock.advance(seconds=21)
    assert do(mine, cast.zhang, "here").text.strip() == "", "who says nothing is gone"
    do(his, cast.zhang, "here")
    assert do(his, cast.zhang, "gone").status_code == 204
    assert do(mine, cast.zhang, "here").text.strip() == ""


def test_a_failed_reply_goes_out_once_more_and_once_only(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, cast.zhang, "reply", text="您好，我是韩梅梅", key="k" * 12)
    [said] = rows(engine, select(message).where(message.c.author == "staff"))
    assert do(browser, cast.zhang, "again", message=said.id).status_code == 409, "it is on its way"
    with writing(engine) as conn:
        conn.execute(update(outbox).where(outbox.c.id == said.outbox_id).values(state="failed", code="48002"))
    assert "重试" in browser.get(f"/inbox/c/{cast.zhang}").text
    for _ in range(2):
        assert do(browser, cast.zhang, "again", message=said.id).status_code == 200
    queued = rows(engine, select(outbox).where(outbox.c.out_id.startswith("staff-again")))
    assert [row.payload for row in queued] == [{"text": "您好，我是韩梅梅"}]
    assert do(browser, cast.chen, "again", message=said.id).status_code == 409, "another customer's"


def test_snippets_are_found_by_pinyin_and_filled_in(enter: Enter, cast: Cast, day: Day) -> None:
    manager, browser = enter(cast.lilei), enter(cast.hanmeimei)
    text = "{name}您好，您的{plate}安排复检，{staff}。{nobody}"
    manager.post("/inbox/snippets", data={"title": "空调复检", "text": text, "everybody": "on"})
    browser.post("/inbox/snippets", data={"title": "请稍等", "text": "请稍等", "everybody": "on"})
    [own, shared] = offered(browser, cast.zhang)
    assert own["title"] == "请稍等"
    assert shared["text"] == "张伟您好，您的浙A·D62K8安排复检，韩梅梅。{nobody}"
    assert "ktfj" in shared["sounds"]
    assert [each["title"] for each in offered(manager, cast.zhang)] == ["空调复检"]
    assert "空调复检" not in enter(cast.wanglei).get("/inbox/snippets").text
    assert browser.post("/inbox/snippets/1/drop", headers=HX).status_code == 409, "the store's are a manager's"
    manager.post("/inbox/snippets/1/drop")
    assert "空调复检" not in browser.get("/inbox/snippets").text
    assert browser.post("/inbox/snippets", data={"title": "", "text": "x"}, headers=HX).status_code == 409


def offered(browser: FlaskClient, customer_id: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(browser.get(f"/inbox/c/{customer_id}/snippets").text)
    return found


@pytest.mark.parametrize(("title", "heard"), [("取车", "quche qc"), ("OK 好的", "ok haode"), ("保养", "baoyang by")])
def test_sounds(title: str, heard: str) -> None:
    assert sounds(title).startswith(heard.split(maxsplit=1)[0][:2])
    assert fill("{name}、{plate}", {"name": "李", "plate": ""}) == "李、{plate}"


def test_the_number_is_shown_and_the_look_recorded(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    assert "+8613800000001" in do(browser, cast.zhang, "reveal").text
    [row] = rows(engine, select(audit).where(audit.c.action == "phone_shown"))
    assert (row.staff_id, row.ref) == (cast.hanmeimei.id, {"customer_id": cast.zhang})


def test_single_keys_can_be_switched_off(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    assert 'data-keys="on"' in browser.get("/inbox").text
    browser.post("/inbox/keys", data={"next": "/inbox"})
    page = enter(cast.hanmeimei).get("/inbox").text
    assert 'data-keys="off"' in page
    assert "单键快捷键已关闭" in page


def test_a_shut_window_offers_three_ways(enter: Enter, cast: Cast, day: Day, clock: StillClock) -> None:
    clock.advance(hours=49)
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}").text
    composer = page.split('id="composer"')[1]
    assert composer.startswith(' data-way="closed"')
    for words in ("模板消息", "短信", "打电话并记录", "没有可用的模板"):
        assert words in composer


def test_search_shows_the_line_and_its_surroundings(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    with writing(engine) as conn:
        old = line(conn, cast, cast.chen, clock.now, "上次的轮胎动平衡做得很好")
        for n in range(60):
            line(conn, cast, cast.chen, clock.now, f"第{n}句")
    browser = enter(cast.hanmeimei)
    page = browser.get("/inbox/list?q=动平衡").text
    assert "上次的轮胎<mark>动平衡</mark>做得很好" in page
    assert f"m={old}" in page
    assert f"/around?m={old}" in browser.get(f"/inbox/c/{cast.chen}?q=动平衡&m={old}").text
    around = browser.get(f"/inbox/c/{cast.chen}/around?m={old}").text
    assert "动平衡" in around
    assert "第7句" in around
    assert "第8句" not in around


def test_done_without_a_case_and_not_while_somebody_waits(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    page = do(browser, cast.chen, "claim", version=1).text
    assert "客户在等回复" in page.split('id="strip"')[0]
    assert do(browser, cast.chen, "done").status_code == 409
    do(browser, cast.chen, "reply", text="四点可取", key="k" * 12)
    assert do(browser, cast.chen, "done").status_code == 200
    assert "陈静" in browser.get("/inbox/list?tab=closed").text
    assert "还有未结的单" in claimed_then_done(browser, cast)


def claimed_then_done(browser: FlaskClient, cast: Cast) -> str:
    do(browser, cast.zhang, "call", text="电话谈过", key="c" * 12)
    return str(do(browser, cast.zhang, "done").text)
