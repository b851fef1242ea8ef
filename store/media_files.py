"""The folder of the files: DATA_DIR/media/<2 hex>/<random name>, for our own user only, never under web/static.

A file is written under another name, flushed and then renamed: what has its name is whole. Which names are somebody's
stands in SQL (`store/media.py`). Machines that share a database share this folder too (docs/operations.md).
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

HALF = ".part"  # ending of a file still being written
FRESH = timedelta(minutes=15)  # a file may be this much older than its row: longer than any fetch


@dataclass(frozen=True, slots=True)
class MediaFolder:
    """fresh_name: 32 random hex digits."""

    root: Path
    fresh_name: Callable[[], str]

    def write(self, fill: Callable[[BinaryIO], object]) -> str:
        """A new file with what `fill` writes; its name. Nothing stays when `fill` raises."""
        name = self.fresh_name()
        whole = self.path(name)
        for folder in (self.root, whole.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        half = whole.with_name(name + HALF)
        try:
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                fill(file)
                file.flush()
                os.fsync(file.fileno())
            half.rename(whole)
        except BaseException:
            half.unlink(missing_ok=True)
            raise
        return name

    def path(self, name: str) -> Path:
        return self.root / name[:2] / name

    def remove(self, name: str) -> None:
        self.path(name).unlink(missing_ok=True)

    def settled(self, machine_now: datetime) -> Iterator[str]:
        """Names of the files, half ones too, that have lain here for `FRESH`."""
        before = (machine_now - FRESH).timestamp()
        for file in self.root.glob("??/*"):
            try:
                if file.stat().st_mtime < before:
                    yield file.name
            except FileNotFoundError:  # taken away by another worker
                continue
