"""Protocols through which levels meet: defined here, implemented in `store` and `channels`, passed in by `app.py`."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from bot.customer import RepairOrder, StaffMember, Vehicle
from bot.dealer import StoreConfig
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
    id: int
    name: str
    starts_at: datetime
    place: str
    capacity: int
    taken: int
    my_seats: int


class Read(Protocol):
    """The named questions a handler may ask, read in the turn's own transaction. A read is advice (design §8.4)."""

    def vehicles(self) -> tuple[Vehicle, ...]: ...

    def order(self, order_id: int) -> RepairOrder | None: ...

    def latest_order(self) -> RepairOrder | None:
        """The customer's newest repair order, whatever its state."""
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

    def membership_asked_since(self, since: datetime) -> bool: ...

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


class BusinessCalendar(Protocol):
    """Which days count (scheduling.md §5). Dates are local to the store."""

    def is_holiday(self, day: date) -> bool: ...

    def is_workday(self, day: date) -> bool: ...


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


class Renderer(Protocol):
    def text(self, message_id: str, channel: str, params: Mapping[str, object]) -> str:
        """Finished text. Raises RenderError naming template and variable."""
        ...

    def has(self, message_id: str, channel: str) -> bool: ...


class StaffAlerts(Protocol):
    def alert(self, store_id: int, kind: str, ref: Mapping[str, object]) -> None: ...
