"""Keeping a handful of child processes alive, and ending all of them within three seconds."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog

log = structlog.get_logger(__name__)

TERM_S = 1.8  # what a child gets to end by itself
LAST_S = 0.7  # what the ones that serve the others get after that; together under the promised 3 s
DEATHS = 4  # so many deaths within SPAN_S, and restarting is no cure
SPAN_S = 60.0
LOOK_S = 0.1


@dataclass(slots=True)
class Child:
    """One program to keep running. last: ends after the others, which still need it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    last: bool = False
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=DEATHS))
    start_at: float = 0.0

    def start(self) -> None:
        """In a session of its own: Ctrl-C reaches only us, and we end the children in order."""
        self.process = subprocess.Popen(  # noqa: S603  # our own program and the wheel's Valkey
            list(self.command),
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  # no thread of ours runs yet at the first start
        )

    @property
    def ended(self) -> int | None:
        """The exit code, None while it runs or was never started."""
        return None if self.process is None else self.process.poll()

    def signal(self, number: int) -> None:
        """To the whole session: gunicorn's workers end with their master even if the master cannot tell them."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass


class Supervisor:
    """Starts children in order, restarts one that dies, gives up with a sentence when it keeps dying."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._children: list[Child] = []
        self.stopping = threading.Event()
        self.started = False

    def start(self, child: Child) -> None:
        child.start()
        self._children.append(child)

    def obey_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def dead(self) -> Child | None:
        """A child that has ended, while all should run."""
        return next((child for child in self._children if child.ended is not None), None)

    def watch(self) -> str:
        """Returns "" when asked to stop, else the sentence why it gave up. Call `stop` after it."""
        while not self.stopping.wait(LOOK_S):
            for child in self._children:
                if child.ended is not None and (sentence := self._revive(child)):
                    return sentence
        return ""

    def stop(self) -> None:
        """End all: politely first, by force after; those marked `last` in a second round."""
        for last, grace in ((False, TERM_S), (True, LAST_S)):
            group = [child for child in self._children if child.last is last]
            for child in group:
                child.signal(signal.SIGTERM)
            self._await(group, grace)
            for child in group:
                child.signal(signal.SIGKILL)
            self._await(group, grace)

    def _await(self, children: Sequence[Child], seconds: float) -> None:
        until = self._monotonic() + seconds
        for child in children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, until - self._monotonic()))
            except subprocess.TimeoutExpired:
                pass

    def _revive(self, child: Child) -> str:
        """Back-off doubles with each recent death: a short database outage must not end the house."""
        now = self._monotonic()
        if child.process is not None and not child.start_at:
            child.deaths.append(now)
            if len(child.deaths) == DEATHS and now - child.deaths[0] < SPAN_S:
                return f"{child.name} ended {DEATHS} times within a minute (exit code {child.ended}); giving up."
            child.start_at = now + 0.25 * 2 ** len(child.deaths)
            log.warning("process_ended", process=child.name, exit_code=child.ended)
        if now >= child.start_at:
            child.start_at = 0.0
            child.start()
        return ""


def _end_with_parent() -> None:
    """On Linux the kernel ends the child when we are killed outright; elsewhere an orphan has to be ended by hand."""
    if sys.platform == "linux":
        PR_SET_PDEATHSIG = 1  # noqa: N806  # its name in prctl(2)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
