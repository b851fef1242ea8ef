"""Filters of the list somebody gave a name: one's own, nobody else's."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, ScalarSelect, delete, func, select

from bot.errors import RuleBroken
from store.dialects import insert_into
from store.tables.desk import saved_view

LONGEST, MOST = 12, 12
FIELD, LINE = "\x1f", "\x1e"


def all_of(staff_id: int) -> ScalarSelect[Any]:
    """A column for another statement, see `parted`: the list asks one question less."""
    each = saved_view.c.name + FIELD + saved_view.c.query
    return select(func.aggregate_strings(each, LINE)).where(saved_view.c.staff_id == staff_id).scalar_subquery()


def of(conn: Connection, staff_id: int) -> Sequence[tuple[str, str]]:
    return parted(conn.execute(select(all_of(staff_id))).scalar())


def parted(joined: str | None) -> Sequence[tuple[str, str]]:
    """(name, query), by name."""
    lines = joined.split(LINE) if joined else []
    return sorted((name, query) for name, _, query in (line.partition(FIELD) for line in lines))


def keep(conn: Connection, staff_id: int, name: str, query: str) -> None:
    """A name said twice is the newer filter. Raises RuleBroken bad_view, many_views."""
    words = " ".join(name.split())
    if not words or len(words) > LONGEST or FIELD in words + query or LINE in words + query:
        raise RuleBroken("bad_view", "名称要写 1–12 个字")
    new = insert_into(conn, saved_view).values(staff_id=staff_id, name=words, query=query)
    again = {"query": new.excluded.query}
    conn.execute(new.on_conflict_do_update(index_elements=["staff_id", "name"], set_=again))
    many = conn.execute(select(func.count()).where(saved_view.c.staff_id == staff_id)).scalar_one()
    if many > MOST:
        raise RuleBroken("many_views", "最多保存 12 个视图")


def drop(conn: Connection, staff_id: int, name: str) -> None:
    conn.execute(delete(saved_view).where(saved_view.c.staff_id == staff_id, saved_view.c.name == name))
