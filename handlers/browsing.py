"""先自己看看: nobody is pinned down; the bot steps back and says how to call us (handbook H1.2.4)."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.understand import Understanding
from handlers.dialogue import settled
from handlers.subject import case_open, is_words, scored

INTENT = "browsing"
PAUSES = re.compile("[,。!~\\s]+")
STEPS_BACK = re.compile(
    "(?:好的?|嗯|那|行|谢谢|我们?|就|还是|先|再|自己|随便|回去|回家|和家人|跟家人|跟老[婆公]|和老[婆公])*"
    "(?:看看|看一?下|看一?看|想想|想一想|考虑(?:考虑|一下|下)?|商量(?:商量|一下|下)?|比较(?:比较|一下)?)"
    "(?:吧|再说|再联系|再找你们?|有事再.{0,6}|有需要再.{0,6}|谢谢|哈|了|啊)*"
)


def wants(understood: Understanding, turn: Turn) -> bool:
    free = understood.intent in ("unclear", "thanks", "off_topic") and "automatic" not in understood.signals
    if not free or not is_words(turn) or case_open(turn) or scored(turn):
        return False
    return STEPS_BACK.fullmatch(PAUSES.sub("", bare(normalise(turn.inbound.text)))) is not None


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    return (*settled(turn), Say("smalltalk.no_hurry"))
