"""A greeting is returned, with the open question again as links, and a wish; thanks once, where it costs nothing."""

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
INTRODUCED = "自动助手"  # of greeting.hello: nobody says who they are twice in a row
THANKED = re.compile("谢|辛苦|感恩|唔该", re.IGNORECASE)  # a 👍 or a wish returned needs no answer: they never end


WISH = re.compile(
    "(?P<wish>(?:中秋|国庆|双节|元旦|新年|新春|春节|端午|元宵|五一|劳动节|重阳|七夕|圣诞|节日|周末|腊八|小年|冬至)节?(?:快乐|安康|愉快|吉祥|好)|"
    "新年好|过年好|恭喜发财)"
)


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent in (INTENT, "thanks")


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    wished = WISH.search(turn.inbound.text)
    if wished and not WISH.search(turn.told) and turn.inbound.channel is not Channel.SMS:
        return (Say("greeting.wish", {"wish": wished["wish"]}),)
    if understood.intent != INTENT:
        silent = turn.inbound.channel is Channel.SMS or turn.prompts or not THANKED.search(turn.inbound.text)
        return () if silent else (Say("smalltalk.welcome"),)
    asked = prompt_of(turn, PromptKind.SURVEY)
    tappable = turn.inbound.channel is Channel.WECHAT and asked is not None
    if tappable and asked:
        return (offer(asked),)
    return (Say("greeting.here" if INTRODUCED in turn.told else "greeting.hello"),)
