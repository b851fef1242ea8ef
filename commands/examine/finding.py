"""One line of `doctor`, and running many checks side by side."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from bot.errors import HuifangError
from store.dialects import not_set_up


class Level(IntEnum):
    """The worst of all is the exit code."""

    OK = 0
    WARNING = 1
    ERROR = 2


@dataclass(frozen=True, slots=True)
class Finding:
    """check: what was looked at. todo: what to do about it, "" when nothing. Neither ever holds a secret or a number
    of a person."""

    level: Level
    check: str
    sentence: str
    todo: str = ""


Check: TypeAlias = Callable[[], Iterable[Finding]]


def ok(check: str, sentence: str, todo: str = "") -> Finding:
    return Finding(Level.OK, check, sentence, todo)


def warning(check: str, sentence: str, todo: str) -> Finding:
    return Finding(Level.WARNING, check, sentence, todo)


def error(check: str, sentence: str, todo: str) -> Finding:
    return Finding(Level.ERROR, check, sentence, todo)


def side_by_side(checks: Mapping[str, Check], seconds: float, monotonic: Callable[[], float]) -> list[Finding]:
    """All at once, in the order given. One that breaks or takes longer than `seconds` is an error line of its own."""
    found: dict[str, list[Finding]] = {}

    def look(name: str, check: Check) -> None:
        found[name] = _guarded(name, check)

    # Daemons: a check that hangs in a call must not hold up the end of the program.
    threads = {
        name: threading.Thread(target=look, args=(name, check), daemon=True, name=f"doctor-{name}")
        for name, check in checks.items()
    }
    for thread in threads.values():
        thread.start()
    until = monotonic() + seconds
    for thread in threads.values():
        thread.join(max(0.0, until - monotonic()))
    return [each for name in checks for each in (found[name] if name in found else [_late(name, seconds)])]


def _late(name: str, seconds: float) -> Finding:
    return error(name, f"no answer within {seconds:g} s", "look at the network and run doctor again")


def _guarded(name: str, check: Check) -> list[Finding]:
    try:
        return list(check())
    except HuifangError as wrong:
        return [error(name, str(wrong), "mend what the sentence names, then run doctor again")]
    except Exception as broken:  # noqa: BLE001  # a message may hold an address or a number: its kind must do
        if not_set_up(broken):
            return [error(name, "not looked at: the database is not set up", "python app.py migrate")]
        return [error(name, f"the check itself broke ({type(broken).__name__})", "please report it")]
