"""The first revision makes exactly the tables we declare, once, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from store.engine import open_engine, reading
from store.migrate import LOCK, current, head, upgrade
from store.migrations.regenerate import FIRST, first_revision
from store.tables import metadata
from tests.databases import Cluster
from tests.statements import statements_of


def schema(engine: Engine) -> dict[str, object]:
    """Everything the database itself says of its tables."""
    look = inspect(engine)
    return {
        name: [
            [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in look.get_columns(name)],
            look.get_pk_constraint(name)["constrained_columns"],
            sorted(map(repr, look.get_indexes(name))),
            sorted(map(repr, look.get_unique_constraints(name))),
            sorted(map(repr, look.get_foreign_keys(name))),
        ]
        for name in look.get_table_names()
        if name != "alembic_version"
    }


def test_the_migrated_schema_is_the_declared_one(empty_database_url: str) -> None:
    assert upgrade(empty_database_url)
    engine = open_engine(empty_database_url)
    migrated = schema(engine)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    assert migrated == schema(engine)
    assert "customer" in migrated
    engine.dispose()


def test_the_first_revision_is_what_regenerate_writes() -> None:
    assert FIRST.read_text(encoding="utf-8") == first_revision(), "run: python -m store.migrations.regenerate"


def test_a_second_start_only_looks(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    assert upgrade(engine)
    with statements_of(engine) as seen:
        assert not upgrade(engine)
    assert not [line for line in seen if not line.lstrip().upper().startswith(("SELECT", "BEGIN", "PRAGMA"))]
    engine.dispose()


def test_two_processes_starting_together_migrate_once(empty_database_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        did = list(pool.map(upgrade, [empty_database_url, empty_database_url]))
    assert sorted(did) == [False, True]


def test_who_waits_for_a_migration_waits_longer_than_for_a_row(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.LOCK_WAIT_MS", 1)
    engine = open_engine(url := postgres.new())
    with ThreadPoolExecutor(1) as pool, engine.connect() as slow:
        slow.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        waits = pool.submit(upgrade, url)
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
        while not slow.execute(waiting).scalar_one() and not waits.done():
            pass
        slow.execute(text("SELECT pg_sleep(0.1)"))  # a hundred times what it waits for anything else
        assert not waits.done()
        slow.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
        assert waits.result()
    engine.dispose()


def test_a_failed_migration_leaves_nothing_behind(empty_database_url: str) -> None:
    engine = open_engine(empty_database_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE store (id INTEGER PRIMARY KEY)")  # in the way of ours
    with pytest.raises(DBAPIError, match="store"):
        upgrade(engine)
    with reading(engine) as connection:
        assert inspect(connection).get_table_names() == ["store"]
        assert current(connection) != head()
    engine.dispose()
