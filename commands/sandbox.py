"""`sandbox`: the fake providers and the phones page, in a process of their own. Started by `run` in sandbox mode."""

import argparse
import signal
import threading
from typing import Protocol

from bot.errors import ConfigError
from config.settings import Settings
from sandbox.site import Sandbox, serve


class Needs(Protocol):
    settings: Settings

    @property
    def sandbox(self) -> Sandbox: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: where it listens and what it knows are settings."""


def run(house: Needs, options: argparse.Namespace) -> int:
    """Returns when a signal ended it. Refuses to start beside a real account: its clock moves everybody's."""
    if not house.settings.sandbox:
        raise ConfigError("HUIFANG_SANDBOX", "is not set; the sandbox runs only in sandbox mode.")
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_of: stop.set())
    serve(house.sandbox, house.settings.sandbox_port, stop)
    house.sandbox.clock.leave()
    return 0
