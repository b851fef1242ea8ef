"""The one question after a satisfied answer; details only to who answers it (handbook H1.5.3)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, Effect, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.subject import prompt_of

INTENT = "membership"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, PromptKind.MEMBERSHIP)
    answered = (Answer(prompt.id, None, "", turn.inbound.text),) if prompt else ()
    accepts = understood.slots.get("decision") == "accept"
    return (*answered, Say("membership.details" if accepts else "membership.declined"))
