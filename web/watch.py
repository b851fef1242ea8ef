"""Who looks at the conversations that pages of this process have open: one reader for all of them.

Another process's word comes by a wake-up; what ends by itself (a lease, a pause in writing) is found by looking.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.ports import WakeUps
from store.viewers import TOPIC, Viewer, Viewers


@dataclass(frozen=True, slots=True)
class Looking:
    """Everybody who has this conversation open, the reader too."""

    customer_id: int
    viewers: Sequence[Viewer]


class Watch:
    """machine: seconds. tell: hands what changed to the streams. look_s: how often it is looked without a wake-up."""

    def __init__(
        self,
        viewers: Viewers,
        wakeups: WakeUps,
        machine: Callable[[], float],
        tell: Callable[[Sequence[Looking]], None],
        look_s: float,
        stopping: Callable[[], bool],
    ) -> None:
        self._viewers, self._wakeups, self._machine, self._tell = viewers, wakeups, machine, tell
        self._look_s, self._stopping = look_s, stopping
        self._guard = threading.Lock()
        self._open: Counter[int] = Counter()
        self._told: dict[int, Sequence[Viewer]] = {}
        self._reader: threading.Thread | None = None

    def join(self, customer_id: int) -> Looking:
        """What is so now; what changes from here on is told."""
        with self._guard:
            self._open[customer_id] += 1
            if self._reader is None:
                self._reader = threading.Thread(target=self._read, daemon=True, name="viewers")
                self._reader.start()
        return Looking(customer_id, self._viewers.of([customer_id], self._machine())[customer_id])

    def leave(self, customer_id: int) -> None:
        with self._guard:
            self._open -= Counter([customer_id])
            if not self._open[customer_id]:
                self._told.pop(customer_id, None)

    def _read(self) -> None:
        while open_now := self._wanted():
            found = self._viewers.of(open_now, self._machine())
            fresh = [Looking(each, who) for each, who in found.items() if self._changed(each, who)]
            if fresh:
                self._tell(fresh)
            self._wakeups.wait(TOPIC, self._look_s)

    def _changed(self, customer_id: int, viewers: Sequence[Viewer]) -> bool:
        with self._guard:
            if customer_id not in self._open or self._told.get(customer_id) == viewers:
                return False
            self._told[customer_id] = viewers
            return True

    def _wanted(self) -> Sequence[int]:
        with self._guard:
            if self._open and not self._stopping():
                return list(self._open)
            self._reader = None
            return ()
