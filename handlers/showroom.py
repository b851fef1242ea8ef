"""Somebody came in and scanned the code of a spot: a greeting, one question, a colleague on the way (H1.2.1)."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.effects import Answer, Ask, Effect, HandOff, PromptKind, Remember, Say, Visiting
from bot.messages import InboundKind
from bot.ports import Read, Spot
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.understand import Understanding
from handlers.human import due
from handlers.subject import ATTENTION, prompt_of

INTENT = "visit"
STAYS = timedelta(hours=4)  # afterwards 看车 is no answer to the question at the door any more
ALONE, CALL = "alone", "call"
NEEDS = {"cars": "看车", "service": "保养维修", ALONE: "先自己看看", "other": "其他"}
SAID = {
    "cars": re.compile("(?:想|要|来|过来)*看一?看?新?车|买车|看车的"),
    "service": re.compile("(?:想|要|来|过来|做)*(?:保养维修|保养|维修|修车)的?"),
    ALONE: re.compile("(?:想|就|要)?先?(?:自己|随便)先?(?:随便|到处)?(?:看一?看|逛一?逛|转一?转)(?:就[好行])?吧?"),
    "other": re.compile("其他|其它|别的|都不是"),
}


def arrived(spot: Spot, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Within three minutes somebody is there; outside opening hours once the store is open, and the reply says so."""
    options = tuple({"id": f"visit:{need}", "text": text} for need, text in NEEDS.items())
    by = due(read, now)
    later = None if by == now + ATTENTION else by
    greeting = Say("showroom.welcome", {"known": turn.customer.bound, "options": options, "by": later})
    return (
        Remember("visit", spot.name),
        Visiting("arrive", spot.name, by=by),
        HandOff("showroom", "high", due_at=by),
        Ask(greeting, PromptKind.VISIT, now + STAYS, priority=2),
    )


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent != "emergency" and need_of(turn) is not None


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    need, asked = need_of(turn), prompt_of(turn, PromptKind.VISIT)
    assert need is not None
    if need == CALL:
        by = due(read, now)
        return (
            Visiting("call", by=by),
            HandOff("showroom", "high", due_at=by),
            Say("showroom.call", {"by": None if by == now + ATTENTION else by}),
        )
    answered = (Answer(asked.id, None, "", turn.inbound.text),) if asked else ()
    if need == ALONE:
        button = ({"id": f"visit:{CALL}", "text": "需要接待"},)
        return (*answered, Visiting("alone"), Say("showroom.alone", {"options": button}))
    known = (Remember("visit_need", NEEDS[need]), Visiting("need", need=need))
    return (*answered, *known, Say(f"showroom.{need}"))


def need_of(turn: Turn) -> str | None:
    """Tapped, or typed while the question at the door is open."""
    name, _, option = turn.inbound.option.partition(":")
    if turn.inbound.kind is InboundKind.TAP and name == "visit":
        return option if option in NEEDS or option == CALL else None
    if turn.inbound.kind not in (InboundKind.TEXT, InboundKind.TAP) or prompt_of(turn, PromptKind.VISIT) is None:
        return None
    words = bare(normalise(turn.inbound.text)).removeprefix("我")
    return next((need for need, pattern in SAID.items() if pattern.fullmatch(words)), None)
