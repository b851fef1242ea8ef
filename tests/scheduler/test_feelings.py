"""Who was angry hears no offers for thirty days, and who asked for quiet evenings has them; on both databases."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import Engine, update

from bot.customer import Purpose
from bot.effects import ANGER, EMOTION
from bot.messages import Way
from store import feelings, persons
from store.engine import reading, writing
from store.tables import cases as case_tables
from store.tables import outbound, people
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.store.cast import a_staff_member, add

MORNING = datetime.fromisoformat("2026-09-17T02:00:00+00:00")  # 10:00 in Shanghai
EVENING = datetime.fromisoformat("2026-09-17T10:30:00+00:00")  # 18:30
PHONE = "+8613900000001"


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = MORNING
    return Stage(engine, clock)


def remembered(stage: Stage, file: tuple[int, int], key: str, value: str, days_ago: float) -> None:
    at = stage.clock.now - timedelta(days=days_ago)
    with writing(stage.engine) as conn:
        add(conn, people.fact, customer_id=file[1], key=key, value=value, at=at)


def a_case(stage: Stage, file: tuple[int, int], level: str, opened: float, closed: float) -> None:
    now = stage.clock.now
    with writing(stage.engine) as conn:
        add(
            conn, case_tables.cases, store_id=file[0], customer_id=file[1], level=level, state="closed",
            owner_id=a_staff_member(conn, file[0]), opened_at=now - timedelta(days=opened),
            closed_at=now - timedelta(days=closed), ended_as="satisfied",
        )  # fmt: skip


def invited(stage: Stage, file: tuple[int, int]) -> None:
    stage.an_event(file[0], at=stage.clock.now + timedelta(days=60))
    stage.round()


def emotion_lines(stage: Stage) -> list[tuple[str, str, str, str]]:
    return [line for line in stage.chain() if line[1] == "emotion"]


@pytest.mark.handbook("H1.6.5")
def test_no_offer_for_thirty_days_after_strong_words_even_under_another_file(stage: Stage) -> None:
    file = stage.a_file(consents=(Purpose.MARKETING,))
    other = stage.a_file(name="李雷的第二份档案", phone=PHONE)
    remembered(stage, other, EMOTION, ANGER, 20)
    invited(stage, file)
    assert stage.sent(Way.SMS) == []
    assert emotion_lines(stage) == [("gate", "emotion", "defer", "after_anger")]
    assert next(row for row in stage.rows() if row.customer_id == file[1]).due_at == MORNING + timedelta(days=10)
    stage.clock.advance(days=10)
    stage.round()
    assert [out.address for out in stage.sent(Way.SMS)] == [PHONE]


@pytest.mark.parametrize(
    ("level", "opened", "closed", "held"),
    [("P1", 40, 3, True), ("P0", 29, 29, True), ("P2", 5, 3, False), ("P1", 60, 31, False)],
)
def test_a_grave_case_weighs_as_much_until_thirty_days_after_its_end(
    stage: Stage, level: str, opened: float, closed: float, held: bool
) -> None:
    file = stage.a_file(consents=(Purpose.MARKETING,))
    a_case(stage, file, level, opened, closed)
    invited(stage, file)
    assert (stage.sent(Way.SMS) == []) is held


def test_the_check_in_goes_on_after_anger(stage: Stage) -> None:
    file = stage.a_file()
    stage.an_order(file)
    remembered(stage, file, EMOTION, ANGER, 1)
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1


@pytest.mark.handbook("H1.6.5")
def test_nothing_goes_out_after_the_hour_somebody_named(stage: Stage) -> None:
    file = stage.a_file()
    stage.an_order(file)
    remembered(stage, file, "quiet_after", "18:00", 3)
    stage.clock.now = EVENING
    stage.round()
    assert stage.sent(Way.SMS) == []
    assert ("gate", "quiet", "defer", "quiet_wish") in stage.chain()
    (row,) = stage.rows()
    assert row.due_at == datetime.fromisoformat("2026-09-18T01:30:00+00:00")  # a survey's day begins at 09:30
    stage.clock.now = row.due_at
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1


def test_the_newest_word_on_quiet_counts(stage: Stage) -> None:
    file = stage.a_file()
    stage.an_order(file)
    remembered(stage, file, "quiet_after", "18:00", 3)
    remembered(stage, file, "quiet_after", "19:30", 1)
    stage.clock.now = EVENING
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1


@pytest.mark.parametrize("said", ["傍晚", "25:00", ""])
def test_what_is_no_hour_holds_nothing_back(stage: Stage, said: str) -> None:
    file = stage.a_file()
    stage.an_order(file)
    remembered(stage, file, "quiet_after", said, 1)
    stage.clock.now = EVENING
    stage.round()
    assert len(stage.sent(Way.SMS)) == 1


def test_both_are_asked_for_many_people_at_once(stage: Stage) -> None:
    """By file: who shares no number with somebody upset is not upset."""
    angry, calm = stage.a_file(), stage.a_file(name="韩梅梅", phone="+8613900000002")
    remembered(stage, angry, EMOTION, ANGER, 2)
    remembered(stage, angry, "quiet_after", "20:00", 2)
    with reading(stage.engine) as conn:
        both = persons.persons(conn, [angry[1], calm[1]])
        assert feelings.upset(conn, both) == {angry[1]: MORNING - timedelta(days=2)}
        assert feelings.quiet_from(conn, both) == {angry[1]: time(20)}


def test_a_call_waits_for_an_hour_the_customer_left_us(stage: Stage) -> None:
    """The best time to ring ends where the customer's evening begins."""
    file = stage.a_file(phone="+8657188888888")
    stage.an_order(file)
    remembered(stage, file, "quiet_after", "11:00", 1)
    remembered(stage, file, "call_time", "morning", 1)
    with writing(stage.engine) as conn:
        conn.execute(update(people.customer).values(phone_state="voice"))
    stage.round()
    (task,) = stage.rows(outbound.call_task)
    assert task.best == [["09:30", "11:00"]]
