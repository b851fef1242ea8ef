"""A house of 10,000 customers made into one of a million by copying it in SQL, and one fact in a hundred changed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Table, Text, cast, func, insert, literal, select, update

from store.engine import writing
from store.tables import outbound, ownership, people

# What is moved on, by how many customers: ids the rows name each other by.
NUMBERED = (people.customer, people.vehicle, people.repair_order)
COPIED = (*NUMBERED, people.consent, ownership.odometer, ownership.policy, ownership.milestone, outbound.touchpoint)
OWN_WORDS = ("external_id", "occurrence")  # unique in a house


def copy(engine: Engine, tile: int, customers: int) -> None:
    """The first `tile` customers, until there are as many."""
    with writing(engine) as conn:
        for table in COPIED:
            last = conn.execute(select(func.max(table.c.id))).scalar_one()
            for number in range(1, customers // tile):
                _copy(conn, table, last, number, tile)
    analyze(engine)


def _copy(conn: Connection, table: Table, last: int, number: int, tile: int) -> None:
    columns = [each for each in table.c if each.name != "id" or table in NUMBERED]
    chosen = [_moved(each, number, tile, last) for each in columns]
    conn.execute(insert(table).from_select([each.name for each in columns], select(*chosen).where(table.c.id <= last)))


def _moved(column: Any, number: int, tile: int, last: int) -> ColumnElement[Any]:
    shift: Mapping[str, int] = {"id": last * number, "customer_id": tile * number, "vehicle_id": tile * number}
    if column.name in shift:
        moved: ColumnElement[Any] = column + shift[column.name]
        return moved
    if column.name == "phone":
        return literal("+86").concat(cast(column.table.c.id + 13_900_000_000 + tile * number, Text))
    told: ColumnElement[Any] = column.concat(f"-{number}") if column.name in OWN_WORDS else column
    return told


def change(engine: Engine) -> None:
    """A day later: one milestone and one delivery in a hundred."""
    with writing(engine) as conn:
        for table, name in ((ownership.milestone, "on"), (people.repair_order, "delivered_on")):
            day = table.c[name]
            later = day + 1 if engine.dialect.name == "postgresql" else func.date(day, "+1 day")
            conn.execute(update(table).where(table.c.id % 100 == 0, day.is_not(None)).values({name: later}))


def analyze(engine: Engine) -> None:
    """As autovacuum would within a minute."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("ANALYZE")
