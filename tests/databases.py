"""Databases for tests. Creating the tables costs ten times a copy, and a copy fifty times an emptied one.

On SQLite the file is copied. On PostgreSQL a test gets one whose tables were made for it or emptied after another test.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Mapping
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

ALONE = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""
SHAPE = """SELECT md5(string_agg(concat_ws(' ', relname, attname, atttypid, attnotnull), ';' ORDER BY relname, attnum)),
    (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger),
    (SELECT count(*) FROM pg_statistic JOIN pg_class ON starelid = oid WHERE relnamespace = 'public'::regnamespace)
    FROM pg_attribute JOIN pg_class ON attrelid = oid WHERE relnamespace = 'public'::regnamespace AND attnum > 0"""
FROM_ONE = """SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL"""
SMALL = 65536  # bytes up to which rows are deleted; a larger table gets a new file


class Cluster:
    """url: of its database `postgres`; pid: of its first process."""

    def __init__(self, url: str, pid: int) -> None:
        self.url, self.pid = url, pid
        self._empty: list[str] = []

    def new(self, *, with_tables: bool = False, unused: bool = False, like: str = "") -> str:
        """The url of a new database. unused: no other test had it. like: of one nobody is connected to, copied."""
        if with_tables and not unused and not like and self._empty:
            return self._empty.pop()
        name = f"t{uuid.uuid4().hex}"
        if with_tables or like:
            model = like.rsplit("/", 1)[1] if like else self._template
            self._ask("CREATE DATABASE {} TEMPLATE {} STRATEGY = FILE_COPY", name, model)
        else:
            self._ask("CREATE DATABASE {}", name)
        return self._at(name)

    def drop(self, url: str) -> None:
        self._ask("DROP DATABASE {} WITH (FORCE)", url.rsplit("/", 1)[1])

    def give_back(self, url: str) -> None:
        """For one made with tables: the next test that wants such a one gets it without a row, counting from 1 again.

        Dropped when its tables are not as they were made, or when the planner was told what is in them.
        """
        with psycopg.connect(url, autocommit=True) as conn:
            conn.execute(ALONE)
            as_made = conn.execute(SHAPE).fetchone() == self._shape
            if as_made:
                conn.execute(_emptied(conn))
                conn.execute(FROM_ONE)
        if as_made:
            self._empty.append(url)
        else:
            self.drop(url)

    @cached_property
    def _shape(self) -> tuple[object, ...] | None:
        with psycopg.connect(self._at(self._template)) as conn:
            return conn.execute(SHAPE).fetchone()

    @cached_property
    def _template(self) -> str:
        create_tables(url := self.new())
        return url.rsplit("/", 1)[1]

    def _at(self, name: str) -> str:
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def _ask(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _emptied(conn: psycopg.Connection) -> sql.Composed:
    """Statements that leave no row anywhere, whatever refers to what."""
    names = [table.name for table in metadata.sorted_tables]
    held = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, pg_relation_size({}) > {} WHERE EXISTS (SELECT 1 FROM {})").format(
            sql.Literal(name), sql.Literal(name), sql.Literal(SMALL), sql.Identifier(name)
        )
        for name in names
    )
    parts: list[sql.Composable] = [sql.SQL("SET session_replication_role = replica")]
    for name, large in conn.execute(held).fetchall():
        emptied = sql.SQL("TRUNCATE {} CASCADE") if large else sql.SQL("DELETE FROM {}")
        parts.append(emptied.format(sql.Identifier(name)))
    return sql.SQL("; ").join(parts)


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
def running_cluster(programs: Path, options: Mapping[str, str] = {}) -> Iterator[Cluster]:  # read only
    """options: instead of ours."""
    folder = Path(tempfile.mkdtemp(prefix="huifang-pg-", dir=_in_memory()))
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user)
    data, port = str(folder / "data"), free_port()
    create = [str(programs / "initdb"), "-D", data, "-U", "huifang", "-A", "trust", "-E", "UTF8", "--no-sync"]
    subprocess.run(create, check=True, capture_output=True, user=user, cwd=folder)
    options = {**OPTIONS, **options, "unix_socket_directories": str(folder), "port": str(port)}
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with open(folder / "log", "wb") as log:
        command = [str(programs / "postgres"), "-D", data, *settings]
        server = subprocess.Popen(command, user=user, cwd=folder, stdout=log, stderr=log)
    try:
        url = f"postgresql://huifang@127.0.0.1:{port}/postgres"
        _wait_for(url)
        yield Cluster(url, server.pid)
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: SIGTERM would wait for who is still connected
        server.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _in_memory() -> Path | None:
    """Where files cost no disk, if there is room for the clusters of four processes."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 2 << 30 else None


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
