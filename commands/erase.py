"""`erase CUSTOMER`: a customer's data taken away on request, and a record that it was."""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from typing import Protocol

from sqlalchemy import Connection, Engine

from bot.errors import RuleBroken
from bot.phones import BadPhone, parse_phone
from bot.ports import Clock
from commands.media_parts import media_folder
from commands.set_up import check_database
from config.settings import Settings
from store import audit, erasing, erasure
from store.engine import reading
from store.erasing import Erased
from store.proof import customers_at
from store.why import customers_named


class Needs(Protocol):
    @property
    def given(self) -> Settings: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("customer", help="external id of the DMS, our own id, or a telephone number: every file of it")
    parser.add_argument("--by", default="", help="log-in of who carries out the request, for the audit")
    parser.add_argument("--dry-run", action="store_true", help="say what would go, and leave everything")
    parser.add_argument("--yes", action="store_true", help="do it; there is no way back")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of text")


def run(house: Needs, options: argparse.Namespace) -> int:
    """1 when there is no such customer, or neither --yes nor --dry-run was said. Raises RuleBroken open_case,
    no_such_login."""
    check_database(house.engine)
    with reading(house.engine) as conn:
        ids = erasing.files_of_person(conn, named(conn, options.customer))
        others = erasing.sharing(conn, ids)
    if not ids:
        print(f"huifang: no customer {options.customer}", file=sys.stderr)
        return 1
    really = options.yes and not options.dry_run
    done = _erased(house, ids, options.by, really)
    print(_document(ids, done, really) if options.json else "\n".join(_lines(ids, others, done, really)))
    return 0 if really or options.dry_run else 1


def named(conn: Connection, said: str) -> list[int]:
    found = [int(each["id"]) for each in customers_named(conn, said)]
    if found:
        return found
    try:
        return customers_at(conn, parse_phone(said).e164)
    except BadPhone:
        return []


def _erased(house: Needs, ids: Sequence[int], by: str, really: bool) -> Erased:
    now = house.clock.business()
    if not really:
        return erasure.foreseen(house.engine, ids, now)
    folder = media_folder(house.given.data_dir)
    return erasure.carried_out(house.engine, folder, ids, now, lambda conn, done: _record(conn, ids, done, by, house))


def _record(conn: Connection, ids: Sequence[int], done: Erased, by: str, house: Needs) -> None:
    """Ids and counts: a record of the erasure, not of what was erased."""
    if by and not erasing.logs_in(conn, by):
        raise RuleBroken("no_such_login", f"--by {by}: nobody logs in like that")
    for each in ids:
        store_id = erasing.store_of(conn, each)
        ref = {"customer_id": each, "by": by, "gone": done.gone.total(), "emptied": done.emptied.total()}
        audit.record_command(conn, store_id, "customer_erased", ref, house.clock.business())


def _document(ids: Sequence[int], done: Erased, really: bool) -> str:
    parts = {"gone": _some(done.gone), "emptied": _some(done.emptied), "files": len(done.files)}
    return json.dumps({"erased": really, "customers": list(ids), **parts}, ensure_ascii=False)


def _some(counts: dict[str, int]) -> dict[str, int]:
    return {name: count for name, count in sorted(counts.items()) if count}


def _lines(ids: Sequence[int], others: Sequence[int], done: Erased, really: bool) -> Iterator[str]:
    yield f"{'erased' if really else 'would erase'}: customer {', '.join(map(str, ids))}"
    for words, counts in (("deleted", done.gone), ("emptied", done.emptied)):
        for table, count in _some(counts).items():
            yield f"  {words}  {count:>5}  {table}"
    yield f"  files    {len(done.files):>5}  of pictures, voices and videos"
    yield "  kept: refusals of the number, and the ledger of consents without the file and its evidence"
    if others:
        yield f"  not touched: customer {', '.join(map(str, others))} of the same number; name the number to erase all"
    if not really:
        yield "nothing was changed; --yes does it, and there is no way back"
