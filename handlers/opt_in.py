"""A consent given by the customer's own act, recorded as such."""

from collections.abc import Sequence
from datetime import datetime

from bot.customer import Purpose
from bot.effects import Effect, OptIn, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding

INTENT = "opt_in"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    return (OptIn(Purpose.MARKETING, "word"), OptIn(Purpose.GREETING, "word"), Say("optin.done"))
