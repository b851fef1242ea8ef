"""What an engine is asked to do, and how it would do it, for tests that count or forbid statements."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from store.prepared import Prepared


@contextmanager
def statements_of(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


@contextmanager
def prepared_seen_by(note: Callable[[Prepared, Connection, Mapping[str, Any]], None]) -> Iterator[None]:
    """Each prepared statement before it is run, with the values it is given; of many rows, those of the first."""

    def noting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: Prepared, conn: Connection, *rows: Any, **values: Any) -> Any:
            note(self, conn, rows[0][0] if rows else values)
            return real(self, conn, *rows, **values)

        return call

    with ExitStack() as patched:
        for name in ("all", "changed", "many"):
            patched.enter_context(patch.object(Prepared, name, noting(getattr(Prepared, name))))
        yield


@contextmanager
def explained_by(
    engine: Engine, explain: Callable[[Connection, Any, str, Any], None], *, only: tuple[str, ...]
) -> Iterator[None]:
    """explain(connection, cursor, statement, values) of each statement that begins so, the prepared ones too."""

    def told(conn: Connection, cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith(only):
            explain(conn, cursor, statement, values)

    def of_prepared(asked: Prepared, conn: Connection, values: Mapping[str, Any]) -> None:
        ready = asked._ready.get(conn.dialect.name) or asked._prepare(conn)
        with closing(conn.connection.cursor()) as cursor:
            told(conn, cursor, ready.sql, ready.bound(values))

    event.listen(engine, "before_cursor_execute", told)
    try:
        with prepared_seen_by(of_prepared):
            yield
    finally:
        event.remove(engine, "before_cursor_execute", told)


@contextmanager
def asked_of(engine: Engine) -> Iterator[list[str]]:
    """As `statements_of`, prepared statements included, which go past SQLAlchemy's events."""
    prepared: list[str] = []

    def note(_asked: Prepared, _conn: Connection, values: Mapping[str, Any]) -> None:
        prepared.append(f"prepared: {sorted(values)}")

    with prepared_seen_by(note), statements_of(engine) as seen:
        yield prepared
    prepared += [each for each in seen if not each.startswith(("BEGIN", "COMMIT"))]


@contextmanager
def steps_of(engine: Engine) -> Iterator[list[None]]:
    """As long as what SQLite's own machine did, in tens of its instructions: work counted, not timed."""
    done: list[None] = []

    def count(connection: Any, _entry: ConnectionPoolEntry) -> None:
        connection.set_progress_handler(lambda: done.append(None), 10)

    engine.dispose()
    event.listen(engine, "connect", count)
    yield done
    event.remove(engine, "connect", count)
    engine.dispose()


@contextmanager
def whole_looks(engine: Engine) -> Iterator[set[str]]:
    """The tables that statements read from end to end.

    PostgreSQL is kept from reading a small table whole because that is cheap: where it still does, no index serves.
    """
    found: set[str] = set()

    def explain(conn: Connection, cursor: Any, statement: str, values: Any) -> None:
        found.update(_whole(conn.dialect.name, cursor, statement, values))

    def by_index(connection: Any, _entry: ConnectionPoolEntry) -> None:
        if engine.dialect.name == "postgresql":
            connection.execute("SET enable_seqscan = off")
            connection.commit()

    engine.dispose()
    event.listen(engine, "connect", by_index)
    with explained_by(engine, explain, only=("SELECT", "WITH", "UPDATE", "DELETE")):
        yield found
    event.remove(engine, "connect", by_index)
    engine.dispose()


def _whole(dialect: str, cursor: Any, statement: str, values: Any) -> Iterator[str]:
    if dialect == "sqlite":
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)
        words = [str(row[3]).split() for row in cursor.fetchall()]
        yield from (line[1] for line in words if line[0] == "SCAN")
        return
    cursor.execute(f"EXPLAIN (FORMAT JSON) {statement}", values)
    answer = cursor.fetchone()[0]
    for plan in answer if isinstance(answer, list) else json.loads(answer):
        yield from _without_condition(plan["Plan"])


def _without_condition(node: Mapping[str, Any]) -> Iterator[str]:
    by_index = node["Node Type"] in ("Bitmap Heap Scan", "Tid Scan") or "Index Cond" in node
    if "Relation Name" in node and node["Node Type"] != "ModifyTable" and not by_index:
        yield node["Relation Name"]
    for part in node.get("Plans", ()):
        yield from _without_condition(part)
