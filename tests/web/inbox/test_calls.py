"""The calls as staff work them: list, card, number, result; a customer's answer takes the way of every answer."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select, update

from bot.dealer import Hours, StoreConfig
from bot.effects import Ask, PromptKind, Say
from bot.journeys import version
from bot.messages import Category, Priority, Way
from store import calls, outbox, prompts
from store.engine import reading, writing
from store.tables import cases, contact, outbound, people
from store.tables.staff import audit
from tests.conftest import StillClock
from tests.scheduler.stage import JOURNEYS
from tests.staff_cast import Cast
from tests.web.inbox.conftest import Enter
from tests.web.inbox.day import Day, add
from web.turn import TurnTaker

CHECKIN = next(version(step) for journey in JOURNEYS for step in journey.steps if step.message == "checkin.question")
OPENING = StoreConfig(code="x", name="x").opening


def a_call(engine: Engine, clock: StillClock, cast: Cast, who: int, phone: str, **point: Any) -> int:
    """A check-in that is to be asked by telephone: what deliver leaves behind."""
    now, home = clock.now, clock.now - timedelta(days=3)
    with writing(engine) as conn:
        car = add(conn, people.vehicle, store_id=cast.store_id, customer_id=who, plate="浙A·8F213", model="云栖 PHEV")
        order = add(conn, people.repair_order, store_id=cast.store_id, customer_id=who, vehicle_id=car,
                    external_id=f"RO-{who}", status="delivered", advisor_id=cast.hanmeimei.id, delivered_at=home,
                    delivered_on=home.date(),
                    items=[], updated_at=now)  # fmt: skip
        row = {"rule": "checkin.question", "occurrence": f"RO#RO-{who}", "rule_version": CHECKIN,
               "category": "survey",
               "state": "handed", "due_at": now, "planned_for": now, "ref": {"order_id": order},
               "anchor_key": home.date().isoformat(), **point}  # fmt: skip
        touch = add(conn, outbound.touchpoint, store_id=cast.store_id, customer_id=who, **row)
        ask = Ask(Say("checkin.question"), PromptKind.SURVEY, now + timedelta(days=7), "1-5")
        asked = prompts.ask(conn, who, ask, {"touchpoint_id": touch, "order_id": order}, now)
        made = outbox.enqueue(
            conn, store_id=cast.store_id, customer_id=who, way=Way.CALL, account="", address=phone,
            category=Category(row["category"]), priority=Priority.BULK, out_id=f"t{touch}n1", not_before=now,
            payload={"why": "checkin.question", "script": "陈静您好，您的爱车交车已有三天，用着还顺心吗？",
                     "prompt_id": asked}, touchpoint_ids=[touch],
        )  # fmt: skip
        (job,) = outbox.claim(conn, Priority.BULK, limit=1, now=now, machine_now=now, worker="w", lease_s=60)
        assert job.id == made
        outbox.begin(conn, job, "w", now, 60)
        outbox.mark_accepted(conn, job.id, "", now, now)
        task = calls.open_task(conn, job, Hours().of(job.category, Way.CALL), OPENING, now)
        assert task is not None
        return task


@pytest.fixture
def call(engine: Engine, clock: StillClock, cast: Cast, day: Day) -> int:
    return a_call(engine, clock, cast, cast.chen, "+8613800000002")


def rows(engine: Engine, query: Any) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(query).all())


def task_of(engine: Engine, call: int) -> Any:
    return rows(engine, select(outbound.call_task).where(outbound.call_task.c.id == call))[0]


def do(browser: FlaskClient, engine: Engine, call: int, deed: str, **form: Any) -> Any:
    given = {"version": task_of(engine, call).version, "key": "a-press-of-the-button", **form}
    return browser.post(f"/inbox/calls/{call}/{deed}", data=given)


def touch_of(engine: Engine, call: int) -> Any:
    query = select(outbound.touchpoint).where(outbound.touchpoint.c.id == task_of(engine, call).touchpoint_id)
    return rows(engine, query)[0]


def cases_of(engine: Engine, who: int) -> list[Any]:
    return rows(engine, select(cases.cases).where(cases.cases.c.customer_id == who))


def test_the_list_says_whom_why_when_and_how_many_wait(enter: Enter, cast: Cast, call: int) -> None:
    page = enter(cast.hanmeimei).get("/inbox/calls").text
    for word in ("陈静", "浙A·8F213", "交车三天回访", "09:30–12:00、14:00–17:30", "现在可打", "指定 韩梅梅"):
        assert word in page
    assert '<b class="badge" aria-label="1 个电话待打">1</b>' in page
    assert "1 个电话待打给这位客户" in enter(cast.hanmeimei).get(f"/inbox/c/{cast.chen}").text
    english = enter(cast.hanmeimei)
    english.set_cookie("language", "en")
    assert "may be called now" in english.get("/inbox/calls").text


def test_the_number_is_shown_to_who_took_the_call_and_that_is_written_down(
    engine: Engine, enter: Enter, cast: Cast, call: int
) -> None:
    browser = enter(cast.hanmeimei)
    before = browser.get(f"/inbox/calls/{call}").text
    assert "138****0002" in before
    assert "13800000002" not in before
    do(browser, engine, call, "claim")
    assert 'href="tel:+8613800000002"' in browser.get(f"/inbox/calls/{call}").text
    assert "13800000002" not in enter(cast.lilei).get(f"/inbox/calls/{call}").text
    (shown,) = rows(engine, select(audit).where(audit.c.action == "phone_shown"))
    assert (shown.staff_id, shown.ref["call_id"]) == (cast.hanmeimei.id, call)


def test_of_two_at_once_one_wins_and_the_other_reads_the_name(
    engine: Engine, enter: Enter, cast: Cast, call: int
) -> None:
    both = [enter(cast.hanmeimei), enter(cast.advisor)]
    version = task_of(engine, call).version
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: do(who, engine, call, "claim", version=version), both))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    lost = next(answer for answer in answers if answer.status_code == 409)
    winner = {cast.hanmeimei.id: "韩梅梅", cast.advisor.id: "孙丽"}[task_of(engine, call).staff_id]
    assert f"{winner} 已先认领" in lost.text


def test_a_satisfied_answer_is_the_surveys_answer(engine: Engine, enter: Enter, cast: Cast, call: int) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    assert do(browser, engine, call, "result", result="done", rating="5", words="挺好的").status_code == 303
    (asked,) = rows(engine, select(contact.prompt).where(contact.prompt.c.id == task_of(engine, call).prompt_id))
    assert (asked.state, asked.rating, asked.satisfaction, asked.text) == ("answered", 5, "satisfied", "挺好的")
    assert (touch_of(engine, call).outcome, cases_of(engine, cast.chen)) == ("sent", [])


def test_a_dissatisfied_answer_opens_a_case_and_nothing_is_sent_by_it(
    engine: Engine, enter: Enter, cast: Cast, call: int
) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    queued = len(rows(engine, select(outbound.outbox)))
    do(browser, engine, call, "result", result="done", rating="1", words="空调还是不凉，等了三个小时")
    (case,) = cases_of(engine, cast.chen)
    assert (case.level, case.text) == ("P3", "空调还是不凉，等了三个小时")
    said = rows(
        engine, select(contact.message).where(contact.message.c.channel == "call").order_by(contact.message.c.id)
    )
    assert [(line.direction, line.author) for line in said] == [("out", "staff"), ("in", "customer")]
    assert len(rows(engine, select(outbound.outbox))) == queued
    assert touch_of(engine, call).outcome == "sent"


def test_a_complaint_heard_without_a_rating_opens_one_too(engine: Engine, enter: Enter, cast: Cast, call: int) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    do(browser, engine, call, "result", result="away", complained="on", words="上次的接待我就不说了")
    (case,) = cases_of(engine, cast.chen)
    assert case.text == "上次的接待我就不说了"


def test_a_double_press_is_one_call_one_answer_one_case(engine: Engine, enter: Enter, cast: Cast, call: int) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    version = task_of(engine, call).version
    form = {"result": "done", "rating": "1", "words": "不满意", "version": version}
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: do(enter(cast.hanmeimei), engine, call, "result", **form), range(2)))
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(rows(engine, select(outbound.call_try))) == 1
    assert len(cases_of(engine, cast.chen)) == 1


def test_a_rating_without_contact_is_refused_and_what_was_typed_stays(
    engine: Engine, enter: Enter, cast: Cast, call: int
) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    answer = do(browser, engine, call, "result", result="no_answer", rating="5", note="响了很久")
    assert answer.status_code == 409
    assert "没有联系上客户" in answer.text
    assert "响了很久" in answer.text
    assert rows(engine, select(outbound.call_try)) == []
    assert "请先选择通话结果" in do(browser, engine, call, "result", result="nonsense").text


def test_if_the_answer_cannot_be_written_the_call_is_not_either(
    engine: Engine, enter: Enter, cast: Cast, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: a break between the call and the answer leaves nothing half done."""
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    whole = TurnTaker.within

    def dies(*_: object) -> None:
        raise RuntimeError("killed")

    monkeypatch.setattr(TurnTaker, "within", dies)
    assert do(browser, engine, call, "result", result="done", rating="1", words="不满意").status_code == 500
    assert (task_of(engine, call).state, rows(engine, select(outbound.call_try))) == ("open", [])
    assert touch_of(engine, call).state == "handed"
    monkeypatch.setattr(TurnTaker, "within", whole)
    assert do(browser, engine, call, "result", result="done", rating="1", words="不满意").status_code == 303
    assert len(cases_of(engine, cast.chen)) == 1


def test_a_handler_that_fails_leaves_the_call_written_and_a_person_in_charge(
    engine: Engine, enter: Enter, cast: Cast, call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")

    def breaks(*_: object) -> None:
        raise ValueError("a handler's mistake")

    monkeypatch.setattr("handlers.survey.handle", breaks)
    assert do(browser, engine, call, "result", result="done", rating="1", words="不满意").status_code == 303
    assert task_of(engine, call).state == "reached"
    (waiting,) = rows(engine, select(contact.thread).where(contact.thread.c.customer_id == cast.chen))
    assert (waiting.state, waiting.reason) == ("waiting", "bot_failed")


def test_nobody_is_rung_at_night_or_after_a_refusal(
    engine: Engine, clock: StillClock, enter: Enter, cast: Cast, call: int
) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    clock.advance(hours=10)  # 20:20 there
    night = browser.get(f"/inbox/calls/{call}").text
    assert "现在不在可以打电话的时段" in night
    assert "tel:" not in night
    clock.advance(hours=14)
    with writing(engine) as conn:
        add(conn, people.refusal, address="+8613800000002", purpose="survey", source="word", at=clock.now)
    refused = browser.get(f"/inbox/calls/{call}").text
    assert "请不要拨打" in refused
    assert "tel:" not in refused


def test_another_store_sees_and_does_nothing(engine: Engine, enter: Enter, cast: Cast, call: int) -> None:
    browser = enter(cast.wanglei)
    page = browser.get("/inbox/calls").text
    assert "陈静" not in page
    assert "badge" not in page
    assert browser.get(f"/inbox/calls/{call}").status_code == 404
    for deed in ("claim", "release", "result"):
        assert do(browser, engine, call, deed, result="done").status_code == 404
    assert task_of(engine, call).version == 0


def test_putting_it_back_hides_the_number_again(engine: Engine, enter: Enter, cast: Cast, call: int) -> None:
    browser = enter(cast.hanmeimei)
    do(browser, engine, call, "claim")
    assert do(enter(cast.advisor), engine, call, "release").status_code == 409
    do(browser, engine, call, "release")
    assert "tel:" not in browser.get(f"/inbox/calls/{call}").text
    assert "陈静" in browser.get("/inbox/calls?tab=free").text
    assert "陈静" not in browser.get("/inbox/calls?tab=mine").text


# The right number


def test_the_number_is_confirmed_or_changed_and_the_wish_to_ask_is_gone(
    engine: Engine, enter: Enter, cast: Cast, clock: StillClock, call: int
) -> None:
    asked = {"phone_state": "dead", "confirm_since": clock.now, "confirm_why": "dead_number"}
    with writing(engine) as conn:
        conn.execute(update(people.customer).where(people.customer.c.id == cast.chen).values(**asked))
    browser = enter(cast.hanmeimei)
    page = browser.get(f"/inbox/c/{cast.chen}/context").text
    assert re.search("请与客户核对联系方式.*号码是空号或无效", page, re.S)
    assert browser.post(f"/inbox/c/{cast.chen}/phone", data={"phone": "123"}).status_code == 409
    browser.post(f"/inbox/c/{cast.chen}/phone", data={"phone": "139 0000 0777"})
    (who,) = rows(engine, select(people.customer).where(people.customer.c.id == cast.chen))
    assert (who.phone, who.phone_state, who.confirm_since) == ("+8613900000777", "ok", None)
    assert "请与客户核对联系方式" not in browser.get(f"/inbox/c/{cast.chen}/context").text
    assert [row.action for row in rows(engine, select(audit))] == ["phone_changed"]
