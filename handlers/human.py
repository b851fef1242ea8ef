"""Whatever only a person can settle goes to one, with the time by when; no promises are made on the way."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.customer import StaffMember
from bot.effects import AddToCase, Effect, HandOff, Param, Remember, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.call_times import call_time
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from bot.understanding.wishes import ROBOT, wants_human
from handlers.case_making import noted as case_noted
from handlers.dialogue import settled
from handlers.of_a_case import OF_IT
from handlers.subject import ATTENTION, case_open, is_words

INTENT = "human_request"
URGENT = frozenset({"stranded", "safety", "injury"})
THEY = re.compile("[她他]")
TOLD_THEM = "已转告"  # human.named
REASONS = ("left_behind", "stranded", "privacy", "injection", "robot", "stranger", "sold", "human", "question")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and OF_IT not in understood.slots


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if understood.slots.get("_agreed") is False:
        return (*settled(turn), Say("human.later"))
    reason = next((reason for reason in REASONS if reason in understood.signals), "human")
    known = (AddToCase(turn.case.id, turn.inbound.text),) if turn.case and case_open(turn) and turn.inbound.text else ()
    if reason == "robot" and not wants_human(ROBOT.sub(" ", normalise(turn.inbound.text))):
        return (*known, Say("human.robot"))  # nobody is called who was not asked for
    named = _named(turn, read) if is_words(turn) else None
    owner = turn.case.owner if turn.case and case_open(turn) else named
    by = due(read, now)
    when = call_time(normalise(turn.inbound.text)) if is_words(turn) else ""
    noted = (Remember("call_time", when),) if when else ()
    if when and known and turn.case:
        return (*known, Remember("call_time", when), *case_noted(turn))  # somebody calls them anyway
    later: dict[str, Param] = {"by": None if by == now + ATTENTION else by}
    says = Say("human.coming", later)
    if turn.inbound.channel is not Channel.SMS:
        says = _of_whom(reason, named, turn, later) or says
    urgent = "high" if URGENT & understood.signals else "normal"
    asked = str(understood.slots.get("_wish", ""))
    return (
        *known,
        *noted,
        *(settled(turn) if asked else ()),
        HandOff(reason, urgent, owner.id if owner else None, by, asked),
        says,
    )


def _named(turn: Turn, read: Read) -> StaffMember | None:
    """找一下韩梅梅; 那让她给我回个电话, right after she was told."""
    text = turn.inbound.text
    where = turn.told if THEY.search(text) and TOLD_THEM in turn.told else text
    found = [member for member in read.staff() if member.name in where]
    return found[0] if len(found) == 1 else None


def _of_whom(reason: str, named: StaffMember | None, turn: Turn, later: Mapping[str, Param]) -> Say | None:
    if reason == "left_behind":
        return Say("human.search", later)
    if named is None or f"{TOLD_THEM}{named.name}" in turn.told:
        return None
    return Say("human.named", {**later, "owner": named.name})


def due(read: Read, now: datetime) -> datetime:
    """Three minutes while the store is open (business half-hours then take half an hour), else after it opens."""
    half_hour = read.due("P2", now).contact_by
    return now + ATTENTION if half_hour - now <= timedelta(minutes=30) else half_hour
