"""What staff do: claim against each other, reply once, fall back to SMS, plan and fix by the rules."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from store.engine import reading, writing
from store.tables.cases import cases, deadline
from store.tables.contact import message, thread, wechat_window
from store.tables.outbound import outbox
from store.tables.people import refusal
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter, key_in
from tests.web.inbox.day import Day

HX = {"HX-Request": "true"}


@pytest.fixture
def woken(losable: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    topics: list[str] = []
    monkeypatch.setattr(losable.wakeups, "wake", topics.append)
    return topics


def rows(engine: Engine, query: Any) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(query).all())


def thread_of(engine: Engine, customer_id: int) -> Any:
    return rows(engine, select(thread).where(thread.c.customer_id == customer_id))[0]


def case_of(engine: Engine, day: Day) -> Any:
    return rows(engine, select(cases).where(cases.c.id == day.case_id))[0]


def do(browser: FlaskClient, customer_id: int, deed: str, **form: Any) -> Any:
    return browser.post(f"/inbox/c/{customer_id}/{deed}", data=form, headers=HX)


def staff_rows(engine: Engine) -> list[Any]:
    return rows(engine, select(outbox).where(outbox.c.out_id.startswith("staff-")))


def test_of_two_who_claim_one_wins_and_the_other_reads_the_name(
    engine: Engine, enter: Enter, cast: Cast, day: Day
) -> None:
    version = thread_of(engine, cast.zhang).version
    both = [enter(cast.hanmeimei), enter(cast.lilei)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: do(who, cast.zhang, "claim", version=version), both))
    assert sorted(a.status_code for a in answers) == [200, 409]
    winner = ("韩梅梅", "李雷")[[a.status_code for a in answers].index(200)]
    loser = next(a for a in answers if a.status_code == 409)
    assert f"{winner} 已先认领" in loser.text
    assert case_of(engine, day).owner_id == thread_of(engine, cast.zhang).owner_id
    assert case_of(engine, day).state == "assigned"


def test_a_second_press_of_ones_own_claim_is_no_mistake(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser, version = enter(cast.hanmeimei), thread_of(engine, cast.zhang).version
    assert [do(browser, cast.zhang, "claim", version=version).status_code for _ in range(2)] == [200, 200]


def test_who_was_complained_about_cannot_claim_or_answer(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser, version = enter(cast.advisor), thread_of(engine, cast.zhang).version
    assert "客户投诉涉及您本人" in do(browser, cast.zhang, "claim", version=version).text
    assert do(browser, cast.zhang, "reply", text="您好", key="k" * 12).status_code == 409
    assert staff_rows(engine) == []
    assert thread_of(engine, cast.zhang).state == "waiting"


def test_a_reply_is_message_outbox_thread_and_case_at_once(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock, woken: list[str]
) -> None:
    answer = do(enter(cast.hanmeimei), cast.zhang, "reply", text=" 您好，我是韩梅梅 ", key="k" * 12)
    assert answer.status_code == 200
    [row] = staff_rows(engine)
    assert (row.way, row.priority, row.account, row.address) == ("custom", "reply", "main", "o-zhang")
    assert row.payload == {"text": "您好，我是韩梅梅"}
    assert row.expires_at == clock.now - timedelta(minutes=18) + timedelta(hours=48)
    [said] = rows(engine, select(message).where(message.c.outbox_id == row.id))
    assert (said.direction, said.author, said.staff_id, said.case_id) == (
        "out",
        "staff",
        cast.hanmeimei.id,
        day.case_id,
    )
    held = thread_of(engine, cast.zhang)
    assert (held.state, held.owner_id, held.last_text) == ("human", cast.hanmeimei.id, "您好，我是韩梅梅")
    assert case_of(engine, day).state == "contacted"
    met = select(deadline.c.met_at).where(deadline.c.case_id == day.case_id, deadline.c.kind == "contact")
    assert rows(engine, met)[0].met_at == clock.now
    assert woken == ["outbox", "feed"]
    assert "发送中" in answer.text


def test_a_long_reply_goes_in_parts_each_a_message_and_a_slot(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser, text = enter(cast.hanmeimei), ("字" * 32 + "。") * 50
    assert do(browser, cast.zhang, "reply", text=text, key="long-key-1").status_code == 200
    parts = staff_rows(engine)
    assert [len(row.payload["text"].encode()) for row in parts] == [1980, 1980, 990]
    assert "".join(row.payload["text"] for row in parts) == text
    assert [(row.not_before - clock.now).total_seconds() for row in parts] == [0, 1, 2]
    shown = rows(engine, select(message.c.text).where(message.c.outbox_id.in_([row.id for row in parts])))
    assert [line.text for line in shown] == [row.payload["text"] for row in parts]
    assert "还可发 2 条" in browser.get(f"/inbox/c/{cast.zhang}").text
    assert do(browser, cast.zhang, "reply", text=text, key="long-key-1").status_code == 200
    assert len(staff_rows(engine)) == 3, "the second press of the button is the first"


def test_a_reply_the_window_has_no_room_for_is_refused_whole(
    engine: Engine, enter: Enter, cast: Cast, day: Day
) -> None:
    browser, text = enter(cast.hanmeimei), ("字" * 32 + "。") * 50
    do(browser, cast.zhang, "reply", text=text, key="long-key-1")
    again = do(browser, cast.zhang, "reply", text=text, key="long-key-2")
    assert again.status_code == 409
    assert "要分 3 条发出，窗口只剩 2 条" in again.text
    assert len(staff_rows(engine)) == 3
    assert do(browser, cast.zhang, "reply", text="字" * 2001, key="long-key-3").status_code == 409


def test_the_same_key_sends_once_however_often_it_arrives(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browsers = [enter(cast.hanmeimei) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda b: do(b, cast.zhang, "reply", text="您好", key="same-key-1"), browsers))
    assert {a.status_code for a in answers} == {200}
    assert len(staff_rows(engine)) == 1
    assert "还可发 4 条" in browsers[0].get(f"/inbox/c/{cast.zhang}").text
    assert "47h·剩4条" in browsers[0].get("/inbox/list", query_string={"q": "张伟"}).text
    assert rows(engine, select(wechat_window.c.used).where(wechat_window.c.openid == "o-zhang"))[0].used == 0, (
        "the worker takes the slot when the message leaves"
    )


def test_a_key_of_another_customers_message_is_refused(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, cast.zhang, "reply", text="您好", key="same-key-1")
    assert do(browser, cast.chen, "reply", text="您好", key="same-key-1").status_code == 409
    assert len(staff_rows(engine)) == 1


def test_each_answer_carries_a_fresh_key(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    first = key_in(browser.get(f"/inbox/c/{cast.zhang}").text)
    second = key_in(do(browser, cast.zhang, "reply", text="您好", key=first).text)
    assert first != second


def test_the_meter_counts_down_and_the_last_slot_is_staffs(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    assert "还可发 5 条" in browser.get(f"/inbox/c/{cast.zhang}").text
    for left in (4, 3, 2, 1):
        assert f"还可发 {left} 条" in do(browser, cast.zhang, "reply", text="您好", key=f"key-number-{left}").text
    last = do(browser, cast.zhang, "reply", text="您好", key="key-number-0")
    assert "微信窗口已用完" in last.text
    refused = do(browser, cast.zhang, "reply", text="您好", key="key-number-x")
    assert (refused.status_code, "微信窗口已关闭" in refused.text) == (409, True)
    assert len(staff_rows(engine)) == 5


def test_the_window_is_asked_again_at_the_moment_of_sending(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    key = key_in(browser.get(f"/inbox/c/{cast.zhang}").text)
    clock.advance(hours=48)
    assert do(browser, cast.zhang, "reply", text="您好", key=key).status_code == 409
    assert staff_rows(engine) == []
    assert thread_of(engine, cast.zhang).state == "waiting", "a refused reply claims nothing"
    assert 'data-way="closed"' in browser.get(f"/inbox/c/{cast.zhang}").text


def test_a_closed_window_leaves_the_approved_sms(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    form = {"template": "staff_contact", "name": "张伟", "staff": "韩梅梅", "subject": "空调复检", "key": "k" * 12}
    assert do(enter(cast.hanmeimei), cast.zhang, "sms", **form).status_code == 200
    [row] = staff_rows(engine)
    assert (row.way, row.address, row.payload["code"]) == ("sms", "+8613800000001", "SMS_100005")
    assert row.payload["params"] == {"name": "张伟", "staff": "韩梅梅", "subject": "空调复检"}
    assert row.payload["text"].startswith("【远禾滨江店】张伟您好，我是远禾滨江店韩梅梅，就空调复检")


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"template": "case_progress", "progress": "x", "owner": "韩梅梅", "name": "张伟"}, "没有获批"),
        ({"template": "birthday_greeting", "name": "张伟"}, "没有获批"),
        ({"template": "staff_contact", "name": "张伟", "staff": "韩梅梅", "subject": "看 www.x.com"}, "不合要求"),
        ({"template": "staff_contact", "name": "张伟", "staff": "韩梅梅", "subject": "长" * 36}, "不合要求"),
        ({"template": "staff_contact", "name": "张伟", "staff": "韩梅梅", "subject": ""}, "不合要求"),
    ],
)
def test_what_the_provider_would_refuse_is_refused_here(
    engine: Engine, enter: Enter, cast: Cast, day: Day, form: dict[str, str], sentence: str
) -> None:
    answer = do(enter(cast.hanmeimei), cast.zhang, "sms", key="k" * 12, **form)
    assert (answer.status_code, sentence in answer.text) == (409, True)
    assert staff_rows(engine) == []


def test_a_number_that_refused_everything_gets_no_sms_from_staff(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    with writing(engine) as conn:
        conn.execute(update(refusal).where(refusal.c.address == "+8613800000001").values(purpose="all"))
    form = {"template": "staff_contact", "name": "张伟", "staff": "韩梅梅", "subject": "复检", "key": "k" * 12}
    assert "已拒收" in do(enter(cast.hanmeimei), cast.zhang, "sms", **form).text


def test_a_recorded_call_is_the_human_word(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    for _ in range(2):
        assert do(browser, cast.zhang, "call", text="约好下午三点", key="call-key-1").status_code == 200
    calls = rows(engine, select(message).where(message.c.kind == "call"))
    assert [each.text for each in calls] == ["约好下午三点"]
    assert case_of(engine, day).state == "contacted"
    assert staff_rows(engine) == []


def test_a_note_stays_in_the_house_and_claims_nothing(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    assert "内部备注" in do(enter(cast.advisor), cast.chen, "note", text="老客户", key="note-key-1").text
    [note] = rows(engine, select(message).where(message.c.kind == "note"))
    assert (note.direction, note.outbox_id) == ("note", None)
    assert thread_of(engine, cast.chen).state == "waiting"
    assert thread_of(engine, cast.chen).last_text == "请转人工，想问下我的车几点能取"


def test_nobody_writes_over_a_colleague(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    do(enter(cast.hanmeimei), cast.chen, "reply", text="您好", key="key-number-1")
    refused = do(enter(cast.advisor), cast.chen, "reply", text="您好", key="key-number-2")
    assert (refused.status_code, "韩梅梅 正在处理" in refused.text) == (409, True)
    assert do(enter(cast.lilei), cast.chen, "reply", text="您好", key="key-number-3").status_code == 200


def test_an_answer_ends_the_wait_of_three_minutes(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    assert thread_of(engine, cast.chen).due_at is not None
    do(enter(cast.hanmeimei), cast.chen, "reply", text="四点可取", key="key-number-1")
    assert thread_of(engine, cast.chen).due_at is None


@pytest.mark.handbook("H1.5.2")
def test_the_case_goes_from_claim_to_fix_and_only_a_manager_closes_it(
    engine: Engine, enter: Enter, cast: Cast, day: Day, clock: StillClock
) -> None:
    browser = enter(cast.hanmeimei)
    assert "请先认领" in do(browser, cast.zhang, "plan", text="复检").text
    do(browser, cast.zhang, "claim", version=thread_of(engine, cast.zhang).version)
    assert "请先记录处理方案" in do(browser, cast.zhang, "fix", text="已换").text
    assert do(browser, cast.zhang, "plan", text="复检").status_code == 200
    assert do(browser, cast.zhang, "start").status_code == 200
    assert do(browser, cast.zhang, "fix", text="换了继电器").status_code == 200
    assert (case_of(engine, day).state, case_of(engine, day).fixed_at) == ("fixed", clock.now)
    assert do(browser, cast.zhang, "close", text="算了").status_code == 409
    assert do(enter(cast.lilei), cast.zhang, "close", text="").status_code == 409
    assert do(enter(cast.lilei), cast.zhang, "close", text="客户已搬走").status_code == 200
    assert (case_of(engine, day).state, thread_of(engine, cast.zhang).state) == ("closed", "closed")
    assert "没有未结的单" in do(browser, cast.zhang, "plan", text="再来").text


def test_disabled_buttons_say_why(enter: Enter, cast: Cast, day: Day) -> None:
    page = enter(cast.hanmeimei).get(f"/inbox/c/{cast.zhang}").text
    assert page.count("请先认领") == 2
    assert "须客户确认满意，或由经理结案" in page


def test_release_gives_it_back(engine: Engine, enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, cast.chen, "claim", version=thread_of(engine, cast.chen).version)
    assert do(enter(cast.advisor), cast.chen, "release").status_code == 409
    assert do(browser, cast.chen, "release").status_code == 200
    assert (thread_of(engine, cast.chen).state, thread_of(engine, cast.chen).owner_id) == ("bot", None)


def test_without_javascript_a_form_leads_back_to_the_conversation(enter: Enter, cast: Cast, day: Day) -> None:
    browser = enter(cast.hanmeimei)
    answer = browser.post(f"/inbox/c/{cast.zhang}/reply", data={"text": "您好", "key": "k" * 12})
    assert (answer.status_code, answer.location) == (303, f"/inbox/c/{cast.zhang}")
    refused = browser.post(f"/inbox/c/{cast.zhang}/reply", data={"text": "", "key": "j" * 12})
    assert (refused.status_code, "请先写内容" in refused.text) == (409, True)


@pytest.mark.parametrize("key", ["", "short", "has space in it", "x" * 65])
def test_a_page_without_a_key_cannot_send(engine: Engine, enter: Enter, cast: Cast, day: Day, key: str) -> None:
    assert do(enter(cast.hanmeimei), cast.zhang, "reply", text="您好", key=key).status_code == 409
    assert staff_rows(engine) == []
