"""A greeting is returned, with the open question again as links; thanks need no answer."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.menu import offer
from handlers.subject import prompt_of

INTENT = "greet"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent in (INTENT, "thanks")


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if understood.intent != INTENT:
        return ()
    asked = prompt_of(turn, PromptKind.SURVEY)
    tappable = turn.inbound.channel is Channel.WECHAT and asked is not None
    return (offer(asked),) if tappable and asked else (Say("greeting.hello"),)
