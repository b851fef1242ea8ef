"""A call from the hand-over to its end: who gets it, five days without an answer, what takes it back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from bot.calls import Result
from bot.customer import Purpose, Role, StaffMember
from bot.errors import RuleBroken
from bot.messages import Category, Way
from config.calendar import Calendar
from scheduler.call_watch import CallWatch
from store import call_tries, calls
from store.call_tries import Report, Rules, Written
from store.engine import reading, writing
from store.tables import cases as case_tables
from store.tables import contact, people
from store.tables.outbound import call_task, call_try, outbox, touchpoint
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, JOURNEYS, Stage
from tests.store.cast import a_staff_member, add, refused

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # 10:00 in Shanghai, a Thursday
PHONE = "+8613900000001"


class Calling(Stage):
    """A house whose SMS provider approved no survey, so that who does not follow is rung up."""

    def __init__(self, engine: Engine, clock: StillClock) -> None:
        template = DEALER.sms.templates["checkin_question"].model_copy(update={"approved_for": []})
        sms = DEALER.sms.model_copy(update={"templates": {**DEALER.sms.templates, "checkin_question": template}})
        self.dealer = DEALER.model_copy(update={"sms": sms})
        super().__init__(engine, clock, self.dealer)
        self.watch = CallWatch(engine, clock, self.dealer, JOURNEYS, Calendar())

    def rules(self, category: Category) -> Rules:
        return Rules(self.dealer.hours.of(category, Way.CALL), lambda day: True)

    def report(self, who: StaffMember, result: Result, key: str = "", **more: Any) -> Written:
        (task,) = [row for row in self.rows(call_task) if row.state == "open"]
        said = Report(result, key or f"the-key-{task.id}-{task.version}", more.pop("version", task.version), **more)
        with writing(self.engine) as conn:
            return call_tries.record(conn, who, task.id, said, self.rules, self.clock.now)

    def task(self) -> Any:
        return self.rows(call_task)[-1]


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Calling:
    clock.now = TEN
    return Calling(engine, clock)


@pytest.fixture
def file(stage: Calling) -> tuple[int, int]:
    return stage.a_file()


@pytest.fixture
def han(stage: Calling, file: tuple[int, int]) -> StaffMember:
    with writing(stage.engine) as conn:
        return StaffMember(a_staff_member(conn, file[0]), file[0], "韩梅梅", Role.ADVISOR)


@pytest.fixture
def order(stage: Calling, file: tuple[int, int], han: StaffMember) -> int:
    made = stage.an_order(file)
    with writing(stage.engine) as conn:
        conn.execute(update(people.repair_order).values(advisor_id=han.id))
    return made


def next_ten(clock: StillClock) -> None:
    clock.advance(days=1)


def test_a_call_is_one_task_of_the_orders_advisor_and_no_outcome_yet(
    stage: Calling, han: StaffMember, order: int
) -> None:
    stage.round()
    stage.round()
    (task,) = stage.rows(call_task)
    (asked,) = stage.rows(contact.prompt)
    assert (task.state, task.phone, task.staff_id, task.taken) == ("open", PHONE, han.id, False)
    assert (task.why, task.rule, task.category) == ("checkin.question", "checkin.question", "survey")
    assert (task.prompt_id, task.next_at, task.best_why) == (asked.id, TEN, "usual")
    assert "浙A12345" in task.script
    assert stage.outcome() == [("handed", None, "")]
    assert stage.chain()[-1] == ("send", "call", "handed", "")
    assert [row.state for row in stage.rows(outbox)] == ["accepted"]


def test_who_was_spoken_to_is_sent_and_the_chain_says_how(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    stage.report(han, Result.DONE, note="用着很好")
    assert stage.outcome() == [("done", "sent", "")]
    assert stage.chain()[-2:] == [("send", "call", "reached", ""), ("outcome", "touchpoint", "sent", "")]
    assert (stage.task().state, stage.task().standing) == ("reached", None)
    assert [row.state for row in stage.rows(outbox)] == ["delivered"]
    line = stage.rows(contact.message)[-1]
    assert (line.kind, line.author, line.text) == ("call", "staff", "已完成：用着很好")


def test_a_second_press_is_the_first(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    first = stage.report(han, Result.NO_ANSWER, key="one-press")
    (task,) = stage.rows(call_task)
    with writing(stage.engine) as conn:
        said = Report(Result.NO_ANSWER, "one-press", task.version - 1)
        again = call_tries.record(conn, han, task.id, said, stage.rules, stage.clock.now)
    assert (again.try_id, again.again) == (first.try_id, True)
    assert (len(stage.rows(call_try)), stage.task().tries) == (1, 1)


def test_an_older_page_is_told_so(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    stage.report(han, Result.NO_ANSWER)
    with pytest.raises(RuleBroken, match="刚有变化"):
        stage.report(han, Result.NO_ANSWER, version=0)
    assert len(stage.rows(call_try)) == 1


@pytest.mark.handbook("H1.5.1")
def test_five_days_without_an_answer_take_another_way_and_ask_for_the_right_number(
    stage: Calling, file: tuple[int, int], han: StaffMember, order: int
) -> None:
    stage.round()
    for _ in range(4):
        stage.report(han, Result.NO_ANSWER)
        next_ten(stage.clock)
        stage.round()
    assert stage.outcome() == [("handed", None, "")]
    with writing(stage.engine) as conn:  # meanwhile they follow the account
        add(conn, people.identity, customer_id=file[1], channel="wechat", account="main", address="o-lilei",
            following=True, bound_by="qr", changed_at=stage.clock.now)  # fmt: skip
    stage.report(han, Result.SWITCHED_OFF)
    stage.round()
    assert [out.address for out in stage.sent(Way.TEMPLATE)] == ["o-lilei"]
    assert stage.outcome() == [("done", "sent", "")]
    chain = stage.chain()
    assert ("send", "call", "not_reached", "not_reached") in chain
    assert ("route", "template", "chosen", "") in chain
    (person,) = stage.rows(people.customer)
    assert (person.confirm_since, person.confirm_why) == (stage.clock.now, "not_reached")
    assert person.phone_state == "ok"  # unanswered is not dead


def test_without_another_way_it_fails_with_its_reason(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    for _ in range(5):
        stage.report(han, Result.NO_ANSWER)
        next_ten(stage.clock)
    stage.round()
    assert stage.outcome() == [("done", "failed", "not_reached")]
    assert ("route", "call", "passed_over", "tried") in stage.chain()
    assert len(stage.rows(call_task)) == 1


def test_ten_tries_on_two_days_are_two(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    for _ in range(5):
        stage.report(han, Result.NO_ANSWER)
    next_ten(stage.clock)
    for _ in range(5):
        stage.report(han, Result.DECLINED)
    assert (stage.task().state, stage.task().tries) == ("open", 10)


@pytest.mark.parametrize(
    ("result", "state", "reason"), [(Result.EMPTY_NUMBER, "dead", "dead_number"),
                                    (Result.WRONG_PERSON, "stranger", "wrong_person")],
)  # fmt: skip
def test_a_number_that_leads_nowhere_is_marked_in_every_file_that_has_it(
    stage: Calling, file: tuple[int, int], han: StaffMember, order: int, result: Result, state: str, reason: str
) -> None:
    stage.a_file(name="李雷的另一份")
    stage.round()
    stage.report(han, result)
    marked = [(row.phone_state, row.confirm_why) for row in stage.rows(people.customer)]
    assert marked == [(state, reason)] * 2
    stage.round()
    assert stage.outcome() == [("done", "failed", "not_reached")]


def test_a_refusal_by_telephone_is_one_on_every_way(
    stage: Calling, file: tuple[int, int], han: StaffMember, order: int
) -> None:
    stage.round()
    with writing(stage.engine) as conn:
        add(conn, people.identity, customer_id=file[1], channel="wechat", account="main", address="o-lilei",
            following=True, bound_by="qr", changed_at=stage.clock.now)  # fmt: skip
    stage.report(han, Result.REFUSED)
    stage.round()
    refusals = sorted((row.address, row.purpose, row.source) for row in stage.rows(people.refusal))
    assert refusals == [(PHONE, "survey", "call"), ("o-lilei", "survey", "call")]
    assert stage.outcome() == [("done", "sent", "")]


def test_what_the_customer_told_stands_in_the_file(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    stage.report(han, Result.CAR_SOLD)
    assert [(row.key, row.value) for row in stage.rows(people.fact)] == [("vehicle_sold", "true")]


def test_the_time_asked_for_must_be_one_that_may_be_rung_at(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    for wanted in (None, TEN - timedelta(hours=1), TEN + timedelta(hours=11)):
        with pytest.raises(RuleBroken, match="时间"):
            stage.report(han, Result.OTHER_TIME, wanted=wanted)
    stage.report(han, Result.OTHER_TIME, wanted=TEN + timedelta(hours=5))
    assert stage.task().next_at == TEN + timedelta(hours=5)
    assert stage.rows(call_try)[0].next_at == TEN + timedelta(hours=5)


def test_ending_it_by_hand_needs_a_reason_and_is_a_skip(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    with pytest.raises(RuleBroken, match="备注"):
        stage.report(han, Result.OTHER)
    stage.report(han, Result.OTHER, note="客户已去世，家属来电告知")
    assert stage.outcome() == [("done", "skipped", "call_closed")]


# What takes a call back


def taken_back(stage: Calling) -> str:
    assert stage.watch.tick() == 1
    assert stage.watch.tick() == 0
    task = stage.task()
    assert (task.state, [row.state for row in stage.rows(outbox)]) == ("withdrawn", ["cancelled"])
    return str(task.reason)


def test_nothing_is_taken_back_without_a_cause(stage: Calling, order: int) -> None:
    stage.round()
    assert stage.watch.tick() == 0


def test_who_refused_meanwhile_is_not_rung(stage: Calling, order: int) -> None:
    stage.round()
    with writing(stage.engine) as conn:
        refused(conn, PHONE, Purpose.SURVEY)
        assert list(calls.barred_now(conn, [stage.task().id]).values()) == ["refused"]
    assert taken_back(stage) == "refused"
    stage.round()
    assert stage.outcome() == [("done", "skipped", "refused")]


def test_an_open_complaint_holds_the_call_and_afterwards_it_is_decided_anew(
    stage: Calling, file: tuple[int, int], han: StaffMember, order: int
) -> None:
    stage.round()
    with writing(stage.engine) as conn:
        case = add(conn, case_tables.cases, store_id=file[0], customer_id=file[1], level="P3", owner_id=han.id,
                   opened_at=TEN)  # fmt: skip
        assert list(calls.barred_now(conn, [stage.task().id]).values()) == ["complaint_hold"]
    assert taken_back(stage) == "complaint_hold"
    stage.round()
    assert [row.state for row in stage.rows(touchpoint)] == ["planned"]
    with writing(stage.engine) as conn:
        conn.execute(update(case_tables.cases).where(case_tables.cases.c.id == case).values(state="closed"))
    next_ten(stage.clock)
    stage.round()
    assert [row.state for row in stage.rows(call_task)] == ["withdrawn", "open"]


def test_who_answered_on_another_way_is_not_rung(stage: Calling, order: int) -> None:
    stage.round()
    with writing(stage.engine) as conn:
        conn.execute(update(contact.prompt).values(state="answered"))
    assert taken_back(stage) == "goal_met"
    stage.round()
    assert stage.outcome() == [("done", "skipped", "goal_met")]


def test_a_car_that_came_back_is_not_asked_about(stage: Calling, order: int) -> None:
    stage.round()
    with writing(stage.engine) as conn:
        conn.execute(update(people.repair_order).values(status="rework"))
    assert taken_back(stage) == "anchor_gone"


def test_past_its_end_nobody_rings(stage: Calling, order: int) -> None:
    stage.round()
    stage.clock.advance(days=7, seconds=1)
    assert taken_back(stage) == "expired"
    stage.round()
    assert stage.outcome() == [("done", "skipped", "expired")]


def test_a_new_number_makes_a_new_task(stage: Calling, order: int) -> None:
    stage.round()
    with writing(stage.engine) as conn:
        conn.execute(update(people.customer).values(phone="+8613900000009"))
    assert taken_back(stage) == "number_changed"
    stage.round()
    assert [row.phone for row in stage.rows(call_task)] == [PHONE, "+8613900000009"]


@pytest.mark.handbook("H1.6.5")
def test_who_wants_no_calls_gets_none(stage: Calling, file: tuple[int, int], order: int) -> None:
    with writing(stage.engine) as conn:
        add(conn, people.fact, customer_id=file[1], key="no_call", value="True", at=TEN)
    stage.round()
    assert stage.rows(call_task) == []
    assert ("route", "call", "passed_over", "no_call") in stage.chain()
    assert stage.outcome() == [("done", "skipped", "unreachable")]


def test_the_best_time_is_what_the_customer_said(stage: Calling, file: tuple[int, int], order: int) -> None:
    with writing(stage.engine) as conn:
        add(conn, people.fact, customer_id=file[1], key="call_time", value="afternoon", at=TEN)
    stage.round()
    task = stage.task()
    assert (task.best, task.best_why) == ([["14:00", "17:30"]], "told")
    assert task.next_at == datetime.fromisoformat("2026-09-17T06:00:00+00:00")


# Two at once


def test_of_two_who_take_it_one_wins(stage: Calling, file: tuple[int, int], han: StaffMember, order: int) -> None:
    with writing(stage.engine) as conn:
        sun = StaffMember(a_staff_member(conn, file[0], "孙丽"), file[0], "孙丽", Role.ADVISOR)
    stage.round()
    task = stage.task()
    with writing(stage.engine) as conn:
        calls.claim(conn, sun, task.id, task.version, TEN)
    with writing(stage.engine) as conn, pytest.raises(RuleBroken, match="孙丽 已先认领"):
        calls.claim(conn, han, task.id, task.version, TEN)
    with pytest.raises(RuleBroken, match="孙丽 正在处理"):
        stage.report(han, Result.DONE)
    with writing(stage.engine) as conn:
        calls.claim(conn, sun, task.id, task.version, TEN)  # one's own second press
        calls.give_back(conn, sun, task.id, TEN)
    assert (stage.task().staff_id, stage.task().taken) == (None, False)


def test_another_store_has_no_such_call(stage: Calling, han: StaffMember, order: int) -> None:
    stage.round()
    with writing(stage.engine) as conn:
        there = add(conn, people.store, code="xixi", name="西溪", time_zone="Asia/Shanghai")
        wang = StaffMember(a_staff_member(conn, there, "王磊", "manager"), there, "王磊", Role.MANAGER)
    with reading(stage.engine) as conn:
        assert calls.tasks_for(conn, wang, "all", TEN) == []
        assert calls.task_for(conn, wang, stage.task().id) is None
        assert conn.execute(calls.due(wang, TEN)).scalar_one() == 0
        assert conn.execute(calls.due(han, TEN)).scalar_one() == 1
    with writing(stage.engine) as conn, pytest.raises(RuleBroken, match="没有这个电话任务"):
        calls.claim(conn, wang, stage.task().id, 0, TEN)
    with writing(stage.engine) as conn, pytest.raises(RuleBroken, match="没有这个电话任务"):
        calls.give_back(conn, wang, stage.task().id, TEN)
    with pytest.raises(RuleBroken, match="没有这个电话任务"):
        stage.report(wang, Result.DONE)


def test_a_recontact_by_telephone_moves_the_case_on_when_it_was_said(
    stage: Calling, file: tuple[int, int], han: StaffMember
) -> None:
    sms = stage.dealer.sms
    template = sms.templates["recontact_question"].model_copy(update={"approved_for": []})
    sms = sms.model_copy(update={"templates": {**sms.templates, "recontact_question": template}})
    stage.gatekeeper._dealer = stage.dealer.model_copy(update={"sms": sms})
    with writing(stage.engine) as conn:
        add(conn, case_tables.cases, store_id=file[0], customer_id=file[1], level="P3", owner_id=han.id,
            state="fixed", fix="换了压缩机", fixed_at=TEN, opened_at=TEN - timedelta(days=1))  # fmt: skip
    stage.round()
    (task,) = stage.rows(call_task)
    assert (task.staff_id, task.priority) == (han.id, "high")
    assert stage.watch.tick() == 0  # the case's own question is not held by the case
    assert [row.state for row in stage.rows(case_tables.cases)] == ["fixed"]
    stage.report(han, Result.DONE)
    assert [row.state for row in stage.rows(case_tables.cases)] == ["recontacted"]
