"""The inbox list: threads a person may see, the soonest deadline first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from bot.customer import StaffMember
from store import feed, windows
from store.tables.cases import cases
from store.tables.contact import message, thread, wechat_window
from store.tables.people import customer, identity, vehicle
from store.tables.runtime import feed as feed_table
from store.tables.staff import staff
from store.visibility import visible_to

LIMIT = 60
TABS = ("mine", "unclaimed", "all", "closed")


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of the list. window_until None: no WeChat window open."""

    customer_id: int
    name: str
    plate: str
    text: str
    channel: str
    at: datetime
    due_at: datetime | None
    answer_by: datetime | None
    state: str
    owner_name: str
    priority: str
    case_level: str
    follows: bool
    window_until: datetime | None
    window_left: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many threads under each tab, and the feed's cursor in the same breath."""

    mine: int
    unclaimed: int
    all: int
    closed: int
    cursor: int


def threads_for(conn: Connection, user: StaffMember, tab: str, query: str, now: datetime) -> list[ThreadRow]:
    """At most LIMIT rows. query: part of a name, a plate or anything ever said."""
    found = _rows(now).where(visible_to(user, thread), _under(tab, user))
    if query:
        found = found.where(_says(query))
    # SQLite sorts nulls first, PostgreSQL last: say it in a way both understand.
    ordered = found.order_by(thread.c.due_at.is_(None), thread.c.due_at, thread.c.last_at.desc()).limit(LIMIT)
    return [_row(row) for row in conn.execute(ordered)]


def counts_for(conn: Connection, user: StaffMember) -> Counts:
    numbers = [func.count().filter(_under(tab, user)).label(tab) for tab in TABS]
    cursor = select(func.coalesce(func.max(feed_table.c.id), 0)).scalar_subquery().label("cursor")
    row = conn.execute(select(*numbers, cursor).select_from(thread).where(visible_to(user, thread))).first()
    return Counts(**row._mapping) if row else Counts(0, 0, 0, 0, feed.newest(conn))


def _under(tab: str, user: StaffMember) -> ColumnElement[bool]:
    mine = and_(thread.c.state.in_(("human", "waiting")), thread.c.owner_id == user.id)
    return {
        "mine": mine,
        "unclaimed": thread.c.state == "waiting",
        "closed": thread.c.state == "closed",
    }.get(tab, thread.c.id.is_not(None))


def _rows(now: datetime) -> Select[Any]:
    open_case, followed = cases.alias(), identity.alias()
    newest_case = select(func.max(open_case.c.id)).where(
        open_case.c.customer_id == thread.c.customer_id, open_case.c.state != "closed"
    )
    newest_openid = select(func.max(followed.c.id)).where(
        followed.c.customer_id == thread.c.customer_id, followed.c.channel == "wechat", followed.c.following
    )
    plate = select(func.min(vehicle.c.plate)).where(
        vehicle.c.customer_id == thread.c.customer_id, vehicle.c.plate != ""
    )
    window = and_(
        wechat_window.c.account == identity.c.account,
        wechat_window.c.openid == identity.c.address,
        wechat_window.c.expires_at > now,
    )
    return (
        select(
            thread,
            customer.c.name,
            plate.scalar_subquery().label("plate"),
            staff.c.name.label("owner_name"),
            cases.c.level.label("case_level"),
            identity.c.id.label("openid"),
            wechat_window.c.expires_at.label("window_until"),
            (wechat_window.c.quota - wechat_window.c.used - windows.queued(thread.c.customer_id)).label("window_left"),
        )
        .join(customer, customer.c.id == thread.c.customer_id)
        .outerjoin(staff, staff.c.id == thread.c.owner_id)
        .outerjoin(cases, cases.c.id == newest_case.scalar_subquery())
        .outerjoin(identity, identity.c.id == newest_openid.scalar_subquery())
        .outerjoin(wechat_window, window)
    )


def _says(query: str) -> ColumnElement[bool]:
    """Chinese has no word breaks: a substring, wherever it stands."""
    mine = thread.c.customer_id
    return or_(
        customer.c.name.contains(query, autoescape=True),
        exists().where(vehicle.c.customer_id == mine, vehicle.c.plate.contains(query.upper(), autoescape=True)),
        exists().where(message.c.customer_id == mine, message.c.text.contains(query, autoescape=True)),
    )


def _row(row: Row[Any]) -> ThreadRow:
    return ThreadRow(
        customer_id=row.customer_id,
        name=row.name,
        plate=row.plate or "",
        text=row.last_text,
        channel=row.last_channel,
        at=row.last_at,
        due_at=row.due_at,
        answer_by=row.answer_by,
        state=row.state,
        owner_name=row.owner_name or "",
        priority=row.priority,
        case_level=row.case_level or "",
        follows=row.openid is not None,
        window_until=row.window_until,
        window_left=row.window_left or 0,
    )
