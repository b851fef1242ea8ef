"""Owner events as staff make them: draft, audience counted before anybody is invited, published once, who comes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, update

from bot.customer import StaffMember
from bot.errors import RuleBroken
from store import feed
from store.tables.people import consent, customer, event, identity, refusal, rsvp
from store.visibility import visible_to

EVERYONE = {"who": "all_consenting"}  # the one audience of this version


@dataclass(frozen=True, slots=True)
class Draft:
    name: str
    place: str
    starts_at: datetime
    capacity: int


@dataclass(frozen=True, slots=True)
class EventRow:
    id: int
    store_id: int
    name: str
    starts_at: datetime
    place: str
    capacity: int
    taken: int
    state: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class Guest:
    customer_id: int
    name: str
    seats: int
    children: int
    state: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would be asked: followers by one mass send, the others with a phone by SMS."""

    followers: int
    by_sms: int


def create(conn: Connection, user: StaffMember, draft: Draft, now: datetime) -> int:
    """Raises RuleBroken no_name, past, no_seats."""
    if not draft.name.strip():
        raise RuleBroken("no_name", "请填写活动名称")
    if draft.starts_at <= now:
        raise RuleBroken("past", "活动时间必须在以后")
    if draft.capacity < 1:
        raise RuleBroken("no_seats", "名额至少为 1")
    row = {
        "store_id": user.store_id,
        "name": draft.name.strip(),
        "place": draft.place.strip(),
        "starts_at": draft.starts_at,
        "capacity": draft.capacity,
        "audience": EVERYONE,
    }
    return int(conn.execute(insert(event).values(row).returning(event.c.id)).scalar_one())


def publish(conn: Connection, user: StaffMember, event_id: int, now: datetime) -> None:
    """From here the planner invites. Conditional, so a second press invites nobody again."""
    draft = (event.c.id == event_id, visible_to(user, event), event.c.state == "draft", event.c.starts_at > now)
    published = update(event).where(*draft).values(state="published", published_at=now)
    if conn.execute(published).rowcount == 0:
        raise RuleBroken("not_a_draft", "活动已发布、已取消或已开始")
    feed.tell(conn, user.store_id, "event", {"event_id": event_id}, None, now)


def events_for(conn: Connection, user: StaffMember) -> list[EventRow]:
    query = select(event).where(visible_to(user, event)).order_by(event.c.starts_at.desc()).limit(100)
    return [_event(row) for row in conn.execute(query)]


def event_for(conn: Connection, user: StaffMember, event_id: int) -> EventRow | None:
    row = conn.execute(select(event).where(event.c.id == event_id, visible_to(user, event))).first()
    return _event(row) if row else None


def guests_of(conn: Connection, event_id: int) -> list[Guest]:
    query = select(rsvp, customer.c.name).join(customer, customer.c.id == rsvp.c.customer_id)
    rows = conn.execute(query.where(rsvp.c.event_id == event_id).order_by(rsvp.c.state.desc(), rsvp.c.at))
    return [Guest(r.customer_id, r.name, r.seats, r.children, r.state, r.at) for r in rows]


def audience_of(conn: Connection, user: StaffMember) -> Audience:
    """Counted as of now; each is asked again at the gate when the invitation is due."""
    follows = exists().where(
        identity.c.customer_id == customer.c.id, identity.c.channel == "wechat", identity.c.following
    )
    willing = (visible_to(user, customer), customer.c.known, _agreed(), ~_refused())
    reachable = and_(~follows, customer.c.phone != "", customer.c.phone_state == "ok")
    counts = select(func.count().filter(follows), func.count().filter(reachable)).where(*willing)
    followers, by_sms = conn.execute(counts).one()
    return Audience(followers, by_sms)


def _agreed() -> Any:
    said = consent.alias()
    about = (said.c.customer_id == customer.c.id, said.c.purpose.in_(("marketing", "all")))
    newest = select(func.max(said.c.id)).where(*about).correlate(customer)
    return exists().where(consent.c.id == newest.scalar_subquery(), consent.c.given)


def _refused() -> Any:
    openids = select(identity.c.address).where(identity.c.customer_id == customer.c.id).correlate(customer)
    theirs = or_(and_(refusal.c.address == customer.c.phone, customer.c.phone != ""), refusal.c.address.in_(openids))
    return exists().where(theirs, refusal.c.withdrawn_at.is_(None), refusal.c.purpose.in_(("marketing", "all")))


def _event(row: Row[Any]) -> EventRow:
    return EventRow(
        row.id, row.store_id, row.name, row.starts_at, row.place, row.capacity, row.taken, row.state, row.published_at
    )
