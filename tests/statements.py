"""What an engine is asked to do, for tests that count or forbid statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, Engine, event

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
def asked_of(engine: Engine) -> Iterator[list[str]]:
    """As `statements_of`, prepared statements included, which go past SQLAlchemy's events."""
    prepared: list[str] = []
    real = Prepared.all

    def noting(self: Prepared, conn: Connection, **values: Any) -> list[Any]:
        prepared.append(f"prepared: {sorted(values)}")
        return real(self, conn, **values)

    with statements_of(engine) as seen, patch.object(Prepared, "all", noting):
        yield prepared
    prepared += [each for each in seen if not each.startswith(("BEGIN", "COMMIT"))]
