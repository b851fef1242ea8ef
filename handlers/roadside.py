"""Stranded, but in no danger: get to a safe place, the rescue number, where are you, and a person at once."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import AddToCase, Effect, HandOff, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.emergency import ASKS_WHEN
from handlers.handover import summary
from handlers.human import due
from handlers.subject import ATTENTION, case_open

INTENT = "roadside_assist"
ASKED_WHERE = "请把您的位置发给我"  # roadside.help, roadside.more


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and understood.intent != "emergency"


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """After hours the rescue line is the way, and the reply says so: nobody is told that somebody is on the way."""
    by, place = due(read, now), str(understood.slots.get("location", ""))
    told = "给了救援电话，没有说到达时间和费用"
    note = summary("道路救援", turn, understood.slots, told)
    rescue = turn.store.rescue or read.house().rescue
    added = (AddToCase(turn.case.id, turn.inbound.text),) if turn.case and case_open(turn) else ()
    if understood.slots.get("_stays") and turn.inbound.channel is not Channel.SMS:
        stays = Say("roadside.stay", {"location": place, "by": None if by == now + ATTENTION else by, "rescue": rescue})
        return (*added, HandOff("stranded", "high", None, by, note), stays)
    if turn.before.intent == INTENT and turn.inbound.channel is not Channel.SMS:  # no approved text for it there
        return (*added, HandOff("stranded", "high", None, by, note), _more(turn, place, rescue))
    later = None if by == now + ATTENTION else by
    return (
        *added,
        HandOff("stranded", "high", None, by, note),
        Say("roadside.help", {"location": place, "by": later, "rescue": rescue}),
    )


def _more(turn: Turn, place: str, rescue: str) -> Say:
    """Who waits has read the rest: what they add is taken down, what they ask is answered."""
    asks = ASKS_WHEN.search(turn.inbound.text) is not None
    unplaced = ASKED_WHERE in turn.told and not place
    return Say("roadside.more", {"asks": asks, "location": place, "unplaced": unplaced, "rescue": rescue})
