"""Whose name, plate or words hold a piece of text: a substring wherever it stands, over the whole history.

Two steps, since no index serves both ends: what is common is found among the newest messages by looking; what is rare
by the index of `store/tables/searching.py`. A single character is looked for in names, plates and newest messages only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Integer,
    Select,
    String,
    and_,
    cast,
    column,
    func,
    literal,
    null,
    select,
    table,
    union_all,
)

from bot.customer import StaffMember
from store.tables.base import Id
from store.tables.contact import message
from store.tables.people import customer, vehicle
from store.visibility import visible_to

HITS = 300  # customers and messages looked at; the list shows sixty
NEAR = 20_000  # newest messages read one by one; what is commoner than one in seventy fills HITS from these
LAST_CHARACTER = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Said:
    """The newest message of a customer that holds the words; None: it was the name or the plate."""

    message_id: int | None
    text: str


def who_said(conn: Connection, user: StaffMember, words: str) -> Mapping[int, Said]:
    """Customers by id, at most HITS messages and HITS names and plates. words: at least one character."""
    found: dict[int, Said] = {}
    spoken = _add(found, conn.execute(_at_hand(conn, user, words)).all())
    if spoken < HITS and len(words) > 1:
        _add(found, conn.execute(_by_index(conn, user, words)).all())
    return found


def _add(found: dict[int, Said], rows: Any) -> int:
    """Newest first, so the first message of a customer stays; a name or plate counts for nothing here."""
    spoken = 0
    for row in rows:
        spoken += row.message_id is not None
        kept = found.get(row.customer_id)
        if kept is None or (kept.message_id is None and row.message_id is not None):
            found[row.customer_id] = Said(row.message_id, row.text or "")
    return spoken


def _at_hand(conn: Connection, user: StaffMember, words: str) -> Select[Any]:
    """Names, plates and the newest messages, in one statement."""
    newest = select(func.coalesce(func.max(message.c.id), 0) - NEAR).scalar_subquery()
    near = _messages(user).where(message.c.id > newest, _holds(conn, message.c.text, words))
    named = select(customer.c.id.label("customer_id"), cast(null(), Id).label("message_id"), literal("").label("text"))
    named = named.where(visible_to(user, customer), *_in_short(conn, customer.c.name, words)).limit(HITS)
    plated = select(vehicle.c.customer_id, cast(null(), Id).label("message_id"), literal("").label("text"))
    plated = plated.where(visible_to(user, vehicle), *_in_short(conn, vehicle.c.plate, words.upper())).limit(HITS)
    parts = [each.subquery() for each in (near, named, plated)]
    return select(union_all(*(select(part) for part in parts)).subquery())


def _in_short(conn: Connection, text: Column[str], words: str) -> Sequence[ColumnElement[bool]]:
    """Of a name or a plate."""
    inside = text.contains(words, autoescape=True)
    by_pairs = conn.dialect.name == "postgresql" and len(words) > 1
    return (_pairs(text, words), inside) if by_pairs else (inside,)


def _pairs(text: Column[str], words: str) -> ColumnElement[bool]:
    return func.huifang_pairs(text).bool_op("@>")(func.huifang_pairs(words))


def _holds(conn: Connection, text: Column[str], words: str) -> ColumnElement[bool]:
    """SQLite's LIKE takes a letter for its capital by itself; lower() of each text would cost as much again."""
    folds = conn.dialect.name == "sqlite"
    return text.contains(words, autoescape=True) if folds else text.icontains(words, autoescape=True)


def _messages(user: StaffMember) -> Select[Any]:
    columns = (message.c.customer_id, message.c.id.label("message_id"), message.c.text)
    return select(*columns).where(visible_to(user, message)).order_by(message.c.id.desc()).limit(HITS)


def _by_index(conn: Connection, user: StaffMember, words: str) -> Select[Any]:
    held = _on_postgresql(words) if conn.dialect.name == "postgresql" else _on_sqlite(words)
    return _messages(user).where(held)


def _on_postgresql(words: str) -> ColumnElement[bool]:
    return and_(_pairs(message.c.text, words), message.c.text.icontains(words, autoescape=True))


def _on_sqlite(words: str) -> ColumnElement[bool]:
    """Three characters are a phrase of trigrams; two are the beginning of one."""
    if len(words) > 2:
        spoken = table("message_text", column("rowid", Integer), column("message_text", String))
        phrase = '"' + words.replace('"', '""') + '"'
        return message.c.id.in_(select(spoken.c.rowid).where(spoken.c.message_text.op("MATCH")(phrase)))
    term = table("message_term", column("term", String), column("doc", Integer))
    low = words.lower()
    return message.c.id.in_(select(term.c.doc).where(term.c.term >= low, term.c.term < low + LAST_CHARACTER))
