"""The parts of a simulation, lived side by side in processes of their own; the same parts however many there are."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from datetime import date
from queue import Empty
from typing import Any

from commands.simulation.shard import Lived, Part, live

SIZE = 5000  # customers: fewer cost planning once more, more cost memory
LOOK_S = 0.5
_days: Any = None  # of a worker process: where it tells of each day


def parts_of(customers: int, size: int = SIZE) -> list[range]:
    return [range(first, min(first + size, customers)) for first in range(0, customers, size)]


def lived(parts: Sequence[Part], workers: int, told: Callable[[], None]) -> Iterator[Lived]:
    """Each as soon as it is over. told: after each day of each part."""
    if workers == 1 or len(parts) == 1:
        yield from (live(part, lambda _day: told()) for part in parts)
        return
    # Spawned, not forked: this process may have threads.
    context = multiprocessing.get_context("spawn")
    days = context.Queue()
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_tell_there, initargs=(days,)) as pool:
        yield from _as_they_end({pool.submit(_live, part) for part in parts}, days, told)


def most_workers() -> int:
    return max(len(os.sched_getaffinity(0)), 1)


def _as_they_end(waiting: set[Future[Lived]], days: Any, told: Callable[[], None]) -> Iterator[Lived]:
    while waiting:
        done, waiting = wait(waiting, timeout=LOOK_S, return_when=FIRST_COMPLETED)
        while _over(days):
            told()
        yield from (each.result() for each in done)


def _over(days: Any) -> bool:
    try:
        days.get_nowait()
    except Empty:
        return False
    return True


def _tell_there(days: Any) -> None:
    global _days  # noqa: PLW0603  one a process
    _days = days


def _live(part: Part) -> Lived:
    def told(day: date) -> None:
        _days.put(day.toordinal())

    return live(part, told)
