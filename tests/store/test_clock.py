import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError

from bot.errors import RuleBroken
from store.clock import BEAT_S, LIVE_S, StoredClock
from store.engine import open_engine, reading
from store.tables import runtime
from tests.conftest import StillClock


def stored(engine: Engine, still: StillClock, name: str = "web:1", movable: bool = True) -> StoredClock:
    return StoredClock(engine, still.machine, still.monotonic, movable, name)


def test_it_is_real_time_until_it_is_moved(engine: Engine, clock: StillClock) -> None:
    web = stored(engine, clock)
    assert web.business() == web.machine() == clock.now


def test_a_move_shifts_business_time_only(engine: Engine, clock: StillClock) -> None:
    web = stored(engine, clock)
    target = clock.now + timedelta(days=3)
    assert web.move(target) == 1
    clock.advance(seconds=5)
    assert web.business() == target + timedelta(seconds=5)
    assert web.machine() == clock.now


def test_steps_add_up(engine: Engine, clock: StillClock) -> None:
    web = stored(engine, clock)
    assert [web.advance(timedelta(days=3, hours=2)), web.advance(timedelta(seconds=90))] == [1, 2]
    assert web.business() - web.machine() == timedelta(days=3, hours=2, seconds=90)


def test_another_process_takes_it_over_at_its_refresh(engine: Engine, clock: StillClock) -> None:
    web, worker = stored(engine, clock), stored(engine, clock, "worker:2")
    web.advance(timedelta(hours=1))
    assert worker.business() == clock.now
    worker.refresh()
    assert worker.business() == clock.now + timedelta(hours=1)


def test_a_new_process_starts_with_the_offset(engine: Engine, clock: StillClock) -> None:
    stored(engine, clock).advance(timedelta(days=1))
    assert stored(engine, clock, "late:3").business() == clock.now + timedelta(days=1)


@pytest.mark.parametrize("step", [timedelta(seconds=-1), timedelta(days=-400)])
def test_never_into_the_past(engine: Engine, clock: StillClock, step: timedelta) -> None:
    web = stored(engine, clock)
    web.advance(timedelta(hours=1))
    with pytest.raises(RuleBroken) as back:
        web.move(web.business() + step)
    with pytest.raises(RuleBroken):
        web.advance(step)
    assert back.value.code == "clock_past"
    assert web.business() == clock.now + timedelta(hours=1)


def test_without_sandbox_it_is_fixed_and_asks_nothing(engine: Engine, clock: StillClock) -> None:
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *of: statements.append(of[2]))
    web = stored(engine, clock, movable=False)
    web.refresh()
    web.leave()
    assert (web.business(), statements) == (clock.now, [])
    with pytest.raises(RuleBroken) as fixed:
        web.advance(timedelta(hours=1))
    assert fixed.value.code == "clock_fixed"


def seen(engine: Engine) -> dict[str, tuple[int, datetime]]:
    with reading(engine) as connection:
        return {row.name: (row.seen_version, row.seen_at) for row in connection.execute(select(runtime.process))}


def test_the_heartbeat_is_written_only_when_due(engine: Engine, clock: StillClock) -> None:
    web = stored(engine, clock)
    web.refresh()
    first = clock.now
    clock.advance(seconds=BEAT_S / 2)
    web.refresh()
    assert seen(engine) == {"web:1": (0, first)}
    clock.advance(seconds=BEAT_S)
    web.refresh()
    assert seen(engine) == {"web:1": (0, clock.now)}


def test_a_move_is_told_at_once(engine: Engine, clock: StillClock) -> None:
    web, worker = stored(engine, clock), stored(engine, clock, "worker:2")
    worker.refresh()
    version = web.advance(timedelta(hours=1))
    assert not web.everyone_saw(version, within=0)
    worker.refresh()
    assert seen(engine)["worker:2"] == (version, clock.now)
    assert web.everyone_saw(version, within=0)


def test_the_dead_and_the_departed_are_not_waited_for(engine: Engine, clock: StillClock) -> None:
    web, killed, gone = (stored(engine, clock, name) for name in ("web:1", "worker:2", "clock:3"))
    killed.refresh()
    clock.advance(seconds=LIVE_S)
    gone.refresh()
    version = web.advance(timedelta(hours=1))
    assert not web.everyone_saw(version, within=0)
    gone.leave()
    assert web.everyone_saw(version, within=0)


def test_waiting_ends_when_the_other_follows(engine: Engine) -> None:
    import time

    def real() -> datetime:
        return datetime.now(UTC)

    web = StoredClock(engine, real, time.monotonic, True, "web:1")
    worker = StoredClock(engine, real, time.monotonic, True, "worker:2")
    worker.refresh()
    stop = threading.Event()
    follower = threading.Thread(target=worker.follow, args=(stop, 0.05))
    follower.start()
    try:
        assert web.everyone_saw(web.advance(timedelta(days=3)), within=5)
    finally:
        stop.set()
        follower.join()


def test_following_outlives_a_database_that_fails_once(engine: Engine, clock: StillClock) -> None:
    web, other = stored(engine, clock), stored(engine, clock, "other:2")
    failures = [OperationalError("SELECT", {}, Exception("away"))]
    asked = threading.Event()

    def fail_once(*_of: object) -> None:
        if failures:
            failure = failures.pop()
            asked.set()
            raise failure

    event.listen(engine, "before_cursor_execute", fail_once)
    stop = threading.Event()
    follower = threading.Thread(target=web.follow, args=(stop, 0.01))
    follower.start()
    try:
        assert asked.wait(5)
        version = other.advance(timedelta(hours=1))
        for _ in range(500):
            if web.version == version:
                break
            threading.Event().wait(0.01)
        assert web.version == version
    finally:
        stop.set()
        follower.join()


def test_two_who_advance_at_once_are_both_counted(database_url: str, engine: Engine, clock: StillClock) -> None:
    engines = [open_engine(database_url) for _ in range(4)]
    clocks = [stored(each, clock, f"p:{number}") for number, each in enumerate(engines)]
    threads = [threading.Thread(target=each.advance, args=(timedelta(hours=1),)) for each in clocks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    clocks[0].refresh()
    assert clocks[0].business() == clock.now + timedelta(hours=4)
    with reading(engine) as connection:
        assert connection.execute(select(func.max(runtime.clock_offset.c.version))).scalar_one() == 4
    for each in engines:
        each.dispose()
