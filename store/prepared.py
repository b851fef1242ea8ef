"""Statements of the hot path: written in SQLAlchemy, compiled once for each kind of database, run on the driver.

Measured here on one select: building and keying the expression 275 µs, a kept expression 77 µs, the driver 13 µs.
A turn asks about ten of them, the gate some thirty for a batch; docs/adr/0007-prepared-statements.md.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Insert, Table, bindparam, insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import TypeEngine

from store.tables.base import Instant

Convert = Callable[[Any], Any] | None


class Prepared:
    """make(conn) builds the statement with `bindparam`s; returns: the columns it selects or returns, in order.

    Of a list it asks by `store.among`: the text of `in_` would depend on the list. Errors are SQLAlchemy's, as from
    `conn.execute`.
    """

    def __init__(self, make: Callable[[Connection], Any], returns: Sequence[ColumnElement[Any]] = ()) -> None:
        self._make, self._returns = make, returns
        self._ready: dict[str, _Ready] = {}

    @classmethod
    def of(cls, rows: Any) -> "Prepared":
        """Of a select that is the same on every database."""
        return cls(lambda _conn: rows, list(rows.selected_columns))

    def first(self, conn: Connection, **values: Any) -> Any:
        """The first row as a named tuple, None without one."""
        return next(iter(self.all(conn, **values)), None)

    def all(self, conn: Connection, **values: Any) -> list[Any]:
        """Every row as a named tuple; [] for a statement that returns none."""
        ready = self._ready.get(conn.dialect.name) or self._prepare(conn)
        with _cursor(conn, ready) as cursor:
            cursor.execute(ready.sql, ready.bound(values))
            return list(ready.rows(cursor.fetchall())) if self._returns else []

    def column(self, conn: Connection, **values: Any) -> list[Any]:
        """The first cell of every row."""
        return [row[0] for row in self.all(conn, **values)]

    def changed(self, conn: Connection, **values: Any) -> int:
        """How many rows it changed."""
        ready = self._ready.get(conn.dialect.name) or self._prepare(conn)
        with _cursor(conn, ready) as cursor:
            cursor.execute(ready.sql, ready.bound(values))
            return int(cursor.rowcount)

    def many(self, conn: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """Once for each, nothing returned; at least one."""
        ready = self._ready.get(conn.dialect.name) or self._prepare(conn)
        with _cursor(conn, ready) as cursor:
            cursor.executemany(ready.sql, [ready.bound(values) for values in rows])

    def _prepare(self, conn: Connection) -> "_Ready":
        compiled = self._make(conn).compile(dialect=conn.dialect)
        expanded = compiled.construct_expanded_state(
            {name: None for name, bind in compiled.binds.items() if bind.required}
        )
        binds = {
            name: (name, bind.required, bind.value, _writes(bind.type, conn.dialect))
            for name, bind in compiled.binds.items()
            if name not in expanded.parameter_expansion
        }
        for name in chain.from_iterable(expanded.parameter_expansion.values()):  # the items of an `in_` over fixed ones
            binds[name] = (name, False, expanded.parameters[name], expanded.processors.get(name))
        order = tuple(expanded.positiontup) if compiled.positional else None
        columns = [
            (column.key or f"c{place}", _reads(column, conn.dialect)) for place, column in enumerate(self._returns)
        ]
        row = namedtuple("row", [name for name, _ in columns])  # type: ignore[misc]  # names known only now
        ready = self._ready[conn.dialect.name] = _Ready(
            expanded.statement,
            [binds[name] for name in order or binds],
            None if order else tuple(binds),
            row,
            [(place, convert) for place, (_, convert) in enumerate(columns) if convert],
        )
        return ready


def adding(table: Table, names: Sequence[str], **fixed: Any) -> Insert:
    """INSERT of these columns, each given by its name."""
    return insert(table).values({**{name: bindparam(name, type_=table.c[name].type) for name in names}, **fixed})


@contextmanager
def _cursor(conn: Connection, ready: "_Ready") -> Iterator[Any]:
    cursor = conn.connection.cursor()
    try:
        yield cursor
    except conn.dialect.loaded_dbapi.Error as error:
        base = conn.dialect.loaded_dbapi.Error
        raise DBAPIError.instance(ready.sql, None, error, base, hide_parameters=True, dialect=conn.dialect) from error
    finally:
        cursor.close()


@dataclass(frozen=True, slots=True)
class _Ready:
    sql: str
    binds: list[tuple[str, bool, Any, Convert]]  # name, given by the caller, else this value, how the driver wants it
    names: tuple[str, ...] | None  # None: the driver takes values in the order of `binds`
    row: Any
    converts: list[tuple[int, Callable[[Any], Any]]]

    def bound(self, values: Mapping[str, Any]) -> Any:
        """One loop without calls of its own: a turn binds eighty values."""
        found = []
        for name, required, value, convert in self.binds:
            given = values[name] if required else value
            found.append(convert(given) if convert else given)
        return found if self.names is None else dict(zip(self.names, found, strict=True))

    def rows(self, found: Sequence[Sequence[Any]]) -> Iterator[Any]:
        for each in found:
            cells = list(each)
            for place, convert in self.converts:
                cells[place] = convert(cells[place])
            yield self.row._make(cells)


def _writes(kind: TypeEngine[Any], dialect: Dialect) -> Convert:
    convert: Convert = kind.dialect_impl(dialect).bind_processor(dialect)
    if isinstance(kind, Instant) and convert:
        return lru_cache(maxsize=64)(convert)  # most instants of a turn are `now`
    return convert


def _reads(column: ColumnElement[Any], dialect: Dialect) -> Convert:
    return column.type.dialect_impl(dialect).result_processor(dialect, None)
