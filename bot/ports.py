"""Protocols through which levels meet: defined here, implemented in `store` and `channels`, passed in by `app.py`."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.booking import Appointment, Wanted
from bot.conditions import Condition
from bot.content import Content
from bot.customer import CarOrder, RepairOrder, StaffMember, Vehicle
from bot.dealer import StoreConfig
from bot.faq import Entry, Subject
from bot.messages import Category, Outgoing
from bot.quotes import Quote
from bot.turn import Prompt


class Clock(Protocol):
    """Two clocks (design §6). Business time can be moved in the sandbox; machine time never."""

    def business(self) -> datetime:
        """Aware UTC instant for due dates, windows, deadlines, signed links."""
        ...

    def machine(self) -> datetime:
        """Aware UTC instant for leases, locks, back-off, log-ins."""
        ...

    def monotonic(self) -> float: ...


class Due(NamedTuple):
    """When the first human contact, the plan and the close of a case are due."""

    contact_by: datetime
    plan_by: datetime
    close_by: datetime


@dataclass(frozen=True, slots=True)
class Binding:
    customer_id: int
    customer_name: str
    order_id: int | None
    plate: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the house with a QR code of its own."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class EventView:
    """Of one customer. my_state: bot/events.py: RsvpState, "" for who said nothing. my_seats: held by them; my_wish:
    asked for, held or waited for.
    """

    id: int
    name: str
    starts_at: datetime
    place: str
    capacity: int
    taken: int
    my_seats: int
    cost: str = ""
    my_children: int = 0
    my_state: str = ""
    my_wish: int = 0
    offers: str = ""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Whom an audience's invitations would reach now (scheduler/event_preview.py). Parties, not heads.

    matching: as the query says. agreed: of them, who may be asked; refused: said no. by_way: bot/messages.py: Way →
    how many; later, never: reason → how many. asked: how many of the agreed the gate was asked about; the rest of a
    big file is reckoned in proportion.
    """

    matching: int
    agreed: int
    refused: int
    asked: int
    by_way: Mapping[str, int]
    later: Mapping[str, int]
    never: Mapping[str, int]

    @property
    def unasked(self) -> int:
        """Never said whether they want to hear of events."""
        return self.matching - self.agreed - self.refused


class Foresee(Protocol):
    def __call__(self, store_id: int, audience: Condition | None, now: datetime) -> Foreseen:
        """Changes nothing. audience None: everybody in the store's file."""
        ...


class Read(Protocol):
    """The named questions a handler may ask, read in the turn's own transaction. A read is advice (design §8.4)."""

    def vehicles(self) -> tuple[Vehicle, ...]: ...

    def order(self, order_id: int) -> RepairOrder | None: ...

    def latest_order(self) -> RepairOrder | None:
        """The customer's newest repair order, whatever its state."""
        ...

    def car_on_order(self) -> CarOrder | None:
        """The new car this customer waits for."""
        ...

    def staff(self) -> tuple[StaffMember, ...]:
        """Active staff of the customer's store."""
        ...

    def binding(self, token: str, now: datetime) -> Binding | None:
        """The file a one-time code belongs to; None when unknown, spent or expired."""
        ...

    def scene(self, scene: str) -> Spot | StaffMember | None:
        """What a code we printed stands for: `showroom:<spot>`, `consultant:<username>`; None for any other."""
        ...

    def house(self) -> StoreConfig:
        """The store as configured: hours, address, telephone numbers."""
        ...

    def event(self, event_id: int) -> EventView | None: ...

    def invited_event(self, now: datetime) -> EventView | None:
        """The published, not yet started event this customer booked, else was invited to; the newest of them."""
        ...

    def quote(self, quote_id: int) -> Quote | None:
        """Only of this customer's own repair orders."""
        ...

    def open_quote(self, now: datetime) -> Quote | None:
        """The quote this customer was sent and has not answered in full, the newest."""
        ...

    def answered_quote(self, now: datetime) -> Quote | None:
        """The newest quote this customer has answered in full, while it would still be open."""
        ...

    def content(self) -> Content:
        """Models, price list, answers: the only facts a reply may name."""
        ...

    def answer(self, topic: str, today: date, about: Subject = "faq") -> Entry | None:
        """The approved answer in force: what was edited and approved in the inbox lies over the file.

        None when there is none or it has run out: then a person answers.
        """
        ...

    def facts(self) -> Mapping[str, str]:
        """What this customer told us, newest of each key (`Remember`)."""
        ...

    def facts_since(self, since: datetime) -> frozenset[str]:
        """Keys remembered since then."""
        ...

    def appointments(self, now: datetime) -> tuple[Appointment, ...]:
        """Standing appointments of this customer, soonest first; half an hour past still counts."""
        ...

    def appointment(self, appointment_id: int) -> Appointment | None:
        """Whatever became of it; only of this customer."""
        ...

    def called_off(self, now: datetime) -> Appointment | None:
        """The newest appointment of this customer that was cancelled within a day and would still lie ahead."""
        ...

    def opens_on(self, day: date) -> bool:
        """The store is open at all on that local day."""
        ...

    def free_slots(self, wanted: Wanted, day: date, now: datetime) -> tuple[datetime, ...]:
        """Starts still free on that local day, soonest first, UTC."""
        ...

    def membership_asked_since(self, since: datetime) -> bool: ...

    def friend_code(self) -> str:
        """The code by which this customer recommends the house: of the newest event they came to, "" of none."""
        ...

    def recommended_by(self, code: str) -> int | None:
        """The customer of the same store whose code this is."""
        ...

    def case_closed_since(self, since: datetime) -> bool: ...

    def open_touchpoints(self, category: Category) -> int: ...

    def refusal_confirmed(self) -> bool:
        """An opt-out was already confirmed to this person and not withdrawn since."""
        ...

    def due(self, level: str, opened_at: datetime) -> Due:
        """Deadlines of a case of this level in the customer's store: bot.cases.deadlines with its hours."""
        ...

    def last_answered(self, now: datetime) -> Prompt | None:
        """The newest survey or re-contact prompt already answered but not yet expired: a second rating replaces."""
        ...

    def last_chosen(self, now: datetime) -> Prompt | None:
        """The newest list of times already chosen from and not yet expired: 换成三 chooses again."""
        ...


class BusinessCalendar(Protocol):
    """Which days count (scheduling.md §5). Dates are local to the store."""

    def is_holiday(self, day: date) -> bool: ...

    def is_workday(self, day: date) -> bool: ...

    def projected(self, day: date) -> bool:
        """A guess: the notice for this day's year is not published, as far as this house knows."""
        ...


class Calendars(Protocol):
    """The calendar of each store: the mainland's holidays bind no store abroad."""

    def of(self, store_code: str) -> BusinessCalendar: ...


class TokenCache(Protocol):
    """The WeChat access token, losable."""

    def get(self, account: str) -> str | None: ...

    def put(self, account: str, token: str, seconds: int) -> None: ...

    def drop_if(self, account: str, failed: str) -> None:
        """Forget the token only if it is still the one that failed (compare, then delete)."""
        ...


class Lock(Protocol):
    def hold(self, name: str, seconds: float) -> AbstractContextManager[bool]:
        """True when taken; without Redis always True (a doubled refresh is harmless with stable_token)."""
        ...


class Bucket(Protocol):
    def take(self, name: str, rate: float, burst: int) -> float:
        """0.0 when a token was taken, else the seconds to wait."""
        ...


class NonceCache(Protocol):
    def first_use(self, nonce: str, message_key: str, seconds: int) -> str | None:
        """None on first use; else the message key this nonce was first seen with."""
        ...


class WakeUps(Protocol):
    """A hint that there is work; work is found without it, only later."""

    def wake(self, topic: str) -> None: ...

    def wait(self, topic: str, seconds: float) -> bool:
        """True when woken, False after `seconds`; sleeps the time out when Redis is away."""
        ...


class Sender(Protocol):
    """The sending side of a channel. Returns the provider's id; raises a `bot.errors.SendError`."""

    def send(self, out: Outgoing) -> str: ...


class AlertWay(Protocol):
    """One destination of alerts to people. Both raise a `bot.errors.SendError`."""

    def tell(self, text: str) -> None: ...

    def check(self) -> None:
        """Looks whether it would work, without a message to anybody."""
        ...


class Renderer(Protocol):
    def text(self, message_id: str, channel: str, params: Mapping[str, object]) -> str:
        """Finished text. Raises RenderError naming template and variable."""
        ...

    def has(self, message_id: str, channel: str) -> bool: ...
