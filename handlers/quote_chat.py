"""A quote answered in the chat: by line number, all or none. 你看着办 is no consent, nor is a condition (H1.4.2).

What was said of every open line is taken at once; where a line was left out, the whole is read back first.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, AnswerQuote, Effect, PromptKind, Say
from bot.messages import InboundKind
from bot.ports import Read
from bot.quotes import Line, LineAnswer, Quote, yuan
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.slots.quote import asks_about, decided
from bot.understanding.slots.quote_words import EXPLAINS
from bot.understanding.understand import Understanding
from handlers.dialogue import ask_for, numbers, settled
from handlers.handover import to_person
from handlers.quote import summed
from handlers.setting import lines
from handlers.subject import prompt_of

INTENT = "quote_reply"
VAGUE = re.compile(
    "(?:必须|必要|该|要紧|着急|急|重要|有用)(?:[做换修弄])?的(?:就|都|先|给我)*[做换修弄]|该[做换修](?:啥|什么|哪)|看着(?:办|弄|来|整|做|$)"
)  # which lines those are only they can say
HUMS = re.compile("[嗯恩哦噢额昂唔]+|em+|en+|收到|知道了?")  # heard, not agreed, however many lines there are
NODS = re.compile("(?:[嗯恩哦噢]*(?:好|行|可以|ok|中|成)[的了吧呀啊嘞哒呢滴]*)+")  # agrees to one thing, not to several
ASKED_OF_ALL = re.compile("(?:都|全部?)(?:[做换修弄]|给您|安排)[^,，。]{0,6}(?:吗|可以|行不|好不|同意)|同意请回复")
CONSENTS = frozenset({"approve", "partial", "reject"})


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and turn.inbound.kind is not InboundKind.ANSWER


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, PromptKind.QUOTE)
    quote = read.quote(prompt.ref.get("quote_id", 0)) if prompt else read.open_quote(now)
    if turn.human is not None:
        return ()
    if quote is None:
        told = Say("quote.noted") if _said_again(understood, turn, read.answered_quote(now)) else None
        return (told,) if told else to_person(understood, turn, read, now, "quote", wish="答复报价，请与客户逐项确认")
    if not quote.open_at(now):
        return (*settled(turn), Say("quote.changed"))
    decision = str(understood.slots.get("decision", "unclear"))
    vague = _vague(turn, quote) and "_agreed" not in understood.slots
    refuses = understood.slots.get("_agreed") is False and sorted_lines(quote, understood)[2]
    if refuses or decision not in CONSENTS or vague:
        return _not_agreed("unclear" if vague else decision, quote, understood, turn, read, now)
    approved, declined, left = sorted_lines(quote, understood)
    if left and understood.slots.get("_agreed") is not True:
        return (_read_back(quote, approved or left, understood, now),)
    done = (Answer(prompt.id, None, "", turn.inbound.text),) if prompt else ()
    ids = tuple(line.id for line in approved), tuple(line.id for line in (*declined, *left))
    told = Say("quote.answered", summed(approved, [*declined, *left]))
    return (*done, *settled(turn), AnswerQuote(quote.id, *ids, otherwise=(Say("quote.changed"),)), told)


def _vague(turn: Turn, quote: Quote) -> bool:
    """嗯 agrees to nothing, and 好的 to several lines only where we asked whether all are done (handbook H1.4.3)."""
    text = turn.inbound.text
    words = bare(normalise(text))
    asked_of_all = len(quote.open_lines) < 2 or ASKED_OF_ALL.search(turn.told) is not None
    nods = not asked_of_all and NODS.fullmatch(words) is not None
    return nods or HUMS.fullmatch(words) is not None or VAGUE.search(text) is not None


def _said_again(understood: Understanding, turn: Turn, answered: Quote | None) -> bool:
    """同意, 全部, right after a yes to all of it, 对没错就它一个 after a yes to that: nothing is left to agree to."""
    if answered is not None and turn.before.intent == INTENT and _stands(answered, understood):
        return True
    before = decided(normalise(turn.before.text)) if turn.before.intent == INTENT else None
    whole = before is not None and before.decision == "approve" and not before.approved
    return whole and understood.slots.get("decision") == "approve"


def _stands(quote: Quote, understood: Understanding) -> bool:
    """What is said is what was noted down, line by line."""
    yes, no = set(numbers(understood.slots.get("approved"))), set(numbers(understood.slots.get("rejected")))
    agreed = {line.position for line in quote.answered(LineAnswer.APPROVED)}
    declined = {line.position for line in quote.answered(LineAnswer.DECLINED)}
    sure = understood.slots.get("decision") in CONSENTS
    return sure and bool(yes or no) and yes <= agreed and no <= declined


def sorted_lines(quote: Quote, understood: Understanding) -> tuple[list[Line], list[Line], list[Line]]:
    """(agreed to, declined, not spoken of) of the lines still open. A number no line has is not spoken of."""
    said, decision = understood.slots, understood.slots.get("decision")
    meant = said.get("_meant") if said.get("_agreed") is True else None
    named, refused = set(numbers(said.get("approved") or meant)), set(numbers(said.get("rejected")))
    lines = quote.open_lines
    if decision == "approve" and not named and not refused:
        return list(lines), [], []
    if decision == "reject" and not named and not refused:
        return [], list(lines), []
    approved = [line for line in lines if line.position in named - refused]
    declined = [line for line in lines if line.position in refused]
    return approved, declined, [line for line in lines if line not in approved and line not in declined]


def _not_agreed(
    decision: str, quote: Quote, understood: Understanding, turn: Turn, read: Read, now: datetime
) -> Sequence[Effect]:
    """A condition is bargaining, and a question about the work is the advisor's too; a vague word is asked again."""
    plain = normalise(turn.inbound.text)
    if EXPLAINS.search(plain) or asks_about(plain, lines(quote)):
        return to_person(
            understood, turn, read, now, "quote", wish="问报价里的项目，没有同意任何一项", owner=quote.advisor_id,
            told="说没有同意的项目不会动手", says=Say("quote.explains", {"advisor": quote.advisor}),
        )  # fmt: skip
    if decision == "conditional":
        return to_person(
            understood, turn, read, now, "quote", wish="对报价有条件，没有同意任何一项", owner=quote.advisor_id,
            told="说没有同意的项目不会动手，没有答应条件", says=Say("quote.advisor", {"advisor": quote.advisor}),
        )  # fmt: skip
    return (*settled(turn), Say("quote.which", {"choices": _listed(quote.open_lines)}))


def _read_back(quote: Quote, approved: Sequence[Line], understood: Understanding, now: datetime) -> Effect:
    """2不要, and nothing of the others: they are meant, and asked before they count as agreed to."""
    rest = [line for line in quote.open_lines if line not in approved]
    known = {**understood.slots, "intent": INTENT, "_meant": [line.position for line in approved]}
    return ask_for(PromptKind.READ_BACK, Say("quote.read_back", summed(approved, rest)), known, now, priority=4)


def _listed(lines: Sequence[Line]) -> str:
    return "\n".join(f"{line.position}. {line.work.name} {yuan(line.work.total_fen)}元" for line in lines)
