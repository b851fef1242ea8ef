"""Rows the DMS owns, put by their external id: made once, changed only where something differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, insert, select, update

from bot.errors import HuifangError
from store.dialects import insert_for


@dataclass(frozen=True, slots=True)
class Put:
    """What became of it. A second identical put is neither created nor changed."""

    id: int
    created: bool
    changed: bool


class Incomplete(HuifangError):
    """A new row needs what was left out. pointers: JSON pointers into the body."""

    def __init__(self, message: str, *pointers: str) -> None:
        super().__init__(message)
        self.pointers = pointers


def put_row(
    conn: Connection,
    table: Table,
    store_id: int,
    external_id: str,
    given: Mapping[str, Any],
    fresh: Mapping[str, Any],
) -> Put:
    """Insert first, look second: of two who make the same row at once, the second finds the first one's.

    given: columns the caller sets. fresh: further columns of a new row, never touched again.
    """
    row = {**fresh, **given, "store_id": store_id, "external_id": external_id}
    made = conn.execute(_making(conn.dialect.name, table), row).scalar()
    if made is not None:
        return Put(int(made), created=True, changed=True)
    there = found(conn, table, store_id, external_id)
    assert there is not None  # the conflict was with it
    return Put(there.id, created=False, changed=change(conn, table, there, given))


def found(conn: Connection, table: Table, store_id: int, external_id: str) -> Row[Any] | None:
    """The row of that id, locked until the end of the transaction."""
    return conn.execute(_own(table), {"house": store_id, "theirs": external_id}).one_or_none()


# Kept by table: an import puts thousands of rows, and building a statement costs more than it takes to answer it.
@lru_cache(maxsize=64)
def _making(dialect: str, table: Table) -> Any:
    unique = ["store_id", "external_id"]
    return insert_for(dialect, table).on_conflict_do_nothing(index_elements=unique).returning(table.c.id)


@lru_cache(maxsize=64)
def _own(table: Table) -> Select[Any]:
    own = (table.c.store_id == bindparam("house"), table.c.external_id == bindparam("theirs"))
    return select(table).where(*own).with_for_update()


def change(conn: Connection, table: Table, row: Row[Any], given: Mapping[str, Any]) -> bool:
    """Write what differs; False when nothing does."""
    differing = {name: value for name, value in given.items() if row._mapping[name] != value}
    if differing:
        conn.execute(update(table).where(table.c.id == row.id).values(**differing))
    return bool(differing)


def add(conn: Connection, table: Table, **values: Any) -> int:
    return int(conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
