"""A part of the dealership, small enough to be lived through in little memory, in a database thrown away afterwards."""

import gc
import resource
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event, text

from commands.simulation import books, referee
from commands.simulation.drawn import person
from commands.simulation.quiet import quiet
from commands.simulation.referee import Breach
from commands.simulation.year import Given, Year
from store.engine import open_engine, reading
from store.simulations import Touch
from store.tables import metadata

GARBAGE = 100_000  # objects between two looks of the collector


@dataclass(frozen=True, slots=True)
class Part:
    """numbers: of its customers. database_url "": SQLite in a temporary folder; else a schema of its own there."""

    given: Given
    numbers: range
    database_url: str = ""


@dataclass(frozen=True, slots=True)
class Lived:
    """What one part brings home. peak_mb: of the process it was lived in."""

    numbers: range
    people: list[tuple[int, str]]
    touches: list[Touch]
    breaches: list[Breach]
    deferrals: Counter[str]
    peak_mb: float


def live(part: Part, told: Callable[[date], None] = lambda _day: None) -> Lived:
    house = part.given.house
    people = [person(house.seed, number, house.first_day, house.days) for number in part.numbers]
    with quiet(), _seldom_collected(), _database(part) as engine:
        metadata.create_all(engine)
        year = Year(engine, part.given, people)
        year.live(told)
        return _brought_home(part, year, [(each.number, each.name) for each in people])


def _brought_home(part: Part, year: Year, people: list[tuple[int, str]]) -> Lived:
    dealer = part.given.house.dealer
    arrived = {out_id: at for at, out_id in year.providers.arrived}
    with reading(year.engine) as conn:
        sends = books.sends_of(conn, arrived)
        breaches = referee.look(sends, books.books_of(conn, year.refused, year.end), dealer)
        touches = list(books.touches_of(conn, part.given.house, year.dms.files, year.end))
        deferrals = Counter(books.deferrals_of(conn))
    return Lived(part.numbers, people, touches, breaches, deferrals, peak_mb())


def peak_mb() -> float:
    """Of this process; Linux counts in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Hardly any of what a year makes points in a circle."""
    before = gc.get_threshold()
    gc.set_threshold(GARBAGE)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _database(part: Part) -> Iterator[Engine]:
    if part.database_url:
        with _schema(part.database_url, f"simulation_{part.numbers.start}") as engine:
            yield engine
        return
    with TemporaryDirectory(prefix="huifang-simulate-", ignore_cleanup_errors=True) as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'year.sqlite'}")
        event.listen(engine, "connect", _careless)
        yield engine
        engine.dispose()


def _careless(connection: Any, _record: object) -> None:
    """Nobody needs it after a power cut."""
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA cache_size=-65536")
    connection.execute("PRAGMA temp_store=MEMORY")


@contextmanager
def _schema(url: str, name: str) -> Iterator[Engine]:
    """Made for this run and dropped after it; refuses one that is there, since it is somebody's."""
    engine = open_engine(url)

    def enter(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET search_path TO {name}")
            cursor.execute("SET synchronous_commit TO off")
        connection.commit()

    with engine.begin() as conn:
        conn.execute(text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    event.listen(engine, "connect", enter)
    try:
        yield engine
    finally:
        with engine.begin() as conn:
            conn.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()
