"""Erasing, by the metadata: every table is decided on, and every text column of every table is looked through."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Column, Connection, Date, Engine, Float, Integer, Table, Text, insert, select

from store import erasing
from store.engine import reading, writing
from store.erased_tables import DECIDED, How
from store.tables import metadata, people
from store.tables.base import Instant

AT = datetime(2026, 9, 1, 1, 0, tzinfo=UTC)
PRIVACY = Path(__file__).parents[2] / "docs" / "privacy.md"
# Columns whose values decide what erasing does; every other text says which column it stands in.
GIVEN: Mapping[str, Any] = {
    "cases.state": "closed",
    "touchpoint.state": "done",
    "rsvp.state": "going",
    "event.taken": 1,
    "store.time_zone": "Asia/Shanghai",
    "outbox.payload": {"text": "«outbox.payload»"},
    "saved_view.query": "tab=all&q=«customer.name»",
} | {
    f"{table}.{column}": f"«identity.{source}»"
    for table in ("media", "subscription", "wechat_window", "mass_copy")
    for column, source in (("account", "account"), ("openid", "address"))
} | {"callback.address": "«customer.phone»", "refusal.address": "«customer.phone»"}  # fmt: skip


def leads_to_a_customer(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    parents = [key.column.table for key in table.foreign_keys if key.column.table.name not in seen | {table.name}]
    return any(each is people.customer or leads_to_a_customer(each, seen | {table.name}) for each in parents)


def test_every_table_is_decided_on() -> None:
    names = {table.name for table in metadata.sorted_tables}
    lacking = sorted(names - set(DECIDED))
    assert lacking == [], "decide in store/erased_tables.py what becomes of these when a customer is erased"
    assert set(DECIDED) <= names, "a table that is no more"
    assert sum(leads_to_a_customer(each) for each in metadata.sorted_tables) > 45, "the walk finds them"


@pytest.mark.parametrize("name", sorted(name for name, fate in DECIDED.items() if fate.how is How.KEPT))
def test_what_is_kept_as_it_is_leads_to_no_customer_and_has_its_reason(name: str) -> None:
    assert not leads_to_a_customer(metadata.tables[name]), "rows of a customer go, or stay without the person"
    assert DECIDED[name].why
    assert f"`{name}`" in PRIVACY.read_text("utf-8"), "docs/privacy.md says what is kept"


def test_no_text_of_an_erased_customer_is_left_in_any_table(engine: Engine) -> None:
    """One row a table, all of one customer; every text names its own column."""
    with writing(engine) as conn:
        ids = {table.name: filled(conn, table, 1) for table in metadata.sorted_tables}
        erasing.erase(conn, [ids["customer"]], AT)
    left = texts_left(engine)
    for name, fate in DECIDED.items():
        if fate.how is How.KEPT:
            continue
        expected = {each for each in fate.columns if f"{name}.{each}" not in GIVEN}
        assert left[name] == expected, f"{name}: left is not what store/erased_tables.py says"


def test_rows_that_go_are_gone_and_rows_that_stay_are_there(engine: Engine) -> None:
    with writing(engine) as conn:
        ids = {table.name: filled(conn, table, 1) for table in metadata.sorted_tables}
        erasing.erase(conn, [ids["customer"]], AT)
        there = {table.name for table in metadata.sorted_tables if conn.execute(select(table).limit(1)).first()}
    deleted = {name for name, fate in DECIDED.items() if fate.how in (How.GOES, How.ALONG, How.APART)}
    assert there == set(DECIDED) - deleted


def test_nothing_of_another_customer_is_touched(engine: Engine) -> None:
    """Two whole customers, one erased: each row of the other is as it was."""
    with writing(engine) as conn:
        ids, others = (
            {table.name: filled(conn, table, number) for table in metadata.sorted_tables} for number in (1, 2)
        )
        before = {name: row_of(conn, name, row_id) for name, row_id in others.items()}
        erasing.erase(conn, [ids["customer"]], AT)
        after = {name: row_of(conn, name, row_id) for name, row_id in others.items()}
    assert after == before


def filled(conn: Connection, table: Table, number: int) -> Any:
    """One row, tied to row `number` of every table it may point to; its key."""
    key = next(iter(table.primary_key.columns))
    row = dict(values_of(table, number))
    return conn.execute(insert(table).values(row).returning(key)).scalar_one()


def values_of(table: Table, number: int) -> Iterator[tuple[str, Any]]:
    for column in table.columns:
        if column.primary_key and isinstance(column.type, Integer) and table.name != "set_up":
            yield column.name, number
        elif column.name == "merged_into" or any(each.column.table is table for each in column.foreign_keys):
            yield column.name, None
        elif column.foreign_keys:
            yield column.name, number
        else:
            yield column.name, value_of(column, number)


def value_of(column: Column[Any], number: int) -> Any:
    name = f"{column.table.name}.{column.name}"
    told = GIVEN.get(name, f"«{name}»")
    if isinstance(column.type, Text):
        return str(told).replace("«", "«" if number == 1 else f"«{number}.")
    if isinstance(column.type, JSON):
        return told if isinstance(told, dict) else {"said": told}
    for kind, value in ((Boolean, True), (Instant, AT), (Date, date(2026, 9, number))):
        if isinstance(column.type, kind):
            return value
    assert isinstance(column.type, Integer | Float), f"{name}: a kind of column this test does not fill yet"
    return GIVEN.get(name, number)


def texts_left(engine: Engine) -> Mapping[str, set[str]]:
    """table → columns in which a filled text still stands."""
    found: dict[str, set[str]] = defaultdict(set)
    with reading(engine) as conn:
        for table in metadata.sorted_tables:
            for row in conn.execute(select(table)).mappings():
                found[table.name] |= {name for name, value in row.items() if "«" in repr(value)}
    return found


def row_of(conn: Connection, name: str, row_id: Any) -> Any:
    table = metadata.tables[name]
    return conn.execute(select(table).where(next(iter(table.primary_key.columns)) == row_id)).one()
