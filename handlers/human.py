"""Whatever only a person can settle goes to one, with the time by when; no promises are made on the way."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.effects import AddToCase, Effect, HandOff, Remember, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.call_times import call_time
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.case_making import noted as case_noted
from handlers.dialogue import settled
from handlers.subject import ATTENTION, case_open, is_words

INTENT = "human_request"
URGENT = frozenset({"stranded", "safety", "injury"})
REASONS = ("stranded", "privacy", "injection", "robot", "stranger", "sold", "human", "question")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if understood.slots.get("_agreed") is False:
        return (*settled(turn), Say("human.later"))
    reason = next((reason for reason in REASONS if reason in understood.signals), "human")
    known = (AddToCase(turn.case.id, turn.inbound.text),) if turn.case and case_open(turn) and turn.inbound.text else ()
    owner = turn.case.owner.id if turn.case and case_open(turn) else None
    by = due(read, now)
    when = call_time(normalise(turn.inbound.text)) if is_words(turn) else ""
    noted = (Remember("call_time", when),) if when else ()
    if when and known and turn.case:
        return (*known, Remember("call_time", when), *case_noted(turn))  # somebody calls them anyway
    says = Say("human.robot" if reason == "robot" else "human.coming", {"by": None if by == now + ATTENTION else by})
    urgent = "high" if URGENT & understood.signals else "normal"
    asked = str(understood.slots.get("_wish", ""))
    return (*known, *noted, *(settled(turn) if asked else ()), HandOff(reason, urgent, owner, by, asked), says)


def due(read: Read, now: datetime) -> datetime:
    """Three minutes while the store is open (business half-hours then take half an hour), else after it opens."""
    half_hour = read.due("P2", now).contact_by
    return now + ATTENTION if half_hour - now <= timedelta(minutes=30) else half_hour
