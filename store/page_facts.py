"""What a customer page shows: the question with its car, the event with its seats."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.effects import Ask, PromptKind, Say
from bot.events import CONCERNED, HELD
from store import prompts, survey_results
from store.tables.contact import prompt
from store.tables.events import event_arrival
from store.tables.people import customer, event, repair_order, rsvp, store, vehicle


@dataclass(frozen=True, slots=True)
class House:
    """Who asks. zone: IANA name, for times on the page."""

    name: str
    hotline: str
    zone: str


@dataclass(frozen=True, slots=True)
class Question:
    """rating: what was answered before, None when open. car: plate and model, "" when the question is of none.

    file: order and customer of the repair file, None where there is none. factors: scores given before, by factor.
    event: the name of the event it is about.
    """

    prompt_id: int
    kind: PromptKind
    scale: str
    rating: int | None
    answered: bool
    house: House
    car: str
    work: tuple[str, ...]
    delivered_at: datetime | None
    file: tuple[int, int] | None = None
    event: str = ""
    factors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Invitation:
    """left: seats this customer could still hold, their own included. open: published and not begun. state: what they
    said (bot/events.py: RsvpState), "" nothing; wish: seats held or waited for, my_seats: held. outdated: they said it
    before date or place changed. over: a day after the beginning. friend_code: of who came.
    """

    event_id: int
    customer_id: int
    name: str
    starts_at: datetime
    place: str
    left: int
    my_seats: int
    open: bool
    house: House
    cost: str = ""
    offers: str = ""
    state: str = ""
    wish: int = 0
    my_children: int = 0
    code: int = 0
    offered_until: datetime | None = None
    outdated: bool = False
    called_off: bool = False
    over: bool = False
    friend_code: str = ""


def question(conn: Connection, prompt_id: int) -> Question | None:
    row = conn.execute(
        select(prompt, store.c.name.label("store"), store.c.hotline, store.c.time_zone)
        .join(customer, customer.c.id == prompt.c.customer_id)
        .join(store, store.c.id == customer.c.store_id)
        .where(prompt.c.id == prompt_id)
    ).one_or_none()
    if row is None:
        return None
    order = _order(conn, (row.ref or {}).get("order_id"), row.customer_id)
    return Question(
        prompt_id=row.id,
        kind=PromptKind(row.kind),
        scale=row.scale,
        rating=row.rating,
        answered=row.state == "answered",
        house=House(row.store, row.hotline, row.time_zone),
        car=" · ".join(filter(None, (order.plate, order.model))) if order else "",
        work=tuple(str(item["name"]) for item in order.items) if order else (),
        delivered_at=order.delivered_at if order else None,
        file=(order.id, row.customer_id) if order and order.filed else None,
        event=_event_name(conn, (row.ref or {}).get("event_id")),
        factors=survey_results.scores_of(conn, row.id),
    )


def invitation(conn: Connection, event_id: int, customer_id: int, now: datetime) -> Invitation | None:
    mine = (rsvp.c.event_id == event.c.id) & (rsvp.c.customer_id == customer_id) & rsvp.c.state.in_(CONCERNED)
    came = (event_arrival.c.event_id == event.c.id) & (event_arrival.c.customer_id == customer_id)
    said = (
        rsvp.c.state.label("said"), rsvp.c.seats, rsvp.c.children, rsvp.c.code, rsvp.c.offered_until,
        rsvp.c.version.label("known"), event_arrival.c.friend_code,
    )  # fmt: skip
    row = conn.execute(
        select(event, *said, store.c.name.label("store"), store.c.hotline, store.c.time_zone)
        .join(store, store.c.id == event.c.store_id)
        .join(customer, (customer.c.store_id == event.c.store_id) & (customer.c.id == customer_id))
        .outerjoin(rsvp, mine)
        .outerjoin(event_arrival, came)
        .where(event.c.id == event_id)
    ).one_or_none()
    if row is None:
        return None
    held = row.seats if row.said in HELD else 0
    return Invitation(
        event_id=row.id,
        customer_id=customer_id,
        name=row.name,
        starts_at=row.starts_at,
        place=row.place,
        left=row.capacity - row.taken + held,
        my_seats=held,
        open=row.state == "published" and row.starts_at > now,
        house=House(row.store, row.hotline, row.time_zone),
        cost=row.cost,
        offers=row.offers,
        state=row.said or "",
        wish=row.seats or 0,
        my_children=row.children or 0,
        code=row.code or 0,
        offered_until=row.offered_until,
        outdated=row.said is not None and row.known < row.version,
        called_off=row.state == "cancelled",
        over=now >= row.starts_at + timedelta(days=1),
        friend_code=row.friend_code or "",
    )


def invitation_prompt(conn: Connection, invited: Invitation, now: datetime) -> int:
    """The question this customer's answer belongs to: the newest about this event, else a new one."""
    about = prompt.c.ref["event_id"].as_integer() == invited.event_id
    mine = (prompt.c.customer_id == invited.customer_id, prompt.c.kind == PromptKind.EVENT.value, about)
    there = conn.execute(select(prompt.c.id).where(*mine).order_by(prompt.c.id.desc()).limit(1)).scalar()
    if there is not None:
        return int(there)
    asked = Ask(Say("event.invitation"), PromptKind.EVENT, invited.starts_at)
    return prompts.ask(conn, invited.customer_id, asked, {"event_id": invited.event_id}, now)


def _event_name(conn: Connection, event_id: object) -> str:
    if not isinstance(event_id, int):
        return ""
    return conn.execute(select(event.c.name).where(event.c.id == event_id)).scalar() or ""


def _order(conn: Connection, order_id: object, customer_id: int) -> "_Order | None":
    if not isinstance(order_id, int):
        return None
    row = conn.execute(
        select(
            repair_order.c.id,
            repair_order.c["items"],
            repair_order.c.delivered_at,
            repair_order.c.file.is_not(None).label("filed"),
            vehicle.c.plate,
            vehicle.c.model,
        )
        .outerjoin(vehicle, vehicle.c.id == repair_order.c.vehicle_id)
        .where(repair_order.c.id == order_id, repair_order.c.customer_id == customer_id)
    ).one_or_none()
    if row is None:
        return None
    items = [each for each in row._mapping["items"] or [] if isinstance(each, dict) and "name" in each]
    return _Order(row.id, row.filed, row.plate or "", row.model or "", items, row.delivered_at)


@dataclass(frozen=True, slots=True)
class _Order:
    id: int
    filed: bool
    plate: str
    model: str
    items: list[dict[str, object]]
    delivered_at: datetime | None
