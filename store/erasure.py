"""A person erased, or what would go counted: the transaction, then what lies outside of it, files and freed pages."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine

from store.engine import writing
from store.erasing import Erased, erase
from store.media_files import MediaFolder
from store.tables.searching import rewrite


class _Undone(Exception):
    """Ends the transaction without a trace."""


def foreseen(engine: Engine, ids: Sequence[int], now: datetime) -> Erased:
    """Counted in the transaction that would do it, and taken back. Raises RuleBroken open_case."""
    done = Erased()
    try:
        with writing(engine) as conn:
            done = erase(conn, ids, now)
            raise _Undone
    except _Undone:
        return done


def carried_out(
    engine: Engine,
    folder: MediaFolder,
    ids: Sequence[int],
    now: datetime,
    record: Callable[[Connection, Erased], None],
) -> Erased:
    """There is no way back. record: in the same transaction; files go once it is committed. Raises RuleBroken."""
    with writing(engine) as conn:
        done = erase(conn, ids, now)
        record(conn, done)
    rewrite(engine)
    for name in done.files:
        folder.remove(name)
    return done
