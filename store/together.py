"""The same small step of many threads as one transaction: each asks for one, the first who comes does it for all who
came meanwhile. A commit and a handful of statements then serve a batch, at no one's expense while nobody else waits.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Generic, TypeVar

from sqlalchemy import Connection

from store.writer import Writer

T = TypeVar("T")
R = TypeVar("R")
GROUP = 32  # bounds how long the first of a group works for the last


class Together(Generic[T, R]):
    """fn: what is done for several at once; a result for each, in order. It may run again, each item alone: when a
    group fails, the error belongs to one of them and is raised to that one only.
    """

    def __init__(self, writer: Writer, fn: Callable[[Connection, Sequence[T]], Sequence[R]]) -> None:
        self._writer, self._fn = writer, fn
        self._lock = Lock()
        self._waiting: list[_Asked[T, R]] = []
        self._led = False

    def do(self, item: T) -> R:
        """After the commit. Raises what fn raised for this item."""
        asked: _Asked[T, R] = _Asked(item)
        if not self._enter(asked):
            asked.signal.wait()
        if not asked.finished:
            self._lead()
        return asked.outcome()

    def _enter(self, asked: "_Asked[T, R]") -> bool:
        """True: nobody leads, so the caller does."""
        with self._lock:
            self._waiting.append(asked)
            leads, self._led = not self._led, True
        return leads

    def _lead(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
        try:
            self._run(group)
        finally:
            self._hand_over(group)

    def _run(self, group: "Sequence[_Asked[T, R]]") -> None:
        try:
            self._answer(group)
        except Exception as error:  # noqa: BLE001  raised again to the one it belongs to
            if len(group) == 1:
                group[0].error = error
                return
            for each in group:
                self._run([each])

    def _answer(self, group: "Sequence[_Asked[T, R]]") -> None:
        results = self._writer.run(lambda conn: self._fn(conn, [each.item for each in group]))
        for each, result in zip(group, results, strict=True):
            each.results.append(result)

    def _hand_over(self, group: "Sequence[_Asked[T, R]]") -> None:
        """The first who waits leads next, so that nobody works for others longer than one group."""
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        if following:
            following.signal.set()
        for each in group:
            each.finished = True
            each.signal.set()


@dataclass(slots=True, eq=False)
class _Asked(Generic[T, R]):
    item: T
    signal: Event = field(default_factory=Event)
    finished: bool = False
    results: list[R] = field(default_factory=list)  # one, once it is there
    error: Exception | None = None

    def outcome(self) -> R:
        if self.error is not None:
            raise self.error
        if not self.results:
            raise RuntimeError("whoever led this group was interrupted")
        return self.results[0]
