"""Which files are one person: those that share a number. Caps, greetings and complaints count the person.

An openid stands in one file only, by its unique key, so the number is all that files can share.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from sqlalchemy import Connection, and_, select

from store.among import among
from store.prepared import Prepared
from store.tables.people import customer

Persons: TypeAlias = Mapping[int, frozenset[int]]  # file → every file of that person, itself among them


def persons(conn: Connection, ids: Sequence[int]) -> dict[int, frozenset[int]]:
    """Of each of these files; one query."""
    found: dict[int, set[int]] = defaultdict(set)
    for row in _SHARING.all(conn, ids=ids):
        found[row.id].add(row.other_id)
    return {each: frozenset(found[each] | {each}) for each in ids}


_OTHER = customer.alias("other")
_SHARED = and_(_OTHER.c.phone == customer.c.phone, customer.c.phone != "")
_SHARING = Prepared.of(
    select(customer.c.id, _OTHER.c.id.label("other_id")).join(_OTHER, _SHARED).where(among(customer.c.id, "ids"))
)


def hold(conn: Connection, ids: Sequence[int]) -> Persons:
    """One gate at a time for a person, or two workers would each find the cap free. SQLite has one writer anyway.

    Looks again once it holds the files: while it waited an import may have given somebody else this number. Rows are
    locked in the order of their ids, so that two workers do not wait for each other.
    """
    held: set[int] = set()
    while True:
        found = persons(conn, ids)
        files = everybody(found)
        if conn.dialect.name != "postgresql" or held.issuperset(files):
            return found
        mine = select(customer.c.id).where(customer.c.id.in_(files)).order_by(customer.c.id)
        held |= set(conn.execute(mine.with_for_update(key_share=True)).scalars())


def everybody(found: Persons) -> list[int]:
    return sorted({each for files in found.values() for each in files})


def one_each(due: Iterable[tuple[int, int]], found: Persons) -> set[int]:
    """due: (touchpoint, file), who goes first standing first. The touchpoints that come first for their person."""
    seen: set[int] = set()
    first = set()
    for touchpoint_id, file in due:
        if not seen & found[file]:
            first.add(touchpoint_id)
        seen.add(file)
    return first
