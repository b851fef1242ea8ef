"""Danger: the first reply is safety, then a person, around the clock (domain.md §1.10)."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Param, Say
from bot.messages import Category, Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.case_making import take

INTENT = "emergency"
ASKS_WHEN = re.compile(
    "(?:多久|多长时间|几点|什么时候|啥时候|几分钟)[^,。，]{0,6}(?:[来到]|才|能)|(?:要|等)多久|到哪|来了没|出发没|人呢"
)


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent == INTENT


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    params: dict[str, Param] = {"kind": str(understood.slots["kind"]), "injury": understood.slots.get("injury") is True}
    asks = turn.before.intent == INTENT and ASKS_WHEN.search(turn.inbound.text) is not None
    waits = asks and not params["injury"] and turn.inbound.channel is not Channel.SMS  # no approved text for it there
    said = "safety.waiting" if waits else "safety.stop"
    return (Say(said, params, Category.SAFETY), *take(understood, turn, read, now).effects)
