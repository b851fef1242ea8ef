"""Whatever only a person can settle goes to one, with the time by when; no promises are made on the way."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.effects import AddToCase, Effect, HandOff, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.subject import ATTENTION, case_open

INTENT = "human_request"
URGENT = frozenset({"stranded", "safety", "injury"})
REASONS = ("stranded", "privacy", "injection", "robot", "stranger", "sold", "human", "question")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    reason = next((reason for reason in REASONS if reason in understood.signals), "human")
    known = (AddToCase(turn.case.id, turn.inbound.text),) if turn.case and case_open(turn) and turn.inbound.text else ()
    owner = turn.case.owner.id if turn.case and case_open(turn) else None
    by = due(read, now)
    says = Say("human.robot" if reason == "robot" else "human.coming", {"by": None if by == now + ATTENTION else by})
    return (*known, HandOff(reason, "high" if URGENT & understood.signals else "normal", owner, by), says)


def due(read: Read, now: datetime) -> datetime:
    """Three minutes while the store is open (business half-hours then take half an hour), else after it opens."""
    half_hour = read.due("P2", now).contact_by
    return now + ATTENTION if half_hour - now <= timedelta(minutes=30) else half_hour
