"""`simulate`: a synthetic dealership through the real planner, gate and routing on a virtual clock, nothing sent."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot.dealer import Dealer
from bot.errors import HuifangError
from bot.journeys import Journey
from commands.previews import MESSAGES
from commands.simulation.dms import House
from commands.simulation.parts import SIZE, lived, most_workers, parts_of
from commands.simulation.shard import Part, peak_mb
from commands.simulation.shown import show, show_one
from commands.simulation.tally import Tally
from commands.simulation.year import Given
from config.calendar import Calendar
from config.load import load_upkeep
from config.settings import Settings
from store import simulations
from store.simulations import FOLDER, Saving, Touch

MOST_DAYS, MOST_CUSTOMERS = 1100, 1_000_000


class Needs(Protocol):
    @property
    def given(self) -> Settings: ...

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def monotonic(self) -> Callable[[], float]: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def journeys(self) -> tuple[Journey, ...]: ...

    @property
    def calendar(self) -> Calendar: ...


class BadOption(HuifangError):
    pass


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=_up_to(MOST_DAYS), default=365)
    parser.add_argument("--customers", type=_up_to(MOST_CUSTOMERS), default=1000)
    parser.add_argument("--seed", type=int, default=1, help="the same seed draws the same people and the same year")
    parser.add_argument("--start", type=date.fromisoformat, help="the first day; default: the first of this year")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line instead of tables")
    parser.add_argument("--show", type=int, metavar="N", help="what customer N (from 0) would get")
    parser.add_argument("--out", type=Path, metavar="DIR", help="customers.jsonl and touchpoints.csv go there")
    parser.add_argument("--language", choices=("zh", "en"), default="zh")
    parser.add_argument("--workers", type=_up_to(64), default=most_workers(), help="processes; default: one a core")
    parser.add_argument("--database-url", default="", help="PostgreSQL to live in instead of SQLite; left as it was")


def run(house: Needs, options: argparse.Namespace) -> int:
    """0 well, 1 with a breach. The run is kept in DATA_DIR/simulations for the inbox's page."""
    if options.show is not None and not 0 <= options.show < options.customers:
        raise BadOption(f"--show {options.show}: customers are 0 to {options.customers - 1}")
    folder = house.given.data_dir / FOLDER
    begun = house.monotonic()
    saving, tally = Saving(folder), Tally()
    peak = 0.0
    try:
        with _progress(options) as told:
            for each in lived(_parts(house, options), options.workers, told):
                tally.add(each.touches, each.breaches, each.deferrals)
                saving.add(each.touches, each.people)
                peak = max(peak, each.peak_mb)
    except BaseException:
        saving.dropped()
        raise
    several = min(options.workers, len(parts_of(options.customers)))
    memory = peak_mb() + (peak * several if several > 1 else 0)
    summary = tally.summary(_house(house, options), options.customers, house.monotonic() - begun, memory)
    saving.done(summary)
    _told(summary, folder, saving.number, options)
    return 1 if any(summary["breaches"].values()) else 0


def _told(summary: dict[str, Any], folder: Path, number: int, options: argparse.Namespace) -> None:
    console = Console()
    if options.out is not None:
        _write(options.out, simulations.all_touches(folder, number))
    if options.show is not None:
        name = simulations.name_of(folder, number, options.show) or ""
        show_one(simulations.touches_of(folder, number, options.show), name, console, options.language)
    if options.json:
        print(json.dumps(summary, ensure_ascii=False))
    else:
        show(summary, console, options.language)


def _parts(house: Needs, options: argparse.Namespace) -> list[Part]:
    upkeep = load_upkeep(house.given.config_dir)
    given = Given(_house(house, options), house.calendar, upkeep, MESSAGES)
    return [Part(given, numbers, options.database_url) for numbers in parts_of(options.customers, SIZE)]


def _house(house: Needs, options: argparse.Namespace) -> House:
    first = options.start or house.now().date().replace(month=1, day=1)
    return House(house.dealer, house.journeys, options.seed, first, options.days)


@contextmanager
def _progress(options: argparse.Namespace) -> Iterator[Callable[[], None]]:
    """A bar on standard error where somebody looks on."""
    days = options.days * len(parts_of(options.customers))
    console = Console(stderr=True)
    columns = (TextColumn("simulate"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("days", total=days)
        yield lambda: bar.advance(task)


def _write(folder: Path, touches: Iterator[Touch]) -> None:
    """One line a customer, and one a touchpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [each.name for each in fields(Touch)]
    with (
        open(folder / "customers.jsonl", "w", encoding="utf-8") as people,
        open(folder / "touchpoints.csv", "w", encoding="utf-8", newline="") as file,
    ):
        lines = csv.DictWriter(file, names)
        lines.writeheader()
        for customer, theirs in groupby(touches, key=lambda each: each.customer):
            rows = [asdict(each) for each in theirs]
            lines.writerows(rows)
            people.write(json.dumps({"customer": customer, "touchpoints": rows}, ensure_ascii=False) + "\n")


def _up_to(most: int) -> Callable[[str], int]:
    def number(written: str) -> int:
        value = int(written)
        if not 1 <= value <= most:
            raise argparse.ArgumentTypeError(f"{written}: from 1 to {most}")
        return value

    return number
