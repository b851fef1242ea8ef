"""A touchpoint from the plan to the phone: way, text, question, chain, exactly one outcome."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.customer import Purpose
from bot.journeys import Journey
from bot.links import Link
from bot.messages import Way
from channels.render import Templates
from store import windows
from store.engine import writing
from store.tables import cases as case_tables
from store.tables import contact
from store.tables.outbound import call_task, verdict
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, JOURNEYS, Stage
from tests.store.cast import a_staff_member, add, refused, sent_touchpoint

SENT = [("done", "sent", "")]
TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # 10:00 in Shanghai


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = TEN
    return Stage(engine, clock)


@pytest.mark.handbook("H1.5.1")
def test_nothing_before_ten_then_one_sms_to_who_does_not_follow(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    stage.clock.advance(seconds=-1)
    stage.round()
    assert stage.sent(Way.SMS) == []
    stage.clock.advance(seconds=1)
    stage.round()
    stage.round()
    (out,) = stage.sent(Way.SMS)
    assert out.address == "+8613900000001"
    assert out.payload["params"] == {"name": "李雷", "plate": "浙A12345"}
    assert stage.outcome() == SENT
    (asked,) = stage.rows(contact.prompt)
    assert (asked.kind, asked.scale, asked.state) == ("survey", "1-5", "open")
    assert asked.expires_at == TEN + timedelta(days=7)
    (line,) = stage.rows(contact.message)
    assert (line.channel, line.kind, line.author) == ("sms", "sms", "bot")


def test_a_follower_gets_a_template_message_with_a_link_to_the_survey(stage: Stage) -> None:
    stage.an_order(stage.a_file(openid="o-lilei"))
    stage.round()
    (out,) = stage.sent(Way.TEMPLATE)
    assert (out.account, out.address) == ("main", "o-lilei")
    (asked,) = stage.rows(contact.prompt)
    token = str(out.payload["url"]).rsplit("/", 1)[1]
    assert stage.links.read(Link.SURVEY, token, stage.clock.now).ids == (asked.id,)
    assert stage.outcome() == SENT


def test_an_open_window_comes_first_and_a_slot_is_left_for_a_human(stage: Stage) -> None:
    stage.an_order(stage.a_file(openid="o-lilei"))
    with writing(stage.engine) as conn:
        windows.open_window(conn, "main", "o-lilei", "typed", stage.clock.now)
    stage.round()
    (out,) = stage.sent(Way.CUSTOM)
    assert "浙A12345" in str(out.payload["text"])
    with writing(stage.engine) as conn:
        window = windows.view(conn, "main", "o-lilei", stage.clock.now)
    assert window is not None
    assert window.left == 4


SENTENCE = "字" * 32 + "。"  # 99 bytes


def open_window(stage: Stage, kind: str = "typed") -> None:
    with writing(stage.engine) as conn:
        windows.open_window(conn, "main", "o-lilei", kind, stage.clock.now)


def with_text(stage: Stage, folder: Path, name: str, text: str) -> Stage:
    """The same stage with this check-in in place of ours."""
    (folder / "checkin").mkdir()
    (folder / "checkin" / name).write_text(text, "utf-8")
    made = Stage(stage.engine, stage.clock)
    made.gatekeeper._writer._renderer = Templates(folder, DEALER.sms)
    return made


def test_in_the_window_the_scale_is_a_choice_to_tap(stage: Stage) -> None:
    """The numbers as text go along, for accounts without menu messages (40200)."""
    stage.an_order(stage.a_file(openid="o-lilei"))
    open_window(stage)
    stage.round()
    (out,) = stage.sent(Way.CUSTOM)
    (asked,) = stage.rows(contact.prompt)
    menu: Any = out.payload["menu"]
    assert [option["text"] for option in menu["options"]] == ["非常满意", "满意", "一般", "不满意", "非常不满意"]
    assert menu["options"][0]["id"] == f"survey:{asked.id}:5"
    assert menu["head"].startswith("李雷您好，您的爱车浙A12345")
    assert menu["tail"].startswith("也可以直接打字告诉我")
    assert "5 非常满意，4 满意" in str(out.payload["text"])


def test_an_account_without_menu_messages_gets_the_numbers(stage: Stage) -> None:
    main = DEALER.accounts["main"].model_copy(update={"menu_messages": False})
    plain = Stage(stage.engine, stage.clock, DEALER.model_copy(update={"accounts": {"main": main}}))
    plain.an_order(plain.a_file(openid="o-lilei"))
    open_window(plain)
    plain.round()
    assert list(plain.sent(Way.CUSTOM)[0].payload) == ["text"]


def test_a_long_text_goes_in_parts_and_the_first_carries_the_touchpoint(stage: Stage, tmp_path: Path) -> None:
    stage = with_text(stage, tmp_path, "question.wechat.txt", SENTENCE * 50)
    stage.an_order(stage.a_file(openid="o-lilei"))
    open_window(stage)
    stage.round()
    assert stage.outcome() == SENT
    stage.clock.advance(seconds=2)
    stage.round()
    texts = [str(out.payload["text"]) for out in stage.sent(Way.CUSTOM)]
    assert [len(text.encode()) for text in texts] == [1980, 1980, 990]
    assert "".join(texts) == SENTENCE * 50
    assert [line.text for line in stage.rows(contact.message)] == texts
    with writing(stage.engine) as conn:
        window = windows.view(conn, "main", "o-lilei", stage.clock.now)
    assert window is not None
    assert window.left == 2


def test_a_text_the_window_has_no_room_for_fails_and_says_so(stage: Stage, tmp_path: Path) -> None:
    stage = with_text(stage, tmp_path, "question.wechat.txt", SENTENCE * 90)
    stage.an_order(stage.a_file(openid="o-lilei"))
    open_window(stage)
    stage.round()
    assert stage.outcome() == [("done", "failed", "render")]
    (line,) = [row for row in stage.rows(verdict) if row.reason == "render" and row.step == "send"]
    assert "checkin.question.wechat: needs 5 messages, the window has room for 4" in line.detail["error"]
    assert stage.sent(Way.CUSTOM) == []


def test_the_chain_holds_every_gate_every_way_and_the_outcome(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    stage.round()
    assert stage.chain() == [
        ("plan", "checkin.question", "planned", ""),
        *[("gate", name, "pass", "") for name in (
            "rule", "anchor", "journey", "time", "refusal", "consent", "complaint", "emotion", "quiet", "holiday",
            "greeting", "cap", "reachable",
        )],
        ("route", "custom", "passed_over", "not_following"),
        ("route", "template", "passed_over", "not_following"),
        ("route", "subscription", "passed_over", "not_following"),
        ("route", "sms", "chosen", ""),
        ("send", "sms", "accepted", ""),
        ("outcome", "touchpoint", "sent", ""),
    ]  # fmt: skip


def test_an_sms_template_not_approved_for_surveys_sends_none(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN
    template = DEALER.sms.templates["checkin_question"].model_copy(update={"approved_for": []})
    templates = {**DEALER.sms.templates, "checkin_question": template}
    sms = DEALER.sms.model_copy(update={"templates": templates})
    stage = Stage(engine, clock, DEALER.model_copy(update={"sms": sms}))
    stage.an_order(stage.a_file())
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert ("route", "sms", "passed_over", "not_approved") in stage.chain()
    (task,) = stage.rows(call_task)
    assert (task.state, task.phone, task.category) == ("open", "+8613900000001", "survey")
    assert stage.outcome() == [("handed", None, "")]  # no outcome before somebody was spoken to


@pytest.mark.handbook("H1.7.3")
def test_a_birthday_greeting_goes_once_to_who_agreed_and_never_as_a_template(stage: Stage) -> None:
    born = date(1990, 9, 17)
    stage.a_file(birthday=born, openid="o-lilei", consents=(Purpose.GREETING,))
    stage.a_file(name="韩梅梅", phone="+8613900000002", birthday=born)
    stage.round()
    stage.round()
    assert stage.sent(Way.TEMPLATE) == []
    (out,) = stage.sent(Way.SMS)
    assert str(out.payload["text"]).endswith("拒收请回复R")
    assert sorted(stage.outcome()) == sorted([*SENT, ("done", "skipped", "no_consent")]), (
        "in whatever order they were planned"
    )


def test_a_refusal_covers_every_file_that_shares_the_number(stage: Stage) -> None:
    born = date(1990, 9, 17)
    stage.a_file(birthday=born, consents=(Purpose.MARKETING,))
    stage.a_file(name="韩梅梅", birthday=born, consents=(Purpose.MARKETING,))
    with writing(stage.engine) as conn:
        refused(conn, "+8613900000001", Purpose.MARKETING)
    stage.round()
    assert stage.outcome() == [("done", "skipped", "refused")] * 2


def test_who_refuses_marketing_still_gets_the_check_in(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    with writing(stage.engine) as conn:
        refused(conn, "+8613900000001", Purpose.MARKETING)
    stage.round()
    assert stage.outcome() == SENT


def open_case(stage: Stage, file: tuple[int, int], **values: object) -> int:
    row = {"level": "P3", "state": "open", "opened_at": stage.clock.now, **values}
    with writing(stage.engine) as conn:
        owner = a_staff_member(conn, file[0])
        return add(conn, case_tables.cases, store_id=file[0], customer_id=file[1], owner_id=owner, **row)


@pytest.mark.handbook("H1.6.5")
def test_an_open_complaint_holds_everything_but_the_cases_own_question(stage: Stage) -> None:
    file = stage.a_file()
    stage.an_order(file)
    open_case(stage, file, state="fixed", fixed_at=stage.clock.now)
    stage.round()
    (out,) = stage.sent(Way.SMS)
    assert out.payload["template"] == "recontact_question"
    kinds = {row.rule: (row.state, row.outcome) for row in stage.rows()}
    assert kinds == {"checkin.question": ("planned", None), "recontact.question": ("done", "sent")}
    assert stage.rows(case_tables.cases)[0].state == "recontacted"
    stage.until(TEN + timedelta(days=8), hours=6)
    held = next(row for row in stage.rows() if row.rule == "checkin.question")
    assert (held.outcome, held.reason) == ("skipped", "complaint_hold")


def test_the_cap_defers_until_the_message_fits(stage: Stage) -> None:
    file = stage.a_file()
    stage.an_order(file)
    with writing(stage.engine) as conn:
        for number in range(3):
            at = TEN - timedelta(days=6, hours=number)
            sent_touchpoint(conn, *file, at=at, category="survey", key=str(number))
    stage.round()
    row = stage.rows()[-1]
    assert (row.state, row.due_at) == ("planned", TEN + timedelta(hours=23, minutes=30))
    assert ("gate", "cap", "defer", "cap") in stage.chain()
    stage.until(TEN + timedelta(days=1), hours=2)
    assert len(stage.sent(Way.SMS)) == 1


def test_two_of_one_customer_in_one_batch_are_counted_one_by_one(stage: Stage) -> None:
    file = stage.a_file(birthday=date(1990, 9, 17), consents=(Purpose.MARKETING,))
    with writing(stage.engine) as conn:
        for number in range(2):
            at = TEN - timedelta(hours=number + 1)
            sent_touchpoint(conn, *file, at=at, category="survey", key=str(number))
    for number in range(2):
        stage.an_order(file, key=str(number))
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1
    assert sorted(row.state for row in stage.rows()[2:]) == ["done", "done", "planned"]


@pytest.mark.handbook("H1.7.4")
def test_an_invitation_is_one_mass_send_to_followers_and_sms_to_the_others(stage: Stage) -> None:
    store_id, _ = stage.a_file(openid="o-1", consents=(Purpose.MARKETING,))
    stage.a_file(name="韩梅梅", phone="+8613900000002", openid="o-2", consents=(Purpose.MARKETING,))
    stage.a_file(name="张伟", phone="+8613900000003", consents=(Purpose.MARKETING,))
    stage.a_file(name="王芳", phone="+8613900000004", openid="o-4")
    event_id = stage.an_event(store_id)
    stage.round()
    stage.round()
    (mass,) = stage.sent(Way.MASS)
    assert mass.payload["openids"] == ["o-1", "o-2"]
    assert "爱车讲座" in str(mass.payload["text"])
    assert "李雷" not in str(mass.payload["text"])
    assert [out.address for out in stage.sent(Way.SMS)] == ["+8613900000003"]
    assert stage.outcome() == SENT * 3
    asked = stage.rows(contact.prompt)
    assert {row.kind for row in asked} == {"event"}
    assert {row.ref["event_id"] for row in asked} == {event_id}


def test_alone_it_waits_ten_minutes_for_company_then_takes_the_next_way(stage: Stage) -> None:
    store_id, _ = stage.a_file(openid="o-1", consents=(Purpose.MARKETING,))
    stage.an_event(store_id)
    stage.until(TEN + timedelta(minutes=9), minutes=1)
    assert stage.sent(Way.SMS) == []
    stage.until(TEN + timedelta(minutes=11), minutes=1)
    assert stage.sent(Way.MASS) == []
    assert len(stage.sent(Way.SMS)) == 1
    assert ("route", "mass", "passed_over", "mass_needs_two") in stage.chain()


def test_company_within_ten_minutes_makes_a_batch(stage: Stage) -> None:
    store_id, _ = stage.a_file(openid="o-1", consents=(Purpose.MARKETING,))
    stage.an_event(store_id)
    stage.round()
    stage.clock.advance(minutes=3, seconds=20)
    stage.round()
    stage.a_file(name="韩梅梅", phone="+8613900000002", openid="o-2", consents=(Purpose.MARKETING,))
    stage.until(TEN + timedelta(minutes=6), seconds=20)
    (mass,) = stage.sent(Way.MASS)
    assert sorted(mass.payload["openids"]) == ["o-1", "o-2"]  # type: ignore[call-overload]  # a list in an object


def test_alone_and_without_another_way_it_is_skipped_as_such(stage: Stage) -> None:
    store_id, _ = stage.a_file(openid="o-1", phone="", consents=(Purpose.MARKETING,))
    stage.an_event(store_id)
    stage.until(TEN + timedelta(minutes=12), minutes=1)
    assert stage.outcome() == [("done", "skipped", "mass_needs_two")]


def test_a_render_error_fails_this_message_and_says_which(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN
    broken = DEALER.sms.templates["checkin_question"].model_copy(update={"variables": ["name", "colour"]})
    sms = DEALER.sms.model_copy(update={"templates": {**DEALER.sms.templates, "checkin_question": broken}})
    stage = Stage(engine, clock, DEALER.model_copy(update={"sms": sms}))
    stage.an_order(stage.a_file())
    stage.an_order(stage.a_file(name="韩梅梅", openid="o-2"), key="9")
    stage.round()
    assert stage.outcome() == [("done", "failed", "render"), *SENT]
    assert stage.rows(contact.prompt)[0].ref["touchpoint_id"] == stage.rows()[1].id


def test_the_planner_moves_what_an_edited_rule_moves_before_it_is_sent(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN - timedelta(hours=1)
    before = Stage(engine, clock)
    before.an_order(before.a_file())
    before.round()
    data = [journey.model_dump() for journey in JOURNEYS]
    for journey in data:
        if journey["id"] == "checkin":
            journey["steps"][0]["offset_days"] = 5
    clock.now = TEN
    edited = Stage(engine, clock, journeys=tuple(Journey.model_validate(each) for each in data))
    edited.gatekeeper.tick()  # before the planner saw the edit
    assert ("gate", "rule", "defer", "rule_changed") in edited.chain()
    edited.round()
    assert edited.sent(Way.SMS) == []
    assert edited.rows()[0].due_at == TEN + timedelta(days=2)
