"""Where SQLite and PostgreSQL differ in the words of one statement."""

import sqlite3
from typing import Any

from psycopg import errors
from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

NO_SUCH = ("no such table", "no such column")  # SQLite has no codes for these


def insert_into(conn: Connection, table: Table) -> Any:
    """INSERT that knows ON CONFLICT. SQLAlchemy gives each dialect a class of its own without a common base."""
    return insert_for(conn.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Any:
    """The same by the name of the dialect, for a statement that is kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def skipping_locked(conn: Connection, rows: Select[Any], of: Table | None = None) -> Select[Any]:
    """Rows no other worker is claiming. SQLite needs no word for it: BEGIN IMMEDIATE lets one claim at a time.

    of: the one table of a join whose rows are claimed.
    """
    return rows.with_for_update(skip_locked=True, of=of) if conn.dialect.name == "postgresql" else rows


def locked(error: OperationalError) -> bool:
    """Somebody else held the lock for too long: nothing of the transaction was done."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig)
    return isinstance(error.orig, errors.LockNotAvailable | errors.DeadlockDetected)


def not_set_up(error: BaseException) -> bool:
    """The database is one of no version, or of another one."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    if isinstance(cause, sqlite3.OperationalError):
        return str(cause).startswith(NO_SUCH)
    return isinstance(cause, errors.UndefinedTable | errors.UndefinedColumn)
