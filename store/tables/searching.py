"""What makes a substring of anything ever said quick to find, without word breaks: an index of each database's own.

SQLite: FTS5 with trigrams, its words padded, so that one and two characters are the beginning of a trigram.
PostgreSQL: a GIN index over pairs of characters, since two are the commonest question in Chinese and pg_trgm needs
three; no extension to install. Names and plates have one too; SQLite reads those from an index of their own, one by
one. docs/adr/0014-substring-search.md has the figures.
"""

from sqlalchemy import Connection, Engine, event, text

from store.tables.base import metadata
from store.tables.contact import message

PAGES_A_STEP = 500  # about 2 MB
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS message_text USING fts5"
    "(text, content='', tokenize='trigram case_sensitive 0', columnsize=0)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS message_term USING fts5vocab('message_text', 'instance')",
    """CREATE TRIGGER IF NOT EXISTS message_text_new AFTER INSERT ON message WHEN NEW.text <> '' BEGIN
    INSERT INTO message_text (rowid, text) VALUES (NEW.id, NEW.text || '  '); END""",
    """CREATE TRIGGER IF NOT EXISTS message_text_gone AFTER DELETE ON message WHEN OLD.text <> '' BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', OLD.id, OLD.text || '  '); END""",
    """CREATE TRIGGER IF NOT EXISTS message_text_other AFTER UPDATE OF text ON message WHEN OLD.text <> '' BEGIN
    INSERT INTO message_text (message_text, rowid, text) VALUES ('delete', OLD.id, OLD.text || '  '); END""",
    """CREATE TRIGGER IF NOT EXISTS message_text_changed AFTER UPDATE OF text ON message WHEN NEW.text <> '' BEGIN
    INSERT INTO message_text (rowid, text) VALUES (NEW.id, NEW.text || '  '); END""",
)
POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION huifang_pairs(said text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    $$ SELECT coalesce(array_agg(DISTINCT substr(lower(said), n, 2)), '{}')
       FROM generate_series(1, length(said) - 1) AS n $$""",
    "CREATE INDEX IF NOT EXISTS ix_message_pairs ON message USING gin (huifang_pairs(text))",
    "CREATE INDEX IF NOT EXISTS ix_customer_pairs ON customer USING gin (huifang_pairs(name))",
    "CREATE INDEX IF NOT EXISTS ix_vehicle_pairs ON vehicle USING gin (huifang_pairs(plate))",
)


def create(conn: Connection) -> None:
    """After the tables; the migration and `metadata.create_all` both end here."""
    for statement in POSTGRESQL if conn.dialect.name == "postgresql" else SQLITE:
        conn.execute(text(statement))


def rewrite(engine: Engine) -> None:
    """Words taken out leave their parts in SQLite's index until its pieces are merged: merged now, in short steps, so
    that nobody waits for the lock; then the log is emptied, where they stand too. PostgreSQL's vacuum does its own.

    Source: sqlite.org/fts5.html, "The 'merge' Command": a negative number first, then until nothing changes any more.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect().execution_options(writes=True) as conn:
        with conn.begin():
            conn.exec_driver_sql("PRAGMA secure_delete = ON")
        pages = -PAGES_A_STEP
        while True:
            with conn.begin():
                before = conn.exec_driver_sql("SELECT total_changes()").scalar_one()
                conn.exec_driver_sql("INSERT INTO message_text (message_text, rank) VALUES ('merge', ?)", (pages,))
                after = conn.exec_driver_sql("SELECT total_changes()").scalar_one()
            if after - before < 2:
                break
            pages = PAGES_A_STEP
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def drop(conn: Connection) -> None:
    if conn.dialect.name == "sqlite":
        for name in ("message_term", "message_text"):
            conn.execute(text(f"DROP TABLE IF EXISTS {name}"))


@event.listens_for(metadata, "after_create")
def _after(_tables: object, conn: Connection, **_more: object) -> None:
    create(conn)


@event.listens_for(message, "before_drop")
def _before(_table: object, conn: Connection, **_more: object) -> None:
    drop(conn)
