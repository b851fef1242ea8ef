"""Who has the thread: claims by compare-and-set, the soonest due time, the feed's cursor."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from store import feed, threads
from store.engine import reading, writing
from store.tables.contact import thread
from store.tables.runtime import feed as feed_table
from store.visibility import visible_to
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    return seed(engine, clock.now)


def write(engine: Engine, cast: Cast, clock: StillClock, text: str = "在吗", **more: Any) -> None:
    with writing(engine) as conn:
        threads.touch(conn, cast.zhang, cast.store_id, at=clock.now, text=text, channel="wechat", **more)


def ask_for_a_person(engine: Engine, cast: Cast, clock: StillClock, **more: Any) -> None:
    with writing(engine) as conn:
        threads.hand_off(conn, cast.zhang, cast.store_id, at=clock.now, reason="human_request", priority="high", **more)


def now_of(engine: Engine, cast: Cast) -> Any:
    with reading(engine) as conn:
        return conn.execute(select(thread).where(thread.c.customer_id == cast.zhang)).one()


def test_the_newest_line_stands_in_the_list(engine: Engine, cast: Cast, clock: StillClock) -> None:
    write(engine, cast, clock, "第一句")
    clock.advance(minutes=1)
    write(engine, cast, clock, "长" * 200)
    row = now_of(engine, cast)
    assert (row.last_at, row.last_text, row.state) == (clock.now, "长" * 80, "bot")


def test_the_first_unanswered_line_sets_the_due_time(engine: Engine, cast: Cast, clock: StillClock) -> None:
    first = clock.now + timedelta(minutes=3)
    write(engine, cast, clock, answer_by=first)
    clock.advance(minutes=2)
    write(engine, cast, clock, answer_by=clock.now + timedelta(minutes=3))
    assert now_of(engine, cast).due_at == first


def test_an_answer_ends_the_wait(engine: Engine, cast: Cast, clock: StillClock) -> None:
    ask_for_a_person(engine, cast, clock, due_at=clock.now + timedelta(minutes=3))
    with writing(engine) as conn:
        threads.answered(conn, cast.zhang, cast.hanmeimei.id)
    row = now_of(engine, cast)
    assert (row.due_at, row.state, row.owner_id) == (None, "human", cast.hanmeimei.id)


def test_who_has_the_thread_keeps_it_at_a_second_hand_off(engine: Engine, cast: Cast, clock: StillClock) -> None:
    ask_for_a_person(engine, cast, clock)
    with writing(engine) as conn:
        assert threads.claim(conn, cast.zhang, cast.hanmeimei.id, 1)
    ask_for_a_person(engine, cast, clock, to_staff_id=cast.lilei.id)
    assert (now_of(engine, cast).state, now_of(engine, cast).owner_id) == ("human", cast.hanmeimei.id)


def test_a_sooner_hand_off_wins(engine: Engine, cast: Cast, clock: StillClock) -> None:
    late, soon = clock.now + timedelta(hours=1), clock.now + timedelta(minutes=3)
    for due in (late, soon, late):
        ask_for_a_person(engine, cast, clock, due_at=due)
    assert now_of(engine, cast).due_at == soon


def test_what_is_unsettled_stays_as_urgent_as_it_was(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with writing(engine) as conn:
        for reason, priority in (("emergency", "emergency"), ("question", "normal"), ("human_request", "high")):
            threads.hand_off(conn, cast.zhang, cast.store_id, at=clock.now, reason=reason, priority=priority)
    row = now_of(engine, cast)
    assert (row.reason, row.priority) == ("emergency", "emergency")


def test_of_two_who_claim_at_once_one_wins(engine: Engine, cast: Cast, clock: StillClock) -> None:
    ask_for_a_person(engine, cast, clock)
    version = now_of(engine, cast).version

    def claim(staff_id: int) -> bool:
        with writing(engine) as conn:
            return threads.claim(conn, cast.zhang, staff_id, version)

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(claim, (cast.hanmeimei.id, cast.advisor.id)))
    assert sorted(won) == [False, True]
    winner = cast.hanmeimei.id if won[0] else cast.advisor.id
    assert now_of(engine, cast).owner_id == winner


def test_a_released_thread_is_the_bots(engine: Engine, cast: Cast, clock: StillClock) -> None:
    ask_for_a_person(engine, cast, clock, due_at=clock.now)
    with writing(engine) as conn:
        threads.release(conn, cast.zhang, "bot")
    row = now_of(engine, cast)
    assert (row.state, row.owner_id, row.due_at, row.reason) == ("bot", None, None, "")


def test_two_first_messages_at_once_make_one_row(engine: Engine, cast: Cast, clock: StillClock) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: write(engine, cast, clock, str(n)), range(8)))
    with reading(engine) as conn:
        assert len(conn.execute(select(thread)).all()) == 1


def test_the_feed_carries_no_text(engine: Engine, cast: Cast, clock: StillClock) -> None:
    write(engine, cast, clock, "秘密", message_id=None)
    with reading(engine) as conn:
        told = feed.after(conn, 0, visible_to(cast.hanmeimei, feed_table))
    assert "秘密" not in repr(told)


def test_the_feed_looks_back_for_late_commits(engine: Engine, cast: Cast, clock: StillClock) -> None:
    for _ in range(60):
        write(engine, cast, clock)
    with reading(engine) as conn:
        cursor = feed.newest(conn)
        again = feed.after(conn, cursor, visible_to(cast.hanmeimei, feed_table))
    assert len(again) == feed.OVERLAP
    assert again[-1].id == cursor


def test_a_pruned_feed_sends_old_pages_to_reload(engine: Engine, cast: Cast, clock: StillClock) -> None:
    write(engine, cast, clock)
    clock.advance(days=2)
    with writing(engine) as conn:
        cursor = feed.newest(conn)
        row = {"store_id": cast.store_id, "kind": "alert", "ref": {}, "at": clock.now}
        conn.execute(insert(feed_table), [row, row])
        assert feed.prune(conn, clock.now) == 1
        assert feed.too_old(conn, cursor - 1)
        assert not feed.too_old(conn, cursor)
        assert not feed.too_old(conn, feed.newest(conn))
