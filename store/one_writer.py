"""SQLite has one writer. Its own waiting polls with pauses of up to 100 ms, so under load a process that writes all
the time starves another for seconds (seen: two web processes, one answered nothing for 4 s). Here writers of all
processes on this machine take turns.

Two locked files: whoever holds the gate is the next to write, and nobody overtakes. A killed process frees both.
"""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

LOOK_S = 0.0003  # only the next in line looks, so this costs one in a hundred of a core at most
_pause = Event()


@contextmanager
def my_turn(engine: Engine, patience_s: float) -> Iterator[None]:
    """Raises OperationalError "database is locked", as SQLite does, after `patience_s` of machine time."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    until = time.monotonic() + patience_s
    with _locked(f"{path}-gate", until) as gate, _locked(f"{path}-writer", until):
        fcntl.flock(gate, fcntl.LOCK_UN)
        yield


@contextmanager
def _locked(path: str, until: float) -> Iterator[int]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        while not _taken(handle):
            if time.monotonic() >= until:
                raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
            _pause.wait(LOOK_S)
        yield handle
    finally:
        os.close(handle)


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
