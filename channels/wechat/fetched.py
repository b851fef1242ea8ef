"""A secret WeChat gives out for a while: one fetch however many ask, the failed one compared (wechat.md §3.1)."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

import structlog

from bot.errors import SendError
from bot.ports import Lock, TokenCache, WakeUps

LOCK_S = 10.0
PATIENCE = 40  # times 0.2 s for another process's fetch, whose own time-outs are 3 + 5 s
MARGIN_S, LONGEST_S, SHORTEST_S = 300, 6600, 60
REST_S = 5.0  # after a failed fetch all waiters get its error instead of trying one after the other


class Fetched(ABC):
    """One account's secret, shared by threads (a lock here) and processes (Redis lock and cache, both losable).

    key: its name in the cache. A subclass says how it is asked for.
    """

    kind: str  # as the log calls it

    def __init__(
        self, key: str, *, cache: TokenCache, lock: Lock, wakeups: WakeUps, monotonic: Callable[[], float]
    ) -> None:
        self._key, self._cache, self._lock, self._wakeups = key, cache, lock, wakeups
        self._monotonic = monotonic
        self._one = threading.Lock()
        self._failure: tuple[SendError, float] | None = None

    @abstractmethod
    def _ask(self) -> tuple[str, int]:
        """(secret, seconds it is good for). Raises a SendError."""

    def get(self) -> str:
        """Raises TryLater (WeChat busy or away) or ChannelStopped (secret, IP list)."""
        return self._cache.get(self._key) or self._fetch_once("")

    def instead_of(self, failed: str) -> str:
        """Another than the one WeChat just refused; fetched only if nobody has fetched one since."""
        cached = self._cache.get(self._key)
        return cached if cached and cached != failed else self._fetch_once(failed)

    def _fetch_once(self, failed: str) -> str:
        with self._one:
            return self._usable(failed) or self._fetch_or_wait(failed)

    def _usable(self, failed: str) -> str | None:
        cached = self._cache.get(self._key)
        if cached and cached != failed:
            return cached
        if self._failure and self._monotonic() < self._failure[1]:
            raise self._failure[0]
        return None

    def _fetch_or_wait(self, failed: str) -> str:
        for _ in range(PATIENCE):
            with self._lock.hold(f"token:{self._key}", LOCK_S) as mine:
                if mine:
                    return self._usable(failed) or self._fetch(failed)
            self._wakeups.wait(f"token:{self._key}", 0.2)
            found = self._usable(failed)
            if found:
                return found
        return self._fetch(failed)  # its holder is stuck; WeChat gives both of us the same one

    def _fetch(self, failed: str) -> str:
        if failed:
            self._cache.drop_if(self._key, failed)
        try:
            secret, seconds = self._ask()
        except SendError as error:
            self._failure = (error, self._monotonic() + REST_S)
            raise
        self._failure = None
        self._cache.put(self._key, secret, max(SHORTEST_S, min(seconds - MARGIN_S, LONGEST_S)))
        self._wakeups.wake(f"token:{self._key}")
        structlog.get_logger().info(f"wechat_{self.kind}_fetched", key=self._key, seconds=seconds)
        return secret
