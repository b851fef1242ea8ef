"""One customer's conversation as staff read it: head, lines with their delivery, the case with its deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from bot.cases import CaseFacts, CaseState
from bot.customer import StaffMember
from bot.turn import WindowView
from store import media, windows
from store.media import Attached
from store.tables.cases import case_step, cases, deadline
from store.tables.contact import media as media_table
from store.tables.contact import message, thread, wechat_window
from store.tables.outbound import outbox, touchpoint
from store.tables.people import customer, identity, store
from store.tables.staff import staff
from store.visibility import visible_to

PAGE = 30


@dataclass(frozen=True, slots=True)
class Head:
    """Whose conversation it is, who has it, and how the customer can be reached."""

    customer_id: int
    store_id: int
    store_name: str
    time_zone: str
    name: str
    known: bool
    phone: str
    external_id: str
    state: str
    owner_id: int | None
    owner_name: str
    version: int
    answer_by: datetime | None
    follows: bool
    openid: str
    window: WindowView | None


@dataclass(frozen=True, slots=True)
class Line:
    """direction: in | out | note. delivery: the outbox state, "" for what never went through it.

    data: what came besides words: {"media"}, {"location"}, {"link"}. attached: its file; None when forgotten.
    """

    id: int
    direction: str
    channel: str
    kind: str
    author: str
    staff_name: str
    text: str
    at: datetime
    touchpoint_id: int | None
    rule: str
    delivery: str
    reason: str
    data: Mapping[str, Any]
    attached: Attached | None


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    kind: str
    staff_name: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """facts: what the rules look at. next_kind/next_due: the unmet deadline that comes first, None when closed."""

    facts: CaseFacts
    category: str
    text: str
    fix: str
    owner_name: str
    opened_at: datetime
    ended_as: str
    close_reason: str
    next_kind: str
    next_due: datetime | None


def head_for(conn: Connection, user: StaffMember, customer_id: int, now: datetime) -> Head | None:
    """None when there is no such customer or it is not this user's to see."""
    newest = select(func.max(identity.c.id)).where(
        identity.c.customer_id == customer_id, identity.c.channel == "wechat", identity.c.following
    )
    window = and_(
        wechat_window.c.account == identity.c.account,
        wechat_window.c.openid == identity.c.address,
        wechat_window.c.expires_at > now,
    )
    query = (
        select(
            customer,
            store.c.name.label("store_name"),
            store.c.time_zone,
            thread.c.state,
            thread.c.owner_id,
            thread.c.version,
            thread.c.answer_by,
            staff.c.name.label("owner_name"),
            identity.c.address.label("openid"),
            wechat_window.c.expires_at,
            (wechat_window.c.quota - wechat_window.c.used - windows.queued(customer_id)).label("left"),
        )
        .join(store, store.c.id == customer.c.store_id)
        .outerjoin(thread, thread.c.customer_id == customer.c.id)
        .outerjoin(staff, staff.c.id == thread.c.owner_id)
        .outerjoin(identity, identity.c.id == newest.scalar_subquery())
        .outerjoin(wechat_window, window)
        .where(customer.c.id == customer_id, visible_to(user, customer))
    )
    row = conn.execute(query).first()
    return _head(row) if row else None


def _head(row: Row[Any]) -> Head:
    return Head(
        customer_id=row.id,
        store_id=row.store_id,
        store_name=row.store_name,
        time_zone=row.time_zone,
        name=row.name,
        known=row.known,
        phone=row.phone,
        external_id=row.external_id or "",
        state=row.state or "bot",
        owner_id=row.owner_id,
        owner_name=row.owner_name or "",
        version=row.version or 0,
        answer_by=row.answer_by,
        follows=row.openid is not None,
        openid=row.openid or "",
        window=WindowView(row.expires_at, row.left) if row.expires_at else None,
    )


def lines_of(
    conn: Connection, customer_id: int, *, before: int | None = None, since: int | None = None, limit: int = PAGE
) -> list[Line]:
    """Oldest first. before: the page ahead of that line. since: that line and all after it, however many."""
    query = (
        select(
            message,
            staff.c.name.label("staff_name"),
            outbox.c.state.label("delivery"),
            outbox.c.reason.label("why"),
            outbox.c.code,
            touchpoint.c.rule,
            *media.ATTACHED,
        )
        .outerjoin(media_table, media_table.c.message_id == message.c.id)
        .outerjoin(staff, staff.c.id == message.c.staff_id)
        .outerjoin(outbox, outbox.c.id == message.c.outbox_id)
        .outerjoin(touchpoint, touchpoint.c.id == message.c.touchpoint_id)
        .where(message.c.customer_id == customer_id)
        .order_by(message.c.id.desc())
    )
    if since is not None:
        query = query.where(message.c.id >= since)
    else:
        query = query.where(message.c.id < before if before else message.c.id > 0).limit(limit)
    return [_line(row) for row in reversed(conn.execute(query).all())]


def _line(row: Row[Any]) -> Line:
    return Line(
        id=row.id,
        direction=row.direction,
        channel=row.channel,
        kind=row.kind,
        author=row.author,
        staff_name=row.staff_name or "",
        text=row.text,
        at=row.at,
        touchpoint_id=row.touchpoint_id,
        rule=row.rule or "",
        delivery=row.delivery or "",
        reason=" ".join(part for part in (row.why, row.code) if part),
        data=row.data or {},
        attached=media.attached(row),
    )


def case_of(conn: Connection, customer_id: int) -> CaseFile | None:
    """The customer's open case, else the one closed last."""
    unmet = and_(deadline.c.case_id == cases.c.id, deadline.c.round == cases.c.round, deadline.c.met_at.is_(None))
    query = (
        select(cases, staff.c.name.label("owner_name"), deadline.c.kind.label("next_kind"), deadline.c.due_at)
        .join(staff, staff.c.id == cases.c.owner_id)
        .outerjoin(deadline, unmet)
        .where(cases.c.customer_id == customer_id)
        .order_by(cases.c.state == "closed", cases.c.id.desc(), deadline.c.due_at)
        .limit(1)
    )
    row = conn.execute(query).first()
    return case_file(row) if row else None


def case_file(row: Row[Any]) -> CaseFile:
    facts = CaseFacts(
        row.id, row.store_id, row.customer_id, CaseState(row.state), row.level, row.round, row.owner_id,
        row.about_staff_id, row.plan, row.fixed_at, row.closed_at,
    )  # fmt: skip
    return CaseFile(
        facts=facts,
        category=row.category,
        text=row.text,
        fix=row.fix,
        owner_name=row.owner_name,
        opened_at=row.opened_at,
        ended_as=row.ended_as or "",
        close_reason=row.close_reason,
        next_kind=row.next_kind or "",
        next_due=row.due_at,
    )


def steps_of(conn: Connection, customer_id: int) -> Sequence[Step]:
    """Every step of every case of this customer, oldest first."""
    query = (
        select(case_step, staff.c.name.label("staff_name"))
        .join(cases, cases.c.id == case_step.c.case_id)
        .outerjoin(staff, staff.c.id == case_step.c.staff_id)
        .where(cases.c.customer_id == customer_id)
        .order_by(case_step.c.id)
    )
    return [Step(row.at, row.kind, row.staff_name or "", row.text) for row in conn.execute(query)]
