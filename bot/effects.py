"""What a decision asks the shell to do. One entry here, one function in `web/apply.py`, one row in docs/effects.md.

The shell carries them out in one transaction, in the order of `ORDER`, whatever order a handler gave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from bot.customer import Purpose
from bot.messages import Category


@dataclass(frozen=True, slots=True)
class Ref:
    """A row made in this same turn (`Ref("case")`), named before it has an id."""

    name: str


Param: TypeAlias = str | int | float | bool | datetime | Ref | tuple[Mapping[str, str], ...] | None


class PromptKind(StrEnum):
    SURVEY = "survey"
    RECONTACT = "recontact"  # the question after a recorded fix; same scale as a survey
    REASON = "reason"  # what exactly went wrong
    EVENT = "event"
    MEMBERSHIP = "membership"
    QUOTE = "quote"  # the page of a quote was sent in; never open in a chat, where words are no consent
    CLARIFY = "clarify"
    VISIT = "visit"  # what somebody came to the showroom for


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
class Answer:
    """An open prompt was answered. satisfaction: satisfied | neutral | dissatisfied | "" (not about it)."""

    prompt_id: int
    rating: int | None
    satisfaction: str
    text: str


@dataclass(frozen=True, slots=True)
class Remember:
    """A fact for the customer's file, with this message as its source."""

    key: str
    value: str


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
    """A person takes the thread. priority: emergency | high | normal. reason: a code for the inbox."""

    reason: str
    priority: str
    to_staff_id: int | None = None
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rsvp:
    """Seats are settled by the capacity constraint; full → `otherwise`."""

    event_id: int
    seats: int
    children: int = 0
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
class Say:
    """Never finished text, never a channel: `templates/messages/<id with dots as folders>.<channel>.txt`.

    sms: also goes out by SMS (as the approved template of this id) when the customer wrote by SMS.
    """

    message_id: str
    params: Mapping[str, Param] = field(default_factory=dict)
    category: Category = Category.SERVICE


@dataclass(frozen=True, slots=True)
class Ask:
    """A `Say` that waits for an answer: it becomes the open prompt. At most one survives a turn."""

    say: Say
    kind: PromptKind
    expires_at: datetime
    scale: str = ""
    ref: Mapping[str, str | int | Ref] = field(default_factory=dict)
    priority: int = 0


Effect: TypeAlias = (
    OptOut
    | OptIn
    | Follow
    | Bind
    | Answer
    | Remember
    | Cancel
    | OpenCase
    | ReopenCase
    | AddToCase
    | CloseCase
    | HandOff
    | Rsvp
    | CancelRsvp
    | AnswerQuote
    | Say
    | Ask
)

ORDER: tuple[type, ...] = (
    Follow,
    Bind,
    OptOut,
    OptIn,
    Answer,
    Remember,
    Rsvp,
    CancelRsvp,
    AnswerQuote,
    Cancel,
    OpenCase,
    ReopenCase,
    AddToCase,
    CloseCase,
    HandOff,
    Say,
    Ask,
)
