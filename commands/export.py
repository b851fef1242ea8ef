"""`export consent CUSTOMER`: the proof of what a customer allowed and refused, as JSON, CSV or text.

`export examples` and `export faq` stand in commands/export_taught.py; whole tables and one person's whole file in
commands/export_whole.py.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.errors import ConfigError
from bot.phones import BadPhone, parse_phone
from commands import export_churn, export_taught, export_whole
from commands.set_up import check_database
from config.load import load_content
from store.engine import reading
from store.extracts import KINDS
from store.proof import customers_at, proof_of
from store.why import customers_named
from web.extract_text import csv_pieces, plain

ZONE = ZoneInfo("Asia/Shanghai")
COLUMNS = ("at", "file", "purpose", "given", "counts", "aside", "source", "channel", "address", "wording", "version",
           "text", "evidence", "said", "said_at")  # fmt: skip


class Needs(export_taught.Needs, export_whole.Needs, Protocol):
    """The engine, the clock, and the dealer's files."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("consent", "examples", "faq", "churn", "person", *KINDS),
        help="ledger of consents; labelled sentences as config/nlu; answers as config/faq.yaml; why some stay away; "
        "all of one person; whole tables",
    )  # fmt: skip
    parser.add_argument(
        "customer", nargs="?", help="consent, person: external id of the DMS, our own id, or a telephone number"
    )
    parser.add_argument("--out", type=Path, help="examples: the folder; else the file, for tables a new one")
    parser.add_argument("--since", default="2000-01-01", help="churn, tables: from this day on, YYYY-MM-DD")
    parser.add_argument("--format", choices=tuple(WRITTEN), default="json", help="json; tables: csv too")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Exit code 1 when there is no such customer. Phone numbers and words of the customer go to standard output."""
    check_database(house.engine)
    if options.what in KINDS:
        if options.format == "text":
            raise ConfigError(f"export {options.what}: --format", "csv or json")
        since = moment_of(options.since)
        return export_whole.tables(house, options.what, since, options.format, options.out)
    if options.what == "person":
        return export_whole.person(house, options.customer, options.out)
    if options.what == "churn":
        surveys = load_content(house.given.config_dir).surveys
        with reading(house.engine) as conn:
            export_churn.write(export_churn.told(conn, surveys, moment_of(options.since)), options.format)
        return 0
    if options.what != "consent":
        return export_taught.run(house, options.what, options.out)
    if not options.customer:
        raise ConfigError("export consent", "needs a customer: external id, our own id, or a telephone number")
    with reading(house.engine) as conn:
        found = [proof_of(conn, each) for each in _named(conn, options.customer)]
    if not found:
        print(f"huifang: no customer {options.customer}", file=sys.stderr)
        return 1
    sys.stdout.write(WRITTEN[options.format](found))
    return 0


def moment_of(day: str) -> datetime:
    """The beginning of that day in China. Raises ConfigError for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), ZONE)
    except ValueError as error:
        raise ConfigError("export: --since", f"{day}: not a day, YYYY-MM-DD") from error


def _named(conn: Connection, named: str) -> list[int]:
    ids = [int(each["id"]) for each in customers_named(conn, named)]
    if ids:
        return ids
    try:
        return customers_at(conn, parse_phone(named).e164)
    except BadPhone:
        return []


def as_json(found: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(found, ensure_ascii=False, indent=2, default=plain) + "\n"


def as_csv(found: Sequence[Mapping[str, Any]]) -> str:
    """A row a word, with the byte order mark that spreadsheets need for Chinese."""
    words = (word | _said(word["message"]) for proof in found for word in proof["words"])
    return "".join(csv_pieces(COLUMNS, words))


def as_text(found: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(line for proof in found for line in _lines(proof)) + "\n"


WRITTEN: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], str]] = {"json": as_json, "csv": as_csv, "text": as_text}


def _lines(proof: Mapping[str, Any]) -> Iterator[str]:
    who = proof["customer"]
    yield f"{who['name']} ({who['external_id'] or '-'}, {who['store']}) · {', '.join(proof['addresses'])}"
    for word in proof["words"]:
        counts = "" if word["counts"] else f"  (counts for nothing: {word['aside']})"
        answer = "yes" if word["given"] else "no "
        yield f"{_local(word['at'])}  {answer}  {word['purpose']}  by {word['source']}{counts}"
        yield f"    at {word['address'] or '-'} through {word['channel'] or '-'}; proof: {word['evidence'] or '-'}"
        if word["text"] or word["wording"]:
            yield f"    wording {word['wording']} {word['version']}: {word['text'] or '(kept by the DMS)'}"
        if word["message"]:
            yield f"    message of {_local(word['message']['at'])}: {word['message']['text']}"
    for each in proof["refusals"]:
        until = f", lifted {_local(each['withdrawn_at'])}" if each["withdrawn_at"] else ""
        yield f"refused at {each['address']}: {each['purpose']} by {each['source']} since {_local(each['at'])}{until}"
    yield f"stands now: allowed {', '.join(proof['standing']['allowed']) or 'nothing'}"


def _local(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _said(message: Mapping[str, Any] | None) -> dict[str, object]:
    said = message or {"text": "", "at": ""}
    return {"said": said["text"], "said_at": said["at"]}
