"""Saved simulations, one SQLite file a run under the data folder: its summary, and what each customer got.

They hold nothing of real customers and are no part of the house's own database.
"""

import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

FOLDER = "simulations"  # under the data folder
KEPT = 5  # runs; the oldest goes
FRESH = ".new"  # of a file still being written; its name begins with the process
NAME = re.compile(r"(\d{1,9})\.sqlite")
TABLES = """
CREATE TABLE summary (content TEXT NOT NULL);
CREATE TABLE person (number INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE touch (
    customer INTEGER NOT NULL, at TEXT NOT NULL, rule TEXT NOT NULL, occurrence TEXT NOT NULL, category TEXT NOT NULL,
    outcome TEXT NOT NULL, reason TEXT NOT NULL, way TEXT NOT NULL, text TEXT NOT NULL, cost REAL NOT NULL);
"""
INDEX = "CREATE INDEX ix_touch_customer_at ON touch (customer, at)"
ORDER = "customer, at, rule, occurrence"


@dataclass(frozen=True, slots=True)
class Touch:
    """What became of one touchpoint. at: local time of the store, "2026-03-08T10:30". way, text, cost: of the copy that
    left; "" and 0 when none did. cost: yuan.
    """

    customer: int
    at: str
    rule: str
    occurrence: str
    category: str
    outcome: str
    reason: str
    way: str
    text: str
    cost: float


class Saving:
    """A run being written; nobody sees it before `done`, which gives it its number. Two may be written side by side."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        self._folder, self.number = folder, 0
        file, name = tempfile.mkstemp(FRESH, f"{os.getpid()}-", folder)
        os.close(file)
        self._fresh = Path(name)
        self._base = sqlite3.connect(self._fresh, isolation_level=None)
        self._base.executescript(f"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; {TABLES}")

    def add(self, touches: Iterable[Touch], people: Iterable[tuple[int, str]]) -> None:
        self._base.execute("BEGIN")
        self._base.executemany("INSERT INTO touch VALUES (?,?,?,?,?,?,?,?,?,?)", map(astuple, touches))
        self._base.executemany("INSERT INTO person VALUES (?,?)", people)
        self._base.execute("COMMIT")

    def done(self, summary: Mapping[str, Any]) -> Path:
        self._base.execute(INDEX)
        self._base.execute("INSERT INTO summary VALUES (?)", (json.dumps(summary, ensure_ascii=False),))
        self._base.close()
        path = self._numbered()
        for number in sorted(_numbers(self._folder))[:-KEPT]:
            (self._folder / f"{number}.sqlite").unlink(missing_ok=True)
        return path

    def _numbered(self) -> Path:
        """The next free number; of two who end at once each gets one of its own."""
        while True:
            self.number = max([0, *_numbers(self._folder)]) + 1
            path = self._folder / f"{self.number}.sqlite"
            with suppress(FileExistsError):
                os.link(self._fresh, path)
                self._fresh.unlink()
                return path

    def dropped(self) -> None:
        self._base.close()
        self._fresh.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """What runs left behind that were killed."""
    for each in folder.glob(f"*{FRESH}"):
        pid = each.name.partition("-")[0]
        if not (pid.isdigit() and Path(f"/proc/{pid}").exists()):
            each.unlink(missing_ok=True)


def runs(folder: Path) -> list[int]:
    """The newest first."""
    return sorted(_numbers(folder), reverse=True)


def summary(folder: Path, number: int) -> dict[str, Any]:
    with _opened(folder, number) as base:
        return dict(json.loads(base.execute("SELECT content FROM summary").fetchone()[0]))


def touches_of(folder: Path, number: int, customer: int) -> list[Touch]:
    """In order of time."""
    with _opened(folder, number) as base:
        rows = base.execute("SELECT * FROM touch WHERE customer = ? ORDER BY at, rule, occurrence", (customer,))
        return [Touch(*row) for row in rows]


def all_touches(folder: Path, number: int) -> Iterator[Touch]:
    """By customer, then time."""
    with _opened(folder, number) as base:
        yield from (Touch(*row) for row in base.execute(f"SELECT * FROM touch ORDER BY {ORDER}"))  # noqa: S608


def name_of(folder: Path, number: int, customer: int) -> str | None:
    """None when there is no such customer."""
    with _opened(folder, number) as base:
        row = base.execute("SELECT name FROM person WHERE number = ?", (customer,)).fetchone()
    return None if row is None else str(row[0])


def found(folder: Path, number: int) -> bool:
    return (folder / f"{number}.sqlite").is_file()


def _numbers(folder: Path) -> list[int]:
    names = [NAME.fullmatch(each.name) for each in folder.iterdir()] if folder.is_dir() else []
    return [int(name[1]) for name in names if name]


@contextmanager
def _opened(folder: Path, number: int) -> Iterator[sqlite3.Connection]:
    """Read only: a page shows what was lived, and changes nothing of it."""
    with closing(sqlite3.connect(f"file:{folder / str(number)}.sqlite?mode=ro", uri=True)) as base:
        yield base
