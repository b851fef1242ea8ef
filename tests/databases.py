"""Databases for tests. Creating the tables costs ten times a copy, so each kind is made once and then copied."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import LiteralString

import psycopg
from psycopg import sql

from store.engine import open_engine
from store.tables import metadata

OPTIONS = {  # a cluster that lives as long as the tests need not survive a power cut
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
}


class Cluster:
    """url: of its database `postgres`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def new(self, *, with_tables: bool = False) -> str:
        """The url of a new database."""
        name = f"t{uuid.uuid4().hex}"
        if with_tables:
            self._ask("CREATE DATABASE {} TEMPLATE {} STRATEGY = FILE_COPY", name, self._template)
        else:
            self._ask("CREATE DATABASE {}", name)
        return self._at(name)

    def drop(self, url: str) -> None:
        self._ask("DROP DATABASE {} WITH (FORCE)", url.rsplit("/", 1)[1])

    @cached_property
    def _template(self) -> str:
        create_tables(url := self.new())
        return url.rsplit("/", 1)[1]

    def _at(self, name: str) -> str:
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def _ask(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def create_tables(url: str) -> None:
    engine = open_engine(url)
    metadata.create_all(engine)
    engine.dispose()


def copied(template: Path, file: Path) -> str:
    """The url of a copy."""
    shutil.copyfile(template, file)
    return f"sqlite:///{file}"


def postgres_programs() -> Path | None:
    """The folder of the newest installed server, None without one."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if installed:
        return installed[-1].parent
    found = shutil.which("postgres")
    return Path(found).resolve().parent if found else None


@contextmanager
def running_cluster(programs: Path) -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="huifang-pg-"))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data, port = str(folder / "data"), free_port()
    create = [str(programs / "initdb"), "-D", data, "-U", "huifang", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(create, check=True, capture_output=True, user=user, cwd=folder)
    options = {**OPTIONS, "unix_socket_directories": str(folder), "port": str(port)}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with open(folder / "log", "wb") as log:
        command = [str(programs / "postgres"), "-D", data, *settings]
        server = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
    try:
        url = f"postgresql://huifang@127.0.0.1:{port}/postgres"
        _wait_for(url)
        yield Cluster(url)
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: SIGTERM would wait for who is still connected
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(url: str) -> None:
    for _ in range(200):
        try:
            psycopg.connect(url, connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            subprocess.run(["sleep", "0.1"], check=True)
    raise RuntimeError("PostgreSQL did not start")


GIVEN: set[int] = set()  # the kernel may name a port again before its first asker listens there


def free_port() -> int:
    """One nobody listens on, and no two the same in this process."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in GIVEN:
            GIVEN.add(port)
            return port
