"""A notice whose field has no fit value for this customer goes the next way: a new car has no plate yet."""

from sqlalchemy import Engine, update

from bot.messages import Way
from store.engine import writing
from store.tables import people
from store.tables.outbound import outbox
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.scheduler.test_sending import TEN


def a_car_without_a_plate(engine: Engine, clock: StillClock, **customer: str) -> Stage:
    clock.now = TEN
    stage = Stage(engine, clock)
    stage.an_order(stage.a_file(openid="o-lilei", **customer))
    with writing(engine) as conn:
        conn.execute(update(people.vehicle).values(plate=""))
    return stage


def test_it_goes_by_sms_and_the_chain_says_why(engine: Engine, clock: StillClock) -> None:
    stage = a_car_without_a_plate(engine, clock)
    stage.round()
    assert [(row.way, row.state) for row in stage.rows(outbox)] == [("sms", "accepted")]
    assert len(stage.sent(Way.SMS)) == 1
    assert stage.outcome() == [("done", "sent", "")]
    chain = stage.chain()
    assert ("send", "render", "failed", "render") in chain
    assert ("route", "template", "passed_over", "tried") in chain


def test_without_another_way_it_fails_and_says_which_field(engine: Engine, clock: StillClock) -> None:
    stage = a_car_without_a_plate(engine, clock, phone="")
    stage.round()
    assert stage.rows(outbox) == []
    assert stage.outcome() == [("done", "failed", "render")]
