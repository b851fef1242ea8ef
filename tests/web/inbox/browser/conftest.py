"""The inbox behind a real socket, and colleagues who log in to it with a real browser."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

from store import feed
from store.engine import writing
from store.losable import Losable
from store.media_files import MediaFolder
from tests.conftest import StillClock
from tests.staff_cast import Cast
from tests.web.inbox.browser.opening import Enter, WriteIn, log_in, without_complaint
from tests.web.inbox.conftest import build
from tests.web.inbox.day import Day, line
from tests.web.inbox.served import served
from tests.web.inbox.test_media import House


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """The pages are the same on both databases; one is enough here."""
    return sqlite_engine


@pytest.fixture
def stopping() -> Event:
    """Set when the test is over, so that open streams end."""
    return Event()


@pytest.fixture
def site(engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder, stopping: Event) -> Flask:
    return build(engine, clock, losable, stopping.is_set, streams=8, folder=folder)


@pytest.fixture
def base(site: Flask, day: Day, stopping: Event) -> Iterator[str]:
    with served(site) as url:
        yield url
        stopping.set()


@pytest.fixture
def enter(chromium: Any, base: str) -> Iterator[Enter]:
    """Logs somebody in, in a browser of their own; all are closed when the test is over."""
    opened = []

    def page_of(username: str, *where: Any, **how: Any) -> Any:
        opened.append(log_in(chromium, base, username, *where, **how))
        return opened[-1]

    yield page_of
    for page in opened:
        page.context.close()


@pytest.fixture
def desk(enter: Enter) -> Iterator[Any]:
    """韩梅梅 at a wide screen; the page may not complain once."""
    with without_complaint(enter("hanmeimei")) as page:
        yield page


@pytest.fixture
def write_in(engine: Engine, clock: StillClock, losable: Losable, cast: Cast, day: Day) -> WriteIn:
    """A customer says something while pages are open."""

    def say(customer_id: int, text: str) -> None:
        with writing(engine) as conn:
            line(conn, cast, customer_id, clock.now, text)
        losable.wakeups.wake(feed.TOPIC)

    return say


@pytest.fixture
def house(engine: Engine, clock: StillClock, cast: Cast, day: Day, folder: MediaFolder) -> House:
    return House(engine, clock, cast, folder)
