"""Write transactions. On SQLite those of one process share a commit: one fsync carries all that wait for it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine

from store.engine import writing

T = TypeVar("T")
GROUP = 32  # bounds how long the first of a group waits for the last


class Writer:
    """`run(fn)` gives fn a connection inside a write transaction and returns its result after the commit.

    An error of fn rolls back fn alone and is raised to its caller. On SQLite a fn may run on another
    caller's thread (the leader's), beside other fns; on PostgreSQL each has a transaction of its own.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._shares = engine.dialect.name == "sqlite"
        self._lock = Lock()
        self._waiting: list[_Job] = []
        self._led = False

    def run(self, fn: Callable[[Connection], T]) -> T:
        if not self._shares:
            with writing(self.engine) as connection:
                return fn(connection)
        job = _Job(fn)
        if not self._enter(job):
            job.signal.wait()
        if not job.finished:
            self._lead()
        return cast(T, job.outcome())

    def _enter(self, job: "_Job") -> bool:
        """True: nobody leads, so the caller does."""
        with self._lock:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        return leads

    def _lead(self) -> None:
        with self._lock:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
        try:
            _commit(self.engine, group)
        finally:
            self._hand_over(group)

    def _hand_over(self, group: list["_Job"]) -> None:
        """The first who waits leads next, so that nobody works for others longer than one group."""
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._led = following is not None
        if following:
            following.signal.set()
        for job in group:
            job.finished = True
            job.signal.set()


@dataclass(slots=True, eq=False)
class _Job:
    fn: Callable[[Connection], Any]
    signal: Event = field(default_factory=Event)
    finished: bool = False
    result: Any = None
    error: BaseException | None = None

    def attempt(self, connection: Connection) -> None:
        raw = connection.connection.cursor()  # three statements a job: SQLAlchemy's own savepoint costs as a third turn
        raw.execute("SAVEPOINT job")
        try:
            self.result = self.fn(connection)
        except Exception as error:  # noqa: BLE001  raised again to the caller it belongs to
            self.error = error
            raw.execute("ROLLBACK TO job")
        raw.execute("RELEASE job")
        raw.close()

    def outcome(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


def _commit(engine: Engine, group: list[_Job]) -> None:
    try:
        with writing(engine) as connection:
            if len(group) == 1:
                group[0].result = group[0].fn(connection)  # alone, the transaction itself is the savepoint
                return
            for job in group:
                job.attempt(connection)
    except BaseException as error:
        for job in group:
            job.error = job.error or error
        if not isinstance(error, Exception):
            raise
