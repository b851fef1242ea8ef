"""What every test may use: a database of each kind, a clock that stands still, the cast."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from store.engine import open_engine
from store.tables import metadata


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
def postgres_url() -> Iterator[str]:
    """A PostgreSQL cluster of this session's own. Missing: a failure on CI, a skip elsewhere."""
    programs = _postgres_programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: apt-get install postgresql")
        pytest.skip("PostgreSQL is missing: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="huifang-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    port = free_port()
    data = str(folder / "data")
    create = [str(programs / "initdb"), "-D", data, "-U", "huifang", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(create, check=True, capture_output=True, user=user, cwd=folder)
    options = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": folder,
        "fsync": "off",
        "max_connections": 200,
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with open(folder / "log", "wb") as log:
        server = subprocess.Popen(
            [str(programs / "postgres"), "-D", data, "-p", str(port), *settings],
            user=user, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip
    url = f"postgresql://huifang@127.0.0.1:{port}/postgres"
    _wait_for(url)
    yield url
    server.terminate()
    server.wait(20)
    shutil.rmtree(folder, ignore_errors=True)


def _postgres_programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")) if Path("/usr/lib/postgresql").exists() else []
    if found:
        return found[-1].parent
    there = shutil.which("postgres")
    return Path(there).resolve().parent if there else None


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            subprocess.run(["sleep", "0.1"], check=True)
    raise RuntimeError("PostgreSQL did not start")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.sqlite'}"
        return
    url = new_database(request.getfixturevalue("postgres_url"))
    yield url
    with _as_admin(url) as admin:
        admin.execute(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")


def new_database(postgres_url: str) -> str:
    """The url of an empty database in this session's cluster."""
    name = f"t{uuid.uuid4().hex}"
    with _as_admin(postgres_url) as admin:
        admin.execute(f"CREATE DATABASE {name}")
    return postgres_url.rsplit("/", 1)[0] + "/" + name


def _as_admin(url: str) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on an empty schema, both databases."""
    engine = open_engine(database_url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()
