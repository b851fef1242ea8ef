"""Words staff stick to a conversation: one's own store's, shared by its people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, ScalarSelect, String, cast, delete, exists, func, select

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from store import feed
from store.dialects import insert_into
from store.tables.desk import label, labelled
from store.tables.people import customer
from store.visibility import visible_to

LONGEST = 12  # characters: it stands in a row of the list
MOST = 60  # of one store
COMMA = "\x1f"


@dataclass(frozen=True, slots=True)
class Label:
    id: int
    name: str
    on: bool = False


def names_of(customer_id: ColumnElement[int]) -> ScalarSelect[Any]:
    """For a list's row: the names in one column, see `parted`."""
    names = select(func.aggregate_strings(label.c.name, COMMA)).join(labelled, labelled.c.label_id == label.c.id)
    return names.where(labelled.c.customer_id == customer_id).correlate_except(label, labelled).scalar_subquery()


def parted(joined: str | None) -> Sequence[str]:
    return sorted(joined.split(COMMA)) if joined else ()


def of_store(conn: Connection, user: StaffMember, customer_id: int | None = None) -> list[Label]:
    """Every label this person may use, by name; on: it sticks to that customer."""
    sticks = exists().where(labelled.c.label_id == label.c.id, labelled.c.customer_id == (customer_id or 0))
    rows = conn.execute(select(label, sticks.label("on")).where(visible_to(user, label)).order_by(label.c.name))
    return [Label(row.id, row.name, row.on) for row in rows]


def stick(conn: Connection, user: StaffMember, customer_id: int, name: str, now: datetime) -> None:
    """Makes the label where the store has none of that name. Raises RuleBroken no_customer, bad_label, many_labels."""
    store_id = _store_of(conn, user, customer_id)
    words = " ".join(name.split())
    if not words or len(words) > LONGEST or COMMA in words:
        raise RuleBroken("bad_label", "标签要写 1–12 个字")
    row = {"customer_id": customer_id, "label_id": _made(conn, store_id, words), "staff_id": user.id, "at": now}
    conn.execute(insert_into(conn, labelled).values(**row).on_conflict_do_nothing())
    feed.tell(conn, store_id, "thread", {}, customer_id, now)


def peel(conn: Connection, user: StaffMember, customer_id: int, label_id: int, now: datetime) -> None:
    """Raises RuleBroken no_customer."""
    store_id = _store_of(conn, user, customer_id)
    conn.execute(delete(labelled).where(labelled.c.customer_id == customer_id, labelled.c.label_id == label_id))
    feed.tell(conn, store_id, "thread", {}, customer_id, now)


def _made(conn: Connection, store_id: int, name: str) -> int:
    conn.execute(insert_into(conn, label).values(store_id=store_id, name=name).on_conflict_do_nothing())
    here = label.c.store_id == store_id
    found, many = conn.execute(
        select(
            select(label.c.id).where(here, label.c.name == cast(name, String)).scalar_subquery(),
            select(func.count()).select_from(label).where(here).scalar_subquery(),
        )
    ).one()
    if many > MOST:
        raise RuleBroken("many_labels", "一家门店最多 60 个标签")
    return int(found)


def _store_of(conn: Connection, user: StaffMember, customer_id: int) -> int:
    found = select(customer.c.store_id).where(customer.c.id == customer_id, visible_to(user, customer))
    store_id: int | None = conn.execute(found).scalar()
    if store_id is None:
        raise NotThere("no_customer", "没有这位客户")
    return store_id
