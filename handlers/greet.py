"""A greeting is returned, with the open question again as links; thanks once, in one line, where it costs nothing."""

import re
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
THANKED = re.compile("谢|辛苦|感恩|唔该", re.IGNORECASE)  # a 👍 or a wish returned needs no answer: they never end


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent in (INTENT, "thanks")


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if understood.intent != INTENT:
        silent = turn.inbound.channel is Channel.SMS or turn.prompts or not THANKED.search(turn.inbound.text)
        return () if silent else (Say("smalltalk.welcome"),)
    asked = prompt_of(turn, PromptKind.SURVEY)
    tappable = turn.inbound.channel is Channel.WECHAT and asked is not None
    return (offer(asked),) if tappable and asked else (Say("greeting.hello"),)
