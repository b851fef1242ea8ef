"""Opening the database: SQLite in WAL mode with full durability, or PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event

from store.one_writer import my_turn

# A host that loses its power or its cable says no goodbye: its open transaction would keep its locks until the kernel
# looks after two hours, and a host cut off would wait a quarter of an hour for an answer.
IDLE_MS = 60_000  # no transaction of ours thinks that long between two statements
ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
CONNECT_S = 10
STATEMENTS = 1024  # SQLite keeps so many ready: an idle planning tick asks some 400, each at every tick
LOOKED_AT = 400  # rows of each index; a year of 5,000 customers takes a tenth of a second
LOCK_WAIT_MS = 4000  # a duplicate turn waits this long for the first (design §2), then answers `success`


def open_engine(url: str, pool_size: int = 10) -> Engine:
    """An engine whose write transactions are `BEGIN IMMEDIATE` on SQLite.

    PostgreSQL urls may start with postgresql:// or postgres://; the driver is psycopg 3 either way.
    """
    if url.startswith("sqlite"):
        return _sqlite(url)
    for plain in ("postgresql://", "postgres://"):
        if url.startswith(plain):
            url = "postgresql+psycopg://" + url.removeprefix(plain)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # what a customer wrote stays out of logs
        connect_args={"options": _options(), "connect_timeout": CONNECT_S, **ALIVE},
    )


def _options() -> str:
    return f"-c lock_timeout={LOCK_WAIT_MS} -c idle_in_transaction_session_timeout={IDLE_MS}"


def _sqlite(url: str) -> Engine:
    how = {"timeout": LOCK_WAIT_MS / 1000, "check_same_thread": False, "cached_statements": STATEMENTS}
    engine = create_engine(url, hide_parameters=True, connect_args=how)

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")  # what was answered is on disk
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Taking the write lock at once avoids the upgrade of a read lock, which SQLite refuses without waiting.
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction; commits at the end, rolls back on an error."""
    with (
        my_turn(engine, LOCK_WAIT_MS / 1000),
        engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
    ):
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection, connection.begin():
        yield connection


def take_stock(engine: Engine) -> None:
    """Tells SQLite how the rows are spread, some hundred of each index, by which it chooses one.

    PostgreSQL looks itself. Without, SQLite takes every index for equally good (sqlite.org/lang_analyze.html).
    """
    if engine.dialect.name == "sqlite":
        with writing(engine) as connection:
            connection.exec_driver_sql(f"PRAGMA analysis_limit={LOOKED_AT}")
            connection.exec_driver_sql("ANALYZE")


def count_anew(conn: Connection, *tables: Table) -> None:
    """Tells PostgreSQL that these have grown a lot just now; it would look itself within a minute or so, and until then
    join many rows as if they were few. SQLite finds its way by indexes alone.

    What somebody else is looking at is passed over (postgresql.org/docs/15/sql-analyze.html).
    """
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {', '.join(table.name for table in tables)}")
