"""`export customers|conversations|…` and `export person`: the house's data as tables, and one person's whole file."""

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TextIO

from sqlalchemy import Connection, Engine

from bot.errors import ConfigError
from bot.ports import Clock
from commands.erase import named
from store import audit, erasing, extracts
from store.engine import writing
from store.whole_file import whole_file
from web.extract_text import PIECES, plain


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...


def tables(house: Needs, name: str, since: datetime, form: str, out: Path | None) -> int:
    """Row by row: the memory stays the same whatever the length. The audit keeps that it was taken, and how much."""
    many = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal many
        for row in extracts.rows(house.engine, name, None, since):
            many += 1
            yield row

    pieces = PIECES[form](extracts.KINDS[name].columns, counted())
    _write(pieces, out)
    with writing(house.engine) as conn:
        for store_id in extracts.stores(conn):
            ref = {"kind": name, "format": form, "rows": many}
            audit.record_command(conn, store_id, "table_exported", ref, house.clock.business())
    return 0


def person(house: Needs, said: str | None, out: Path | None) -> int:
    """Everything of one person, merged files too, as JSON. 1 when nobody is called so. Raises ConfigError."""
    if not said:
        raise ConfigError("export person", "needs a customer: external id, our own id, or a telephone number")
    with writing(house.engine) as conn:
        ids = erasing.files_of_person(conn, named(conn, said))
        if not ids:
            print(f"huifang: no customer {said}", file=sys.stderr)
            return 1
        copy = _copy(conn, ids, house.clock.business())
    _write([json.dumps(copy, ensure_ascii=False, indent=2, default=plain), "\n"], out)
    return 0


def _copy(conn: Connection, ids: list[int], now: datetime) -> dict[str, Any]:
    for each in ids:
        audit.record_command(conn, erasing.store_of(conn, each), "person_exported", {"customer_id": each}, now)
    return {"made_at": now, **whole_file(conn, ids)}


def _write(pieces: Iterable[str], out: Path | None) -> None:
    """To standard output, or to a file that is not there yet."""
    with _opened(out) as file:
        file.writelines(pieces)
    if out is not None:
        print(out)


@contextmanager
def _opened(out: Path | None) -> Iterator[TextIO]:
    """Raises ConfigError where a file of that name is there: an older export is somebody's."""
    if out is None:
        yield sys.stdout
        return
    try:
        with out.open("x", encoding="utf-8", newline="") as file:
            out.chmod(0o600)
            yield file
    except FileExistsError:
        raise ConfigError(f"export --out {out}", "is there already; name another, or move it away") from None
