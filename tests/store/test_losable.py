"""Redis may be absent, down, frozen, flushed or restarted: nothing raises, and what must go on goes on."""

import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from store.losable import ANSWER_S, REST_S, Losable
from tests.valkey import Valkey


class Ticks:
    """A monotonic clock that a test turns by hand."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def valkey() -> Iterator[Valkey]:
    with tempfile.TemporaryDirectory(prefix="vk") as folder:  # pytest's own paths are too long for a socket
        server = Valkey(Path(folder))
        server.start()
        yield server
        server.stop()


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def test_a_token_is_shared_between_processes(valkey: Valkey) -> None:
    one, other = Losable(valkey.url), Losable(valkey.url)
    one.tokens.put("main", "T1", 60)
    assert other.tokens.get("main") == "T1"
    assert other.tokens.get("second") is None


def test_only_the_token_that_failed_is_dropped(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    losable.tokens.put("main", "T2", 60)
    losable.tokens.drop_if("main", "T1")
    assert losable.tokens.get("main") == "T2"
    losable.tokens.drop_if("main", "T2")
    assert losable.tokens.get("main") is None


def test_a_token_expires(ticks: Ticks) -> None:
    losable = Losable(None, ticks)
    losable.tokens.put("main", "T1", 60)
    ticks.seconds += 59
    assert losable.tokens.get("main") == "T1"
    ticks.seconds += 2
    assert losable.tokens.get("main") is None


def test_a_flushed_token_is_gone_and_can_be_put_again(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    losable.tokens.put("main", "T1", 60)
    valkey.flush()
    assert losable.tokens.get("main") is None
    losable.tokens.put("main", "T2", 60)
    assert losable.tokens.get("main") == "T2"


def test_one_of_many_holds_a_lock(valkey: Valkey) -> None:
    losables = [Losable(valkey.url) for _ in range(8)]
    gate = threading.Barrier(8)

    def hold(losable: Losable) -> bool:
        with losable.locks.hold("refresh", 10) as taken:
            gate.wait(10)
            return taken

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(hold, losables)) == [False] * 7 + [True]


def test_a_released_lock_can_be_taken_again(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    for _ in range(2):
        with losable.locks.hold("refresh", 10) as taken:
            assert taken


def test_an_overdue_holder_does_not_free_the_next_one(valkey: Valkey) -> None:
    slow, quick = Losable(valkey.url), Losable(valkey.url)
    with slow.locks.hold("refresh", 10):
        valkey.flush()  # as if the lock had run out
        held = quick.locks.hold("refresh", 10)
        assert held.__enter__() is True
    with slow.locks.hold("refresh", 10) as taken:
        assert taken is False
    held.__exit__(None, None, None)


def test_a_lock_is_released_when_its_holder_raises(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    with pytest.raises(KeyError), losable.locks.hold("refresh", 10):
        raise KeyError("broken")
    with losable.locks.hold("refresh", 10) as taken:
        assert taken


def test_a_bucket_holds_its_burst_and_then_names_the_wait(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    assert [losable.buckets.take("wechat", 0.5, 3) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert 1.5 < losable.buckets.take("wechat", 0.5, 3) <= 2.0
    assert losable.buckets.take("sms", 0.5, 3) == 0.0


def test_a_bucket_is_shared_by_threads_and_processes(valkey: Valkey) -> None:
    losables = [Losable(valkey.url) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda number: losables[number % 4].buckets.take("sms", 0.001, 20), range(80)))
    assert waits.count(0.0) == 20


def test_without_redis_a_bucket_counts_in_this_process(ticks: Ticks) -> None:
    buckets = Losable(None, ticks).buckets
    assert [buckets.take("sms", 2.0, 2) for _ in range(3)] == [0.0, 0.0, 0.5]
    ticks.seconds += 0.5
    assert buckets.take("sms", 2.0, 2) == 0.0
    assert buckets.take("sms", 2.0, 2) == 0.5


def test_a_nonce_remembers_its_first_message(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    assert losable.nonces.first_use("n1", "message-a", 600) is None
    assert losable.nonces.first_use("n1", "message-b", 600) == "message-a"
    assert losable.nonces.first_use("n2", "message-b", 600) is None


def test_a_wakeup_reaches_every_waiter_of_its_topic(valkey: Valkey) -> None:
    losable, other = Losable(valkey.url), Losable(valkey.url)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(which.wakeups.wait, "feed", 20) for which in (losable, other, losable)]
        deaf = pool.submit(losable.wakeups.wait, "outbox", 1.0)
        losable.wakeups.wake("feed")
        assert [one.result(20) for one in waiting] == [True, True, True]
        assert deaf.result(20) is False


@pytest.mark.parametrize("with_redis", [True, False])
def test_a_wakeup_while_busy_is_heard_at_the_next_wait_once(valkey: Valkey, with_redis: bool) -> None:
    wakeups = Losable(valkey.url if with_redis else None).wakeups
    assert wakeups.wait("outbox", 0.01) is False
    wakeups.wake("outbox")
    wakeups.wake("outbox")
    assert wakeups.wait("outbox", 5) is True
    assert wakeups.wait("outbox", 0.01) is False


def test_without_redis_a_waiter_of_this_process_is_woken() -> None:
    losable = Losable(None)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(losable.wakeups.wait, "feed", 20)
        losable.wakeups.wake("feed")
        assert waiting.result(20) is True


def use_all(losable: Losable) -> tuple[object, ...]:
    losable.tokens.put("main", "T", 60)
    losable.tokens.drop_if("main", "other")
    losable.wakeups.wake("feed")
    with losable.locks.hold("refresh", 1) as taken:
        return (
            taken,
            losable.tokens.get("main"),
            losable.buckets.take("b", 1.0, 1),
            losable.nonces.first_use("n", "m", 60),
            losable.wakeups.wait("feed", 1),
        )


def test_nothing_needs_redis() -> None:
    assert use_all(Losable(None)) == (True, "T", 0.0, None, True)
    assert use_all(Losable("")) == (True, "T", 0.0, None, True)
    assert use_all(Losable("unix:///nowhere/valkey.sock")) == (True, "T", 0.0, None, True)
    assert use_all(Losable("redis://127.0.0.1:1/0")) == (True, "T", 0.0, None, True)


def test_redis_stopped_mid_run_and_started_again(valkey: Valkey, ticks: Ticks) -> None:
    losable = Losable(valkey.url, ticks)
    assert losable.alive()
    assert use_all(losable) == (True, "T", 0.0, None, True)
    valkey.stop()
    assert not losable.alive()
    assert use_all(losable) == (True, "T", 0.0, None, True)
    valkey.start()
    assert not losable.alive(), "it rests first"
    ticks.seconds += REST_S
    assert losable.alive()
    valkey.flush()
    assert use_all(losable) == (True, "T", 0.0, None, True)


def test_a_restart_between_two_questions_goes_unnoticed(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    losable.tokens.put("main", "T1", 60)
    valkey.stop()
    valkey.start()
    assert losable.tokens.get("main") == "T1", "the append-only file keeps it"


def test_a_waiter_goes_on_when_redis_stops_under_it(valkey: Valkey) -> None:
    losable = Losable(valkey.url)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(losable.wakeups.wait, "feed", 20)
        valkey.stop()
        losable.wakeups.wake("feed")
        assert waiting.result(20) is True


def test_a_frozen_redis_costs_one_short_wait_not_one_a_question(valkey: Valkey, ticks: Ticks) -> None:
    losable = Losable(valkey.url, ticks)
    assert losable.alive()
    valkey.freeze()
    began = time.monotonic()
    for _ in range(20):
        losable.nonces.first_use("n", "m", 60)
    assert time.monotonic() - began < 4 * ANSWER_S
    valkey.thaw()


def test_one_line_when_it_goes_and_one_when_it_is_back(valkey: Valkey) -> None:
    ticks = Ticks()
    losable = Losable(valkey.url, ticks)
    with capture_logs() as lines:
        for _ in range(3):
            assert losable.alive()
        valkey.stop()
        for _ in range(3):
            assert not losable.alive()
            ticks.seconds += 2
        valkey.start()
        for _ in range(3):
            assert losable.alive()
    assert [line["event"] for line in lines] == ["redis_away", "redis_back"]
