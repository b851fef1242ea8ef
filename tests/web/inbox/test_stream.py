"""The event stream over real HTTP: what one may see and no more, a cap, a quick end, a cursor that heals."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from flask import Flask
from sqlalchemy import Engine, delete, insert

from store import feed, threads
from store.engine import reading, writing
from store.losable import Losable
from store.tables.runtime import feed as feed_table
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.conftest import PASSWORD, build
from tests.web.inbox.day import Day
from tests.web.inbox.served import served


@pytest.fixture
def stopping() -> threading.Event:
    return threading.Event()


@pytest.fixture
def base(engine: Engine, clock: StillClock, losable: Losable, stopping: threading.Event) -> Iterator[str]:
    site = build(engine, clock, losable, stopping.is_set, streams=3)
    site.config["WTF_CSRF_ENABLED"] = False
    with served(site) as url:
        yield url
        stopping.set()


def logged_in(base: str, username: str) -> requests.Session:
    session = requests.Session()
    session.post(f"{base}/login", data={"username": username, "password": PASSWORD}, timeout=10).raise_for_status()
    return session


class Page:
    """One open page: reads the stream event by event."""

    def __init__(self, session: requests.Session, base: str, after: int, headers: dict[str, str], at: str = "") -> None:
        self.answer = session.get(f"{base}/events?after={after}{at}", stream=True, timeout=10, headers=headers)
        self.lines = self.answer.iter_lines(chunk_size=1, decode_unicode=True)

    def told(self, until: str) -> list[tuple[str, dict[str, Any]]]:
        """Events up to the first named `until`, that one included."""
        events, name = [], ""
        for line in self.lines:
            if line.startswith("event: "):
                name = line[7:]
            if line.startswith("data: "):
                events.append((name, json.loads(line[6:])))
                if name == until:
                    break
        return events

    def close(self) -> None:
        self.answer.close()


def opened(session: requests.Session, base: str, after: int, **headers: str) -> "closing[Page]":
    return closing(Page(session, base, after, headers))


def told(page: Page, until: str) -> list[tuple[str, dict[str, Any]]]:
    return page.told(until)


def newest(engine: Engine) -> int:
    with reading(engine) as conn:
        return feed.newest(conn)


def say(engine: Engine, cast: Cast, customer_id: int, store_id: int, clock: StillClock) -> None:
    with writing(engine) as conn:
        threads.touch(conn, customer_id, store_id, at=clock.now, text="在吗", channel="wechat")


def settled(engine: Engine, clock: StillClock) -> int:
    """The cursor of a page rendered a while ago."""
    clock.advance(seconds=30)
    return newest(engine)


def test_what_happens_is_told_at_once_and_without_words(
    engine: Engine, base: str, cast: Cast, day: Day, clock: StillClock, losable: Losable
) -> None:
    cursor = settled(engine, clock)
    with opened(logged_in(base, "hanmeimei"), base, cursor) as stream:
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        assert [name for name, _ in told(stream, "beat")] == ["beat"]
        say(engine, cast, cast.zhang, cast.store_id, clock)
        losable.wakeups.wake(feed.TOPIC)
        [(name, event)] = told(stream, "feed")
        assert (name, event["kind"], event["customer"]) == ("feed", "message", cast.zhang)
        assert set(event) == {"kind", "customer", "id"}


def test_without_a_wake_up_it_is_found_by_looking(
    engine: Engine, base: str, cast: Cast, day: Day, clock: StillClock
) -> None:
    cursor = settled(engine, clock)
    with opened(logged_in(base, "hanmeimei"), base, cursor) as stream:
        told(stream, "beat")
        say(engine, cast, cast.zhang, cast.store_id, clock)
        assert told(stream, "feed")


def test_another_store_hears_its_own_and_nothing_of_ours(
    engine: Engine, base: str, cast: Cast, day: Day, clock: StillClock, losable: Losable
) -> None:
    with opened(logged_in(base, "wanglei"), base, 0) as stream:
        told(stream, "beat")
        say(engine, cast, cast.zhang, cast.store_id, clock)
        say(engine, cast, cast.stranger, cast.elsewhere_id, clock)
        losable.wakeups.wake(feed.TOPIC)
        heard = told(stream, "feed")
    assert [event["customer"] for _, event in heard] == [cast.stranger]


def test_the_cap_sends_further_pages_to_polling_and_frees_its_seats(
    engine: Engine, base: str, cast: Cast, day: Day
) -> None:
    session = logged_in(base, "hanmeimei")
    seats = [session.get(f"{base}/events?after=0", stream=True, timeout=10) for _ in range(3)]
    try:
        assert [seat.status_code for seat in seats] == [200] * 3
        full = session.get(f"{base}/events?after=0", timeout=10)
        assert (full.status_code, full.headers["Retry-After"]) == (503, "30")
    finally:
        for seat in seats:
            seat.close()
    assert _seat_again(session, base)


def _seat_again(session: requests.Session, base: str) -> bool:
    """A closed page is noticed at the next write; until then its seat is taken."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with closing(session.get(f"{base}/events?after=0", stream=True, timeout=10)) as answer:
            if answer.status_code == 200:
                return True
        threading.Event().wait(0.5)
    return False


def test_streams_end_with_the_process(
    engine: Engine, base: str, cast: Cast, day: Day, stopping: threading.Event
) -> None:
    with opened(logged_in(base, "hanmeimei"), base, newest(engine)) as stream:
        told(stream, "beat")
        stopping.set()
        assert not [line for line in stream.lines if line.startswith("event: feed")]


def test_a_cursor_too_old_reloads_the_page(engine: Engine, base: str, cast: Cast, day: Day, clock: StillClock) -> None:
    with writing(engine) as conn:
        clock.advance(days=2)
        feed.prune(conn, clock.now)
    with opened(logged_in(base, "hanmeimei"), base, 1) as stream:
        assert [name for name, _ in told(stream, "reload")] == ["beat", "reload"]


def test_a_reconnecting_browser_goes_on_where_it_was(
    engine: Engine, base: str, cast: Cast, day: Day, clock: StillClock
) -> None:
    cursor = settled(engine, clock)
    say(engine, cast, cast.zhang, cast.store_id, clock)
    say(engine, cast, cast.chen, cast.store_id, clock)
    with opened(logged_in(base, "hanmeimei"), base, 0, **{"Last-Event-ID": str(cursor)}) as stream:
        told(stream, "feed")
        assert told(stream, "feed")[0][1]["customer"] == cast.chen


def test_a_row_committed_behind_the_cursor_is_still_told(
    engine: Engine, base: str, cast: Cast, day: Day, clock: StillClock, losable: Losable
) -> None:
    """PostgreSQL hands out ids before the commit: here row `late` appears once a later one was read."""
    clock.advance(seconds=30)
    say(engine, cast, cast.zhang, cast.store_id, clock)
    late = newest(engine)
    clock.advance(seconds=30)
    say(engine, cast, cast.chen, cast.store_id, clock)
    with writing(engine) as conn:
        [row] = conn.execute(delete(feed_table).where(feed_table.c.id == late).returning(feed_table)).all()
    clock.advance(seconds=30)
    with opened(logged_in(base, "hanmeimei"), base, newest(engine)) as stream:
        told(stream, "beat")
        with writing(engine) as conn:
            conn.execute(insert(feed_table).values(**row._mapping))
        losable.wakeups.wake(feed.TOPIC)
        assert told(stream, "feed")[-1][1]["id"] == late


def test_moved_business_time_reaches_the_timers(
    engine: Engine, base: str, cast: Cast, day: Day, clock: StillClock
) -> None:
    with opened(logged_in(base, "hanmeimei"), base, settled(engine, clock)) as stream:
        [(_, before)] = told(stream, "beat")
        clock.now += timedelta(days=3)
        [(_, after)] = told(stream, "beat")
    assert datetime.fromisoformat(after["now"]) - datetime.fromisoformat(before["now"]) == timedelta(days=3)


def test_no_stream_without_a_log_in(base: str, cast: Cast, site: Flask) -> None:
    assert requests.get(f"{base}/events", timeout=10).status_code == 401
