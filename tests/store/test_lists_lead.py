"""A statement that asks about a list starts from the list, whatever else it asks: what it costs is the list's length,
not the years behind it. SQLite, until it is told how the rows are spread, would rather start from a state."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

from sqlalchemy import Engine

import store
from store.engine import reading
from store.prepared import Prepared

LIST = re.compile(r"(\w+)\.(\w+) IN \(SELECT value FROM json_each")


def kept() -> Iterator[tuple[str, Prepared]]:
    """Those the modules of the store keep; what a function makes when it is called is not among them."""
    for found in pkgutil.iter_modules(store.__path__, "store."):
        for name, value in vars(importlib.import_module(found.name)).items():
            if isinstance(value, Prepared):
                yield f"{found.name}.{name}", value


def started_from(steps: list[str]) -> set[tuple[str, str]]:
    """(table or its other name, first column of the look-up) of each step by an index."""
    found = [re.match(r"SEARCH (\w+) USING .*?\((\w+)[=<>]", each) for each in steps]
    return {(each[1], "id" if each[2] == "rowid" else each[2]) for each in found if each}


def test_a_list_leads(sqlite_engine: Engine) -> None:
    led, astray = 0, {}
    with reading(sqlite_engine) as conn:
        for name, statement in kept():
            ready = statement._ready.get("sqlite") or statement._prepare(conn)
            if lists := LIST.findall(ready.sql):
                rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {ready.sql}", (None,) * ready.sql.count("?")).all()
                steps = [row[3] for row in rows]
                if started_from(steps) & set(lists):
                    led += 1
                else:
                    astray[name] = steps
    assert astray == {}
    assert led > 20  # or the pattern above finds none of them
