"""What came of an event: invited → delivered → registered → attended → converted, by wave and way (domain.md §1.8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from bot.events import CONVERTS_WITHIN, RsvpState
from store.friends import friends_of
from store.tables.booking import appointment
from store.tables.events import event_arrival, event_invitee
from store.tables.outbound import carries, outbox, touchpoint
from store.tables.ownership import sale
from store.tables.people import event, repair_order, rsvp, store

GOING = rsvp.c.state == RsvpState.GOING.value


@dataclass(frozen=True, slots=True)
class Line:
    """Customers (parties), not heads. wave 0: came without an invitation. way: bot/messages.py: Way, "" not sent.

    delivered: the provider said so; of a mass send WeChat tells counts, not people, so it counts as delivered once it
    was taken.
    """

    wave: int
    way: str
    invited: int
    sent: int
    delivered: int
    registered: int
    attended: int
    converted: int


@dataclass(frozen=True, slots=True)
class Figures:
    """seats, heads: people. no_shows: registered parties that did not come, None while nobody was checked in.

    children, heads: of those who came. walk_ins: parties that had not registered; strangers among them: in no file.
    friends: customers who gave the code of somebody who came (store/friends.py).
    """

    lines: Sequence[Line]
    registered: int
    seats: int
    waiting: int
    cancelled: int
    attended: int
    heads: int
    children: int
    walk_ins: int
    strangers: int
    converted: int
    friends: int
    no_shows: int | None

    @property
    def no_show_rate(self) -> float | None:
        return None if self.no_shows is None or not self.registered else self.no_shows / self.registered

    @property
    def total(self) -> Line:
        return _added(self.lines)

    @property
    def by_invitation(self) -> int:
        """Registered parties that a wave had invited."""
        return sum(each.registered for each in self.lines if each.wave)

    def by(self, name: str) -> list[Line]:
        """Added up over "wave" or "way"; those without one last."""
        keys = sorted({getattr(each, name) for each in self.lines}, key=lambda key: (key in (0, ""), key))
        some = {key: _added([each for each in self.lines if getattr(each, name) == key]) for key in keys}
        return [replace(line, **{name: key}) for key, line in some.items()]


def _added(lines: Sequence[Line]) -> Line:
    rows = [(each.invited, each.sent, each.delivered, each.registered, each.attended, each.converted) for each in lines]
    return Line(0, "", *map(sum, zip(*rows, strict=True))) if rows else Line(0, "", 0, 0, 0, 0, 0, 0)


def figures_of(conn: Connection, event_id: int) -> Figures:
    """A fixed number of queries."""
    row = conn.execute(select(event, store.c.time_zone).join(store).where(event.c.id == event_id)).one()
    said = conn.execute(_said(event_id)).one()
    came = conn.execute(_came(event_id, _converted(row.starts_at, row.time_zone))).one()
    lines = [Line(*each) for each in conn.execute(_by_wave(event_id, _converted(row.starts_at, row.time_zone)))]
    return Figures(
        lines=[*lines, *_uninvited(conn, event_id, row)],
        registered=said.registered, seats=said.seats or 0, waiting=said.waiting, cancelled=said.cancelled,
        attended=came.attended, heads=came.heads or 0, children=came.children or 0, walk_ins=came.walk_ins,
        strangers=came.strangers, converted=came.converted, friends=friends_of(conn, event_id),
        no_shows=said.registered - came.listed if came.attended else None,
    )  # fmt: skip


def _said(event_id: int) -> Any:
    states = {"waiting": (RsvpState.WAITING, RsvpState.OFFERED), "cancelled": (RsvpState.CANCELLED, RsvpState.LAPSED)}
    counts = [
        func.count().filter(rsvp.c.state.in_([each.value for each in group])).label(name)
        for name, group in states.items()
    ]
    going = (func.count().filter(GOING).label("registered"), func.sum(rsvp.c.seats).filter(GOING).label("seats"))
    return select(*going, *counts).where(rsvp.c.event_id == event_id)


def _came(event_id: int, converted: ColumnElement[bool]) -> Any:
    mine = and_(rsvp.c.event_id == event_id, rsvp.c.customer_id == event_arrival.c.customer_id, GOING)
    door = event_arrival.c
    return (
        select(
            func.count().label("attended"), func.sum(door.heads).label("heads"),
            func.sum(door.children).label("children"), func.count().filter(rsvp.c.id.is_(None)).label("walk_ins"),
            func.count().filter(door.customer_id.is_(None)).label("strangers"),
            func.count().filter(rsvp.c.id.is_not(None)).label("listed"),
            func.count().filter(converted).label("converted"),
        )
        .select_from(event_arrival)
        .outerjoin(rsvp, mine)
        .where(door.event_id == event_id)
    )  # fmt: skip


def _by_wave(event_id: int, converted: ColumnElement[bool]) -> Any:
    """Of the touchpoint that invited, the newest copy: what was refused on one way went out on the next."""
    last = select(carries.c.touchpoint_id, func.max(carries.c.outbox_id).label("outbox_id"))
    copy = last.group_by(carries.c.touchpoint_id).subquery()
    asked = and_(
        touchpoint.c.customer_id == event_invitee.c.customer_id, touchpoint.c.occurrence == f"event#{event_id}",
        touchpoint.c.rule.like("event_invitation.%"),
    )  # fmt: skip
    went = touchpoint.c.outcome.in_(("sent", "uncertain"))
    way = case((went, outbox.c.way), else_="")
    there = or_(outbox.c.state == "delivered", and_(outbox.c.way == "mass", outbox.c.state == "accepted"))
    registered = and_(rsvp.c.event_id == event_id, rsvp.c.customer_id == event_invitee.c.customer_id, GOING)
    came = and_(event_arrival.c.event_id == event_id, event_arrival.c.customer_id == event_invitee.c.customer_id)
    return (
        select(
            event_invitee.c.wave, way, func.count(), func.count().filter(went), func.count().filter(went, there),
            func.count().filter(rsvp.c.id.is_not(None)), func.count().filter(event_arrival.c.id.is_not(None)),
            func.count().filter(event_arrival.c.id.is_not(None), converted),
        )
        .select_from(event_invitee)
        .outerjoin(touchpoint, asked)
        .outerjoin(copy, copy.c.touchpoint_id == touchpoint.c.id)
        .outerjoin(outbox, outbox.c.id == copy.c.outbox_id)
        .outerjoin(rsvp, registered)
        .outerjoin(event_arrival, came)
        .where(event_invitee.c.event_id == event_id)
        .group_by(event_invitee.c.wave, way)
        .order_by(event_invitee.c.wave, way)
    )  # fmt: skip


def _uninvited(conn: Connection, event_id: int, row: Any) -> list[Line]:
    """By a friend's link, by word to a colleague, or in through the door: registered or came, invited by no wave."""
    invited = select(event_invitee.c.customer_id).where(event_invitee.c.event_id == event_id)
    said = select(func.count()).where(rsvp.c.event_id == event_id, GOING, rsvp.c.customer_id.not_in(invited))
    registered = conn.execute(said.select_from(rsvp)).scalar_one()
    door = event_arrival.c
    outside = or_(door.customer_id.is_(None), door.customer_id.not_in(invited))
    counts = select(func.count(), func.count().filter(_converted(row.starts_at, row.time_zone)))
    came, converted = conn.execute(counts.where(door.event_id == event_id, outside)).one()
    return [Line(0, "", 0, 0, 0, registered, came, converted)] if registered or came else []


def _converted(starts_at: datetime, zone: str) -> ColumnElement[bool]:
    """Who came signed a contract, took a car, booked or brought a car within thirty days."""
    until, who = starts_at + CONVERTS_WITHIN, event_arrival.c.customer_id
    first, last = (each.astimezone(ZoneInfo(zone)).date() for each in (starts_at, until))
    signed = or_(sale.c.contract_on.between(first, last), sale.c.delivered_on.between(first, last))
    brought = func.coalesce(repair_order.c.delivered_at, repair_order.c.updated_at)
    return or_(
        exists().where(sale.c.customer_id == who, sale.c.state != "cancelled", signed),
        exists().where(
            appointment.c.customer_id == who, appointment.c.state != "cancelled",
            appointment.c.created_at.between(starts_at, until),
        ),
        exists().where(
            repair_order.c.customer_id == who, repair_order.c.status != "cancelled", brought.between(starts_at, until)
        ),
    )  # fmt: skip
