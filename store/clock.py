"""Business time: real time plus an offset kept in one row, which only the sandbox moves (design §6)."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Connection, Engine, Insert, Table, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from bot.errors import RuleBroken
from store.engine import reading, writing
from store.tables.runtime import clock_offset, process

T = TypeVar("T")

BEAT_S = 2.0  # machine seconds between two heartbeats when nothing moved
LIVE_S = 5.0  # a process unseen for longer is not waited for
LOOK_S = 0.05


class Write(Protocol):
    """How one write transaction is run; `Writer.run` of store/writer.py is one."""

    def __call__(self, fn: Callable[[Connection], T], /) -> T: ...


class StoredClock:
    """Implements `bot.ports.Clock`. Without `movable` it is the real clock and never touches the database.

    name: unique among running processes, `kind:pid`. write: how heartbeats are written, when a process groups its
    writes; never called while this thread holds a transaction of the caller's.
    """

    def __init__(
        self,
        engine: Engine,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        movable: bool,
        name: str,
        *,
        write: Write | None = None,
    ) -> None:
        self._engine, self._now, self._monotonic = engine, now, monotonic
        self._movable, self._name = movable, name
        self._write: Write = write or self._write_alone
        self._offset, self._version = timedelta(), 0
        self._told: tuple[int, float] | None = None
        self._telling = threading.Lock()
        if movable:
            self.read()

    def business(self) -> datetime:
        return self._now() + self._offset

    def machine(self) -> datetime:
        return self._now()

    def monotonic(self) -> float:
        return self._monotonic()

    @property
    def version(self) -> int:
        """Grows by one with every move."""
        return self._version

    def refresh(self) -> None:
        """Take over the offset and tell so. Call it at each tick and request, outside of transactions."""
        if self._movable:
            self.read()
            self.beat()

    def read(self) -> None:
        with reading(self._engine) as connection:
            row = connection.execute(select(clock_offset.c.seconds, clock_offset.c.version)).first()
        if row is not None and row.version >= self._version:
            self._offset, self._version = timedelta(seconds=row.seconds), row.version

    def beat(self) -> None:
        """Write the version seen into `process`: at once after a move, else every two seconds."""
        if not self._telling.acquire(blocking=False):
            return
        try:
            told, version, ticks = self._told, self._version, self._monotonic()
            if told is None or told[0] != version or ticks - told[1] >= BEAT_S:
                self._write(lambda connection: self._tell(connection, version))
                self._told = (version, ticks)
        finally:
            self._telling.release()

    def follow(self, stop: threading.Event, every: float = 0.5) -> None:
        """Refresh until stopped: the body of a thread, for processes that may stand idle (web, sandbox)."""
        while not stop.wait(every):
            try:
                self.refresh()
            except DBAPIError as away:
                # A database that is away or busy for a moment must not end the following for good.
                structlog.get_logger().warning("clock_not_followed", error=type(away).__name__)

    def leave(self) -> None:
        """A clean exit: nobody waits for this process any more."""
        if self._movable:
            self._write(lambda connection: connection.execute(delete(process).where(process.c.name == self._name)))

    def move(self, to: datetime) -> int:
        """Set business time; answers the new version. RuleBroken `clock_past` when `to` lies before business time."""
        return self._shift(lambda now: to - now)

    def advance(self, by: timedelta) -> int:
        """Move forward by a span, also when two do it at once. RuleBroken `clock_past` for a negative span."""
        return self._shift(lambda _now: by)

    def everyone_saw(self, version: int, within: float) -> bool:
        """Wait until every live process has taken over `version`; False when `within` seconds were not enough."""
        until = self._monotonic() + within
        pause = threading.Event()
        while not self._all_saw(version):
            if self._monotonic() >= until:
                return False
            pause.wait(LOOK_S)
        return True

    def _shift(self, by: Callable[[datetime], timedelta]) -> int:
        if not self._movable:
            raise RuleBroken("clock_fixed", "只有沙箱模式可以调整时间")
        version = self._write(lambda connection: self._store_shift(connection, by))
        self.refresh()
        return version

    def _store_shift(self, connection: Connection, by: Callable[[datetime], timedelta]) -> int:
        connection.execute(self._insert_once(clock_offset, id=1, seconds=0, version=0))
        row = connection.execute(select(clock_offset).with_for_update()).one()
        step = by(self._now() + timedelta(seconds=row.seconds))
        if step < timedelta():
            raise RuleBroken("clock_past", "时间不能往回调")
        moved = update(clock_offset).values(seconds=row.seconds + step.total_seconds(), version=row.version + 1)
        connection.execute(moved)
        return int(row.version) + 1

    def _tell(self, connection: Connection, version: int) -> None:
        seen = {"seen_version": version, "seen_at": self._now()}
        connection.execute(self._insert_once(process, name=self._name, **seen))
        connection.execute(update(process).where(process.c.name == self._name).values(**seen))

    def _all_saw(self, version: int) -> bool:
        late = select(process.c.name).where(
            process.c.seen_version < version, process.c.seen_at > self._now() - timedelta(seconds=LIVE_S)
        )
        with reading(self._engine) as connection:
            return connection.execute(late.limit(1)).first() is None

    def _insert_once(self, table: Table, **values: object) -> Insert:
        if self._engine.dialect.name == "postgresql":
            return postgresql.insert(table).values(**values).on_conflict_do_nothing()
        return sqlite.insert(table).values(**values).on_conflict_do_nothing()

    def _write_alone(self, fn: Callable[[Connection], T], /) -> T:
        with writing(self._engine) as connection:
            return fn(connection)
