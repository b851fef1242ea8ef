"""Where SQLite and PostgreSQL differ in the words of one statement."""

import sqlite3
from typing import Any

from psycopg import errors
from sqlalchemy import Connection, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError


def insert_into(conn: Connection, table: Table) -> Any:
    """INSERT that knows ON CONFLICT. SQLAlchemy gives each dialect a class of its own without a common base."""
    return postgresql.insert(table) if conn.dialect.name == "postgresql" else sqlite.insert(table)


def skipping_locked(conn: Connection, rows: Select[Any]) -> Select[Any]:
    """Rows no other worker is claiming. SQLite needs no word for it: BEGIN IMMEDIATE lets one claim at a time."""
    return rows.with_for_update(skip_locked=True) if conn.dialect.name == "postgresql" else rows


def locked(error: OperationalError) -> bool:
    """Somebody else held the lock for too long: nothing of the transaction was done."""
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig)
    return isinstance(error.orig, errors.LockNotAvailable | errors.DeadlockDetected)
