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
from tests import once
from tests.databases import Cluster, copied, create_tables, postgres_programs, running_cluster

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


once.arrange()


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


@pytest.fixture(scope="session", autouse=True)
def learnt_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each process of a run has a folder of its own in a folder of the run; what is learnt lies in the latter."""
    from tests import learnt

    own = tmp_path_factory.getbasetemp()
    run = own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
    learnt.share(run / "learnt")


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


@pytest.fixture(scope="session")
def sandbox_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The memory of a sandbox to which nothing has happened."""
    from sandbox.tables import sandbox_metadata

    file = tmp_path_factory.mktemp("template") / "sandbox.sqlite"
    engine = open_engine(f"sqlite:///{file}")
    sandbox_metadata.create_all(engine)
    engine.dispose()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with every table and no row, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield copied(request.getfixturevalue("sqlite_template"), tmp_path / "test.sqlite")
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    url = cluster.new(with_tables=True, unused=request.node.get_closest_marker("plans") is not None)
    yield url
    cluster.give_back(url)


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


# Pages, API, pushes, commands, the scheduler and whole houses are looked at on SQLite by `make test` and on both
# databases by `make test-all`; what they rest on (the store) is on both each time.
ON_ONE = tuple(f"tests/{part}/" for part in ("web", "wechat", "commands", "scheduler", "e2e"))
# A browser takes its two to ten seconds a story: of the inbox `make test` sees what stands in CORE, test-all the rest.
STORIES = ("tests/web/inbox/browser/", "tests/e2e/test_in_chromium.py")
CORE = "tests/web/inbox/browser/test_core.py"
# Begun first, so that no process is left alone with one of these files when the others are through.
LONG = ("tests/e2e/", "tests/wechat/", CORE, "tests/commands/")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "chromium" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.page)
        on_the_other = item.nodeid.startswith(ON_ONE) and "postgresql" in item.nodeid.partition("[")[2]
        a_story = item.nodeid.startswith(STORIES) and not item.nodeid.startswith(CORE)
        again = item.get_closest_marker("again") or on_the_other or a_story
        if again and not item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.again)
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
