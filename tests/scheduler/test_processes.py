"""The worker's loop and the clock: they come back after a failure, and need no Redis to be quick."""

from collections.abc import Callable
from datetime import datetime
from threading import Event, Thread
from time import monotonic

from sqlalchemy import Engine

from bot.messages import Way
from scheduler.clock import Tick, make_clock
from scheduler.worker import Worker
from store.losable import Losable
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.scheduler.test_sending import queue, until

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")


def running(worker: Worker) -> Callable[[], None]:
    stop = Event()
    thread = Thread(target=worker.run, args=(stop,))
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()

    return end


def test_a_reply_goes_out_without_redis(engine: Engine, clock: StillClock) -> None:
    clock.now = TEN
    stage = Stage(engine, clock)
    file = stage.a_file()
    wakeups = Losable("", monotonic).wakeups
    end = running(Worker(stage.gatekeeper, stage.deliverer, wakeups))
    try:
        queue(stage, file, way=Way.SMS, account="", address="+8613900000001")
        until(lambda: len(stage.sent(Way.SMS)) == 1)
    finally:
        end()


def test_a_failing_round_does_not_end_the_worker(engine: Engine, clock: StillClock) -> None:
    stage = Stage(engine, clock)
    rounds: list[int] = []

    def chore() -> int:
        rounds.append(1)
        if len(rounds) == 1:
            raise RuntimeError("the database is away")
        return 0

    end = running(Worker(stage.gatekeeper, stage.deliverer, Losable("", monotonic).wakeups, [chore]))
    try:
        until(lambda: len(rounds) > 1)
    finally:
        end()


def test_the_clock_ticks_on_after_a_failed_tick_and_keeps_nothing() -> None:
    ticked: list[str] = []

    def fails() -> None:
        ticked.append("fails")
        raise RuntimeError("away")

    clock = make_clock({"fails": Tick(0.02, fails), "works": Tick(0.02, lambda: ticked.append("works"))})
    job = clock.get_job("works")  # pending jobs show the settings they will run with
    assert job is not None
    clock.start()
    try:
        until(lambda: ticked.count("fails") > 2 and ticked.count("works") > 2)
        kept = clock.get_job("works")
        assert (kept.coalesce, kept.max_instances, kept.misfire_grace_time) == (True, 1, None)
        assert str(clock.timezone) == "Asia/Shanghai"
    finally:
        clock.shutdown()
