"""Bringing a database to the newest revision, and knowing at once when it is there already."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from store.engine import open_engine, reading, writing

FOLDER = Path(__file__).parent / "migrations"
LOCK = 0x4875_6966  # "Huif": one migration at a time on PostgreSQL; on SQLite the write lock does it


def upgrade(database: Engine | str) -> bool:
    """Run what is missing, in one transaction. False when the database was at head already (one query, no Alembic)."""
    if isinstance(database, str):
        engine = open_engine(database)
        try:
            return upgrade(engine)
        finally:
            engine.dispose()
    with reading(database) as connection:
        if current(connection) == head():
            return False
    with writing(database) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = 0"))  # a migration takes as long as it takes
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
        if current(connection) == head():
            return False  # another process was first
        _run(connection)
    return True


def head() -> str:
    """The newest revision, by file name (`0001_first.py`)."""
    return max(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


def current(connection: Connection) -> str | None:
    """The revision the database stands at; None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def _run(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - 0.2 s that a start at head need not pay
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
