"""Several rows sent by one caller at once end as if each had been sent alone."""

import pytest
from sqlalchemy import Engine

from bot.customer import Purpose
from bot.errors import Mark, Uncertain, Undeliverable
from bot.messages import Way
from store import refusals
from store.engine import writing
from store.tables.outbound import outbox
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.scheduler.test_sending import TEN


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    """Three check-ins handed over, by SMS."""
    clock.now = TEN
    stage = Stage(engine, clock)
    for number in range(3):
        file = stage.a_file(name=f"客户{number}", phone=f"+861390000000{number}")
        stage.an_order(file, key=f"881{number}")
    stage.planner.tick()
    stage.gatekeeper.tick()
    return stage


def test_taken_refused_and_without_an_answer_side_by_side(stage: Stage) -> None:
    stage.phones[Way.SMS].errors = [None, Undeliverable("dead", "空号", Mark.BAD_ADDRESS), Uncertain("timeout", "没有")]
    stage.deliverer.deliver_all(stage.jobs())
    first, refused, unsure = [row for row in stage.rows(outbox) if row.way == "sms"]
    assert (first.state, refused.state, unsure.state) == ("accepted", "failed", "uncertain")
    assert [(row.state, row.outcome) for row in stage.rows()] == [
        ("done", "sent"), ("planned", None), ("done", "uncertain"),
    ]  # fmt: skip
    assert len(stage.sent(Way.SMS)) == 1


def test_who_refused_meanwhile_is_looked_at_once_more(stage: Stage) -> None:
    jobs = stage.jobs()
    with writing(stage.engine) as conn:
        refusals.refuse(conn, ["+8613900000001"], [Purpose.ALL], "word", TEN)
    stage.deliverer.deliver_all(jobs)
    assert [out.address for out in stage.sent(Way.SMS)] == ["+8613900000000", "+8613900000002"]


def test_nothing_to_send_is_nothing(stage: Stage) -> None:
    stage.deliverer.deliver_all([])
    assert stage.sent(Way.SMS) == []
