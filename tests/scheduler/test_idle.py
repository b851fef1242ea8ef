"""What a worker does when there is nothing to do, and with what it claimed and will not send any more."""

import pytest
from sqlalchemy import Engine

from bot.messages import Way
from store.tables.outbound import outbox
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.statements import statements_of


@pytest.fixture
def stage(engine: Engine, clock: StillClock) -> Stage:
    return Stage(engine, clock)


def test_an_idle_worker_writes_nothing_and_takes_no_lock(stage: Stage) -> None:
    stage.an_order(stage.a_file())
    stage.round()
    with statements_of(stage.engine) as idle:
        assert stage.gatekeeper.tick() + stage.deliverer.pump() + stage.calls.tick() == 0
    assert [each for each in idle if not each.startswith(("SELECT", "BEGIN"))] == []
    assert "BEGIN IMMEDIATE" not in idle
    assert len(idle) <= 6


def test_bulk_is_claimed_ahead_and_given_back_at_the_end(stage: Stage) -> None:
    for number in range(20):
        file = stage.a_file(name=f"客户{number}", phone=f"+86139000010{number:02d}")
        stage.an_order(file, key=f"k{number}")
    stage.planner.tick()
    stage.gatekeeper.tick()
    assert stage.deliverer.pump() == 6
    leased = [row.lease_until for row in stage.rows(outbox) if row.state == "queued"]
    assert len(leased) >= 14
    stage.deliverer.close()
    assert [row.lease_until for row in stage.rows(outbox) if row.lease_until is not None] == []
    assert len(stage.sent(Way.SMS)) + [row.state for row in stage.rows(outbox)].count("queued") == 20
