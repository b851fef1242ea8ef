"""The one question after a satisfied answer; details only to who answers it (handbook H1.5.3)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, Effect, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.handover import offered, to_person
from handlers.subject import prompt_of

INTENT = "membership"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, PromptKind.MEMBERSHIP)
    answered = (Answer(prompt.id, None, "", turn.inbound.text),) if prompt else ()
    if turn.inbound.channel is Channel.SMS and not prompt:
        return offered(Say("membership.details"), understood, turn, read, now, "membership", wish="问会员")
    joins = understood.slots.get("decision") == "accept" and turn.before.intent == INTENT
    if joins and not prompt:  # they were told already what it is
        return to_person(understood, turn, read, now, "membership", wish="想办会员")
    declines = understood.slots.get("decision") == "decline"  # who asks about it is told, as who says yes
    return (*answered, Say("membership.declined" if declines else "membership.details"))
