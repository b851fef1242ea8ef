"""What PostgreSQL cannot guess: values that go together. It multiplies their shares as if they were independent.

A rule has one version at a time, so the days of both are the days of the rule; taken for independent they are a
hundredth of that, and planning joined every touchpoint with every day.
Source: postgresql.org/docs/15/sql-createstatistics.html.
"""

from sqlalchemy import Connection, event, text

from store.tables.base import metadata

POSTGRESQL = ("CREATE STATISTICS IF NOT EXISTS rule_and_version (dependencies, mcv) ON rule, version FROM rule_day",)


def create(conn: Connection) -> None:
    """After the tables; the migration and `metadata.create_all` both end here. They go with their table."""
    if conn.dialect.name == "postgresql":
        for statement in POSTGRESQL:
            conn.execute(text(statement))


@event.listens_for(metadata, "after_create")
def _after(_tables: object, conn: Connection, **_more: object) -> None:
    create(conn)
