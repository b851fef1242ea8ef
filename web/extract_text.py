"""Rows on their way out: CSV for Excel, or one JSON array, a piece at a time, whatever the length."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

MARK = "\ufeff"  # the byte order mark that Excel needs for Chinese
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_pieces(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The mark, the header, a line a row. What hangs under a row is told in one cell."""
    yield MARK + _line(columns)
    for row in rows:
        yield _line([cell(row[name]) for name in columns])


def json_pieces(_columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield f"{before}\n{json.dumps(row, ensure_ascii=False, default=plain)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


PIECES = {"csv": csv_pieces, "json": json_pieces}


def cell(value: Any) -> str:
    """A cell that begins like a formula is none: names and words are typed by people."""
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(each, Mapping) for each in value):
        return "; ".join(" ".join(filter(None, map(cell, each.values()))) for each in value)
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False, default=plain)
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return plain(value) if isinstance(value, date) else str(value)


def plain(value: object) -> str:
    """Instants and days as ISO 8601. Raises TypeError for what JSON has no word for."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
