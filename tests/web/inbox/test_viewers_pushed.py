"""Who looks at a conversation and who writes in it, told by the stream: two processes, one Redis, both databases."""

import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from store.losable import Losable
from tests.conftest import StillClock
from tests.e2e.running import BUSY
from tests.staff_cast import Cast
from tests.statements import asked_of
from tests.valkey import Valkey
from tests.web.inbox.conftest import build
from tests.web.inbox.day import Day
from tests.web.inbox.served import served
from tests.web.inbox.test_stream import Page, logged_in

SOON_S = 1.0 * BUSY  # a colleague's typing shows within a second


@pytest.fixture
def bases(engine: Engine, clock: StillClock) -> Iterator[tuple[str, str]]:
    """Two processes' sites: nothing in common but the database and Redis."""
    stopping = threading.Event()
    with tempfile.TemporaryDirectory(prefix="vk") as folder, ExitStack() as both:
        valkey = Valkey(Path(folder))
        valkey.start()
        both.callback(valkey.stop)
        urls = []
        for _ in range(2):
            site = build(engine, clock, Losable(valkey.url), stopping.is_set, streams=4)
            site.config["WTF_CSRF_ENABLED"] = False
            urls.append(both.enter_context(served(site)))
        yield urls[0], urls[1]
        stopping.set()


class Open:
    """A page with a conversation open: the stream, and what it says itself."""

    def __init__(self, base: str, username: str, customer_id: int, page: str) -> None:
        self.base, self.customer_id, self.page = base, customer_id, page
        self.session = logged_in(base, username)
        self.stream = Page(self.session, base, 0, {}, f"&at={customer_id}&page={page}")

    def says(self, deed: str = "here", **fields: str) -> requests.Response:
        data = {"page": self.page, "streams": "1"} | fields
        return self.session.post(f"{self.base}/inbox/c/{self.customer_id}/{deed}", data=data, timeout=10)

    def hears(self) -> list[tuple[str, bool]]:
        """(name, writes) of the next word about colleagues."""
        told: dict[str, Any] = self.stream.told("viewers")[-1][1]
        assert told["customer"] == self.customer_id
        return [(each["name"], each["writes"]) for each in told["others"]]

    def close(self) -> None:
        self.stream.close()


def test_a_colleague_of_another_process_opens_writes_and_leaves(bases: tuple[str, str], cast: Cast, day: Day) -> None:
    mine = Open(bases[0], "hanmeimei", cast.zhang, "mine")
    assert mine.hears() == []
    his = Open(bases[1], "lilei", cast.zhang, "his")
    assert mine.hears() == [("李雷", False)]
    assert his.hears() == [("韩梅梅", False)]
    begun = time.monotonic()
    his.says(writes="1")
    assert mine.hears() == [("李雷", True)]
    assert time.monotonic() - begun < SOON_S
    his.says()
    assert mine.hears() == [("李雷", False)]
    his.says("gone")
    assert mine.hears() == []
    his.says()
    assert mine.hears() == [("李雷", False)]
    his.close()
    assert mine.hears() == [], "the end of the stream is the end of the visit, without a word of the page"
    mine.close()


def test_only_who_may_see_the_customer_is_told_or_shown(
    bases: tuple[str, str], cast: Cast, day: Day, clock: StillClock
) -> None:
    mine = Open(bases[0], "hanmeimei", cast.zhang, "mine")
    assert mine.hears() == []
    stranger = Open(bases[0], "wanglei", cast.zhang, "strange")
    assert stranger.stream.told("beat")
    assert stranger.says().status_code == 404
    elsewhere = Open(bases[1], "lilei", cast.chen, "elsewhere")
    assert elsewhere.hears() == []
    his = Open(bases[1], "lilei", cast.zhang, "his")
    assert mine.hears() == [("李雷", False)], "neither the stranger nor who has another conversation open"
    clock.advance(seconds=30)  # every stream beats
    assert "viewers" not in {name for name, _ in stranger.stream.told("beat")}
    for each in (mine, stranger, elsewhere, his):
        each.close()


@pytest.mark.parametrize("page", ["", "a:b", "x" * 41])
def test_a_page_without_a_proper_id_is_not_shown(bases: tuple[str, str], cast: Cast, day: Day, page: str) -> None:
    odd = Open(bases[0], "hanmeimei", cast.zhang, page)
    assert odd.stream.told("beat")
    his = Open(bases[0], "lilei", cast.zhang, "his")
    assert his.hears() == []
    odd.close()
    his.close()


def test_no_key_press_is_written_to_the_database(bases: tuple[str, str], cast: Cast, day: Day, engine: Engine) -> None:
    his = Open(bases[1], "lilei", cast.zhang, "his")
    his.hears()
    with asked_of(engine) as asked:
        his.says(writes="1")
    assert 0 < len(asked) <= 10
    assert [each for each in asked if each.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))] == []
    his.close()
