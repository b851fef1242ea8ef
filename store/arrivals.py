"""Who came to an event: by the code on their phone, by a tap on their name, or in through the door without a word."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, func, or_, select

from bot.customer import StaffMember
from bot.errors import NotThere, RuleBroken
from bot.events import HELD, RsvpState
from store import feed, friends
from store.dialects import insert_into
from store.tables.events import event_arrival
from store.tables.people import customer, event, rsvp
from store.visibility import visible_to

MOST = 50  # heads of one party; more is a typing mistake
LIKE_THEM = 8  # people shown for a few letters of a name


@dataclass(frozen=True, slots=True)
class Expected:
    """One party of the list at the door. code 0: not registered. came_at None: not here yet; heads: who came."""

    customer_id: int
    name: str
    phone_end: str
    seats: int
    children: int
    code: int
    state: str
    came_at: datetime | None = None
    heads: int = 0


@dataclass(frozen=True, slots=True)
class WalkIn:
    id: int
    name: str
    heads: int
    children: int
    at: datetime


def check_in(
    conn: Connection,
    user: StaffMember,
    event_id: int,
    customer_id: int | None,
    heads: int,
    children: int,
    *,
    how: str,
    key: str,
    now: datetime,
    name: str = "",
) -> bool:
    """False: here already. Raises NotThere no_such_event, no_such_guest, RuleBroken not_open, no_heads."""
    store_id = _open_event(conn, user, event_id)
    if not 1 <= heads <= MOST or not 0 <= children <= heads:
        raise RuleBroken("no_heads", f"人数要在 1 到 {MOST} 之间，孩子不能多于总人数")
    if customer_id is not None and not of_store(conn, customer_id, store_id):
        raise NotThere("no_such_guest", "没有这位客户")
    row = {
        "event_id": event_id, "customer_id": customer_id, "staff_id": user.id, "key": key, "name": name.strip()[:40],
        "heads": heads, "children": children, "how": how, "at": now,
        "friend_code": friends.new_code(conn) if customer_id else None,
    }  # fmt: skip
    put = insert_into(conn, event_arrival).values(row).on_conflict_do_nothing()
    if conn.execute(put.returning(event_arrival.c.id)).first() is None:
        return False
    feed.tell(conn, store_id, "event", {"event_id": event_id}, customer_id, now)
    return True


def take_back(conn: Connection, user: StaffMember, event_id: int, arrival_id: int, customer_id: int) -> None:
    """A tap on the wrong name. Either of the two ids says which; the other is 0."""
    _open_event(conn, user, event_id)
    which = event_arrival.c.id == arrival_id if arrival_id else event_arrival.c.customer_id == customer_id
    conn.execute(delete(event_arrival).where(event_arrival.c.event_id == event_id, which))


def by_code(conn: Connection, event_id: int, code: int) -> Expected | None:
    """Whoever holds seats, or did; the colleague at the door decides."""
    row = conn.execute(_expected(event_id).where(rsvp.c.code == code)).first()
    return _party(row) if row else None


def expected(conn: Connection, event_id: int) -> list[Expected]:
    """Who registered, by name; those on the waiting list after them."""
    rows = _expected(event_id).where(rsvp.c.state.in_((*HELD, RsvpState.WAITING.value)))
    late = rsvp.c.state == RsvpState.WAITING.value
    return [_party(row) for row in conn.execute(rows.order_by(late, customer.c.name, customer.c.id))]


def walk_ins(conn: Connection, event_id: int) -> list[WalkIn]:
    """Guests who had not registered, newest first."""
    mine = and_(rsvp.c.event_id == event_id, rsvp.c.customer_id == event_arrival.c.customer_id)
    listed = rsvp.c.state.in_((*HELD, RsvpState.WAITING.value))
    name = func.coalesce(customer.c.name, event_arrival.c.name).label("who")
    rows = (
        select(event_arrival, name)
        .outerjoin(customer, customer.c.id == event_arrival.c.customer_id)
        .outerjoin(rsvp, mine)
        .where(event_arrival.c.event_id == event_id, or_(rsvp.c.id.is_(None), ~listed))
    )
    found = conn.execute(rows.order_by(event_arrival.c.at.desc(), event_arrival.c.id.desc()))
    return [WalkIn(row.id, row.who or "", row.heads, row.children, row.at) for row in found]


def present(conn: Connection, event_id: int) -> tuple[int, int]:
    """(heads, children among them)."""
    sums = select(
        func.coalesce(func.sum(event_arrival.c.heads), 0), func.coalesce(func.sum(event_arrival.c.children), 0)
    )
    heads, children = conn.execute(sums.where(event_arrival.c.event_id == event_id)).one()
    return int(heads), int(children)


def like(conn: Connection, store_id: int, words: str) -> list[Expected]:
    """Customers of the store by a part of the name or the last digits of the phone, for who comes unannounced."""
    words = words.strip()
    if len(words) < 2:
        return []
    held = customer.c.name.contains(words, autoescape=True)
    if words.isdecimal() and len(words) >= 4:
        held = customer.c.phone.endswith(words, autoescape=True)
    mine = (customer.c.store_id == store_id, customer.c.known, customer.c.merged_into.is_(None), held)
    rows = conn.execute(select(customer).where(*mine).order_by(customer.c.name, customer.c.id).limit(LIKE_THEM))
    return [Expected(row.id, row.name, row.phone[-4:], 1, 0, 0, "") for row in rows]


def _expected(event_id: int) -> Any:
    came = and_(event_arrival.c.event_id == rsvp.c.event_id, event_arrival.c.customer_id == rsvp.c.customer_id)
    return (
        select(rsvp, customer.c.name, customer.c.phone, event_arrival.c.at.label("came_at"), event_arrival.c.heads)
        .join(customer, customer.c.id == rsvp.c.customer_id)
        .outerjoin(event_arrival, came)
        .where(rsvp.c.event_id == event_id)
    )


def _party(row: Any) -> Expected:
    return Expected(
        row.customer_id, row.name, row.phone[-4:], row.seats, row.children, row.code or 0, row.state, row.came_at,
        row.heads or 0,
    )  # fmt: skip


def _open_event(conn: Connection, user: StaffMember, event_id: int) -> int:
    """Its store; raises when it is not published, or not of this member's store."""
    mine = (event.c.id == event_id, visible_to(user, event))
    row = conn.execute(select(event.c.store_id, event.c.state).where(*mine)).first()
    if row is None:
        raise NotThere("no_such_event", "没有这个活动")
    if row.state != "published":
        raise RuleBroken("not_open", "活动还没有发布，或已取消")
    return int(row.store_id)


def of_store(conn: Connection, customer_id: int, store_id: int) -> bool:
    mine = (customer.c.id == customer_id, customer.c.store_id == store_id)
    return conn.execute(select(customer.c.id).where(*mine)).first() is not None
