"""A quote that is answered is spoken of once more: what stands is told, and a change waits for a colleague."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Param, Say
from bot.ports import Read
from bot.quotes import LineAnswer, Quote
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots.quote import decided
from bot.understanding.slots.quote_words import HOLDS, NO
from bot.understanding.understand import Understanding
from handlers.dialogue import numbers
from handlers.handover import to_person
from handlers.quote import summed

INTENT = "quote_reply"
CONSENTS = frozenset({"approve", "partial", "reject"})


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """What was noted down stands; 刹车油不做了 after it was agreed to is a stop, and no work goes on by our word."""
    quote = read.answered_quote(now)
    if quote is None:
        if _whole_again(understood, turn):
            return (Say("quote.noted", summed((), ())),)
        return to_person(understood, turn, read, now, "quote", wish="答复报价，请与客户逐项确认")
    yes, no = _new(quote, understood)
    if _stands(understood, turn) and not (yes or no):
        return (noted(quote),)
    return _changed(quote, yes, no, understood, turn, read, now)


def noted(quote: Quote) -> Say:
    """What stands, and what it comes to."""
    return Say("quote.noted", summed(quote.answered(LineAnswer.APPROVED), quote.answered(LineAnswer.DECLINED)))


def _changed(
    quote: Quote,
    yes: Sequence[int],
    no: Sequence[int],
    understood: Understanding,
    turn: Turn,
    read: Read,
    now: datetime,
) -> Sequence[Effect]:
    told: dict[str, Param] = {"advisor": quote.advisor, "added": _named(quote, yes), "stopped": _named(quote, no)}
    plain = normalise(turn.inbound.text)
    stops = no or (not yes and (NO.search(plain) or HOLDS.search(plain)))
    named = (("不做", told["stopped"]), ("要做", told["added"]))
    changes = " ".join(f"{what}{names}" for what, names in named if names)
    wish = f"改报价的答复：{changes or '见原话'}，要改的先停下，与客户确认"
    return to_person(
        understood, turn, read, now, "quote", wish=wish, owner=quote.advisor_id,
        priority="high" if stops else "normal", told="说跟客户确认之前先不动", says=Say("quote.change", told),
    )  # fmt: skip


def _new(quote: Quote, understood: Understanding) -> tuple[list[int], list[int]]:
    """(to be done, to be left), of the lines that were answered otherwise."""
    agreed = {line.position for line in quote.answered(LineAnswer.APPROVED)}
    every = {line.position for line in quote.lines}
    yes, no = set(numbers(understood.slots.get("approved"))), set(numbers(understood.slots.get("rejected")))
    return sorted((yes & every) - agreed), sorted(no & agreed)


def _stands(understood: Understanding, turn: Turn) -> bool:
    """What is said speaks of lines, or agrees to all right after a yes to all."""
    said = numbers(understood.slots.get("approved")) or numbers(understood.slots.get("rejected"))
    return (bool(said) and understood.slots.get("decision") in CONSENTS) or _whole_again(understood, turn)


def _whole_again(understood: Understanding, turn: Turn) -> bool:
    """同意, 全部, right after a yes to all of it: nothing is left to agree to."""
    before = decided(normalise(turn.before.text)) if turn.before.intent == INTENT else None
    whole = before is not None and before.decision == "approve" and not before.approved
    return whole and understood.slots.get("decision") == "approve"


def _named(quote: Quote, places: Sequence[int]) -> str:
    return "、".join(line.work.name for line in quote.lines if line.position in places)
