"""The questions a handler may ask while it decides, answered in the turn's own transaction (`bot.ports.Read`)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import Connection, Row, and_, exists, func, or_, select

from bot import booking
from bot import cases as rules
from bot.content import Content
from bot.customer import CarOrder, RepairOrder, Role, StaffMember, Vehicle
from bot.dealer import Dealer, StoreConfig
from bot.effects import PromptKind
from bot.events import CONCERNED, HELD
from bot.faq import Entry, Subject
from bot.messages import Category, Channel
from bot.ports import Binding, Calendars, Due, EventView, Spot
from bot.quotes import Quote, QuoteState
from bot.turn import Prompt, Turn
from store import answers, appointments, friends, ownership, quotes
from store.refusals import addresses_of
from store.tables.cases import cases
from store.tables.contact import prompt
from store.tables.outbound import touchpoint
from store.tables.ownership import sale
from store.tables.people import bind_token, customer, event, fact, refusal, repair_order, rsvp, vehicle
from store.tables.quotes import quote
from store.tables.staff import staff
from store.tokens import hashed
from store.turns import prompt_of


class StoreRead:
    """Implements `Read` for the customer of one turn."""

    def __init__(self, conn: Connection, turn: Turn, dealer: Dealer, calendars: Calendars) -> None:
        self._conn, self._turn, self._dealer, self._calendars = conn, turn, dealer, calendars
        self._me = turn.customer.id

    def vehicles(self) -> tuple[Vehicle, ...]:
        if self._turn.customer.stranger:
            return ()
        ordered = exists().where(sale.c.vehicle_id == vehicle.c.id, sale.c.state == ownership.SaleState.CONTRACT.value)
        mine = select(vehicle).where(vehicle.c.customer_id == self._me, vehicle.c.sold_on.is_(None), ~ordered)
        return tuple(
            Vehicle(r.id, r.model, r.plate, r.vin, r.mileage) for r in self._conn.execute(mine.order_by(vehicle.c.id))
        )

    def order(self, order_id: int) -> RepairOrder | None:
        if self._turn.customer.stranger:
            return None
        return self._order(repair_order.c.id == order_id)

    def latest_order(self) -> RepairOrder | None:
        if self._turn.customer.stranger:
            return None
        return self._order(repair_order.c.customer_id == self._me)

    def car_on_order(self) -> CarOrder | None:
        return None if self._turn.customer.stranger else ownership.car_on_order(self._conn, self._me)

    def staff(self) -> tuple[StaffMember, ...]:
        here = select(staff).where(staff.c.store_id == self._turn.store.id, staff.c.active).order_by(staff.c.id)
        return tuple(StaffMember(r.id, r.store_id, r.name, Role(r.role)) for r in self._conn.execute(here))

    def binding(self, token: str, now: datetime) -> Binding | None:
        code = (bind_token.c.token_hash == hashed(token), bind_token.c.used_at.is_(None), bind_token.c.expires_at > now)
        found = (
            select(bind_token.c.customer_id, bind_token.c.repair_order_id, customer.c.name, vehicle.c.plate)
            .join(customer, customer.c.id == bind_token.c.customer_id)
            .outerjoin(repair_order, repair_order.c.id == bind_token.c.repair_order_id)
            .outerjoin(vehicle, vehicle.c.id == repair_order.c.vehicle_id)
            .where(*code)
        )
        row = self._conn.execute(found).first()
        return None if row is None else Binding(row.customer_id, row.name, row.repair_order_id, row.plate or "")

    def scene(self, scene: str) -> Spot | StaffMember | None:
        """The log says that a code was unknown, not which: a scene may hold anything."""
        kind, _, value = scene.partition(":")
        account = self._dealer.accounts.get(self._turn.inbound.account)
        if kind == "showroom" and account is not None and value in account.showroom:
            return Spot(value, account.showroom[value])
        found = self._consultant(value) if kind == "consultant" else None
        if found is None:
            structlog.get_logger().info("unknown_scene", account=self._turn.inbound.account)
        return found

    def house(self) -> StoreConfig:
        return self._dealer.store(self._turn.store.code)

    def event(self, event_id: int) -> EventView | None:
        return _event(self._conn.execute(_events(self._me).where(event.c.id == event_id)).first())

    def invited_event(self, now: datetime) -> EventView | None:
        """Booked, before one an invitation or a question has been on its way for; what is only planned the customer
        never read."""
        invited = select(touchpoint.c.id).where(
            touchpoint.c.customer_id == self._me,
            touchpoint.c.ref["event_id"].as_integer() == event.c.id,
            or_(touchpoint.c.state == "handed", touchpoint.c.outcome.in_(["sent", "uncertain"])),
        )
        asked = select(prompt.c.id).where(
            prompt.c.customer_id == self._me,
            prompt.c.kind == PromptKind.EVENT.value,
            prompt.c.ref["event_id"].as_integer() == event.c.id,
        )
        mine = or_(rsvp.c.id.is_not(None), invited.exists(), asked.exists())
        found = _events(self._me).where(event.c.state == "published", event.c.starts_at > now, mine)
        newest = (rsvp.c.id.is_(None), event.c.published_at.desc(), event.c.id.desc())
        return _event(self._conn.execute(found.order_by(*newest)).first())

    def quote(self, quote_id: int) -> Quote | None:
        found = quotes.by_id(self._conn, quote_id)
        return found if found is not None and found.customer_id == self._me else None

    def open_quote(self, now: datetime) -> Quote | None:
        return self._newest_quote(QuoteState.SENT, now)

    def answered_quote(self, now: datetime) -> Quote | None:
        return self._newest_quote(QuoteState.ANSWERED, now)

    def _newest_quote(self, state: QuoteState, now: datetime) -> Quote | None:
        mine = (repair_order.c.customer_id == self._me, quote.c.state == state.value)
        newest = (
            select(quote.c.id)
            .join(repair_order, repair_order.c.id == quote.c.repair_order_id)
            .where(*mine, quote.c.expires_at > now)
            .order_by(quote.c.id.desc())
        )
        found = self._conn.execute(newest).scalar()
        return quotes.by_id(self._conn, found) if found is not None else None

    def content(self) -> Content:
        return self._dealer.content

    def answer(self, topic: str, today: date, about: Subject = "faq") -> Entry | None:
        return answers.answer(self._conn, self._dealer.content.faq, topic, today, about)

    def facts(self) -> Mapping[str, str]:
        rows = select(fact.c.key, fact.c.value).where(fact.c.customer_id == self._me).order_by(fact.c.id)
        return {row.key: row.value for row in self._conn.execute(rows)}

    def facts_since(self, since: datetime) -> frozenset[str]:
        rows = select(fact.c.key).where(fact.c.customer_id == self._me, fact.c.at > since)
        return frozenset(row.key for row in self._conn.execute(rows))

    def appointments(self, now: datetime) -> tuple[booking.Appointment, ...]:
        return appointments.upcoming(self._conn, self._me, now)

    def appointment(self, appointment_id: int) -> booking.Appointment | None:
        return appointments.of_customer(self._conn, self._me, appointment_id)

    def called_off(self, now: datetime) -> booking.Appointment | None:
        return appointments.called_off(self._conn, self._me, now)

    def opens_on(self, day: date) -> bool:
        store = self.house()
        return booking.open_on(day, self._calendars.of(store.code), store.open_days)

    def free_slots(self, wanted: booking.Wanted, day: date, now: datetime) -> tuple[datetime, ...]:
        store = self.house()
        calendar = self._calendars.of(store.code)
        return appointments.free_times(self._conn, self._turn.store.id, store, calendar, wanted, day, now)

    def membership_asked_since(self, since: datetime) -> bool:
        asked = (prompt.c.kind == PromptKind.MEMBERSHIP.value, prompt.c.asked_at > since)
        return self._any(select(prompt.c.id).where(prompt.c.customer_id == self._me, *asked))

    def friend_code(self) -> str:
        return friends.code_of_customer(self._conn, self._me)

    def recommended_by(self, code: str) -> int | None:
        return friends.recommended_by(self._conn, self._turn.store.id, code)

    def case_closed_since(self, since: datetime) -> bool:
        return self._any(select(cases.c.id).where(cases.c.customer_id == self._me, cases.c.closed_at > since))

    def open_touchpoints(self, category: Category) -> int:
        mine = (touchpoint.c.customer_id == self._me, touchpoint.c.category == category.value)
        waiting = select(func.count()).select_from(touchpoint).where(*mine, touchpoint.c.state == "planned")
        return self._conn.execute(waiting).scalar_one()

    def refusal_confirmed(self) -> bool:
        here = addresses_of(self._conn, self._me) | self._written_from()
        said = (refusal.c.confirmed, refusal.c.withdrawn_at.is_(None))
        return self._any(select(refusal.c.id).where(refusal.c.address.in_(here), *said))

    def due(self, level: str, opened_at: datetime) -> Due:
        store = self._dealer.store(self._turn.store.code)
        return rules.deadlines(level, opened_at, self._dealer, store, self._calendars.of(store.code))

    def last_answered(self, now: datetime) -> Prompt | None:
        return self._answered(now, PromptKind.SURVEY, PromptKind.RECONTACT)

    def last_chosen(self, now: datetime) -> Prompt | None:
        return self._answered(now, PromptKind.OPTIONS)

    def _answered(self, now: datetime, *kinds: PromptKind) -> Prompt | None:
        of = prompt.c.kind.in_([kind.value for kind in kinds])
        mine = select(prompt).where(prompt.c.customer_id == self._me, of, prompt.c.expires_at > now)
        row = self._conn.execute(mine.where(prompt.c.state == "answered").order_by(prompt.c.id.desc())).first()
        return None if row is None else prompt_of(row)

    def _consultant(self, username: str) -> StaffMember | None:
        here = (staff.c.username == username, staff.c.store_id == self._turn.store.id, staff.c.active)
        row = self._conn.execute(select(staff).where(*here)).first()
        return None if row is None else StaffMember(row.id, row.store_id, row.name, Role(row.role))

    def _order(self, which: Any) -> RepairOrder | None:
        mine = select(repair_order).where(which, repair_order.c.store_id == self._turn.store.id)
        row = self._conn.execute(mine.order_by(repair_order.c.updated_at.desc(), repair_order.c.id.desc())).first()
        if row is None:
            return None
        return RepairOrder(
            row.id,
            row.external_id,
            row.status,
            row.vehicle_id,
            row.advisor_id,
            row.advisor_name,
            row.delivered_at,
            row.promised_at,
        )

    def _written_from(self) -> frozenset[str]:
        inbound = self._turn.inbound
        return frozenset() if inbound.channel is Channel.PAGE else frozenset({inbound.address})

    def _any(self, rows: Any) -> bool:
        return self._conn.execute(rows.limit(1)).first() is not None


def _events(customer_id: int) -> Any:
    mine = and_(rsvp.c.event_id == event.c.id, rsvp.c.customer_id == customer_id, rsvp.c.state.in_(CONCERNED))
    party = (rsvp.c.seats.label("my_seats"), rsvp.c.children.label("my_children"), rsvp.c.state.label("my_state"))
    return select(event, *party).outerjoin(rsvp, mine)


def _event(row: Row[Any] | None) -> EventView | None:
    """my_seats: those that are held; a wish on the waiting list is none."""
    if row is None:
        return None
    held = row.my_seats if row.my_state in HELD else 0
    return EventView(
        row.id, row.name, row.starts_at, row.place, row.capacity, row.taken, held, row.cost, row.my_children or 0,
        row.my_state or "", row.my_seats or 0, row.offers,
    )  # fmt: skip
