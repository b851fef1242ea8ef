"""The audit searched: who did what, when, to whom. A manager sees what the staff of their store did, an admin all."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, or_, select

from bot.customer import StaffMember
from store.tables.people import customer, store
from store.tables.staff import audit, staff
from store.visibility import visible_to

NAMED = 200  # people one word of the search may mean
PAGE = 100
LONGEST = 50_000  # rows of one file


@dataclass(frozen=True, slots=True)
class Sought:
    """who: staff id, 0 anybody. whom: name, log-in or number of a colleague or customer. until: exclusive."""

    who: int = 0
    action: str = ""
    whom: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """who: "" for the command line. whom: the names of those it was about, as far as this user may see them."""

    id: int
    at: datetime
    who: str
    store: str
    action: str
    whom: str
    ref: Mapping[str, Any]


def entries(
    conn: Connection, user: StaffMember, sought: Sought, *, before: int = 0, limit: int = PAGE
) -> list[Entry]:  # fmt: skip
    """The newest first. before: id of the last one shown. Four queries at most."""
    query = (
        select(audit, staff.c.name.label("who"), store.c.name.label("store"))
        .join(store, store.c.id == audit.c.store_id)
        .outerjoin(staff, staff.c.id == audit.c.staff_id)
        .where(visible_to(user, audit), *_asked(conn, user, sought))
    )
    if before:
        query = query.where(audit.c.id < before)
    rows = conn.execute(query.order_by(audit.c.id.desc()).limit(limit)).all()
    refs = [row.ref for row in rows]
    people = _named(conn, user, staff, {ref.get("staff_id") for ref in refs})
    files = _named(conn, user, customer, {ref.get("customer_id") for ref in refs})
    return [
        Entry(row.id, row.at, row.who or "", row.store, row.action, _whom(row.ref, people, files), row.ref)
        for row in rows
    ]


def actions_of(conn: Connection, user: StaffMember) -> list[str]:
    """What was ever done, for the filter."""
    rows = select(audit.c.action).where(visible_to(user, audit)).distinct().order_by(audit.c.action)
    return list(conn.execute(rows).scalars())


def _asked(conn: Connection, user: StaffMember, sought: Sought) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if sought.who:
        asked.append(audit.c.staff_id == sought.who)
    if sought.action:
        asked.append(audit.c.action == sought.action)
    if sought.since:
        asked.append(audit.c.at >= sought.since)
    if sought.until:
        asked.append(audit.c.at < sought.until)
    return [*asked, _about(conn, user, sought.whom)] if sought.whom else asked


def _about(conn: Connection, user: StaffMember, whom: str) -> ColumnElement[bool]:
    like = f"%{_plain(whom)}%"
    people = select(staff.c.id).where(_like(like, staff.c.name, staff.c.username), visible_to(user, staff))
    named = _like(like, customer.c.name, customer.c.phone, customer.c.external_id)
    files = select(customer.c.id).where(named, visible_to(user, customer))
    found = [
        audit.c.ref[key].as_integer().in_(ids)
        for key, ids in (("staff_id", _ids(conn, people)), ("customer_id", _ids(conn, files)))
        if ids
    ]
    return or_(*found) if found else false()


def _like(like: str, *columns: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(*(column.ilike(like, escape="\\") for column in columns))


def _plain(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _ids(conn: Connection, query: Any) -> Sequence[int]:
    return list(conn.execute(query.limit(NAMED)).scalars())


def _named(conn: Connection, user: StaffMember, table: Any, ids: Collection[Any]) -> dict[int, str]:
    wanted = [each for each in ids if isinstance(each, int)]
    if not wanted:
        return {}
    rows = select(table.c.id, table.c.name).where(table.c.id.in_(wanted), visible_to(user, table))
    return {row.id: row.name for row in conn.execute(rows)}


def _whom(ref: Mapping[str, Any], people: Mapping[int, str], files: Mapping[int, str]) -> str:
    names = (people.get(ref.get("staff_id", 0)), files.get(ref.get("customer_id", 0)))
    return " · ".join(filter(None, names))
