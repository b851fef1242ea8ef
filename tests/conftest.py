"""What every test may use: a database of each kind, a clock that stands still, the cast."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import Engine

from store.engine import open_engine
from tests.databases import Cluster, copied, create_tables, postgres_programs, running_cluster

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


class StillClock:
    """Both clocks, standing where the test put them."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.ticks = 0.0

    def business(self) -> datetime:
        return self.now

    def machine(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.ticks

    def advance(self, **delta: float) -> datetime:
        self.now += timedelta(**delta)
        self.ticks += timedelta(**delta).total_seconds()
        return self.now


@pytest.fixture
def clock() -> StillClock:
    """2026-09-17 10:20 in Shanghai, a Thursday."""
    return StillClock(datetime(2026, 9, 17, 2, 20, tzinfo=UTC))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL cluster of this session's own. Missing: a failure on CI, a skip elsewhere."""
    if (programs := postgres_programs()) is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: apt-get install postgresql")
        pytest.skip("PostgreSQL is missing: apt-get install postgresql")
    with running_cluster(programs) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with every table and no row."""
    file = tmp_path_factory.mktemp("template") / "tables.sqlite"
    create_tables(f"sqlite:///{file}")
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with every table and no row, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield copied(request.getfixturevalue("sqlite_template"), tmp_path / "test.sqlite")
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.new(with_tables=True)
    yield url
    cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without a table, as a new house finds it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite'}"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.new()
    yield url
    cluster.drop(url)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on a database of each kind, every table there."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(sqlite_template: Path, tmp_path: Path) -> Iterator[Engine]:
    """For what does not depend on the kind of database."""
    engine = open_engine(copied(sqlite_template, tmp_path / "only.sqlite"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; each test opens a context of its own in it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
