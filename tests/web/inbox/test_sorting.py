"""Sorting the work: filters and views, labels, mentions, transfer, putting aside, many at once, files merged."""

import re
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from store import aside
from store.engine import reading, writing
from store.tables.contact import message, thread
from store.tables.desk import label, labelled, mention, saved_view
from store.tables.people import customer, identity, vehicle
from store.tables.runtime import feed
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, add, line
from tests.web.inbox.test_pages import names

HX = {"HX-Request": "true"}


def do(browser: FlaskClient, customer_id: int, deed: str, **form: Any) -> Any:
    return browser.post(f"/inbox/c/{customer_id}/{deed}", data=form, headers=HX)


def rows(engine: Engine, query: Any) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(query).all())


def thread_of(engine: Engine, customer_id: int) -> Any:
    return rows(engine, select(thread).where(thread.c.customer_id == customer_id))[0]


def test_a_label_is_made_once_shown_and_filtered_by(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    for to in (cast.zhang, cast.chen):
        assert do(browser, to, "label", name=" 等配件 ").status_code == 200
    [made] = rows(engine, select(label))
    assert (made.name, made.store_id) == ("等配件", cast.store_id)
    assert "等配件" in browser.get(f"/inbox/c/{cast.zhang}").text.split('id="head"')[1].split("</header>")[0]
    assert names(browser.get(f"/inbox/list?label={made.id}").text) == ["陈静", "张伟"]
    assert do(browser, cast.chen, "label", peel=made.id).status_code == 200
    assert names(browser.get(f"/inbox/list?label={made.id}").text) == ["张伟"]
    assert do(browser, cast.chen, "label", name="长" * 13).status_code == 409


def test_filters_by_channel_owner_and_mark(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    assert names(browser.get("/inbox/list?channel=sms").text) == ["赵磊"]
    assert names(browser.get(f"/inbox/list?owner={cast.hanmeimei.id}").text) == ["张伟"]
    assert "张伟" not in names(browser.get("/inbox/list?owner=0").text)
    assert "清除筛选" in browser.get("/inbox/list?channel=email").text


def test_a_view_is_ones_own_and_keeps_only_filters(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    kept = browser.post("/inbox/views", data={"name": "短信的", "query": "channel=sms&next=//evil.example&tab=all"})
    assert kept.location == "/inbox?tab=all&channel=sms"
    page = browser.get("/inbox/list?channel=sms&tab=all").text
    assert re.search(r'href="/inbox\?tab=all&amp;channel=sms" aria-current="true">短信的', page)
    assert "短信的" not in enter(cast.lilei).get("/inbox/list").text
    browser.post("/inbox/views/drop", data={"name": "短信的"})
    assert rows(engine, select(saved_view)) == []


def test_who_is_called_in_a_note_is_told_and_finds_it_until_it_was_seen(
    engine: Engine, enter: Enter, cast: Cast, day: Day
) -> None:
    text = "@孙丽 冷媒记录发我一份，@王磊 不在这家店"
    assert do(enter(cast.hanmeimei), cast.zhang, "note", text=text, key="k" * 12).status_code == 200
    [called] = rows(engine, select(mention))
    assert called.staff_id == cast.advisor.id, "nobody of another store"
    told = [row.ref for row in rows(engine, select(feed).where(feed.c.kind == "mention"))]
    assert told == [{"staff_id": cast.advisor.id, "message_id": called.message_id}]
    lucy = enter(cast.advisor)
    assert names(lucy.get("/inbox/list?mark=mentioned").text) == ["张伟"]
    assert '<b class="called">@孙丽</b>' in lucy.get(f"/inbox/c/{cast.zhang}").text
    assert do(lucy, cast.zhang, "here", seen=called.message_id).status_code == 200
    assert names(lucy.get("/inbox/list?mark=mentioned").text) == []
    assert names(enter(cast.lilei).get("/inbox/list?mark=mentioned").text) == []


def test_a_transfer_hands_over_thread_and_case_with_a_word(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    form = {"to": cast.lilei.id, "text": "客户要找经理", "key": "transfer-1"}
    assert do(browser, cast.zhang, "transfer", **form | {"text": " "}).status_code == 409
    assert do(browser, cast.zhang, "transfer", **form).status_code == 200
    held = thread_of(engine, cast.zhang)
    assert (held.owner_id, held.state) == (cast.lilei.id, "human")
    assert do(browser, cast.zhang, "transfer", **form).status_code in (200, 409), "pressed twice"
    notes = rows(engine, select(message.c.text).where(message.c.kind == "note"))
    assert [row.text for row in notes] == ["@李雷 客户要找经理"]
    assert "由其他同事负责" in do(browser, cast.zhang, "transfer", **form | {"key": "transfer-2"}).text


def test_a_complaint_is_never_handed_to_who_it_is_about(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    answer = do(enter(cast.hanmeimei), cast.zhang, "transfer", to=cast.advisor.id, text="你来", key="transfer-1")
    assert "客户投诉涉及您本人" in answer.text
    assert thread_of(engine, cast.zhang).owner_id == cast.hanmeimei.id
    assert rows(engine, select(message).where(message.c.kind == "note")) == [], "all or nothing"
    stranger = do(enter(cast.hanmeimei), cast.zhang, "transfer", to=cast.wanglei.id, text="x", key="transfer-3")
    assert "请选择本店同事" in stranger.text


def test_put_aside_it_leaves_the_work_and_comes_back_first(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, cast.chen, "claim", version=thread_of(engine, cast.chen).version)
    until = clock.now + timedelta(hours=1)
    waits = do(browser, cast.chen, "later", until=until.isoformat())
    assert "客户在等回复" in waits.text
    assert do(browser, cast.chen, "reply", text="四点可取", key="k" * 12).status_code == 200
    assert do(browser, cast.chen, "later", until=until.isoformat()).status_code == 200
    assert "陈静" not in names(browser.get("/inbox/list?tab=mine").text)
    assert names(browser.get("/inbox/list?mark=later").text) == ["陈静"]
    clock.advance(hours=1)
    assert names(browser.get("/inbox/list?tab=mine").text)[0] in ("张伟", "陈静")
    assert "陈静" in names(browser.get("/inbox/list?tab=mine").text)
    with writing(engine) as conn:
        assert [aside.come_back(conn, clock.now), aside.come_back(conn, clock.now)] == [1, 0], "told once"
    [told] = rows(engine, select(feed).where(feed.c.kind == "reminder"))
    assert (told.ref, told.customer_id) == ({"staff_id": cast.hanmeimei.id}, cast.chen)


def test_no_deadline_is_slept_over(engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, cast.zhang, "claim", version=thread_of(engine, cast.zhang).version)
    late = (clock.now + timedelta(hours=9)).isoformat()
    assert "在那之前就有期限" in do(browser, cast.zhang, "later", until=late).text
    assert thread_of(engine, cast.zhang).remind_at is None
    assert "60 天" in do(browser, cast.zhang, "later", own="gibberish").text


def test_a_word_of_the_customer_ends_the_rest(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, cast.chen, "claim", version=thread_of(engine, cast.chen).version)
    do(browser, cast.chen, "reply", text="四点可取", key="k" * 12)
    do(browser, cast.chen, "later", own="2026-09-17T15:00")
    from store import threads

    with writing(engine) as conn:
        soon = clock.now + timedelta(minutes=3)
        threads.touch(conn, cast.chen, cast.store_id, at=clock.now, text="还在吗", channel="wechat", answer_by=soon)
    assert names(browser.get("/inbox/list?tab=mine").text)[0] == "陈静"


def test_many_at_once_and_nobody_elses(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    with writing(engine) as conn:
        elsewhere = add(conn, customer, store_id=cast.elsewhere_id, name="外店", created_at=rows_now(conn))
    browser = enter(cast.hanmeimei)
    form = {"deed": "label", "name": "回访", "id": [str(cast.zhang), str(cast.chen), str(elsewhere)], "key": "b" * 12}
    told = browser.post("/inbox/bulk", data=form, headers=HX).text
    assert "已处理 2 个" in told
    assert "1 个没有：没有这位客户" in told
    assert len(rows(engine, select(labelled))) == 2
    assert browser.post("/inbox/bulk", data=form | {"id": []}, headers=HX).status_code == 409
    give = form | {"deed": "transfer", "to": cast.lilei.id, "text": "我休假", "id": [str(cast.zhang), str(cast.chen)]}
    assert "已处理 2 个" in browser.post("/inbox/bulk", data=give, headers=HX).text
    assert {thread_of(engine, each).owner_id for each in (cast.zhang, cast.chen)} == {cast.lilei.id}


def rows_now(conn: Any) -> Any:
    return conn.execute(select(func.max(message.c.at))).scalar()


def test_two_files_become_one_and_two_again(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    with writing(engine) as conn:
        twin = add(
            conn, customer, store_id=cast.store_id, name="张 伟", known=True, phone="+8613800000001",
            external_id="C-9", created_at=clock.now,
        )  # fmt: skip
        add(conn, vehicle, store_id=cast.store_id, customer_id=twin, plate="浙A·NEW01", model="拾光 EV")
        said = line(conn, cast, twin, clock.now, "我换了辆车")
    browser = enter(cast.hanmeimei)
    assert "1 个号码有不止一份档案" in browser.get("/inbox/customers").text
    sheet = browser.get(f"/inbox/c/{cast.zhang}/sheet/merge", headers=HX).text
    assert "手机号相同" in sheet
    assert "将并入 1 条消息、1 辆车" in sheet
    assert browser.post(f"/inbox/c/{cast.zhang}/merge", data={"other": twin}).status_code == 303
    page = browser.get(f"/inbox/c/{cast.zhang}").text
    assert "我换了辆车" in page
    assert "浙A·NEW01" in page
    assert browser.get(f"/inbox/c/{twin}").location == f"/inbox/c/{cast.zhang}"
    assert len(rows(engine, select(thread).where(thread.c.customer_id.in_((twin, cast.zhang))))) == 1
    again = browser.post(f"/inbox/c/{cast.zhang}/merge", data={"other": twin}, headers=HX)
    assert "已经合并过" in again.text
    merge_id = rows(engine, select(audit).where(audit.c.action == "files_merged"))[0].ref["merging_id"]
    assert browser.post(f"/inbox/merges/{merge_id}/undo").location == f"/inbox/customers/{twin}"
    [line_now] = rows(engine, select(message).where(message.c.id == said))
    assert line_now.customer_id == twin
    assert rows(engine, select(identity).where(identity.c.customer_id == twin)) == []
    assert thread_of(engine, twin).last_text == "我换了辆车"
    assert thread_of(engine, cast.zhang).last_text != "我换了辆车"
    assert browser.post(f"/inbox/merges/{merge_id}/undo", headers=HX).status_code == 409


def test_who_waited_in_either_file_still_waits(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    due = thread_of(engine, cast.chen).answer_by
    [quiet] = rows(engine, select(customer.c.id).where(customer.c.name == "刘洋"))
    assert browser.post(f"/inbox/c/{quiet.id}/merge", data={"other": cast.chen}).status_code == 303
    held = thread_of(engine, quiet.id)
    assert (held.state, held.answer_by, held.due_at) == ("waiting", due, due)


def test_a_file_of_another_store_is_no_twin(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    with writing(engine) as conn:
        same = update(customer).where(customer.c.id == cast.stranger).values(phone="+8613800000001")
        conn.execute(same)
    browser = enter(cast.hanmeimei)
    assert "没有看起来相同的档案" in browser.get(f"/inbox/c/{cast.zhang}/sheet/merge", headers=HX).text
    answer = browser.post(f"/inbox/c/{cast.zhang}/merge", data={"other": cast.stranger}, headers=HX)
    assert "没有这位客户" in answer.text
