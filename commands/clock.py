"""`clock`: the ticks of planning and deadlines. Several may run at once; the keys carry the correctness."""

import argparse
import signal
import threading
from collections.abc import Mapping
from typing import Protocol

from scheduler.clock import Tick, make_clock
from store.clock import StoredClock


class Needs(Protocol):
    @property
    def ticks(self) -> Mapping[str, Tick]: ...

    @property
    def clock(self) -> StoredClock: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: what it does follows from the configuration."""


def run(house: Needs, options: argparse.Namespace) -> int:
    """Returns when a signal ended it; a tick that runs is finished first."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_of: stop.set())
    ticking = make_clock(house.ticks)
    ticking.start()
    stop.wait()
    ticking.shutdown(wait=True)
    house.clock.leave()
    return 0
