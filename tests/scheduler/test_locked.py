"""The answer of a provider outlives a locked database: what was accepted is never called uncertain."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import OperationalError

import store.engine
from bot.errors import SendError, Undeliverable
from bot.messages import Outgoing, Way
from scheduler.settle import STORE_TRIES
from store.engine import open_engine
from store.tables.outbound import outbox
from tests.conftest import StillClock
from tests.scheduler.stage import Stage


@pytest.fixture
def impatient(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """An engine that waits 50 ms for a lock."""
    monkeypatch.setattr(store.engine, "LOCK_WAIT_MS", 50)
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@contextmanager
def lock_held(engine: Engine) -> Iterator[None]:
    """What another process would do: SQLite's one write lock, PostgreSQL's row."""
    with engine.connect().execution_options(writes=True) as other, other.begin():
        other.execute(select(outbox.c.id).with_for_update())
        yield


class Holder:
    """Takes the lock while the request is at the provider; gives it up after so many failed tries to store."""

    def __init__(self, stage: Stage, gives_up_after: int) -> None:
        self.stack, self.engine, self.left, self.waited = ExitStack(), stage.engine, gives_up_after, 0
        stage.phones[Way.SMS].before = self.take

    def take(self, _out: Outgoing) -> None:
        self.stack.enter_context(lock_held(self.engine))

    def pause(self, _seconds: float) -> None:
        self.waited += 1
        if self.waited == self.left:
            self.stack.close()


@pytest.fixture
def held(impatient: Engine, clock: StillClock) -> Callable[[int], tuple[Stage, Holder]]:
    def make(gives_up_after: int) -> tuple[Stage, Holder]:
        stage = Stage(impatient, clock)
        stage.an_order(stage.a_file())
        holder = Holder(stage, gives_up_after)
        stage.settler.pause = holder.pause
        stage.planner.tick()
        stage.gatekeeper.tick()
        return stage, holder

    return make


@pytest.mark.parametrize("answer", [None, Undeliverable("isv.MOBILE_NUMBER_ILLEGAL", "号码无效")])
def test_a_lock_held_over_several_waits_loses_no_answer(
    held: Callable[[int], tuple[Stage, Holder]], answer: SendError | None
) -> None:
    stage, holder = held(3)
    stage.phones[Way.SMS].errors.append(answer)
    (job,) = stage.jobs()
    stage.deliverer.deliver(job)
    assert holder.waited == 3
    stage.clock.advance(seconds=90)
    assert stage.calls.tick() == 0
    assert stage.rows(outbox)[0].state == ("accepted" if answer is None else "failed")


def test_a_lock_that_never_ends_is_left_to_the_sweep(held: Callable[[int], tuple[Stage, Holder]]) -> None:
    stage, holder = held(99)
    (job,) = stage.jobs()
    with pytest.raises(OperationalError):
        stage.deliverer.deliver(job)
    assert holder.waited == STORE_TRIES - 1
    holder.stack.close()
    stage.clock.advance(seconds=90)
    assert stage.calls.tick() == 1
    assert stage.rows(outbox)[0].state == "uncertain"
