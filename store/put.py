"""Rows the DMS owns, put by their external id: made once, changed only where something differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update

from bot.errors import HuifangError
from store.dialects import insert_into


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
    made = conn.execute(
        insert_into(conn, table)
        .values(**{**fresh, **given}, store_id=store_id, external_id=external_id)
        .on_conflict_do_nothing(index_elements=["store_id", "external_id"])
        .returning(table.c.id)
    ).scalar()
    if made is not None:
        return Put(int(made), created=True, changed=True)
    row = found(conn, table, store_id, external_id)
    assert row is not None  # the conflict was with it
    return Put(row.id, created=False, changed=change(conn, table, row, given))


def found(conn: Connection, table: Table, store_id: int, external_id: str) -> Row[Any] | None:
    """The row of that id, locked until the end of the transaction."""
    own = (table.c.store_id == store_id, table.c.external_id == external_id)
    return conn.execute(select(table).where(*own).with_for_update()).one_or_none()


def change(conn: Connection, table: Table, row: Row[Any], given: Mapping[str, Any]) -> bool:
    """Write what differs; False when nothing does."""
    differing = {name: value for name, value in given.items() if row._mapping[name] != value}
    if differing:
        conn.execute(update(table).where(table.c.id == row.id).values(**differing))
    return bool(differing)


def add(conn: Connection, table: Table, **values: Any) -> int:
    return int(conn.execute(insert(table).values(**values).returning(table.c.id)).scalar_one())
