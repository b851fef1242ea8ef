"""The classifier of the shipped examples, learnt once for all test processes of a run and kept for data folders."""

import fcntl
import tempfile
from functools import lru_cache
from pathlib import Path

from bot.understanding.classifier import Classifier
from commands.learning import learn_apart
from config.nlu import bring, learnt

CONFIG = Path(__file__).parents[1] / "config"
_shared: list[Path] = []


def share(folder: Path) -> None:
    """Where the processes of this run keep it; asked before anything is learnt (tests/conftest.py)."""
    _shared[:] = [folder]


@lru_cache(maxsize=1)
def classifier() -> Classifier:
    """It costs six to eight seconds of a core: the first learns, the others wait for it."""
    _home().mkdir(exist_ok=True)
    with open(_home() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return learnt(CONFIG, _home(), learn_apart)


def data_dir() -> Path:
    """Where it lies, learnt."""
    classifier()
    return _home()


def put_learnt(folder: Path) -> None:
    """Into a data folder, so that the process started there need not learn."""
    bring(CONFIG, data_dir(), folder)


@lru_cache(maxsize=1)
def _home() -> Path:
    return _shared[0] if _shared else Path(_own().name)


@lru_cache(maxsize=1)
def _own() -> tempfile.TemporaryDirectory[str]:
    """Outside of a run of tests, as in benchmarks."""
    return tempfile.TemporaryDirectory(prefix="huifang-learnt-", ignore_cleanup_errors=True)
