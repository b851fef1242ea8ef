"""The page of a quote was sent in: what is agreed to line by line, or a wish to talk first (handbook H1.4.2).

Words in a chat are read by handlers/quote_chat.py: 你看着办 is no consent (handbook H1.4.3).
"""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, AnswerQuote, Effect, HandOff, Param, Say
from bot.effects import PromptKind as Kind
from bot.messages import InboundKind
from bot.ports import Read
from bot.quotes import Line, Quote, total, yuan
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.human import due
from handlers.subject import ATTENTION, prompt_of

INTENT = "quote_reply"


def wants(understood: Understanding, turn: Turn) -> bool:
    there = prompt_of(turn, Kind.QUOTE) is not None and turn.inbound.kind is InboundKind.ANSWER
    return understood.wants(INTENT) and there


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, Kind.QUOTE)
    assert prompt is not None
    quote = read.quote(prompt.ref.get("quote_id", 0))
    taken = Answer(prompt.id, None, "", turn.inbound.text)
    if quote is None:
        return (taken, Say("quote.changed"))
    if understood.slots["decision"] == "unclear":
        return (taken, *_talk(quote, read, now))
    approved, declined = _chosen(quote, understood.slots.get("approved"))
    told = Say("quote.answered", summed(approved, declined))
    ids = tuple(line.id for line in approved), tuple(line.id for line in declined)
    return (taken, AnswerQuote(quote.id, *ids, otherwise=(Say("quote.changed"),)), told)


def _talk(quote: Quote, read: Read, now: datetime) -> Sequence[Effect]:
    by = due(read, now)
    told = {"advisor": quote.advisor, "by": None if by == now + ATTENTION else by}
    return (HandOff("quote", "normal", quote.advisor_id, by), Say("quote.advisor", told))


def _chosen(quote: Quote, approved: object) -> tuple[list[Line], list[Line]]:
    """Of the lines still open: the positions named are agreed to, the rest are not."""
    named = set(approved) if isinstance(approved, tuple) else set()
    lines = quote.open_lines
    return [line for line in lines if line.position in named], [line for line in lines if line.position not in named]


def summed(approved: Sequence[Line], declined: Sequence[Line]) -> dict[str, Param]:
    return {
        "count": len(approved),
        "numbers": "、".join(str(line.position) for line in approved),
        "approved": "、".join(line.work.name for line in approved),
        "declined": "、".join(line.work.name for line in declined),
        "total": yuan(total(approved)),
        "aside": False,
    }
