"""A greeting is returned, thanks need no answer."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding

INTENT = "greet"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent in (INTENT, "thanks")


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    return (Say("greeting.hello"),) if understood.intent == INTENT else ()
