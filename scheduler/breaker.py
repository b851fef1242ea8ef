"""Which ways are shut for now: a channel that refuses everybody is left alone for a while, and staff told once."""

from collections.abc import Callable
from threading import Lock

from bot.messages import Way

WECHAT = (Way.CUSTOM, Way.TEMPLATE, Way.SUBSCRIPTION, Way.MASS)
STOPPED_S = 300.0  # a stopped channel is tried again after this; its settings may have been mended


class Breaker:
    """Times are machine seconds of `monotonic`. One per worker: each learns by itself, none needs to be told."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until: dict[tuple[str, str], float] = {}
        self._told: set[tuple[str, str]] = set()
        self._guard = Lock()

    def closed(self) -> list[tuple[str, str]]:
        """(way, account) pairs to leave alone now."""
        now = self._monotonic()
        with self._guard:
            return [pair for pair, until in self._until.items() if until > now]

    def pause(self, way: Way, account: str, seconds: float) -> None:
        """One way waits (a rate limit of its api)."""
        with self._guard:
            self._until[way.value, account] = self._monotonic() + seconds

    def stop(self, way: Way, account: str) -> bool:
        """Every way of the channel waits. True the first time: staff are to be told."""
        ways = WECHAT if way in WECHAT else (way,)
        for each in ways:
            self.pause(each, account, STOPPED_S)
        with self._guard:
            told = (ways[0].value, account) in self._told
            self._told.add((ways[0].value, account))
        return not told

    def works(self, way: Way, account: str) -> None:
        """A message was accepted: the next stop is news again."""
        ways = WECHAT if way in WECHAT else (way,)
        with self._guard:
            self._told.discard((ways[0].value, account))
