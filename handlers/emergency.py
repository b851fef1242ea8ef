"""Danger: the first reply is safety, then a person, around the clock (domain.md §1.10)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Param, Say
from bot.messages import Category
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.case_making import take

INTENT = "emergency"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent == INTENT


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    params: dict[str, Param] = {"kind": str(understood.slots["kind"]), "injury": understood.slots.get("injury") is True}
    return (Say("safety.stop", params, Category.SAFETY), *take(understood, turn, read, now).effects)
