"""What a decision asks the shell to do. One entry here, one function in `web/apply.py`, one row in docs/effects.md.

The shell carries them out in one transaction, in the order of `ORDER`, whatever order a handler gave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, TypeAlias

from bot.booking import Wanted
from bot.customer import Purpose
from bot.messages import Category


@dataclass(frozen=True, slots=True)
class Ref:
    """A row made in this same turn (`Ref("case")`), named before it has an id."""

    name: str


CHURN = "churn_reason"  # the fact that says why somebody stays away, by code of config/surveys.yaml
EMOTION, ANGER = "emotion", "anger"  # the fact that keeps offers away for a while (bot/gate.py)


Param: TypeAlias = str | int | float | bool | datetime | Ref | tuple[Mapping[str, str], ...] | None


class PromptKind(StrEnum):
    SURVEY = "survey"
    RECONTACT = "recontact"  # the question after a recorded fix; same scale as a survey
    REASON = "reason"  # what exactly went wrong
    EVENT = "event"
    MEMBERSHIP = "membership"
    QUOTE = "quote"  # each line of a quote: on its page, or in the chat by number (handlers/quote_chat.py)
    CLARIFY = "clarify"
    STRANGER = "stranger"  # whether the number of somebody who is not the customer shall be removed
    VISIT = "visit"  # what somebody came to the showroom for
    # A subject goes on: the next message adds to what is `known`. Each kind stands for the intent it completes.
    BOOKING = "booking"  # service_book: a day, a time, a car, an item is still wanted
    TEST_DRIVE = "test_drive"  # test_drive_book
    NEEDS = "needs"  # model_enquiry: what for, how much, how many seats
    PRICE = "price"  # service_price: which item
    OPTIONS = "options"  # times were offered: "第一个", "早点的"; known: options [{n, date, time}], intent
    APPOINTMENT = "appointment"  # a booking of the customer's is near: stands, moves or falls
    CHURN = "churn"  # why somebody stays away
    DETAILS = "details"  # a fact of the file: who picks up, which day, which number (info_update)
    READ_BACK = "read_back"  # "您是想…对吗": yes acts on known["intent"] with the rest of known as slots


@dataclass(frozen=True, slots=True)
class OptOut:
    """Refusal for every channel and every file that shares the address. source: word, menu, link, provider code."""

    purpose: Purpose
    source: str


@dataclass(frozen=True, slots=True)
class OptIn:
    purpose: Purpose
    source: str


@dataclass(frozen=True, slots=True)
class Follow:
    """The openid follows (True) or left (False); leaving drops its WeChat data."""

    following: bool


@dataclass(frozen=True, slots=True)
class Bind:
    """Tie this openid to a file. `token` is spent by a conditional update; spent already → `otherwise`."""

    token: str
    customer_id: int
    otherwise: tuple["Effect", ...] = ()


@dataclass(frozen=True, slots=True)
class Stranger:
    """Somebody who is not the customer answers at this address (is_one), or it is the customer after all.

    remove: they want it out of the dealer's files; nothing goes there any more, and the customer's other ways stay.
    """

    is_one: bool
    remove: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """An open prompt was answered. satisfaction: satisfied | neutral | dissatisfied | "" (not about it).

    factors: scores 1 to 5 by factor of config/surveys.yaml, from the page of the periodic survey.
    """

    prompt_id: int
    rating: int | None
    satisfaction: str
    text: str
    factors: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remember:
    """A fact for the customer's file, with this message as its source. confidence: how sure the reading was, 0 to 1."""

    key: str
    value: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Cancel:
    """End planned touchpoints of these categories (all when empty) with a reason code."""

    reason: str
    categories: frozenset[Category] = frozenset()
    rule: str = ""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Deadlines are computed before (bot/cases.py) so that the reply can name them."""

    level: str
    category: str
    text: str
    owner_id: int
    order_id: int | None = None
    about_staff_id: int | None = None
    contact_by: datetime | None = None
    plan_by: datetime | None = None
    close_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReopenCase:
    case_id: int
    level: str
    text: str
    owner_id: int
    contact_by: datetime
    plan_by: datetime
    close_by: datetime


@dataclass(frozen=True, slots=True)
class AddToCase:
    case_id: int
    text: str


@dataclass(frozen=True, slots=True)
class CloseCase:
    """By the customer's own word: satisfied | declined. A manager's closing is not an effect of a turn."""

    case_id: int
    ended: str


@dataclass(frozen=True, slots=True)
class HandOff:
    """A person takes the thread. priority: emergency | high | normal. reason: a code for the inbox.

    summary: what colleagues read first (what is wanted, what is known, what was said), noted in the thread.
    """

    reason: str
    priority: str
    to_staff_id: int | None = None
    due_at: datetime | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Rsvp:
    """Seats are settled by the capacity constraint; full → `otherwise`. Makes `Ref("checkin_code")`."""

    event_id: int
    seats: int
    children: int = 0
    otherwise: tuple["Effect", ...] = ()


@dataclass(frozen=True, slots=True)
class WaitForSeat:
    """A place on the waiting list, which moves up when seats are given back, and `then`; not possible → `otherwise`."""

    event_id: int
    seats: int
    children: int = 0
    then: tuple["Effect", ...] = ()
    otherwise: tuple["Effect", ...] = ()


@dataclass(frozen=True, slots=True)
class CancelRsvp:
    event_id: int


@dataclass(frozen=True, slots=True)
class AnswerQuote:
    """What the customer said to every open line, by line id. Answered, replaced or ended meanwhile → `otherwise`."""

    quote_id: int
    approved: tuple[int, ...]
    declined: tuple[int, ...]
    otherwise: tuple["Effect", ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """Places are settled by the unique key on (store, resource, slot); taken meanwhile → `otherwise`.

    service: an id of the price list or a kind of work. note: what the customer said is wrong. instead_of:
    an appointment that is given up once this one is sure.
    """

    wanted: Wanted
    starts_at: datetime
    service: str = ""
    vehicle_id: int | None = None
    plate: str = ""
    note: str = ""
    otherwise: tuple["Effect", ...] = ()
    instead_of: int | None = None


@dataclass(frozen=True, slots=True)
class ChangeBooking:
    """Another time; nothing free then, or it stands no more → `otherwise`, and the old time is kept."""

    appointment_id: int
    starts_at: datetime
    otherwise: tuple["Effect", ...] = ()


@dataclass(frozen=True, slots=True)
class CancelBooking:
    """Stands no more → `otherwise`."""

    appointment_id: int
    otherwise: tuple["Effect", ...] = ()


@dataclass(frozen=True, slots=True)
class ConfirmBooking:
    """The customer said they will come."""

    appointment_id: int


@dataclass(frozen=True, slots=True)
class NoteBooking:
    """What else is to be looked at or done at a visit that stands."""

    appointment_id: int
    note: str


@dataclass(frozen=True, slots=True)
class SellVehicle:
    """A car the customer no longer has, said and confirmed. on: local date. What is planned about it ends."""

    vehicle_id: int
    on: date


@dataclass(frozen=True, slots=True)
class Visiting:
    """Somebody is in the showroom. wish: arrive (with spot and by) | need | alone | call (with by).

    by: when somebody must be with them at the latest. Without a visit that runs, all but arriving is nothing.
    """

    wish: Literal["arrive", "need", "alone", "call"]
    spot: str = ""
    need: str = ""
    by: datetime | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """Something colleagues should see in the thread, without taking it over: a sold car, another person picks up."""

    text: str


@dataclass(frozen=True, slots=True)
class Say:
    """Never finished text, never a channel: `templates/messages/<id with dots as folders>.<channel>.txt`.

    sms: also goes out by SMS (as the approved template of this id) when the customer wrote by SMS.
    """

    message_id: str
    params: Mapping[str, Param] = field(default_factory=dict)
    category: Category = Category.SERVICE


@dataclass(frozen=True, slots=True)
class Ask:
    """A `Say` that waits for an answer: it becomes the open prompt. At most one survives a turn.

    known: slots said so far, plain values only (`bot.turn.Prompt.known`); they come back in the next reading's slots.
    """

    say: Say
    kind: PromptKind
    expires_at: datetime
    scale: str = ""
    ref: Mapping[str, str | int | Ref] = field(default_factory=dict)
    priority: int = 0
    known: Mapping[str, object] = field(default_factory=dict)


Effect: TypeAlias = (
    OptOut
    | OptIn
    | Follow
    | Bind
    | Stranger
    | Answer
    | Remember
    | Cancel
    | OpenCase
    | ReopenCase
    | AddToCase
    | CloseCase
    | HandOff
    | Rsvp
    | WaitForSeat
    | CancelRsvp
    | AnswerQuote
    | Book
    | ChangeBooking
    | CancelBooking
    | ConfirmBooking
    | NoteBooking
    | SellVehicle
    | Visiting
    | Note
    | Say
    | Ask
)

ORDER: tuple[type, ...] = (
    Follow,
    Bind,
    OptOut,
    OptIn,
    Stranger,
    Answer,
    Remember,
    Rsvp,
    WaitForSeat,
    CancelRsvp,
    AnswerQuote,
    Book,
    ChangeBooking,
    CancelBooking,
    ConfirmBooking,
    NoteBooking,
    SellVehicle,
    Cancel,
    OpenCase,
    ReopenCase,
    AddToCase,
    CloseCase,
    Visiting,
    HandOff,
    Note,
    Say,
    Ask,
)
