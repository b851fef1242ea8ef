"""The worker's loop: hand over what is due, send what is queued, look after what was left, then wait for a wake-up."""

import logging
from collections.abc import Callable, Sequence
from threading import Event

from bot.ports import WakeUps
from scheduler.deliver import Deliverer
from scheduler.hand import Gatekeeper
from store.outbox import TOPIC

log = logging.getLogger("huifang.worker")

# A reply must be out within two seconds even when Redis is away and nobody can wake us.
PATIENCE_S = 0.5
AFTER_FAILURE_S = 1.0


class Worker:
    """chores: further ticks that return how much they did (sweeps, callbacks of providers).

    refresh: takes over moved business time, called at each round.
    """

    def __init__(
        self,
        gatekeeper: Gatekeeper,
        deliverer: Deliverer,
        wakeups: WakeUps,
        chores: Sequence[Callable[[], int]] = (),
        *,
        refresh: Callable[[], None] = lambda: None,
    ) -> None:
        self._gatekeeper, self._deliverer, self._wakeups = gatekeeper, deliverer, wakeups
        self._chores, self._refresh = chores, refresh

    def run(self, stop: Event) -> None:
        """Until `stop`; calls on their way are finished first."""
        try:
            while not stop.is_set():
                self._turn(stop)
        finally:
            self._deliverer.close()

    def once(self) -> int:
        """One round; how much there was to do."""
        self._refresh()
        done = self._gatekeeper.tick()
        flying = self._deliverer.pump()
        return done + flying + sum(chore() for chore in self._chores)

    def _turn(self, stop: Event) -> None:
        try:
            busy = self.once()
        except Exception:
            log.exception("the worker's round failed")  # the database is away: rows keep, leases end, we come back
            stop.wait(AFTER_FAILURE_S)
            return
        if busy:
            self._deliverer.rest()
        elif not stop.is_set():
            self._wakeups.wait(TOPIC, PATIENCE_S)
