"""What a subject is: a module that wants some turns and says what to do in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.effects import Effect, PromptKind
from bot.messages import InboundKind
from bot.ports import Read
from bot.turn import Prompt, Turn
from bot.understanding.understand import Understanding

SCORED = frozenset({PromptKind.SURVEY, PromptKind.RECONTACT})
ATTENTION = timedelta(minutes=3)  # the three-minute rule (design §5)
ANSWERS_FOR = timedelta(hours=48)  # as long as the WeChat window lets us go on talking


class Subject(Protocol):
    """INTENT: what must stand in `also` for this subject to join another. Pure: no other inputs, no I/O."""

    INTENT: str

    def wants(self, understood: Understanding, turn: Turn) -> bool: ...

    def handle(self, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]: ...


def prompt_of(turn: Turn, *kinds: PromptKind) -> Prompt | None:
    """The newest open question of these kinds."""
    return next((prompt for prompt in turn.prompts if prompt.kind in kinds), None)


def scored(turn: Turn) -> Prompt | None:
    return prompt_of(turn, *SCORED)


def is_words(turn: Turn) -> bool:
    return turn.inbound.kind in (InboundKind.TEXT, InboundKind.TAP, InboundKind.ANSWER)


def case_open(turn: Turn) -> bool:
    return turn.case is not None and turn.case.closed_at is None
