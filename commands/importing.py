"""`import FILE…`: customers, vehicles and repair orders from CSV or XLSX, all of them or none.

1. Every row is read and checked, nothing is written. 2. One transaction puts them by their external ids, customers
first: a second import of the same file changes nothing. 3. A row that will not do ends it all, or with `--skip-bad` is
left out; each is named as file:row:column.
"""

import argparse
import csv
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import Any, Protocol, TypeAlias

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Connection, Engine

from bot.customer import StaffMember
from bot.errors import ConfigError
from bot.ports import Clock
from commands.imported_rows import SHEETS, Fault, Kind, Ready, heads_of, named, read_sheet
from commands.set_up import check_database
from commands.sheets import Sheet, sheets_of
from store import audit
from store.engine import reading, writing
from store.orders import zone_of
from store.put import Incomplete
from store.stores import store_id_of
from web.api.facts import Hearing
from web.tables_in import Upload

ORDER: Sequence[Kind] = ("customers", "vehicles", "repair_orders")
Watch: TypeAlias = Callable[[Sequence[Ready]], Iterable[Ready]]
SHOWN = 30  # faults on the screen; --report keeps all


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...


@dataclass
class Outcome:
    """By kind: rows made, changed and found as they stand. faults: what would not do."""

    made: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    written: bool = False

    def document(self) -> dict[str, Any]:
        return {
            "written": self.written,
            "made": dict(self.made),
            "changed": dict(self.changed),
            "same": dict(self.same),
            "faults": [vars_of(each) for each in self.faults],
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """How tables are taken in. files: their names, for the audit. by: who does it on a page, None for a command."""

    store_id: int
    files: Sequence[str]
    skip_bad: bool = False
    dry_run: bool = False
    by: StaffMember | None = None


class _Undone(Exception):
    """Ends the transaction without a trace."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV or XLSX; several go in together")
    kinds = tuple(kind.replace("_", "-") for kind in ORDER)
    parser.add_argument("--kind", choices=kinds, default="", help="what it holds; else the name of file or sheet says")
    parser.add_argument("--store", default="", help="code of the store in dealer.yaml; needed when there are several")
    parser.add_argument("--skip-bad", action="store_true", help="leave bad rows out instead of stopping")
    parser.add_argument("--dry-run", action="store_true", help="do it all and take it back")
    parser.add_argument("--report", type=Path, help="write every bad row to this CSV file")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")


def run(house: Needs, options: argparse.Namespace) -> int:
    """0 all went in, 1 some rows would not do. Raises ConfigError for a file, NoSuchStore."""
    check_database(house.engine)
    with reading(house.engine) as conn:
        store_id = store_id_of(conn, options.store)
    sheets = [(kind_of(sheet, options.kind), sheet) for path in options.files for sheet in sheets_of(path)]
    names = [path.name for path in options.files]
    outcome = taken_in(house, sheets, Wanted(store_id, names, options.skip_bad, options.dry_run), _shown)
    _tell(outcome, options)
    return 1 if outcome.faults else 0


def _shown(ready: Sequence[Ready]) -> Iterator[Ready]:
    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield from progress.track(ready, description="importing")


def taken_in(house: Needs, sheets: Sequence[tuple[Kind, Sheet]], wanted: Wanted, watch: Watch = iter) -> Outcome:
    """Read, checked, and put in one transaction. watch: sees each row go by."""
    with reading(house.engine) as conn:
        zone = zone_of(conn, wanted.store_id)
    hearing = Hearing(house.clock.business(), zone, f"import {', '.join(wanted.files)}"[:200])
    ready, outcome = [], Outcome()
    for kind, sheet in sheets:
        good, faults = read_sheet(sheet, kind, wanted.store_id, hearing)
        ready += good
        outcome.faults += faults
    _put_all(house, sheets, watch(sorted(ready, key=lambda one: ORDER.index(one.kind))), outcome, wanted)
    outcome.faults.sort(key=lambda each: (each.file, each.row))
    return outcome


def kind_of(sheet: Sheet, said: str) -> Kind:
    """Raises ConfigError when neither --kind nor a name says it."""
    wanted = said.replace("-", "_") or sheet.title.strip().lower().replace("-", "_").replace(" ", "_")
    kind = SHEETS.get(wanted)
    if kind is None:
        raise ConfigError(f"{sheet.name}", f"say --kind, or name file or sheet one of: {', '.join(SHEETS)}")
    return kind


def from_page(house: Needs, upload: Upload) -> Outcome:
    """A table somebody gave on a page, under the name they know. Raises ConfigError."""
    with TemporaryDirectory() as folder:
        named_so = Path(folder) / upload.name
        copyfile(upload.path, named_so)
        sheets = [(kind_of(sheet, upload.kind), sheet) for sheet in sheets_of(named_so)]
    wanted = Wanted(upload.store_id, [upload.name], upload.skip_bad, upload.dry_run, upload.by)
    return taken_in(house, sheets, wanted)


def _put_all(
    house: Needs,
    sheets: Sequence[tuple[Kind, Sheet]],
    ready: Iterable[Ready],
    outcome: Outcome,
    wanted: Wanted,
) -> None:
    """One transaction; taken back on a bad row, or when only tried."""
    if outcome.faults and not wanted.skip_bad:
        return
    columns = {sheet.name: heads_of(sheet, kind) for kind, sheet in sheets}
    try:
        with writing(house.engine) as conn:
            for each in ready:
                _put(conn, each, outcome, columns)
            if wanted.dry_run or (outcome.faults and not wanted.skip_bad):
                raise _Undone
            _record(conn, outcome, wanted, house.clock.business())
        outcome.written = True
    except _Undone:
        return


def _record(conn: Connection, outcome: Outcome, wanted: Wanted, now: datetime) -> None:
    ref = {"files": list(wanted.files), **_counts(outcome)}
    if wanted.by is None:
        audit.record_command(conn, wanted.store_id, "customers_imported", ref, now)
    else:
        audit.record(conn, wanted.by, "customers_imported", ref | {"store_id": wanted.store_id}, now)


def _put(conn: Connection, each: Ready, outcome: Outcome, columns: Mapping[str, Mapping[str, str]]) -> None:
    """A row that will not do leaves nothing of itself behind."""
    try:
        with conn.begin_nested():
            put = each.put(conn)
    except Incomplete as lacking:
        column = lacking.pointers[0].strip("/").split("/")[0] if lacking.pointers else ""
        outcome.faults.append(Fault(each.file, each.row, named(columns[each.file], column), str(lacking)))
        return
    counted = outcome.made if put.created else outcome.changed if put.changed else outcome.same
    counted[each.kind] += 1


def _counts(outcome: Outcome) -> dict[str, int]:
    return {"made": outcome.made.total(), "changed": outcome.changed.total(), "left_out": len(outcome.faults)}


def _tell(outcome: Outcome, options: argparse.Namespace) -> None:
    if options.report:
        with options.report.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file)
            table.writerow(("file", "row", "column", "sentence"))
            table.writerows((each.file, each.row, each.column, each.sentence) for each in outcome.faults)
    if options.json:
        print(json.dumps(outcome.document(), ensure_ascii=False))
        return
    for each in outcome.faults[:SHOWN]:
        print(each, file=sys.stderr)
    if len(outcome.faults) > SHOWN:
        print(f"… and {len(outcome.faults) - SHOWN} more; --report FILE keeps all", file=sys.stderr)
    for kind in (kind for kind in ORDER if outcome.made[kind] + outcome.changed[kind] + outcome.same[kind]):
        print(f"{kind}: {outcome.made[kind]} new, {outcome.changed[kind]} changed, {outcome.same[kind]} as they were")
    print(_last(outcome, options))


def _last(outcome: Outcome, options: argparse.Namespace) -> str:
    bad = len(outcome.faults)
    if outcome.written:
        return f"written; {bad} row(s) left out" if bad else "written"
    if options.dry_run and (options.skip_bad or not bad):
        return "a dry run: nothing was written"
    return f"nothing was written: {bad} row(s) will not do (--skip-bad leaves them out)"


def vars_of(fault: Fault) -> dict[str, object]:
    return {"file": fault.file, "row": fault.row, "column": fault.column, "sentence": fault.sentence}
