"""A quote answered in the chat: by line number, all or none. 你看着办 is no consent, nor is a condition (H1.4.2).

What was said of every open line is taken at once; where a line was left out, or where all that was said is 好的 or
换吧 with nothing named, what is meant is read back first.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, AnswerQuote, Effect, Note, PromptKind, Say
from bot.messages import InboundKind
from bot.ports import Read
from bot.quotes import Line, Quote
from bot.turn import Turn
from bot.understanding.normalise import bare, normalise
from bot.understanding.slots import services
from bot.understanding.slots.quote import names_lines
from bot.understanding.slots.quote_focus import CLAUSE, HANDED_ON, OF_THE_QUOTE, OF_THE_WHOLE, TOLD_OF, nods
from bot.understanding.slots.quote_words import ASIDE, ASKS, QUESTION_OF_TIME
from bot.understanding.understand import Understanding
from handlers import quote_changed, quote_open
from handlers.dialogue import numbers, settled
from handlers.handover import summary
from handlers.quote import summed
from handlers.quote_changed import CONSENTS
from handlers.setting import lines, prices
from handlers.subject import prompt_of

INTENT = "quote_reply"
VAGUE = re.compile(
    "(?:必须|必要|该|要紧|着急|急|重要|有用)(?:[做换修弄])?的(?:就|都|先|给我)*[做换修弄]|该[做换修](?:啥|什么|哪)|看着(?:办|弄|来|整|做|$)"
)  # which lines those are only they can say
HUMS = re.compile("[嗯恩哦噢额昂唔]+|em+|en+|收到|知道了?")  # heard, not agreed, however many lines there are
ASKED_OF_ALL = re.compile("(?:都|全部?)(?:[做换修弄]|给您|安排)[^,，。]{0,6}(?:吗|可以|行不|好不|同意)|同意请回复")
QUESTION = re.compile(f"{ASKS.pattern}|{QUESTION_OF_TIME.pattern}|几点|时候|多久|能[取拿提]")
NOD_AND_ASK = re.compile(
    "^(?P<nod>(?:好的?|行|可以|ok|嗯)[的吧啊呀]*)(?=大概|那|几点|什么|啥|多久|今天|明天|[上下中]午)"
)


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and turn.inbound.kind is not InboundKind.ANSWER


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, PromptKind.QUOTE)
    quote = read.quote(prompt.ref.get("quote_id", 0)) if prompt else read.open_quote(now)
    if turn.human is not None or (quote and _only_heard(turn, understood)):
        return ()
    if quote is None:
        return quote_changed.handle(understood, turn, read, now)
    if not quote.open_at(now):
        return (*settled(turn), Say("quote.changed"))
    decision = str(understood.slots.get("decision", "unclear"))
    vague = (_vague(turn) or _of_other_work(turn, quote)) and "_agreed" not in understood.slots
    refuses = understood.slots.get("_agreed") is False and sorted_lines(quote, understood)[2]
    if refuses or decision not in CONSENTS or vague:
        return quote_open.handle("unclear" if vague else decision, quote, understood, turn, read, now)
    return _decided(quote, understood, turn, read, now)


def _decided(quote: Quote, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """Taken at once, or read back first."""
    approved, declined, left = sorted_lines(quote, understood)
    agreed = understood.slots.get("_agreed") is True
    if left and not agreed and (waits := quote_open.waiting(left, quote, turn)):
        return quote_open.partly(approved, declined, waits, quote, understood, turn, read, now)
    if not agreed and (left or (approved and _whole_by_a_word(turn, quote))):
        return (quote_open.read_back(quote, approved or left, understood, now),)
    prompt = prompt_of(turn, PromptKind.QUOTE)
    done = (Answer(prompt.id, None, "", turn.inbound.text),) if prompt else ()
    ids = tuple(line.id for line in approved), tuple(line.id for line in (*declined, *left))
    aside = ASIDE.search(normalise(turn.inbound.text)) is not None
    told = Say("quote.answered", {**summed(approved, [*declined, *left]), "aside": aside})
    noted = (Note(summary("交代了施工，请转告师傅", turn, understood.slots, "说已转告")),) if aside else ()
    return (*done, *noted, *settled(turn), AnswerQuote(quote.id, *ids, otherwise=(Say("quote.changed"),)), told)


def _only_heard(turn: Turn, understood: Understanding) -> bool:
    """好的, to our line that a colleague explains it, 哦, to a price: an answer to that."""
    hums = _hums(turn) and TOLD_OF.search(turn.told)
    heard = (nods(normalise(turn.inbound.text)) or _hums(turn)) and HANDED_ON.search(turn.told)
    return bool(hums or heard) and "_agreed" not in understood.slots


def _whole_by_a_word(turn: Turn, quote: Quote) -> bool:
    """好的 agrees to several lines only where we asked whether all are done (handbook H1.4.3); 换吧 only where our last
    line was of the quote."""
    plain = normalise(turn.inbound.text)
    if len(quote.open_lines) < 2 or names_lines(plain, lines(quote), prices(quote)) or OF_THE_WHOLE.search(plain):
        return False
    if nods(_without_questions(plain)):
        return ASKED_OF_ALL.search(turn.told) is None
    talked_of_else = turn.told and (HANDED_ON.search(turn.told) or not OF_THE_QUOTE.search(turn.told))
    return bool(talked_of_else)


def _without_questions(plain: str) -> str:
    """可以, 那几点能取 → 可以."""
    clauses = [each[0] for each in CLAUSE.finditer(NOD_AND_ASK.sub("\\g<nod>,", plain))]
    return "".join(each for each in clauses if nods(each) or not QUESTION.search(each))


def _vague(turn: Turn) -> bool:
    """嗯 agrees to nothing, nor does 必须的做."""
    return _hums(turn) or VAGUE.search(turn.inbound.text) is not None


def _of_other_work(turn: Turn, quote: Quote) -> bool:
    """机油别换了, 轮胎换吧: a work of ours that no line offers; that is neither yes nor no to the lines."""
    plain = normalise(turn.inbound.text)
    named = names_lines(plain, lines(quote), prices(quote)) or OF_THE_WHOLE.search(plain)
    return not named and services.item(plain) is not None


def _hums(turn: Turn) -> bool:
    return HUMS.fullmatch(bare(normalise(turn.inbound.text))) is not None


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
