"""The one question after a satisfied answer; details only to who answers it (handbook H1.5.3).

What is asked after them gets its own answer: what it costs, how to join; points and the own account a colleague knows.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, Effect, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.handover import offered, to_person
from handlers.subject import prompt_of

INTENT = "membership"
OWN = re.compile(
    "积分|我(?:现在|到底)?(?:是不?是|算不?算|还?是|算)[^,。]{0,4}会员|我的|抵|兑|余额|[几查]级|升级|有效期|过期"
)
COST = re.compile("要钱|收费|免费|多少钱|几钱|花钱|交钱|会费|年费|费用")
HOW = re.compile("怎么|咋|如何|哪[里儿]?|流程|需要|带什么|办")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, PromptKind.MEMBERSHIP)
    answered = (Answer(prompt.id, None, "", turn.inbound.text),) if prompt else ()
    if turn.inbound.channel is Channel.SMS and not prompt:
        return offered(Say("membership.details"), understood, turn, read, now, "membership", wish="问会员")
    if understood.slots.get("decision") == "decline":
        return (*answered, Say("membership.declined"))
    return (*answered, *_told(understood, turn, read, now, asked=prompt is not None))


def _told(understood: Understanding, turn: Turn, read: Read, now: datetime, *, asked: bool) -> Sequence[Effect]:
    text, known = normalise(turn.inbound.text), turn.before.intent == INTENT
    if OWN.search(text):
        wish = "问会员积分、等级或自己的会员"
        says = Say("membership.own", {"again": "会员档案" in turn.told})
        return offered(says, understood, turn, read, now, "membership", wish=wish)
    if COST.search(text):
        return (Say("membership.free"),)
    joins = understood.slots.get("decision") == "accept" and not asked
    if known and (joins or HOW.search(text)):  # they were told already what it is
        return to_person(understood, turn, read, now, "membership", wish="想办会员")
    return (Say("membership.details"),)
