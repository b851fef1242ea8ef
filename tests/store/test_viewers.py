"""Who has a conversation open: shared by processes through Redis, kept by one alone without it."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from store.losable import Losable
from store.viewers import STAYS_S, WRITES_S, Viewer, Viewers
from tests.valkey import Valkey

HAN, LI = Viewer(1, "韩梅梅"), Viewer(2, "李雷")
ZHANG, CHEN = 7, 8


@pytest.fixture(params=["valkey", "alone"])
def processes(request: pytest.FixtureRequest) -> Iterator[tuple[Viewers, Viewers]]:
    """Two that share a Redis; without one a process has only itself."""
    if request.param == "alone":
        alone = Losable(None).viewers
        yield alone, alone
        return
    with TemporaryDirectory() as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        yield Losable(valkey.url).viewers, Losable(valkey.url).viewers
        valkey.stop()


def names(viewers: Viewers, customer_id: int, now: float) -> list[str]:
    return [each.name for each in viewers.of([customer_id], now)[customer_id]]


def test_a_stream_keeps_its_page_there_until_it_ends(processes: tuple[Viewers, Viewers]) -> None:
    mine, his = processes
    mine.looks(ZHANG, "page1", "stream1", HAN, 100)
    his.looks(ZHANG, "page2", "stream2", LI, 100)
    assert names(his, ZHANG, 101) == ["李雷", "韩梅梅"]
    assert his.of([CHEN, ZHANG], 101)[CHEN] == []
    mine.looks(ZHANG, "page1", "stream1", HAN, 115)
    assert names(his, ZHANG, 101 + STAYS_S) == ["韩梅梅"], "who is silent for too long is gone"
    mine.leaves(ZHANG, "page1", "stream1")
    assert names(his, ZHANG, 116) == ["李雷"]


def test_the_end_of_the_last_stream_does_not_take_away_the_next(processes: tuple[Viewers, Viewers]) -> None:
    """A browser that reconnects is there anew before its dead connection is noticed."""
    mine, his = processes
    mine.looks(ZHANG, "page1", "stream1", HAN, 100)
    his.looks(ZHANG, "page1", "stream2", HAN, 101)
    mine.leaves(ZHANG, "page1", "stream1")
    assert names(his, ZHANG, 102) == ["韩梅梅"]


def test_who_writes_stops_by_word_or_by_time(processes: tuple[Viewers, Viewers]) -> None:
    mine, his = processes
    writing = Viewer(1, "韩梅梅", writes=True)
    mine.looks(ZHANG, "page1", "stream1", HAN, 100)
    mine.says(ZHANG, "page1", writing, 100, streams=True)
    assert his.of([ZHANG], 101)[ZHANG] == [writing]
    mine.says(ZHANG, "page1", HAN, 102, streams=True)
    assert his.of([ZHANG], 103)[ZHANG] == [HAN]
    mine.says(ZHANG, "page1", writing, 104, streams=True)
    mine.looks(ZHANG, "page1", "stream1", HAN, 104 + WRITES_S)
    assert his.of([ZHANG], 105 + WRITES_S)[ZHANG] == [HAN], "the word that they stopped was lost"


def test_a_hidden_page_is_not_there_and_another_of_the_same_person_is(processes: tuple[Viewers, Viewers]) -> None:
    mine, his = processes
    for page in ("page1", "page2"):
        mine.looks(ZHANG, page, f"stream-{page}", HAN, 100)
    mine.says(ZHANG, "page2", Viewer(1, "韩梅梅", writes=True), 100, streams=True)
    assert his.of([ZHANG], 101)[ZHANG] == [Viewer(1, "韩梅梅", writes=True)], "one person, one line"
    mine.hides(ZHANG, "page2")
    assert his.of([ZHANG], 101)[ZHANG] == [HAN]
    mine.hides(ZHANG, "page1")
    mine.looks(ZHANG, "page1", "stream-page1", HAN, 108)
    assert names(his, ZHANG, 109) == [], "its stream goes on, behind other windows"
    mine.says(ZHANG, "page1", HAN, 110, streams=True)
    assert names(his, ZHANG, 111) == ["韩梅梅"]


def test_without_a_stream_a_page_says_it_itself(processes: tuple[Viewers, Viewers]) -> None:
    mine, his = processes
    mine.says(ZHANG, "page1", HAN, 100, streams=False)
    assert names(his, ZHANG, 101) == ["韩梅梅"]
    assert names(his, ZHANG, 101 + STAYS_S) == []
    mine.says(ZHANG, "page1", HAN, 100, streams=False)
    mine.says(ZHANG, "page1", HAN, 101, streams=True)
    assert names(his, ZHANG, 102) == [], "its stream speaks from here on"


def test_what_redis_forgot_is_said_again_by_the_stream() -> None:
    with TemporaryDirectory() as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        mine, his = Losable(valkey.url).viewers, Losable(valkey.url).viewers
        mine.looks(ZHANG, "page1", "stream1", HAN, 100)
        valkey.flush()
        assert names(his, ZHANG, 101) == []
        mine.looks(ZHANG, "page1", "stream1", HAN, 108)
        assert names(his, ZHANG, 109) == ["韩梅梅"]
        valkey.stop()
        mine.looks(ZHANG, "page1", "stream1", HAN, 116)
        assert names(mine, ZHANG, 117) == ["韩梅梅"], "alone, for itself"
        assert names(his, ZHANG, 117) == []
