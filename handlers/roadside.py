"""Stranded, but in no danger: get to a safe place, the rescue number, where are you, and a person at once."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import AddToCase, Effect, HandOff, Param, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import under_way
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.handover import summary
from handlers.human import due
from handlers.subject import ATTENTION, case_open

INTENT = "roadside_assist"
ASKED_WHERE = "请把您的位置发给我"  # roadside.help, roadside.more
FAST = re.compile("高速|高架|快速路|绕城|隧道|应急车道|行车道|超车道|匝道|大桥|环线")
ON_A_ROAD = re.compile(f"{FAST.pattern}|路|桥|国道|省道|街|大道")
# 高速上, 应急车道: a kind of road, nowhere to be found on it.
VAGUE = re.compile("(?:(?:高速|高架|快速|公|马|大)?公?路?|应急车道|隧道|匝道|桥|高速|高架)(?:上|里|边|口)?")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and understood.intent != "emergency"


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """After hours the rescue line is the way, and the reply says so: nobody is told that somebody is on the way."""
    by, place = due(read, now), str(understood.slots.get("location", ""))
    told = "给了救援电话，没有说到达时间和费用"
    note = summary("道路救援", turn, understood.slots, told)
    text = normalise(turn.inbound.text)
    where: dict[str, Param] = {
        "location": place,
        "unplaced": not place or VAGUE.fullmatch(place) is not None,
        "fast": FAST.search(text) is not None,
        "rescue": turn.store.rescue or read.house().rescue,
    }
    added = (AddToCase(turn.case.id, turn.inbound.text),) if turn.case and case_open(turn) else ()
    handed = (*added, HandOff("stranded", "high", None, by, note))
    later = {"by": None if by == now + ATTENTION else by}
    written = turn.inbound.channel is not Channel.SMS  # no approved text for more there
    if understood.slots.get("_stays") and written:
        return (*handed, Say("roadside.stay", {**where, **later}))
    goes_on = turn.before.intent == INTENT or under_way.STRANDED_TOLD.search(turn.told) is not None
    if goes_on and turn.before.text and written:
        return (*handed, _more(turn, text, where))
    return (*handed, Say("roadside.help", {**where, **later}))


def _more(turn: Turn, text: str, where: dict[str, Param]) -> Say:
    """Who waits has read the rest: what they add is taken down, what they ask is answered."""
    road = ON_A_ROAD.search(f"{text}{turn.before.text}") is not None
    unplaced = bool(where["unplaced"]) and ASKED_WHERE in turn.told
    said = under_way.said(text)
    if said == "out":  # 门打开了, of keys locked in; 人下来了 calls nobody off
        said = "over" if under_way.DOOR.search(text) or under_way.called_off(text) else "stopped"
    return Say("roadside.more", {**where, "said": said, "road": road, "unplaced": unplaced})
