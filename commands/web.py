"""`web`: gunicorn with a few workers of threads, each with a house of its own."""

import argparse
import gc
import importlib
import signal
import threading
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from gunicorn.app.base import BaseApplication

from config.settings import Settings
from web.seats import ANSWERING, MAX_STREAMS

WORKERS = 2
THREADS = ANSWERING  # live streams have theirs beyond, so webhooks always find one
GRACE_S = 1  # WeChat drops a call after 5 s anyhow; Ctrl-C ends everything within 3 s
# Loaded before the fork, so that the workers share their pages of memory.
SHARED = (
    "handlers",
    "web.api",
    "web.inbox",
    "web.login",
    "web.site",
    "web.sms_hooks",
    "web.stream",
    "web.turn",
    "web.webhooks",
)


class Follows(Protocol):
    def follow(self, stop: threading.Event) -> None: ...


class Needs(Protocol):
    settings: Settings
    stopping: threading.Event

    @property
    def classifier(self) -> object: ...

    @property
    def clock(self) -> Follows: ...

    @property
    def site(self) -> Flask: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--workers", type=int, default=WORKERS, help="worker processes")
    parser.add_argument("--threads", type=int, default=THREADS, help="threads of each worker")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Returns when a signal ended it. The house makes engine and site after the fork: no connection is shared."""
    for module in SHARED:
        importlib.import_module(module)
    _ = house.classifier  # learnt or read once, before the fork: the workers share its pages too
    gc.collect()
    gc.freeze()
    _Server(house, gunicorn_settings(house.settings, options.workers, options.threads)).run()
    return 0


def gunicorn_settings(settings: Settings, workers: int = WORKERS, threads: int = THREADS) -> dict[str, object]:
    """No access log: paths hold link tokens, query strings hold signatures."""
    memory = Path("/dev/shm")  # noqa: S108  # gunicorn's heartbeat file; on a slow disk it would stall the workers
    return {
        "bind": f"{settings.bind}:{settings.port}",
        "workers": workers,
        "threads": threads + MAX_STREAMS,  # made when they are needed, not before
        "worker_class": "gthread",
        "graceful_timeout": GRACE_S,
        "timeout": 60,
        "keepalive": 5,
        "accesslog": None,
        "loglevel": "warning",
        "worker_tmp_dir": str(memory) if memory.is_dir() else None,
        "proc_name": "huifang-web",
        "limit_request_line": 4094,
    }


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    def __init__(self, house: Needs, settings: dict[str, object]) -> None:
        self._house, self._settings = house, settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)
        self.cfg.set("post_worker_init", lambda _worker: live(self._house))

    def load(self) -> Any:
        return self._house.site


def live(house: Needs) -> None:
    """In a worker, once its signal handlers stand: business time is followed, and streams learn of the end.

    Gunicorn waits for threads that answer; a stream answers until its page is closed, so it must be told.
    """
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGQUIT):
        signal.signal(number, _telling(house.stopping, signal.getsignal(number)))
    threading.Thread(target=house.clock.follow, args=(house.stopping,), daemon=True, name="clock").start()


def _telling(stopping: threading.Event, before: Any) -> Any:
    def handle(number: int, frame: Any) -> None:
        stopping.set()
        if callable(before):
            before(number, frame)

    return handle
