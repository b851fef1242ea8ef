"""What of an event brings messages: who is invited, comes, must hear of a change, was offered a seat, came, did not.

Each fact is `_Fact`: whom it concerns, its occurrence, and what must hold. Planning joins on it (store/plan_facts.py),
the days come from the same rows (store/anchors.py), and the gate asks once more whether it stands.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, cast, exists, func, literal, select, true

from bot.events import CONCERNED, RsvpState
from bot.journeys import Anchor
from store.tables.events import event_arrival, event_invitee, event_wave
from store.tables.people import customer, event, rsvp

OVER = timedelta(hours=3)  # after the beginning, when who came is known


@dataclass(frozen=True, slots=True)
class EventDay:
    """store_id, key in rule_day, the moment steps count from, an end of its own."""

    store_id: int
    key: str
    moment: datetime
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Named:
    """Which event and which of its facts a touchpoint is about (`ref`)."""

    event_id: int
    customer_id: int
    fact: str


def facts(anchor: Anchor, ref: Callable[..., ColumnElement[Any]]) -> Select[Any]:
    """store_id, customer_id, occurrence, anchor_key, ref of each. ref: makes JSON of its named columns."""
    fact = FACTS[anchor]
    named = {} if anchor is Anchor.EVENT_PUBLISHED else {"fact": literal(anchor.value)}
    return (
        select(
            event.c.store_id, customer.c.id.label("customer_id"), fact.occurrence().label("occurrence"),
            fact.key().label("anchor_key"), ref(event_id=event.c.id, **named).label("ref"),
        )
        .select_from(_rows(fact))
        .where(fact.stands(), customer.c.merged_into.is_(None))
    )  # fmt: skip


def occurrence(anchor: Anchor) -> ColumnElement[str]:
    return FACTS[anchor].occurrence()


def days(conn: Connection, anchor: Anchor, now: datetime, since: datetime) -> list[EventDay]:
    """since: events that began before it are history."""
    fact = FACTS[anchor]
    rows = (
        select(event.c.store_id, fact.key().label("key"), fact.moment().label("moment"), fact.ends().label("ends_at"))
        .select_from(_rows(fact))
        .where(fact.stands(), event.c.starts_at > since)
        .distinct()
    )
    found = (EventDay(row.store_id, row.key, row.moment, row.ends_at) for row in conn.execute(rows))
    return [each for each in found if not fact.afterwards or now >= each.moment + OVER]


def standing(conn: Connection, asked: Iterable[Named]) -> set[Named]:
    """Those that still hold at this moment: a fixed number of queries, one a kind of fact."""
    by_fact: dict[str, list[Named]] = {}
    for each in asked:
        by_fact.setdefault(each.fact, []).append(each)
    return {each for fact, group in by_fact.items() for each in _true(conn, Anchor(fact), group).intersection(group)}


def _true(conn: Connection, anchor: Anchor, group: Collection[Named]) -> set[Named]:
    fact = FACTS[anchor]
    mine = (event.c.id.in_({each.event_id for each in group}), customer.c.id.in_({each.customer_id for each in group}))
    rows = select(event.c.id, customer.c.id.label("customer_id")).select_from(_rows(fact)).where(fact.stands(), *mine)
    return {Named(row.id, row.customer_id, anchor.value) for row in conn.execute(rows)}


def summary(conn: Connection) -> tuple[Any, ...]:
    """What changes when somebody registers, comes, or is invited."""
    newest = (func.max(rsvp.c.at), func.count(), func.sum(rsvp.c.version))
    counts = [conn.execute(select(func.max(table.c.id))).scalar() for table in (event_invitee, event_arrival)]
    return (*conn.execute(select(*newest)).one(), *counts, conn.execute(select(func.sum(event.c.version))).scalar())


@dataclass(frozen=True, slots=True)
class _Fact:
    """who: the table of the people concerned. afterwards: known only when the event is over."""

    who: Any
    occurrence: Callable[[], ColumnElement[str]]
    key: Callable[[], ColumnElement[str]]
    moment: Callable[[], ColumnElement[Any]]
    stands: Callable[[], ColumnElement[bool]]
    ends: Callable[[], ColumnElement[Any]] = lambda: event.c.starts_at
    afterwards: bool = False


def _rows(fact: _Fact) -> Any:
    joined = event.join(fact.who, fact.who.c.event_id == event.c.id)
    joined = joined.join(customer, customer.c.id == fact.who.c.customer_id)
    if fact.who is event_invitee:
        wave = and_(event_wave.c.event_id == event.c.id, event_wave.c.number == event_invitee.c.wave)
        return joined.join(event_wave, wave)
    return joined


def _plain() -> ColumnElement[str]:
    return literal("event#").concat(cast(event.c.id, Text))


def _with(*parts: Any) -> ColumnElement[str]:
    made = _plain()
    for each in parts:
        made = made.concat(literal(each) if isinstance(each, str) else cast(each, Text))
    return made


def _version() -> ColumnElement[str]:
    return _with("/v", event.c.version)


def _published() -> ColumnElement[bool]:
    return event.c.state == "published"


def _going() -> ColumnElement[bool]:
    return and_(_published(), rsvp.c.state == RsvpState.GOING.value)


def _outdated() -> ColumnElement[bool]:
    """Knows another date or place than the event has now."""
    return and_(
        _published(), event.c.changed_at.is_not(None), rsvp.c.state.in_(CONCERNED), rsvp.c.version < event.c.version
    )


def _off() -> ColumnElement[bool]:
    told = (event.c.state == "cancelled", event.c.published_at.is_not(None), rsvp.c.state.in_(CONCERNED))
    return and_(*told)


def _missed() -> ColumnElement[bool]:
    """Where nobody was checked in nobody is missed: the list was not kept."""
    door = event_arrival.alias()
    came = exists().where(door.c.event_id == rsvp.c.event_id, door.c.customer_id == rsvp.c.customer_id)
    kept = exists().where(door.c.event_id == rsvp.c.event_id)
    return and_(_going(), ~came.correlate(rsvp), kept.correlate(rsvp))


FACTS: Mapping[Anchor, _Fact] = {
    Anchor.EVENT_PUBLISHED: _Fact(
        event_invitee, _plain, lambda: _with("/wave", event_invitee.c.wave), lambda: event_wave.c.opened_at,
        lambda: and_(_published(), customer.c.known),
    ),
    Anchor.EVENT_REGISTERED: _Fact(rsvp, _version, _version, lambda: event.c.starts_at, _going),
    Anchor.EVENT_CHANGED: _Fact(rsvp, _version, _version, lambda: event.c.changed_at, _outdated),
    Anchor.EVENT_CANCELLED: _Fact(
        rsvp, lambda: _with("/cancelled"), lambda: _with("/cancelled"), lambda: event.c.cancelled_at, _off
    ),
    Anchor.SEAT_OFFERED: _Fact(
        rsvp, lambda: _with("/offer", rsvp.c.offers), lambda: _with("/offer#", rsvp.c.id, "/", rsvp.c.offers),
        lambda: rsvp.c.at, lambda: and_(_published(), rsvp.c.state == RsvpState.OFFERED.value),
        lambda: rsvp.c.offered_until,
    ),
    Anchor.EVENT_ATTENDED: _Fact(
        event_arrival, lambda: _with("/attended"), lambda: _with("/attended"), lambda: event.c.starts_at, true,
        lambda: literal(None, event.c.starts_at.type), afterwards=True,
    ),
    Anchor.EVENT_MISSED: _Fact(
        rsvp, lambda: _with("/missed"), lambda: _with("/missed"), lambda: event.c.starts_at, _missed,
        lambda: literal(None, event.c.starts_at.type), afterwards=True,
    ),
}  # fmt: skip
