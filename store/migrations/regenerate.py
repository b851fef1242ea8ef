"""Write the first revision anew from store/tables: `python -m store.migrations.regenerate`.

Only until the first release: afterwards a change of tables is a revision of its own, since 0001 has run somewhere.
"""

from pathlib import Path
from typing import Literal

from alembic.autogenerate import produce_migrations, render_python_code
from alembic.autogenerate.api import AutogenContext
from alembic.migration import MigrationContext
from sqlalchemy import DefaultClause

from store.engine import open_engine, reading
from store.tables import metadata
from store.tables.base import Id, Instant, Json

FOLDER = Path(__file__).parent
FIRST = FOLDER / "versions" / "0001_first.py"
SOURCE = '''"""The first schema."""

import sqlalchemy as sa
from alembic import op

from store.tables import searching, spread
from store.tables.base import Id, Instant, Json

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None
'''


def first_revision() -> str:
    """The source of revision 0001: what an empty database lacks."""
    engine = open_engine("sqlite://")
    with reading(engine) as connection:
        migrations = produce_migrations(MigrationContext.configure(connection, opts={}), metadata)
    engine.dispose()
    assert migrations.upgrade_ops is not None
    assert migrations.downgrade_ops is not None
    parts = {
        "upgrade": render_python_code(migrations.upgrade_ops, render_item=own_types),
        "downgrade": render_python_code(migrations.downgrade_ops, render_item=own_types),
    }
    parts["upgrade"] += "\n    searching.create(op.get_bind())\n    spread.create(op.get_bind())"
    parts["downgrade"] = "searching.drop(op.get_bind())\n    " + parts["downgrade"]
    return SOURCE + "".join(f"\n\ndef {name}() -> None:\n    {_body(code)}\n" for name, code in parts.items())


def own_types(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Our column types, true and false by name, so that a revision runs the same on both databases."""
    if kind == "server_default" and isinstance(item, DefaultClause):
        return {"false": "sa.false()", "true": "sa.true()"}.get(str(item.arg), False)
    if kind != "type":
        return False
    if isinstance(item, Instant):
        return "Instant()"
    return "Id" if item is Id else "Json" if item is Json else False


def _body(code: str) -> str:
    return "\n".join(line for line in code.splitlines() if not line.strip().startswith("#")).strip()


if __name__ == "__main__":
    FIRST.write_text(first_revision(), encoding="utf-8")
