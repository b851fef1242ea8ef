"""APScheduler as a clock that ticks, and nothing else: memory store, no jobs kept, in a process of its own.

Several may run at once: the keys carry the correctness, two ticks only do the work twice (scheduling.md §2).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler

log = logging.getLogger("huifang.clock")

ZONE = ZoneInfo("Asia/Shanghai")  # the default would be the machine's, eight hours off in a container


@dataclass(frozen=True, slots=True)
class Tick:
    """seconds: machine time between two runs. work: repeatable, and cheap when there is nothing to do."""

    seconds: float
    work: Callable[[], object]


def make_clock(ticks: Mapping[str, Tick]) -> BackgroundScheduler:
    """Not started. A tick that is still running is not started twice; missed ones melt into one."""
    clock = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=ZONE,
    )
    for name, tick in ticks.items():
        clock.add_job(_guarded(name, tick.work), "interval", seconds=tick.seconds, id=name)
    return clock


def _guarded(name: str, work: Callable[[], object]) -> Callable[[], None]:
    """One failed tick (the database is away) must not end the ticking."""

    def run() -> None:
        try:
            work()
        except Exception:
            log.exception("tick failed", extra={"tick": name})

    return run
