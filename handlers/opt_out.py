"""A refusal beats everything and is said once (design §4)."""

from collections.abc import Sequence
from datetime import datetime

from bot.customer import Purpose
from bot.effects import Effect, OptOut, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding

INTENT = "opt_out"
PURPOSES = {
    "marketing": (Purpose.MARKETING, Purpose.GREETING),
    "greeting": (Purpose.GREETING,),
    "survey": (Purpose.SURVEY,),
    "all": (Purpose.ALL,),
}


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    scope = str(understood.slots.get("scope", "marketing"))
    purposes = PURPOSES[scope]
    refused = all(turn.customer.refuses(purpose) for purpose in purposes)
    told = "optout.already" if refused and read.refusal_confirmed() else "optout.done"
    return (*(OptOut(purpose, "word") for purpose in purposes), Say(told, {"scope": scope}))
