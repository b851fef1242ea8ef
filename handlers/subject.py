"""What a subject is: a module that wants some turns and says what to do in them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.effects import Effect, PromptKind
from bot.messages import InboundKind
from bot.ports import Read
from bot.turn import Prompt, Turn
from bot.understanding.understand import Understanding

WORDS = frozenset({InboundKind.TEXT, InboundKind.TAP, InboundKind.ANSWER})
SCORED = frozenset({PromptKind.SURVEY, PromptKind.RECONTACT})
FACTORS = "_factors"  # slot: scores of the periodic survey's page, by factor
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
    """Typed, tapped, sent in by a page, or spoken and recognised."""
    inbound = turn.inbound
    return inbound.kind in WORDS or (inbound.kind is InboundKind.VOICE and bool(inbound.text))


def tapped(turn: Turn) -> bool:
    """Only typing opens 48 hours: who tapped is asked for words, whatever was asked before (wechat.md §3.2)."""
    return turn.inbound.kind is InboundKind.TAP


def case_open(turn: Turn) -> bool:
    return turn.case is not None and turn.case.closed_at is None
