"""Three calls without an answer are a provider that is down, unless it answers others: then it is our own line."""

import pytest
from sqlalchemy import Engine, select, update

from bot.errors import Uncertain
from bot.messages import Priority, Way
from scheduler.settle import NO_ANSWER, SILENT_CALLS
from store.engine import reading, writing
from store.tables.outbound import outbox
from store.tables.trouble import channel_trouble
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.scheduler.test_sending import queue


@pytest.mark.parametrize("others_are_heard", [False, True])
def test_only_a_provider_that_answers_nobody_rests_for_all(
    engine: Engine, clock: StillClock, others_are_heard: bool
) -> None:
    stage = Stage(engine, clock)
    stage.phones[Way.SMS].errors = [Uncertain(NO_ANSWER, "没有回应") for _ in range(SILENT_CALLS)]
    for number in range(SILENT_CALLS):
        ours = an_sms(stage, number)
        if others_are_heard and number:
            accepted(stage, an_sms(stage, 100 + number))
        (job,) = [each for each in stage.deliverer.claim(Priority.REPLY, 9) if each.id == ours]
        stage.deliverer.deliver(job)
        clock.advance(seconds=8)
    with reading(engine) as conn:
        shut_for_all = conn.execute(select(channel_trouble.c.id).where(channel_trouble.c.standing)).first()
    assert (shut_for_all is None) is others_are_heard
    assert stage.settler.closed() == ([("sms", "")] if others_are_heard else [])
    stage.deliverer.close()


def an_sms(stage: Stage, number: int) -> int:
    address = f"+86139000{number:05d}"
    file = stage.a_file(name=f"客户{number}", phone=address)
    return queue(stage, file, way=Way.SMS, account="", address=address, out_id=f"m{number}")


def accepted(stage: Stage, row: int) -> None:
    """By another worker, of another host."""
    with writing(stage.engine) as conn:
        taken = {"state": "accepted", "accepted_at": stage.clock.now}
        conn.execute(update(outbox).where(outbox.c.id == row).values(taken))
