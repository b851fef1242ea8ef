"""A picture, a voice without words, a video, a place, a link, a sticker: nothing to understand, yet somebody sent it.

A person looks at it, unless one has the conversation already. Several of a kind in a row are answered once.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.effects import AddToCase, Effect, HandOff, Say
from bot.messages import InboundKind
from bot.ports import Read
from bot.shown import SHOWN, shown
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.human import due
from handlers.subject import ATTENTION, case_open, is_words

INTENT = "sent_in"
REASON = "sent_in"
SAYS: Mapping[InboundKind, str] = {
    InboundKind.IMAGE: "sent.picture",
    InboundKind.VOICE: "sent.voice",
    InboundKind.VIDEO: "sent.video",
    InboundKind.LOCATION: "sent.location",
    InboundKind.LINK: "sent.link",
    InboundKind.OTHER: "sent.other",
}
# WeChat's own stickers come as [微笑] or /::) (wechat.md §2.7).
STICKERS = re.compile(
    "(?:\\[[\u4e00-\u9fffA-Za-z]{1,8}\\]|/:[^\\s\u4e00-\u9fff/]{1,10}|"
    "[\U0001f000-\U0001faff\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\u3030\u200d\ufe0f\u20e3]|\\s)+"
)
NODS = re.compile("(?:[👍👌🙏\U0001f3fb-\U0001f3ff\\s])+")  # yes and thank you: answering them never ends


def wants(understood: Understanding, turn: Turn) -> bool:
    return _is_sent(turn) or _is_sticker(understood, turn)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if not _is_sent(turn):
        return (Say("sent.sticker"),)
    case = turn.case if case_open(turn) else None
    noted = (AddToCase(case.id, shown(turn.inbound)),) if case else ()
    if turn.human is not None:
        return noted
    by = due(read, now)
    called = HandOff(REASON, "normal", case.owner.id if case else None, by)
    if turn.waits_after.startswith(SHOWN[turn.inbound.kind]):
        return (*noted, called)
    said = Say(SAYS[turn.inbound.kind], {"by": None if by == now + ATTENTION else by})
    return (*noted, called, said)


def _is_sent(turn: Turn) -> bool:
    return turn.inbound.kind in SAYS and not is_words(turn)


def _is_sticker(understood: Understanding, turn: Turn) -> bool:
    """While something is asked or a case is open, a smile is an answer, and understood as one."""
    text = turn.inbound.text.strip()
    nothing_said = understood.intent in ("unclear", "off_topic") and text
    if not nothing_said or turn.prompts or case_open(turn) or not is_words(turn):
        return False
    return STICKERS.fullmatch(text) is not None and NODS.fullmatch(text) is None
