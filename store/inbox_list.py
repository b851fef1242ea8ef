"""The inbox list: threads a person may see, the soonest deadline first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select, union_all

from bot.customer import StaffMember
from store import calls, feed, labels, said, views, windows
from store.said import Said
from store.tables.cases import cases
from store.tables.contact import thread, wechat_window
from store.tables.desk import labelled, mention
from store.tables.people import customer, identity, vehicle
from store.tables.runtime import feed as feed_table
from store.tables.staff import staff
from store.visibility import visible_to

LIMIT = 60
TABS = ("mine", "unclaimed", "all", "closed")
MARKS = ("mentioned", "later")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is narrowed to. mark: mentioned (somebody called me in a note), later (put aside), "" neither.

    owner 0: nobody has it. channel: of the newest line.
    """

    tab: str = "all"
    query: str = ""
    mark: str = ""
    label: int | None = None
    channel: str = ""
    store: int | None = None
    owner: int | None = None


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One line of the list. window_until None: no WeChat window open. said: what the search found there."""

    customer_id: int
    name: str
    plate: str
    text: str
    channel: str
    at: datetime
    due_at: datetime | None
    answer_by: datetime | None
    aside_until: datetime | None
    state: str
    owner_name: str
    priority: str
    case_level: str
    follows: bool
    window_until: datetime | None
    window_left: int
    labels: Sequence[str]
    mentioned: bool
    said: Said | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many threads under each tab, how many call me, what lies aside, with the feed's cursor, the calls that are
    due and one's own views in the same breath."""

    mine: int
    unclaimed: int
    all: int
    closed: int
    mentioned: int
    later: int
    cursor: int
    calls: int
    views: Sequence[tuple[str, str]] = ()


def threads_for(conn: Connection, user: StaffMember, wanted: Wanted, now: datetime) -> list[ThreadRow]:
    """At most LIMIT rows. query: part of a name, a plate or anything ever said."""
    hits = said.who_said(conn, user, wanted.query) if wanted.query else {}
    if wanted.query and not hits:
        return []
    narrowed = [visible_to(user, thread), *_conditions(wanted, user, now)]
    if wanted.query:
        narrowed.append(thread.c.customer_id.in_(hits))
    page = _sorted(narrowed) if _few(wanted) else _first(narrowed)
    rows = conn.execute(_rows(now, user).where(thread.c.id.in_(page)).order_by(*ORDER).limit(LIMIT))
    return [_row(row, now, hits) for row in rows]


# SQLite sorts nulls first, PostgreSQL last: say it in a way both understand.
ORDER = (thread.c.due_at.is_(None), thread.c.due_at, thread.c.last_at.desc())


def _first(narrowed: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The ids of one page, each half along an index: what is due, then what was said last."""
    due = select(thread.c.id).where(*narrowed, thread.c.due_at.is_not(None)).order_by(thread.c.due_at).limit(LIMIT)
    rest = select(thread.c.id).where(*narrowed, thread.c.due_at.is_(None)).order_by(thread.c.last_at.desc())
    halves = (select(part.subquery().c.id) for part in (due, rest.limit(LIMIT)))
    return select(union_all(*halves).subquery().c.id)


def _few(wanted: Wanted) -> bool:
    """Few threads can answer this: what is open with somebody, under a label, put aside or found."""
    return bool(wanted.tab == "mine" or wanted.mark or wanted.label or wanted.owner or wanted.query)


def _sorted(narrowed: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The same by sorting: along an index everybody else's threads would be passed to find them."""
    found = select(thread.c.id).where(*narrowed).order_by(*ORDER).limit(LIMIT)
    return select(found.subquery().c.id)


def counts_for(conn: Connection, user: StaffMember, now: datetime) -> Counts:
    """One statement of small ones, each along an index of its own."""
    mine = visible_to(user, thread)
    numbers = {tab: select(func.count()).select_from(thread).where(mine, *_under(tab, user, now)) for tab in TABS}
    numbers["later"] = select(func.count()).select_from(thread).where(mine, aside(now))
    # From the few mentions to their threads: the other way about, every thread is looked at.
    called = select(func.count(mention.c.customer_id.distinct())).join(
        thread, thread.c.customer_id == mention.c.customer_id
    )
    numbers["mentioned"] = called.where(mine, *_calling(user))
    numbers["cursor"] = select(func.coalesce(func.max(feed_table.c.id), 0))
    numbers["calls"] = calls.due(user, now)
    asked = [each.scalar_subquery().label(name) for name, each in numbers.items()]
    row = conn.execute(select(*asked, views.all_of(user.id).label("views"))).first()
    if row is None:
        return Counts(0, 0, 0, 0, 0, 0, feed.newest(conn), 0)
    return Counts(**{**row._mapping, "views": views.parted(row.views)})


def aside(now: datetime) -> ColumnElement[bool]:
    """Put aside until later, and nothing comes due before that."""
    return and_(thread.c.remind_at > now, thread.c.due_at == thread.c.remind_at)


def _under(tab: str, user: StaffMember, now: datetime) -> list[ColumnElement[bool]]:
    open_now = or_(thread.c.remind_at.is_(None), ~aside(now))
    return {
        "mine": [thread.c.owner_id == user.id, thread.c.state.in_(("human", "waiting")), open_now],
        "unclaimed": [thread.c.state == "waiting", open_now],
        "closed": [thread.c.state == "closed"],
    }.get(tab, [])


def _marked(mark: str, user: StaffMember, now: datetime) -> ColumnElement[bool]:
    if mark == "later":
        return aside(now)
    return thread.c.customer_id.in_(select(mention.c.customer_id).where(*_calling(user)))


def _calling(user: StaffMember) -> tuple[ColumnElement[bool], ...]:
    return (mention.c.staff_id == user.id, mention.c.seen.is_(False))


def _conditions(wanted: Wanted, user: StaffMember, now: datetime) -> list[ColumnElement[bool]]:
    found = _under(wanted.tab, user, now)
    if wanted.mark:
        found.append(_marked(wanted.mark, user, now))
    if wanted.label is not None:
        with_label = select(labelled.c.customer_id).where(labelled.c.label_id == wanted.label)
        found.append(thread.c.customer_id.in_(with_label))
    if wanted.channel:
        found.append(thread.c.last_channel == wanted.channel)
    if wanted.store is not None:
        found.append(thread.c.store_id == wanted.store)
    if wanted.owner is not None:
        found.append(thread.c.owner_id == wanted.owner if wanted.owner else thread.c.owner_id.is_(None))
    return found


def _rows(now: datetime, user: StaffMember) -> Select[Any]:
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
    called = exists().where(
        mention.c.customer_id == thread.c.customer_id, mention.c.staff_id == user.id, mention.c.seen.is_(False)
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
            labels.names_of(thread.c.customer_id).label("labels"),
            called.label("mentioned"),
        )
        .join(customer, customer.c.id == thread.c.customer_id)
        .outerjoin(staff, staff.c.id == thread.c.owner_id)
        .outerjoin(cases, cases.c.id == newest_case.scalar_subquery())
        .outerjoin(identity, identity.c.id == newest_openid.scalar_subquery())
        .outerjoin(wechat_window, window)
    )


def _row(row: Row[Any], now: datetime, hits: Mapping[int, Said]) -> ThreadRow:
    hit = hits.get(row.customer_id)
    put_aside = row.remind_at is not None and row.remind_at > now and row.due_at == row.remind_at
    return ThreadRow(
        customer_id=row.customer_id,
        name=row.name,
        plate=row.plate or "",
        text=row.last_text,
        channel=row.last_channel,
        at=row.last_at,
        due_at=row.due_at,
        answer_by=row.answer_by,
        aside_until=row.remind_at if put_aside else None,
        state=row.state,
        owner_name=row.owner_name or "",
        priority=row.priority,
        case_level=row.case_level or "",
        follows=row.openid is not None,
        window_until=row.window_until,
        window_left=row.window_left or 0,
        labels=labels.parted(row.labels),
        mentioned=row.mentioned,
        said=hit if hit and hit.message_id is not None else None,
    )
