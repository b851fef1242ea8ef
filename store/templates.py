"""Templates WeChat refuses to everybody: passed over until their id changes in dealer.yaml or somebody enables them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from store.dialects import insert_into
from store.tables.trouble import disabled_template as table


def disable(conn: Connection, account: str, template_id: str, code: str, now: datetime) -> bool:
    """True the first time: staff are to be told."""
    new = insert_into(conn, table).values(account=account, template_id=template_id, code=code, since=now)
    made = new.on_conflict_do_nothing(index_elements=["account", "template_id"]).returning(table.c.id)
    return conn.execute(made).first() is not None


def enable(conn: Connection, account: str, template_id: str) -> bool:
    """False: it was not disabled."""
    gone = delete(table).where(table.c.account == account, table.c.template_id == template_id)
    return conn.execute(gone).rowcount == 1


def is_disabled(conn: Connection, account: str, template_id: str) -> bool:
    found = select(table.c.id).where(table.c.account == account, table.c.template_id == template_id)
    return conn.execute(found).first() is not None


def disabled(conn: Connection) -> Mapping[str, frozenset[str]]:
    """Template ids by account."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in conn.execute(_IDS):
        found[row.account].add(row.template_id)
    return {account: frozenset(ids) for account, ids in found.items()}


_IDS = select(table.c.account, table.c.template_id)


def rows(conn: Connection) -> Sequence[Row[Any]]:
    return conn.execute(select(table).order_by(table.c.id)).all()
