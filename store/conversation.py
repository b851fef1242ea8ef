"""One customer's conversation as staff read it: head, lines with their delivery, the case with its deadlines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, select

from bot.cases import CaseFacts, CaseState
from bot.customer import StaffMember
from bot.turn import WindowView
from store import labels, media, windows
from store.media import Attached
from store.reviews import CORRECTED
from store.tables.cases import case_step, cases, deadline
from store.tables.contact import media as media_table
from store.tables.contact import message, prompt, thread, wechat_window
from store.tables.desk import bookmark
from store.tables.outbound import call_task, outbox, touchpoint
from store.tables.people import customer, identity, store
from store.tables.staff import staff
from store.tables.taught import review
from store.visibility import visible_to

PAGE = 30
SINCE = 300  # what a page that stays open all day may gather before the oldest of it must be scrolled for


@dataclass(frozen=True, slots=True)
class Head:
    """Whose conversation it is, who has it, and how the customer can be reached. calls: how many wait to be made.

    seen_id, draft, draft_way: this reader's own bookmark. aside_until: put aside, None when it is not. merged_into: the
    file this one was put into.
    """

    customer_id: int
    store_id: int
    store_name: str
    time_zone: str
    name: str
    known: bool
    phone: str
    phone_state: str
    confirm_since: datetime | None
    confirm_why: str
    calls: int
    takes_sms: bool
    email: str
    email_dead: bool
    external_id: str
    state: str
    owner_id: int | None
    owner_name: str
    version: int
    answer_by: datetime | None
    follows: bool
    openid: str
    window: WindowView | None
    account: str = ""
    seen_id: int = 0
    draft: str = ""
    draft_way: str = ""
    aside_until: datetime | None = None
    labels: Sequence[str] = ()
    merged_into: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """direction: in | out | note. delivery: the outbox state, "" for what never went through it.

    data: what came besides words: {"media"}, {"location"}, {"link"}. attached: its file; None when forgotten.
    way: of the outbox row, "" without one. misread: a colleague said so, and no manager has looked yet.
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
    way: str = ""
    misread: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    at: datetime
    kind: str
    staff_name: str
    text: str


@dataclass(frozen=True, slots=True)
class CaseFile:
    """facts: what the rules look at. next_kind/next_due: the unmet deadline that comes first, None when closed.

    score: what the customer gave last, as `2/5` where the scale has a top; "" while they gave none. low: dissatisfied.
    """

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
    score: str = ""
    low: bool = False


def head_for(conn: Connection, user: StaffMember, customer_id: int, now: datetime) -> Head | None:
    """None when there is no such customer or it is not this user's to see."""
    newest = select(func.max(identity.c.id)).where(
        identity.c.customer_id == customer_id, identity.c.channel == "wechat", identity.c.following
    )
    open_calls = select(func.count()).where(call_task.c.customer_id == customer_id, call_task.c.state == "open")
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
            thread.c.remind_at,
            thread.c.reason,
            staff.c.name.label("owner_name"),
            bookmark.c.seen_id,
            bookmark.c.draft,
            bookmark.c.way,
            labels.names_of(customer.c.id).label("labels"),
            open_calls.scalar_subquery().label("calls"),
            identity.c.address.label("openid"),
            identity.c.account,
            wechat_window.c.expires_at,
            (wechat_window.c.quota - wechat_window.c.used - windows.queued(customer_id)).label("left"),
        )
        .join(store, store.c.id == customer.c.store_id)
        .outerjoin(thread, thread.c.customer_id == customer.c.id)
        .outerjoin(staff, staff.c.id == thread.c.owner_id)
        .outerjoin(bookmark, and_(bookmark.c.customer_id == customer.c.id, bookmark.c.staff_id == user.id))
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
        phone_state=row.phone_state,
        confirm_since=row.confirm_since,
        confirm_why=row.confirm_why,
        calls=row.calls,
        takes_sms=bool(row.phone) and row.phone_state == "ok",
        email=row.email,
        email_dead=row.email_state == "dead",
        external_id=row.external_id or "",
        state=row.state or "bot",
        owner_id=row.owner_id,
        owner_name=row.owner_name or "",
        version=row.version or 0,
        answer_by=row.answer_by,
        follows=row.openid is not None,
        openid=row.openid or "",
        window=WindowView(row.expires_at, row.left) if row.expires_at else None,
        account=row.account or "",
        seen_id=row.seen_id or 0,
        draft=row.draft or "",
        draft_way=row.way or "",
        aside_until=row.remind_at,
        labels=labels.parted(row.labels),
        merged_into=row.merged_into,
        reason=row.reason or "",
    )


def lines_of(
    conn: Connection, customer_id: int, *, before: int | None = None, since: int | None = None, limit: int = PAGE
) -> list[Line]:
    """Oldest first. before: the page ahead of that line. since: that line and all after it, at most SINCE."""
    query = _lines(customer_id).order_by(message.c.id.desc())
    if since is not None:
        query = query.where(message.c.id >= since).limit(SINCE)
    else:
        query = query.where(message.c.id < before if before else message.c.id > 0).limit(limit)
    return [_line(row) for row in reversed(conn.execute(query).all())]


def lines_around(conn: Connection, customer_id: int, at: int, each_way: int = 8) -> list[Line]:
    """Some lines before that one, itself, and some after it."""
    mine = select(message.c.id).where(message.c.customer_id == customer_id)
    before = mine.where(message.c.id <= at).order_by(message.c.id.desc()).limit(each_way + 1).subquery()
    after = mine.where(message.c.id > at).order_by(message.c.id).limit(each_way).subquery()
    here = message.c.id.in_(select(before.c.id).union_all(select(after.c.id)))
    return [_line(row) for row in conn.execute(_lines(customer_id).where(here).order_by(message.c.id))]


def _lines(customer_id: int) -> Select[Any]:
    return (
        select(
            message,
            staff.c.name.label("staff_name"),
            outbox.c.state.label("delivery"),
            outbox.c.reason.label("why"),
            outbox.c.code,
            outbox.c.way,
            touchpoint.c.rule,
            review.c.id.is_not(None).label("misread"),
            *media.ATTACHED,
        )
        .outerjoin(media_table, media_table.c.message_id == message.c.id)
        .outerjoin(staff, staff.c.id == message.c.staff_id)
        .outerjoin(outbox, outbox.c.id == message.c.outbox_id)
        .outerjoin(touchpoint, touchpoint.c.id == message.c.touchpoint_id)
        .outerjoin(review, and_(review.c.message_id == message.c.id, review.c.why == CORRECTED, review.c.label == ""))
        .where(message.c.customer_id == customer_id)
    )


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
        way=row.way or "",
        misread=row.misread,
    )


def case_of(conn: Connection, customer_id: int) -> CaseFile | None:
    """The customer's open case, else the one closed last."""
    unmet = and_(deadline.c.case_id == cases.c.id, deadline.c.round == cases.c.round, deadline.c.met_at.is_(None))
    newest = select(func.max(prompt.c.id)).where(prompt.c.customer_id == customer_id, prompt.c.rating.is_not(None))
    given = and_(prompt.c.customer_id == cases.c.customer_id, prompt.c.id == newest.scalar_subquery())
    query = (
        select(cases, staff.c.name.label("owner_name"), deadline.c.kind.label("next_kind"), deadline.c.due_at)
        .add_columns(prompt.c.rating, prompt.c.scale, prompt.c.satisfaction)
        .join(staff, staff.c.id == cases.c.owner_id)
        .outerjoin(deadline, unmet)
        .outerjoin(prompt, given)
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
        score="" if row.rating is None else _score(row.rating, row.scale),
        low=row.satisfaction == "dissatisfied",
    )


def _score(rating: int, scale: str) -> str:
    """scale: `1-5`, `0-10`, or choices spelled out, of which none is the top."""
    top = scale.partition("-")[2]
    return f"{rating}/{top}" if top.isdecimal() else str(rating)


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
