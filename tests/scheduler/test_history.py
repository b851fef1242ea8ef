"""Whole drawn histories through planner, gate, outbox and sender: what may never happen does not."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.messages import Category
from store.engine import open_engine
from tests.bot.cases import HISTORIES, MORE_HISTORIES
from tests.databases import copied
from tests.scheduler.history import CAPS, FILES, NUMBERS, PURPOSES, TROUBLE, History

File = st.integers(0, len(FILES) - 1)
Fresh: TypeAlias = Callable[[], AbstractContextManager[Engine]]
# Before 国庆, before the clocks change in Berlin, and before a year nobody has published yet.
STARTS = st.sampled_from(["2026-09-16T23:30", "2026-09-28T08:00", "2026-10-22T20:00", "2026-12-29T01:00"]).map(
    lambda text: datetime.fromisoformat(text).replace(tzinfo=UTC)
)
OPS: st.SearchStrategy[tuple[Any, ...]] = st.one_of(
    st.tuples(st.just("deliver"), File),
    st.tuples(st.just("deliver"), File),
    st.tuples(st.just("birthday"), File, st.integers(0, 3)),
    st.tuples(st.just("bring"), File, st.integers(0, len(NUMBERS) - 1), st.booleans()),
    st.tuples(st.just("refuse"), File, st.sampled_from(PURPOSES)),
    st.tuples(st.just("allow"), File, st.sampled_from(PURPOSES)),
    st.tuples(st.just("complain"), File),
    st.tuples(st.just("settle"), File),
    st.tuples(st.just("trouble"), st.sampled_from([*TROUBLE, "uncertain", "uncertain"])),
    st.tuples(st.just("wait"), st.sampled_from([0.5, 3.0, 12.0, 24.0, 50.0])),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 8.0, 24.0])),
    st.tuples(st.just("stall"), st.sampled_from([1, 9, 9, 11, 600])),
)
HISTORY = st.lists(OPS, min_size=12, max_size=24)


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """What a person reads out: one text a category."""
    folder = tmp_path / "texts" / "m"
    folder.mkdir(parents=True)
    for category in Category:
        (folder / f"{category.value}.wechat.txt").write_text("{{ name }}您好。", "utf-8")
    return folder.parent


@pytest.fixture(params=["sqlite", "postgresql"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """A database of its own for each history."""

    @contextmanager
    def sqlite() -> Iterator[Engine]:
        file = tmp_path / "history.sqlite"
        for each in tmp_path.glob("history.sqlite*"):
            each.unlink()
        engine = open_engine(copied(request.getfixturevalue("sqlite_template"), file))
        yield engine
        engine.dispose()

    @contextmanager
    def postgresql() -> Iterator[Engine]:
        cluster = request.getfixturevalue("postgres")
        url = cluster.new(with_tables=True)
        engine = open_engine(url)
        yield engine
        engine.dispose()
        cluster.give_back(url)

    return sqlite if request.param == "sqlite" else postgresql


def live(fresh: Fresh, texts: Path, number: int) -> Counter[str]:
    """number of drawn histories; how often each outcome and reason came up."""
    seen: Counter[str] = Counter()

    @settings(
        max_examples=number, derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(HISTORY, STARTS, st.sampled_from(CAPS))
    def check(history: list[tuple[Any, ...]], start: datetime, caps: Any) -> None:
        with fresh() as engine:
            lived = History(engine, texts, start, caps)
            for op in history:
                lived.do(op)
            lived.end()
            lived.check()
            seen.update(f"{row.outcome} {row.reason}" for row in lived.stage.rows())
            seen.update(f"{verdict} {reason}" for step, _, verdict, reason in lived.stage.chain() if step == "gate")
            seen["histories"] += 1

    check()
    return seen


@pytest.mark.timeout(600)
def test_no_history_breaks_a_promise(fresh: Fresh, texts: Path) -> None:
    seen = live(fresh, texts, HISTORIES)
    print(dict(seen))
    assert seen["histories"] >= HISTORIES
    assert {"sent ", "skipped refused", "skipped complaint_hold", "skipped cap"} <= set(seen)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_nor_do_many_more(fresh: Fresh, texts: Path) -> None:
    seen = live(fresh, texts, MORE_HISTORIES)
    print(dict(seen))
    assert seen["histories"] >= MORE_HISTORIES
