"""Short pauses of a way, learned by one worker for itself. What lasts a minute or longer stands in store/troubles."""

from collections.abc import Callable
from threading import Lock

from bot.messages import Way

STOPPED_S = 300.0  # a stopped channel is tried again after this, by one message; its settings may have been mended
LASTING_S = 60.0  # pauses from here on are everybody's, and staff see them


class Breaker:
    """Times are machine seconds of `monotonic`. One per worker: it asks no database before it leaves a way alone."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until: dict[tuple[str, str], float] = {}
        self._silent: dict[tuple[str, str], tuple[int, float]] = {}
        self._guard = Lock()

    def closed(self) -> list[tuple[str, str]]:
        """(way, account) pairs to leave alone now."""
        now = self._monotonic()
        with self._guard:
            return [pair for pair, until in self._until.items() if until > now]

    def unheard(self, way: Way, account: str) -> tuple[int, float]:
        """One more call had no answer: how many in a row, and over how many seconds."""
        with self._guard:
            calls, since = self._silent.get((way.value, account), (0, self._monotonic()))
            self._silent[way.value, account] = calls + 1, since
            return calls + 1, self._monotonic() - since

    def silent_for(self, way: Way, account: str) -> float:
        """Seconds since the first of the calls without an answer; 0 when the last one had one."""
        with self._guard:
            silent = self._silent.get((way.value, account))
            return self._monotonic() - silent[1] if silent else 0.0

    def heard(self, way: Way, account: str) -> None:
        """The provider answered, whatever it said."""
        with self._guard:
            self._silent.pop((way.value, account), None)

    def pause(self, way: Way, account: str, seconds: float) -> None:
        """One way waits: its provider cannot be reached."""
        with self._guard:
            self._until[way.value, account] = self._monotonic() + seconds
