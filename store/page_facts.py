"""What a customer page shows: the question with its car, the event with its seats, the refusal as it stands."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from bot.customer import Purpose
from bot.effects import Ask, PromptKind, Say
from store import feed, prompts
from store.plans import end_planned
from store.refusals import ENDS, addresses_of, files_of, refuse
from store.tables.contact import prompt
from store.tables.people import customer, event, refusal, repair_order, rsvp, store, vehicle


@dataclass(frozen=True, slots=True)
class House:
    """Who asks. zone: IANA name, for times on the page."""

    name: str
    hotline: str
    zone: str


@dataclass(frozen=True, slots=True)
class Question:
    """rating: what was answered before, None when open. car: plate and model, "" when the question is of none.

    file: order and customer of the repair file, None where there is none.
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


@dataclass(frozen=True, slots=True)
class Invitation:
    """left: seats this customer could still hold, their own included. open: published and not begun."""

    event_id: int
    customer_id: int
    name: str
    starts_at: datetime
    place: str
    left: int
    my_seats: int
    open: bool
    house: House


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
    )


def invitation(conn: Connection, event_id: int, customer_id: int, now: datetime) -> Invitation | None:
    mine = (rsvp.c.event_id == event.c.id) & (rsvp.c.customer_id == customer_id) & (rsvp.c.state == "going")
    held = func.coalesce(rsvp.c.seats, 0).label("held")
    row = conn.execute(
        select(event, held, store.c.name.label("store"), store.c.hotline, store.c.time_zone)
        .join(store, store.c.id == event.c.store_id)
        .join(customer, (customer.c.store_id == event.c.store_id) & (customer.c.id == customer_id))
        .outerjoin(rsvp, mine)
        .where(event.c.id == event_id)
    ).one_or_none()
    if row is None:
        return None
    return Invitation(
        event_id=row.id,
        customer_id=customer_id,
        name=row.name,
        starts_at=row.starts_at,
        place=row.place,
        left=row.capacity - row.taken + row.held,
        my_seats=row.held,
        open=row.state == "published" and row.starts_at > now,
        house=House(row.store, row.hotline, row.time_zone),
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


def mailing(conn: Connection, customer_id: int) -> tuple[House, bool] | None:
    """The house that writes to this customer, and whether greetings and invitations are refused already."""
    row = conn.execute(
        select(store.c.name, store.c.hotline, store.c.time_zone)
        .join(customer, customer.c.store_id == store.c.id)
        .where(customer.c.id == customer_id)
    ).one_or_none()
    if row is None:
        return None
    here = refusal.c.address.in_(addresses_of(conn, customer_id))
    all_of_it = refusal.c.purpose.in_([Purpose.MARKETING.value, Purpose.ALL.value])
    refused = select(refusal.c.id).where(here, all_of_it, refusal.c.withdrawn_at.is_(None)).limit(1)
    return House(row.name, row.hotline, row.time_zone), conn.execute(refused).first() is not None


def unsubscribe(conn: Connection, customer_id: int, now: datetime) -> None:
    """No more greetings and invitations, at every address of this person, in every file that shares one."""
    addresses = addresses_of(conn, customer_id)
    refuse(conn, addresses, Purpose.MARKETING, "link", now)
    files = files_of(conn, addresses) or [customer_id]
    end_planned(conn, files, ENDS[Purpose.MARKETING], "", "refused", now)
    store_id = conn.execute(select(customer.c.store_id).where(customer.c.id == customer_id)).scalar_one()
    feed.tell(conn, store_id, "thread", {"customer_id": customer_id}, customer_id, now)


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
