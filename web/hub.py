"""One look at the feed for all the streams of a process: two hundred open pages cost the database one reader.

The reader runs while somebody listens and ends with the last one. Each listener keeps its own place; who falls behind
what is kept looks for itself.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Engine, true

from bot.ports import WakeUps
from store import feed
from store.engine import reading
from store.feed import FeedRow
from web.watch import Looking

Row = FeedRow | Looking
KEPT = 2000  # rows held for listeners that are slower than the rest


@dataclass(frozen=True, slots=True)
class News:
    """rows since the last place, the place after them. missed: more has passed than is kept."""

    rows: Sequence[Row]
    place: int
    missed: bool = False


class Hub:
    """look_s: how long a wake-up is waited for; without one the feed is looked at all the same."""

    def __init__(self, engine: Engine, wakeups: WakeUps, look_s: float, stopping: Callable[[], bool]) -> None:
        self._engine, self._wakeups, self._look_s, self._stopping = engine, wakeups, look_s, stopping
        self._bell = threading.Condition()
        self._rows: deque[Row] = deque(maxlen=KEPT)
        self._passed = self._listeners = 0
        self._reader: threading.Thread | None = None

    def join(self) -> int:
        """The place from which this listener hears; look at the feed after it, then nothing is lost between."""
        with self._bell:
            self._listeners += 1
            if self._reader is None:
                # Before this listener looks for itself: what comes after here is rung, what was there it finds.
                start = self._newest()
                self._reader = threading.Thread(target=self._read, args=start, daemon=True, name="feed")
                self._reader.start()
            return self._passed

    def leave(self) -> None:
        with self._bell:
            self._listeners -= 1

    def after(self, place: int, wait_s: float) -> News:
        with self._bell:
            self._bell.wait_for(lambda: self._passed > place, wait_s)
            fresh = self._passed - place
            missed = fresh > len(self._rows)
            rows = list(islice(self._rows, max(0, len(self._rows) - fresh), None))
            return News(rows, self._passed, missed)

    def _newest(self) -> tuple[int, set[int]]:
        with reading(self._engine) as conn:
            cursor = feed.newest(conn)
            return cursor, {row.id for row in feed.after(conn, cursor, true())}

    def _read(self, cursor: int, sent: set[int]) -> None:
        while self._wanted():
            with reading(self._engine) as conn:
                rows = [row for row in feed.after(conn, cursor, true()) if row.id not in sent]
            sent.update(row.id for row in rows)
            cursor = max([cursor, *sent])
            sent = {each for each in sent if each > cursor - 2 * feed.OVERLAP}
            if rows:
                self.ring(rows)
            self._wakeups.wait(feed.TOPIC, self._look_s)

    def ring(self, rows: Sequence[Row]) -> None:
        """To every listener."""
        with self._bell:
            self._rows.extend(rows)
            self._passed += len(rows)
            self._bell.notify_all()

    def _wanted(self) -> bool:
        with self._bell:
            if self._listeners > 0 and not self._stopping():
                return True
            self._reader = None
            return False
