"""Many write transactions as one: a year of single commits is what would take the time, not the rules."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine

from store.engine import writing
from store.writer import Writer

T = TypeVar("T")


class OneTransaction(Writer):
    """While it is open, all that is run shares its transaction. An error of one ends the simulation, except where
    savepoints were asked for: then it rolls back that one alone."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._open: Connection | None = None
        self._savepoints = False

    @contextmanager
    def opened(self, *, savepoints: bool = False) -> Iterator[Connection]:
        with writing(self.engine) as conn:
            self._open, self._savepoints = conn, savepoints
            try:
                yield conn
            finally:
                self._open = None

    def run(self, fn: Callable[[Connection], T], wakes: Callable[[T], Collection[str]] = lambda _: ()) -> T:
        """Nobody sleeps here, so nobody is woken."""
        if self._open is None:
            return super().run(fn, wakes)
        if not self._savepoints:
            return fn(self._open)
        with self._open.begin_nested():
            return fn(self._open)
