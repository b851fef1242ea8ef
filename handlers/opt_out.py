"""A refusal beats everything and is said once (design §4)."""

from collections.abc import Sequence
from datetime import datetime

from bot.customer import Purpose
from bot.effects import Answer, Effect, OptOut, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.dialogue import topic_of

INTENT = "opt_out"
OFFERED = frozenset({INTENT, "human_request"})
PURPOSES = {
    "marketing": (Purpose.MARKETING, Purpose.GREETING),
    "greeting": (Purpose.GREETING,),
    "survey": (Purpose.SURVEY,),
    "all": (Purpose.ALL,),
}

NAMED = {
    Purpose.MARKETING: "活动信息",
    Purpose.GREETING: "祝福问候",
    Purpose.SURVEY: "满意度调查",
    Purpose.SERVICE: "保养年检提醒和维修、预约通知",
}


def offer_answered(turn: Turn) -> Sequence[Effect]:
    """We had asked whether it should stop (fallback.py), or offered a colleague: what is wanted was said since."""
    return tuple(Answer(each.id, None, "", turn.inbound.text) for each in turn.prompts if topic_of(each) in OFFERED)


def standing(turn: Turn) -> Say:
    """What was refused, and what still comes; it changes nothing."""
    refused = [name for purpose, name in NAMED.items() if turn.customer.refuses(purpose)]
    going_on = [name for purpose, name in NAMED.items() if not turn.customer.refuses(purpose)]
    return Say("optout.standing", {"refused": "、".join(refused), "going_on": "、".join(going_on)})


def wants(understood: Understanding, turn: Turn) -> bool:
    """Of somebody who is not the customer, handlers/wrong_person.py removes the address."""
    return understood.wants(INTENT) and not turn.customer.stranger


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if understood.wants("wrong_person"):  # not the customer's word: their own refusals stand untouched
        return ()
    if understood.slots.get("_agreed") is False:
        return (*offer_answered(turn), Say("human.later"))
    scope = str(understood.slots.get("scope", "marketing"))
    purposes = PURPOSES[scope]
    if understood.slots.get("_mourns") and turn.inbound.channel is not Channel.SMS:
        return (*(OptOut(purpose, "word") for purpose in purposes), Say("info.mourned"))
    refused = all(turn.customer.refuses(purpose) for purpose in purposes)
    told = "optout.already" if refused and read.refusal_confirmed() else "optout.done"
    return (*offer_answered(turn), *(OptOut(purpose, "word") for purpose in purposes), Say(told, {"scope": scope}))
