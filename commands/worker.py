"""`worker`: sends what is due and what is queued. Any number may run, on any number of machines (design §3)."""

import argparse
import signal
import threading
from typing import Protocol

from scheduler.worker import Worker
from store.clock import StoredClock


class Needs(Protocol):
    @property
    def worker(self) -> Worker: ...

    @property
    def clock(self) -> StoredClock: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: what it does follows from the configuration."""


def run(house: Needs, options: argparse.Namespace) -> int:
    """Returns when a signal ended it; calls on their way are finished first."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_of: stop.set())
    house.worker.run(stop)
    house.clock.leave()
    return 0
