"""Write transactions. On SQLite those of one process share a commit: one fsync carries all that wait for it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any, TypeVar, cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from store.engine import writing

T = TypeVar("T")
TRIES = 4
PAUSE_S = 0.02  # lets the other of the two go first
BEGIN_AGAIN = frozenset({"40P01", "40001"})  # deadlock_detected, serialization_failure (PostgreSQL, Appendix A)
GROUP = 32  # bounds how long the first of a group waits for the last


class Writer:
    """`run(fn)` gives fn a connection inside a write transaction and returns its result after the commit.

    An error of fn rolls back fn alone and is raised to its caller. On SQLite a fn may run on another
    caller's thread (the leader's), beside other fns; on PostgreSQL each has a transaction of its own.

    PostgreSQL may end a transaction that met others crosswise and advises to begin it again; then fn runs again, so it
    keeps nothing outside its transaction.

    wake: told each topic that what was committed concerns, once for all who shared the commit.
    """

    def __init__(self, engine: Engine, wake: Callable[[str], None] = lambda _topic: None) -> None:
        self.engine = engine
        self._wake = wake
        self._shares = engine.dialect.name == "sqlite"
        self._lock = Lock()
        self._waiting: list[_Job] = []
        self._led = False

    def run(self, fn: Callable[[Connection], T], wakes: Callable[[T], Collection[str]] = lambda _: ()) -> T:
        """wakes: the topics a result concerns."""
        job = _Job(fn, wakes)
        if not self._shares:
            job.result = self._alone(fn)
            self._ring([job])
            return cast(T, job.result)
        if not self._enter(job):
            job.signal.wait()
        if not job.finished:
            self._lead()
        return cast(T, job.outcome())

    def _alone(self, fn: Callable[[Connection], T]) -> T:
        for left in reversed(range(TRIES)):
            try:
                with writing(self.engine) as connection:
                    return fn(connection)
            except OperationalError as error:
                if not left or getattr(error.orig, "sqlstate", "") not in BEGIN_AGAIN:
                    raise
                Event().wait(PAUSE_S * (TRIES - left))
        raise AssertionError("unreachable")

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
        self._ring(group)

    def _ring(self, group: list["_Job"]) -> None:
        for topic in {topic for job in group if job.error is None for topic in job.wakes(job.result)}:
            self._wake(topic)

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
    wakes: Callable[[Any], Collection[str]]
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
