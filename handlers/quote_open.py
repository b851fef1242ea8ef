"""A quote lies open and is not answered yet: a question, a bargain, a wish, 等我想想. None of it agrees to anything."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Note, Param, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.quotes import Line, Quote, total, yuan
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots import quote_focus, quote_sums
from bot.understanding.slots.quote import asks_about, puts_off, spoken_of
from bot.understanding.slots.quote_words import ASIDE, DELAYS, EXPLAINS, HOLDS
from bot.understanding.understand import Understanding
from handlers.dialogue import ask_for, settled
from handlers.handover import summary, to_person
from handlers.quote import summed
from handlers.setting import lines
from handlers.subject import prompt_of

INTENT = "quote_reply"
NOT_AGREED = "说没有同意的项目不会动手"
GROANS = re.compile(
    "[贵坑宰黑]|(?:外[面头边]|别[处家]|网上|人家|路边|淘宝|京东|途虎)[^,。]{0,6}(?:才|只要|便宜|[一两三四五六七八九\\d]+百?)|便宜[点些]|优惠|打折"
)
LISTED = re.compile("报价要您逐项定")


def handle(
    decision: str, quote: Quote, understood: Understanding, turn: Turn, read: Read, now: datetime
) -> Sequence[Effect]:
    """A condition is bargaining, and a question about the work is the advisor's too; a vague word is asked once."""
    plain, of = normalise(turn.inbound.text), lines(quote)
    explains = EXPLAINS.search(plain) is not None
    if not explains and (told := priced(quote, turn, now)) is not None:
        return (told,)
    if explains or asks_about(plain, of):
        about = "、".join(line.work.name for line in quote.lines if line.position in spoken_of(plain, of))
        return to_person(
            understood, turn, read, now, "quote", wish="问报价里的项目，没有同意任何一项", owner=quote.advisor_id,
            told=NOT_AGREED, says=Say("quote.explains", {"advisor": quote.advisor, "explained": about}),
        )  # fmt: skip
    if decision != "conditional" and (HOLDS.search(plain) or DELAYS.search(plain) or puts_off(plain)):
        held = "quote.which" if turn.inbound.channel is Channel.SMS else "quote.held"  # no text of its own by SMS
        return (*settled(turn), Say(held, {"choices": listed(quote.open_lines)} if held == "quote.which" else {}))
    if decision != "conditional" and ASIDE.search(plain):
        return _passed_on("对施工有交代，请转告师傅，没有同意任何一项", quote, understood, turn, read, now)
    if decision == "conditional" or GROANS.search(plain) or LISTED.search(turn.told):
        wish = "对报价有条件" if decision == "conditional" else "嫌贵或没说清要做哪几项"
        return _to_advisor(f"{wish}，没有同意任何一项", quote, understood, turn, read, now)
    return (*settled(turn), Say("quote.which", {"choices": listed(quote.open_lines)}))


def priced(quote: Quote, turn: Turn, now: datetime, *, of_a_price: bool = False) -> Effect | None:
    """What the lines come to by the quote; what was read back is asked once more. None: no price was asked for.

    of_a_price: it was understood as a question about one (刹车油呢).
    """
    plain, of = normalise(turn.inbound.text), lines(quote)
    if not (quote_sums.asks_the_price(plain, of) or (of_a_price and spoken_of(plain, of))):
        return None
    if (back := quote_focus.read_back(turn.prompts)) and not spoken_of(plain, of):
        return _asked_again([line for line in quote.open_lines if line.position in back], quote, turn, now)
    if turn.inbound.channel is Channel.SMS:
        return None
    those = [line for line in quote.lines if line.position in quote_sums.meant(plain, of)]
    items = "、".join(f"{line.work.name}{yuan(line.work.total_fen)}元" for line in those)
    return Say("quote.priced", {"priced": items, "total": yuan(total(those)) if len(those) > 1 else ""})


def read_back(quote: Quote, approved: Sequence[Line], understood: Understanding, now: datetime) -> Effect:
    """2不要, and nothing of the others: they are meant, and asked before they count as agreed to."""
    rest = [line for line in quote.open_lines if line not in approved]
    known = {**understood.slots, "intent": INTENT, "_meant": [line.position for line in approved]}
    return ask_for(PromptKind.READ_BACK, Say("quote.read_back", summed(approved, rest)), known, now, priority=4)


def _asked_again(approved: Sequence[Line], quote: Quote, turn: Turn, now: datetime) -> Effect:
    """总共多少, to what was read back: that with its sum, the answer still to come."""
    prompt = prompt_of(turn, PromptKind.READ_BACK)
    say = Say("quote.read_back", summed(approved, [line for line in quote.open_lines if line not in approved]))
    return ask_for(PromptKind.READ_BACK, say, prompt.known if prompt else {}, now, priority=4)


def waiting(left: Sequence[Line], quote: Quote, turn: Turn) -> Sequence[Line]:
    """空调滤芯也换, 刹车油不要, while a colleague is to explain the pads: they were not refused, they wait for that."""
    before, plain = normalise(turn.before.text), normalise(turn.inbound.text)
    if not quote_focus.HANDED_ON.search(turn.told):
        return ()
    asked = spoken_of(before, lines(quote)) if asks_about(before, lines(quote)) else ()
    return [line for line in left if line.position in asked] or (left if quote_focus.ALSO.search(plain) else ())


def partly(
    approved: Sequence[Line], declined: Sequence[Line], waits: Sequence[Line],
    quote: Quote, understood: Understanding, turn: Turn, read: Read, now: datetime,
) -> Sequence[Effect]:  # fmt: skip
    """Told to the advisor who is to call anyway: a quote is answered as a whole, and one line is still open."""
    params: dict[str, Param] = {
        **summed(approved, declined), "advisor": quote.advisor, "waits": "、".join(line.work.name for line in waits),
    }  # fmt: skip
    return to_person(
        understood, turn, read, now, "quote", wish="答复了报价的一部分，其余等您说明后再定", owner=quote.advisor_id,
        told="说已转告，其余的说清楚再定，没有记下任何一项", says=Say("quote.partly", params),
    )  # fmt: skip


def listed(lines: Sequence[Line]) -> str:
    return "\n".join(f"{line.position}. {line.work.name} {yuan(line.work.total_fen)}元" for line in lines)


def _to_advisor(
    wish: str, quote: Quote, understood: Understanding, turn: Turn, read: Read, now: datetime
) -> Sequence[Effect]:
    if quote_focus.HANDED_ON.search(turn.told) and turn.inbound.channel is not Channel.SMS:
        return _passed_on(wish, quote, understood, turn, read, now)
    return to_person(
        understood, turn, read, now, "quote", wish=wish, owner=quote.advisor_id,
        told=f"{NOT_AGREED}，没有答应条件", says=Say("quote.advisor", {"advisor": quote.advisor}),
    )  # fmt: skip


def _passed_on(
    wish: str, quote: Quote, understood: Understanding, turn: Turn, read: Read, now: datetime
) -> Sequence[Effect]:
    """A note in the thread; whoever calls reads it. By SMS no text says so, so a colleague does."""
    if turn.inbound.channel is Channel.SMS:
        return to_person(understood, turn, read, now, "quote", wish=wish, owner=quote.advisor_id)
    note = Note(summary(wish, turn, understood.slots, f"说已转告，{NOT_AGREED}"))
    return (note, Say("quote.passed_on", {"advisor": quote.advisor}))
