"""Owner events as staff make them: draft, published once, changed, called off; what the pages show of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, case, func, insert, select, update

from bot.conditions import Condition
from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from bot.events import CONCERNED, EventKind, RsvpState
from store import event_audience, feed, seats, waves
from store.tables.events import event_arrival, event_invitee
from store.tables.people import customer, event, rsvp
from store.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says. shares: hundredths of the audience by wave; hours: see store/tables/people.py: event."""

    name: str
    place: str
    starts_at: datetime
    capacity: int
    cost: str = ""
    kind: EventKind = EventKind.OTHER
    offers: str = ""
    audience: Condition | None = None
    shares: tuple[int, ...] = (100,)
    wave_hours: int = 24
    confirm_hours: int = 24


@dataclass(frozen=True, slots=True)
class EventRow:
    """audience: as stored, see store/event_audience.py: condition_of."""

    id: int
    store_id: int
    name: str
    starts_at: datetime
    place: str
    capacity: int
    taken: int
    state: str
    published_at: datetime | None
    kind: EventKind = EventKind.OTHER
    cost: str = ""
    offers: str = ""
    audience: Mapping[str, Any] = field(default_factory=dict)
    shares: tuple[int, ...] = (100,)
    wave_hours: int = 24
    confirm_hours: int = 24
    photos: str = ""
    version: int = 1
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Guest:
    """wave: by which they were invited, 0 when not. sure: they know the event's date and place as they are now.

    came: heads at the door, 0 while nobody is.
    """

    customer_id: int
    name: str
    seats: int
    children: int
    state: str
    at: datetime
    via: str = ""
    wave: int = 0
    code: int = 0
    sure: bool = True
    offered_until: datetime | None = None
    came: int = 0


def create(conn: Connection, user: StaffMember, draft: Draft, now: datetime) -> int:
    """Raises RuleBroken no_name, past, no_seats."""
    _check(draft, now)
    row = {"store_id": user.store_id, **_values(draft), **_asking(draft)}
    return int(conn.execute(insert(event).values(row).returning(event.c.id)).scalar_one())


def edit(conn: Connection, user: StaffMember, event_id: int, draft: Draft, now: datetime) -> int:
    """How many registered guests are told: another date or place of a published event is another version of it.

    Whom it invites stays as it was published. Raises NotThere no_such_event, RuleBroken called_off, has_begun,
    below_taken and those of `create`.
    """
    there = _held(conn, user, event_id)
    if there.state == "published" and there.starts_at <= now:
        raise RuleBroken("has_begun", "活动已开始，不能再改")
    _check(draft, now)
    if draft.capacity < there.taken:
        raise RuleBroken("below_taken", f"已有 {there.taken} 个座位有人，名额不能更少")
    moved = (there.starts_at, there.place) != (draft.starts_at, draft.place.strip())
    values: dict[str, Any] = _values(draft)
    if there.state == "draft":
        values |= _asking(draft)
    elif moved:
        values |= {"version": event.c.version + 1, "changed_at": now}
    conn.execute(update(event).where(event.c.id == event_id).values(**values))
    if there.state != "published":
        return 0
    seats.move_up(conn, event_id, now)
    feed.tell(conn, there.store_id, "event", {"event_id": event_id}, None, now)
    return concerned(conn, event_id) if moved else 0


def publish(conn: Connection, user: StaffMember, event_id: int, now: datetime) -> None:
    """The first wave is invited. Conditional, so a second press invites nobody again.

    Raises NotThere no_such_event, RuleBroken not_a_draft.
    """
    _seen(conn, user, event_id)
    draft = (event.c.id == event_id, visible_to(user, event), event.c.state == "draft", event.c.starts_at > now)
    published = update(event).where(*draft).values(state="published", published_at=now)
    if conn.execute(published).rowcount == 0:
        raise RuleBroken("not_a_draft", "活动已发布、已取消或已开始")
    waves.open_next(conn, event_id, now)
    feed.tell(conn, user.store_id, "event", {"event_id": event_id}, None, now)


def call_off(conn: Connection, user: StaffMember, event_id: int, now: datetime) -> int:
    """How many are told. A draft is simply gone. Raises NotThere no_such_event, RuleBroken called_off, has_begun."""
    there = _held(conn, user, event_id)
    if there.state == "published" and there.starts_at <= now:
        raise RuleBroken("has_begun", "活动已开始，不能再取消")
    off = update(event).where(event.c.id == event_id, event.c.state != "cancelled")
    conn.execute(off.values(state="cancelled", cancelled_at=now))
    feed.tell(conn, there.store_id, "event", {"event_id": event_id}, None, now)
    return concerned(conn, event_id)


def set_photos(conn: Connection, user: StaffMember, event_id: int, address: str) -> None:
    """Raises RuleBroken no_link, called_off, NotThere no_such_event."""
    there = _held(conn, user, event_id)
    if address and not address.startswith(("https://", "http://")):
        raise RuleBroken("no_link", "请填写以 https:// 开头的相册地址")
    conn.execute(update(event).where(event.c.id == there.id).values(photos=address))


def concerned(conn: Connection, event_id: int) -> int:
    """Parties with seats, or waiting for some."""
    rows = select(func.count()).select_from(rsvp).where(rsvp.c.event_id == event_id, rsvp.c.state.in_(CONCERNED))
    return int(conn.execute(rows).scalar_one())


def events_for(conn: Connection, user: StaffMember) -> list[EventRow]:
    query = select(event).where(visible_to(user, event)).order_by(event.c.starts_at.desc()).limit(100)
    return [_event(row) for row in conn.execute(query)]


def event_for(conn: Connection, user: StaffMember, event_id: int) -> EventRow | None:
    row = conn.execute(select(event).where(event.c.id == event_id, visible_to(user, event))).first()
    return _event(row) if row else None


def guests_of(conn: Connection, event_id: int) -> list[Guest]:
    """Who comes first, then those who wait in their order, then the rest."""
    came = and_(event_arrival.c.event_id == rsvp.c.event_id, event_arrival.c.customer_id == rsvp.c.customer_id)
    asked = and_(event_invitee.c.event_id == rsvp.c.event_id, event_invitee.c.customer_id == rsvp.c.customer_id)
    query = (
        select(rsvp, customer.c.name, event_arrival.c.heads, event_invitee.c.wave, event.c.version.label("newest"))
        .join(customer, customer.c.id == rsvp.c.customer_id)
        .join(event, event.c.id == rsvp.c.event_id)
        .outerjoin(event_arrival, came)
        .outerjoin(event_invitee, asked)
        .where(rsvp.c.event_id == event_id)
    )
    order = {state.value: place for place, state in enumerate(RsvpState)}
    rows = query.order_by(case(order, value=rsvp.c.state), rsvp.c.since, rsvp.c.at, rsvp.c.id)
    return [_guest(row) for row in conn.execute(rows)]


def _guest(row: Row[Any]) -> Guest:
    return Guest(
        row.customer_id, row.name, row.seats, row.children, row.state, row.at, row.via, row.wave or 0, row.code or 0,
        row.version >= row.newest, row.offered_until, row.heads or 0,
    )  # fmt: skip


def _held(conn: Connection, user: StaffMember, event_id: int) -> Any:
    _seen(conn, user, event_id)
    there = seats.event_for_update(conn, event_id)
    if there is None or there.state == "cancelled":
        raise RuleBroken("called_off", "活动已取消")
    return there


def _seen(conn: Connection, user: StaffMember, event_id: int) -> None:
    if event_for(conn, user, event_id) is None:
        raise NotThere("no_such_event", "没有这个活动")


def _check(draft: Draft, now: datetime) -> None:
    if not draft.name.strip():
        raise RuleBroken("no_name", "请填写活动名称")
    if draft.starts_at <= now:
        raise RuleBroken("past", "活动时间必须在以后")
    if draft.capacity < 1:
        raise RuleBroken("no_seats", "名额至少为 1")


def _values(draft: Draft) -> dict[str, Any]:
    return {
        "name": draft.name.strip(), "place": draft.place.strip(), "starts_at": draft.starts_at,
        "capacity": draft.capacity, "cost": draft.cost.strip(), "kind": draft.kind.value,
        "offers": draft.offers.strip(), "confirm_hours": draft.confirm_hours,
    }  # fmt: skip


def _asking(draft: Draft) -> dict[str, Any]:
    """Fixed once it is published."""
    audience = event_audience.stored(draft.audience)
    return {"audience": audience, "shares": list(draft.shares), "wave_hours": draft.wave_hours}


def _event(row: Row[Any]) -> EventRow:
    return EventRow(
        row.id, row.store_id, row.name, row.starts_at, row.place, row.capacity, row.taken, row.state, row.published_at,
        EventKind(row.kind or EventKind.OTHER), row.cost, row.offers, row.audience, tuple(row.shares), row.wave_hours,
        row.confirm_hours, row.photos, row.version, row.changed_at,
    )  # fmt: skip
