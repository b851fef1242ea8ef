"""One turn: everything a decision may look at, loaded before, and what it comes to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.customer import Customer, StaffMember, Store
from bot.effects import Effect, PromptKind
from bot.messages import Inbound


@dataclass(frozen=True, slots=True)
class Prompt:
    """A question still open. clarified: one clarification was already asked (never a second).

    ref: {"touchpoint_id","order_id","case_id","event_id"} as far as they apply.
    scale: "1-5" (5 best), "0-10", or spelled out ("1=满意,2=一般,3=不满意"); "" for yes/no and free text.
    known: slots said before in this subject, by the names of bot/understanding/intents.py; plain JSON values.
    """

    id: int
    kind: PromptKind
    scale: str
    asked_at: datetime
    expires_at: datetime
    clarified: bool = False
    ref: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaseView:
    """The customer's open case, or one closed in the last seven days (closed_at set)."""

    id: int
    level: str
    state: str
    round: int
    owner: StaffMember
    contact_by: datetime | None
    opened_at: datetime
    closed_at: datetime | None = None
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class WindowView:
    """The WeChat window: how many customer-service messages may still go out, and until when."""

    expires_at: datetime
    left: int


@dataclass(frozen=True, slots=True)
class Before:
    """The customer's line before this one, as it was understood; both "" when there was none lately."""

    text: str = ""
    intent: str = ""


NOTHING_BEFORE = Before()


@dataclass(frozen=True, slots=True)
class Turn:
    """human: the person who has the thread now; the bot is then silent save safety and refusal.

    waiting: a person was called to the thread, and none has taken it yet.
    waits_after: the line before this one, while the thread has waited for a person for less than ten minutes; else "".
    before: their line before this one, if it came within half an hour. told: the last line we wrote.
    """

    inbound: Inbound
    customer: Customer
    store: Store
    prompts: tuple[Prompt, ...] = ()
    case: CaseView | None = None
    human: StaffMember | None = None
    window: WindowView | None = None
    first_contact: bool = False
    waiting: bool = False
    waits_after: str = ""
    before: Before = NOTHING_BEFORE
    told: str = ""
    seed: int = 0

    @property
    def prompt(self) -> Prompt | None:
        """The newest open question."""
        return self.prompts[0] if self.prompts else None


@dataclass(frozen=True, slots=True)
class Decision:
    """intent, also, slots and rating are what `converse` prints (conversation-tests.md).

    confidence: 0–1 (`bot.understanding.meaning`). guess: what an unclear message most likely was, or "".
    """

    effects: tuple[Effect, ...]
    intent: str
    also: tuple[str, ...] = ()
    slots: Mapping[str, object] = field(default_factory=dict)
    rating: int | None = None
    confidence: float = 1.0
    guess: str = ""
