"""Stranded, but in no danger: get to a safe place, the rescue number, where are you, and a person at once."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, HandOff, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.handover import summary
from handlers.human import due
from handlers.subject import ATTENTION

INTENT = "roadside_assist"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and understood.intent != "emergency"


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """After hours the rescue line is the way, and the reply says so: nobody is told that somebody is on the way."""
    by, place = due(read, now), str(understood.slots.get("location", ""))
    told = "给了救援电话，没有说到达时间和费用"
    note = summary("道路救援", turn, understood.slots, told)
    later = None if by == now + ATTENTION else by
    said = Say("roadside.help", {"location": place, "by": later, "rescue": turn.store.rescue or read.house().rescue})
    return (HandOff("stranded", "high", None, by, note), said)
