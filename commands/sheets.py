"""Tables that people keep: CSV (UTF-8 or GB18030, as Excel writes it in China) and XLSX, as rows of text."""

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.errors import ConfigError

LARGEST = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """number: as the spreadsheet counts it, the header is 1. cells: column → text without blanks around it."""

    number: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """name: of the file, with the sheet behind it where there are several."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]


def sheets_of(path: Path) -> list[Sheet]:
    """Those with a header. Raises ConfigError naming the file: unreadable, of another kind, without a row."""
    try:
        if path.stat().st_size > LARGEST:
            raise ConfigError(str(path), "is larger than 100 MB; cut it in parts")
        found = list(_xlsx(path) if path.suffix.lower() in (".xlsx", ".xlsm") else _csv(path))
    except OSError as error:
        raise ConfigError(str(path), f"cannot be read ({error.strerror})") from None
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise ConfigError(str(path), f"is no table of CSV or XLSX ({type(error).__name__})") from None
    if not found:
        raise ConfigError(f"{path}:1", "holds no header")
    return found


def _csv(path: Path) -> Iterator[Sheet]:
    text = _decoded(path)
    first = text.split("\n", 1)[0]
    mark = max((",", ";", "\t"), key=first.count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    yield from _sheet(path.name, path.stem, lines)


def _decoded(path: Path) -> str:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ConfigError(str(path), "is neither UTF-8 nor GB18030; save it as CSV UTF-8")


def _xlsx(path: Path) -> Iterator[Sheet]:
    """Values, never formulas: what the spreadsheet last worked out."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        several = len(book.sheetnames) > 1
        for sheet in book.worksheets:
            lines = [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
            yield from _sheet(f"{path.name}[{sheet.title}]" if several else path.name, sheet.title, lines)
    finally:
        book.close()


def _sheet(name: str, title: str, lines: Sequence[Sequence[str]]) -> Iterator[Sheet]:
    if not lines or not any(cell.strip() for cell in lines[0]):
        return
    columns = [cell.strip() for cell in lines[0]]
    yield Sheet(name, title, columns, list(_rows(columns, lines)))


def _rows(columns: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[Row]:
    """Empty lines are left out and counted all the same."""
    for number, line in enumerate(lines[1:], 2):
        cells = {column: cell.strip() for column, cell in zip(columns, line, strict=False) if column}
        if any(cells.values()):
            yield Row(number, cells)


def _text(value: object) -> str:
    """A telephone number kept as a number stays one; a day without a time is a day."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
