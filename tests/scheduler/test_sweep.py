"""What time does by itself: deadlines warned and broken, questions and touchpoints that end, nights of downtime."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from bot.journeys import Journey
from bot.messages import Category, Way
from bot.permitted import in_hours
from store.engine import reading, writing
from store.tables import cases, contact, outbound, runtime
from tests.conftest import StillClock
from tests.scheduler.stage import DEALER, JOURNEYS, Stage
from tests.store.cast import a_staff_member, a_touchpoint, add

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")
EVENING = TEN + timedelta(hours=9)  # 19:00 in Shanghai


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    clock.now = TEN
    return Stage(engine, clock)


def a_case(stage: Stage, **values: object) -> int:
    """With one deadline: warned at 10:20, due at 10:30."""
    file = stage.a_file()
    row = {"level": "P2", "state": "open", "opened_at": stage.clock.now, **values}
    with writing(stage.engine) as conn:
        owner = a_staff_member(conn, file[0])
        case_id = add(conn, cases.cases, store_id=file[0], customer_id=file[1], owner_id=owner, **row)
        add(
            conn, cases.deadline, case_id=case_id, round=1, kind="contact", warn_at=TEN + timedelta(minutes=20),
            due_at=TEN + timedelta(minutes=30),
        )  # fmt: skip
    return case_id


def told(stage: Stage) -> list[str]:
    """Who is told then is test_escalate.py's."""
    return [row.ref["reason"] for row in stage.rows(runtime.feed) if row.ref["reason"] != "escalation"]


def meet(stage: Stage, at: datetime) -> None:
    with writing(stage.engine) as conn:
        conn.execute(update(cases.deadline).values(met_at=at))


@pytest.mark.handbook("H1.6.3")
def test_a_deadline_warns_once_then_breaks_once(stage: Stage) -> None:
    a_case(stage)
    said = []
    for _ in range(40):
        stage.deadlines.tick()
        said.append(len(told(stage)))
        stage.clock.advance(minutes=1)
    assert told(stage) == ["deadline_warning", "deadline_breach"]
    assert (said.index(1), said.index(2)) == (20, 30)
    (row,) = stage.rows(cases.deadline)
    assert (row.warned_at, row.breached_at) == (TEN + timedelta(minutes=20), TEN + timedelta(minutes=30))


def test_met_in_time_is_neither_warned_nor_broken(stage: Stage) -> None:
    a_case(stage)
    meet(stage, TEN + timedelta(minutes=5))
    stage.clock.advance(hours=3)
    assert stage.deadlines.tick() == 0
    assert told(stage) == []


def test_an_answer_a_second_late_is_still_a_breach(stage: Stage) -> None:
    a_case(stage)
    meet(stage, TEN + timedelta(minutes=30, seconds=1))
    stage.clock.advance(hours=1)
    stage.deadlines.tick()
    assert told(stage) == ["deadline_breach"]


def test_after_downtime_a_breach_is_written_late_and_no_warning_with_it(stage: Stage) -> None:
    a_case(stage)
    stage.clock.advance(hours=12)
    stage.deadlines.tick()
    stage.deadlines.tick()
    assert told(stage) == ["deadline_breach"]


@pytest.mark.parametrize(("minutes", "reasons"), [(10, []), (40, ["deadline_breach"])])
def test_a_case_closed_in_time_leaves_no_breach(stage: Stage, minutes: int, reasons: list[str]) -> None:
    a_case(stage, state="closed", closed_at=TEN + timedelta(minutes=minutes))
    stage.clock.advance(hours=1)
    stage.deadlines.tick()
    assert told(stage) == reasons


def test_a_deadline_of_an_earlier_round_is_history(stage: Stage) -> None:
    a_case(stage, round=2)
    stage.clock.advance(hours=1)
    assert stage.deadlines.tick() == 0


def test_an_open_question_ends(stage: Stage) -> None:
    _, customer_id = stage.a_file()
    with writing(stage.engine) as conn:
        for state in ("open", "answered"):
            add(
                conn, contact.prompt, customer_id=customer_id, kind="survey", ref={}, asked_at=TEN, state=state,
                expires_at=TEN + timedelta(days=7),
            )  # fmt: skip
    stage.clock.advance(days=7, seconds=-1)
    stage.deadlines.tick()
    assert [row.state for row in stage.rows(contact.prompt)] == ["open", "answered"]
    stage.clock.advance(seconds=1)
    stage.deadlines.tick()
    assert [row.state for row in stage.rows(contact.prompt)] == ["expired", "answered"]


def test_a_touchpoint_deferred_past_its_end_is_skipped(stage: Stage) -> None:
    file = stage.a_file()
    with writing(stage.engine) as conn:
        a_touchpoint(conn, *file, TEN + timedelta(days=2), expires_at=TEN + timedelta(hours=1))
    stage.deadlines.tick()
    assert stage.outcome() == [("planned", None, "")]
    stage.clock.advance(hours=1)
    stage.deadlines.tick()
    assert stage.outcome() == [("done", "skipped", "expired")]


def journeys(**values: object) -> tuple[Journey, ...]:
    """The check-in at 19:30, with another rule for being late."""
    data = [journey.model_dump() for journey in JOURNEYS]
    for journey in data:
        if journey["id"] == "checkin":
            journey["steps"][0] |= {"at": "19:30", "late_after": "PT1H", **values}
    return tuple(Journey.model_validate(each) for each in data)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("late", "outcome", "sent_at"),
    [
        ("send", ("done", "sent", ""), "09:30"),
        ("skip", ("done", "skipped", "late"), None),
        ("next", ("done", "sent", ""), "19:30"),
    ],
)
def test_twelve_hours_of_downtime_over_night(
    engine: Engine, clock: StillClock, late: str, outcome: tuple[str, str, str], sent_at: str | None
) -> None:
    """Down from 19:00 to 07:00: nothing goes out in quiet hours, and what is late follows its rule."""
    clock.now = EVENING
    stage = Stage(engine, clock, journeys=journeys(late=late))
    stage.an_order(stage.a_file())
    stage.planner.tick()
    clock.advance(hours=12)
    stage.until(EVENING + timedelta(hours=26), minutes=30)
    assert stage.outcome() == [outcome]
    times = [row.at for row in stage.rows(contact.message)]
    assert len(times) == (0 if sent_at is None else 1)
    for at in times:
        assert in_hours(DEALER.hours.of(Category.SURVEY), at, "Asia/Shanghai")
        assert (at + timedelta(hours=8)).strftime("%H:%M") == sent_at


def test_a_birthday_missed_by_a_day_is_not_greeted_late(stage: Stage) -> None:
    from datetime import date

    from bot.customer import Purpose

    stage.a_file(birthday=date(1990, 9, 17), consents=(Purpose.GREETING,))
    stage.planner.tick()
    stage.clock.advance(hours=23)
    stage.round()
    assert stage.outcome() == [("done", "skipped", "expired")]
    assert stage.sent(Way.SMS) == []


def test_a_deferral_leaves_the_tries_of_the_message_untouched(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    stage.clock.now = EVENING + timedelta(hours=3)
    for _ in range(9):
        stage.round()
        stage.clock.advance(hours=1)
    with reading(stage.engine) as conn:
        assert conn.execute(select(outbound.attempt.c.id)).first() is None
    stage.until(EVENING + timedelta(hours=16), hours=1)
    assert [row.attempts for row in stage.rows(outbound.outbox)] == [1]
