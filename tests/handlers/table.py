"""A turn laid out by hand and a `Read` that answers from values: `decide` without a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.booking import Appointment, AppointmentState, Wanted
from bot.cases import deadlines
from bot.content import Content
from bot.customer import CarOrder, Customer, Purpose, RepairOrder, Role, StaffMember, Store, Vehicle
from bot.dealer import Dealer, StoreConfig
from bot.effects import Effect, PromptKind
from bot.faq import Entry, Subject
from bot.messages import Category, Channel, Inbound, InboundKind
from bot.ports import Binding, Due, EventView, Spot
from bot.quotes import Quote, QuoteState
from bot.turn import CaseView, Decision, Prompt, Turn
from handlers import decide

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)  # Thursday 10:20 in Shanghai
HAN = StaffMember(2, 1, "韩梅梅", Role.ADVISOR)
CHEN = StaffMember(3, 1, "陈静", Role.MANAGER)
STORE = Store(1, "binjiang", "远禾滨江店", "Asia/Shanghai")
CONFIG = StoreConfig(code="binjiang", name="远禾滨江店", hotline="0571-00000000", address="远禾路1号")
ORDER = RepairOrder(8812, "RO8812", "delivered", 5, HAN.id, "韩梅梅", NOW - timedelta(days=3))
LI_LEI = Customer(7, 1, "李雷", known=True, bound=True, consents=frozenset({Purpose.SERVICE, Purpose.MARKETING}))
NOTHING = Content()
LECTURE = EventView(31, "车主讲堂", NOW + timedelta(days=2), "二楼", capacity=20, taken=10, my_seats=0)


class EveryDay:
    def is_holiday(self, day: date) -> bool:
        return False

    def is_workday(self, day: date) -> bool:
        return True

    def projected(self, day: date) -> bool:
        return False


@dataclass
class Table:
    """What the house knows; implements `Read`."""

    people: tuple[StaffMember, ...] = (HAN, CHEN)
    orders: tuple[RepairOrder, ...] = (ORDER,)
    lecture: EventView | None = None
    scenes: dict[str, Spot | StaffMember] = field(default_factory=dict)
    bindings: dict[str, Binding] = field(default_factory=dict)
    friends: dict[str, int] = field(default_factory=dict)  # code → whose
    asked: bool = False
    closed: bool = False
    confirmed: bool = False
    answered: Prompt | None = None
    offer: Quote | None = None
    cars: tuple[Vehicle, ...] = ()
    known: Content = NOTHING
    told: Mapping[str, str] = field(default_factory=dict)
    lately: frozenset[str] = frozenset()
    ordered: CarOrder | None = None
    past_visits: tuple[Appointment, ...] = ()
    closed_days: frozenset[date] = frozenset()
    visits: tuple[Appointment, ...] = ()
    free: tuple[datetime, ...] = ()
    sent_quote: Quote | None = None
    at_house: StoreConfig = CONFIG

    def vehicles(self) -> tuple[Vehicle, ...]:
        return self.cars

    def order(self, order_id: int) -> RepairOrder | None:
        return next((order for order in self.orders if order.id == order_id), None)

    def latest_order(self) -> RepairOrder | None:
        return self.orders[0] if self.orders else None

    def staff(self) -> tuple[StaffMember, ...]:
        return self.people

    def binding(self, token: str, now: datetime) -> Binding | None:
        return self.bindings.get(token)

    def scene(self, scene: str) -> Spot | StaffMember | None:
        return self.scenes.get(scene)

    def house(self) -> StoreConfig:
        return self.at_house

    def event(self, event_id: int) -> EventView | None:
        return self.lecture if self.lecture and self.lecture.id == event_id else None

    def invited_event(self, now: datetime) -> EventView | None:
        return self.lecture

    def quote(self, quote_id: int) -> Quote | None:
        return self.offer if self.offer and self.offer.id == quote_id else None

    def open_quote(self, now: datetime) -> Quote | None:
        return self.sent_quote

    def answered_quote(self, now: datetime) -> Quote | None:
        return self.offer if self.offer and self.offer.state is QuoteState.ANSWERED else None

    def content(self) -> Content:
        return self.known

    def answer(self, topic: str, today: date, about: Subject = "faq") -> Entry | None:
        return self.known.faq.find(topic, today, about)

    def facts(self) -> Mapping[str, str]:
        return self.told

    def facts_since(self, since: datetime) -> frozenset[str]:
        return self.lately

    def appointments(self, now: datetime) -> tuple[Appointment, ...]:
        return self.visits

    def car_on_order(self) -> CarOrder | None:
        return self.ordered

    def appointment(self, appointment_id: int) -> Appointment | None:
        return next((each for each in (*self.visits, *self.past_visits) if each.id == appointment_id), None)

    def called_off(self, now: datetime) -> Appointment | None:
        gone = [each for each in self.past_visits if each.state is AppointmentState.CANCELLED and each.starts_at > now]
        return next(iter(gone), None)

    def opens_on(self, day: date) -> bool:
        return day not in self.closed_days

    def free_slots(self, wanted: Wanted, day: date, now: datetime) -> tuple[datetime, ...]:
        zone = ZoneInfo("Asia/Shanghai")
        return tuple(each for each in self.free if each.astimezone(zone).date() == day)

    def membership_asked_since(self, since: datetime) -> bool:
        return self.asked

    def friend_code(self) -> str:
        return next((code for code, whose in self.friends.items() if whose == LI_LEI.id), "")

    def recommended_by(self, code: str) -> int | None:
        return self.friends.get(code)

    def case_closed_since(self, since: datetime) -> bool:
        return self.closed

    def open_touchpoints(self, category: Category) -> int:
        return 0

    def refusal_confirmed(self) -> bool:
        return self.confirmed

    def due(self, level: str, opened_at: datetime) -> Due:
        return deadlines(level, opened_at, Dealer(stores=[CONFIG]), CONFIG, EveryDay())

    def last_chosen(self, now: datetime) -> Prompt | None:
        return None

    def last_answered(self, now: datetime) -> Prompt | None:
        return self.answered


def prompt(kind: PromptKind = PromptKind.SURVEY, **more: Any) -> Prompt:
    scale = "1-5" if kind in (PromptKind.SURVEY, PromptKind.RECONTACT) else ""
    ref = {"event_id": LECTURE.id} if kind is PromptKind.EVENT else {"order_id": ORDER.id}
    values = {"scale": scale, "asked_at": NOW, "expires_at": NOW + timedelta(days=7), "ref": ref, **more}
    return Prompt(more.pop("id", 11), kind, **{name: value for name, value in values.items() if name != "id"})


def case(**more: Any) -> CaseView:
    values = {"id": 51, "level": "P3", "state": "contacted", "round": 1, "owner": HAN, "contact_by": None, **more}
    return CaseView(opened_at=NOW - timedelta(days=1), **values)


def turn(text: str = "", *prompts: Prompt, kind: InboundKind = InboundKind.TEXT, **more: Any) -> Turn:
    inbound = Inbound(
        more.pop("channel", Channel.WECHAT), "main", "oLiLei", kind, "k1", NOW, text,
        more.pop("option", ""), more.pop("rating", None),
    )  # fmt: skip
    return Turn(inbound, more.pop("customer", LI_LEI), STORE, prompts=prompts, **more)


def decided(given: Turn, table: Table | None = None, now: datetime = NOW) -> Decision:
    return decide(given, table or Table(), now)


def of(decision: Decision, kind: type) -> list[Any]:
    return [effect for effect in decision.effects if isinstance(effect, kind)]


def said(decision: Decision) -> list[str]:
    """Ids of what is said and asked, in order."""
    return [name for effect in decision.effects if (name := _id(effect))]


def _id(effect: Effect) -> str:
    say = getattr(effect, "say", effect)
    return str(getattr(say, "message_id", ""))


def without(customer: Customer, purpose: Purpose) -> Customer:
    return replace(customer, consents=customer.consents - {purpose})
