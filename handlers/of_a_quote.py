"""What the words mean where a quote lies open, or has just been answered: an answer to it, or nothing of it."""

import re
from dataclasses import replace
from datetime import datetime

from bot.effects import PromptKind
from bot.ports import Read
from bot.quotes import LineAnswer, Quote
from bot.turn import Prompt, Turn
from bot.understanding.grievances import grievance
from bot.understanding.intents import ACTS_FROM
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.slots.quote import (
    CUT,
    Decision,
    asks_about,
    names_lines,
    plainly,
    puts_off,
    undecided,
)
from bot.understanding.slots.quote_focus import Asked, leaned, pointed
from bot.understanding.slots.quote_sums import asks_the_sum
from bot.understanding.slots.quote_words import EXPLAINS, HOLDS, NO
from bot.understanding.subjects import OF_DATA
from bot.understanding.understand import Understanding, understand
from handlers.setting import lines, prices
from handlers.subject import scored

INTENT = "quote_reply"
UNSURE = frozenset({"unclear", "human_request", "complaint", "thanks"})
# What the words may be where a quote lies open, read as if none did.
MAYBE = UNSURE | {"appt_cancel", "appt_change", "appt_confirm", INTENT, "service_price", "service_book", "sales_terms",
                  "off_topic"}  # fmt: skip
# Read as these, an answer to the quote is one only when it says plainly what is to be done.
ALSO = frozenset(
    {"repair_status", "info_update", "faq", "greet", "model_enquiry", "delivery_query", "insurance_query",
     "membership", "churn_reply", "test_drive_book", "event_query", "opt_out", "opt_in", "wrong_person"}
)  # fmt: skip
BOOKS = frozenset({"service_book", "appt_cancel", "appt_change", "appt_confirm", "test_drive_book"})
ELSE = frozenset({"off_topic", "service_price", "sales_terms"})
DOUBTS = frozenset(
    {"info_update", "model_enquiry", "off_topic", "unclear", "human_request", "complaint", "faq", "repair_status",
     "wrong_person", "greet", "thanks"}
)  # fmt: skip
OF_MESSAGES = re.compile(
    "广告|消息|短信|信息|微信|发|推(?:送|销|广)|打扰|骚扰|烦|吵|电话|联系|退订|活动|群|通知|回访|问卷|祝福|(?<![a-z])(?:td|t)(?![a-z])"
)
AGAIN = re.compile("还是|算了|改主意|想了想|后悔|反悔")
BOOKED = re.compile("约|保养|排(?:个|一下|到)|下次")
OF_A_QUOTE = frozenset({"decision", "approved", "rejected", "_agreed"})
ANOTHER_MIND = re.compile("[^,。]{0,3}(?:改(?:变)?(?:了)?主意|后悔|反悔)了?[,。!]?")
STRANGER = re.compile("打错|发错|不认识|谁啊|号码|不是我|没(?:买|有)[^,。]{0,3}车|不是(?:车主|本人)")
# A grievance about our own work or dealing is no mere groan over the sum.
OF_OURS = re.compile(
    "坑|骗|黑|宰|投诉|曝光|12315|态度|上(?:次|回)|返修|又(?:坏|响|漏|亮)|没(?:修|弄|换)好|"
    "你们?[^,。]{0,4}(?:修|换|做|弄|装)(?:的|完|过|得|坏)|(?:修|换|做|弄)(?:完|好|过|了)[^,。]{0,3}(?:还|又|就|也)"
)


def of_a_quote(
    understood: Understanding, turn: Turn, read: Read, now: datetime, setting: Setting
) -> Understanding | None:
    """Read as an answer to the quote that lies open; a question about its work (非换不可吗) agrees to nothing."""
    if scored(turn) is not None or "injection" in understood.signals or not _may_be(understood, turn):
        return None
    quote = read.open_quote(now)
    if quote is None:
        return _another_mind(understood, turn, read.answered_quote(now), setting)
    return _of_the_open(quote, understood, turn, now, setting)


def _of_the_open(
    quote: Quote, understood: Understanding, turn: Turn, now: datetime, setting: Setting
) -> Understanding | None:
    plain, known = normalise(turn.inbound.text), replace(setting, lines=lines(quote), prices=prices(quote))
    prompt = Prompt(0, PromptKind.QUOTE, "", now, quote.expires_at, ref={"quote_id": quote.id})
    asks = asks_the_sum(plain, known.lines)
    plain = leaned(plain, Asked(known.lines, known.prices, turn.prompts, turn.before.text, known.told))
    clear, open_ = plainly(plain, known.lines, known.prices), _no_answer_yet(understood, plain, known)
    if understood.intent == "opt_out":
        return _beside_a_refusal(understood, plain, known)
    if asks and clear is None and understood.intent in MAYBE | ALSO:
        return Understanding(INTENT, slots={"decision": "unclear"})
    if not (understood.intent in MAYBE or clear or open_):
        return None
    said = understand(turn.inbound.text, (prompt, *turn.prompts), setting=known)
    if said.intent == INTENT:
        return None if _by_chance(understood, said, plain) and not clear else _fetched_here(_no_visit(said, plain))
    if said.intent == "opt_out":
        return _beside_a_refusal(said, plain, known) or said
    return _overheard(said, plain, clear, known, open_=open_)


def _beside_a_refusal(understood: Understanding, plain: str, known: Setting) -> Understanding | None:
    """两个都不做, 广告也别发了: both are meant; 别的不要, where nothing is said of messages, refuses lines only."""
    apart = ",".join(clause for clause in CUT.split(plain) if clause and not OF_MESSAGES.search(clause))
    clear = plainly(apart, known.lines, known.prices)
    if clear is None:
        return None
    if not OF_MESSAGES.search(plain):
        return Understanding(INTENT, slots=_slots(clear))
    also = ("opt_out", *(each for each in understood.also if each != INTENT))
    return replace(understood, intent=INTENT, also=also, slots={**understood.slots, **_slots(clear)})


def _answered(clear: Decision, heard: Understanding) -> Understanding:
    """The answer, and a refusal heard beside it."""
    if "opt_out" not in heard.also:
        return Understanding(INTENT, slots=_slots(clear))
    scope = {"scope": heard.slots["scope"]} if "scope" in heard.slots else {}
    return Understanding(INTENT, also=("opt_out",), slots={**scope, **_slots(clear)})


def _no_answer_yet(understood: Understanding, plain: str, known: Setting) -> bool:
    """A question about the work, or 问问我老公."""
    asked = EXPLAINS.search(plain) is not None or asks_about(plain, known.lines)
    return asked or puts_off(plain) or (understood.intent in DOUBTS and undecided(plain))


def _overheard(
    said: Understanding, plain: str, clear: Decision | None, known: Setting, *, open_: bool
) -> Understanding:
    """Read as something else even where the quote was asked about: an answer all the same when it is a plain one."""
    strange = said.intent == "wrong_person" and STRANGER.search(plain)
    if _blames(said, plain, clear) or strange or said.intent not in MAYBE | ALSO | {"privacy_request"}:
        return said
    if clear:
        return _answered(clear, said)
    asks = EXPLAINS.search(plain) and names_lines(plain, known.lines) and said.intent in (*DOUBTS, "service_price")
    if said.intent == "faq" or asks or (open_ and said.intent in DOUBTS) or puts_off(plain):
        return replace(said, intent=INTENT, slots={"decision": "unclear"}, also=(), signals=frozenset())
    return said


def _may_be(understood: Understanding, turn: Turn) -> bool:
    """统统给我换掉 is no wish about data; 把资料都删了 is none about the quote."""
    rights = understood.intent == "privacy_request" and not OF_DATA.search(turn.inbound.text)
    return understood.intent in MAYBE | ALSO or (rights and "换" in turn.inbound.text)


def _by_chance(understood: Understanding, said: Understanding, plain: str) -> bool:
    """周日过来做保养, 机油昨天换的今早漏了一地: words of the quote in a wish or a grievance of its own."""
    if said.slots.get("decision") == "unclear":
        dated = bool({"date", "time", "plate"} & set(understood.slots))
        return not puts_off(plain) and understood.intent in BOOKS and dated
    surely_else = understood.intent in BOOKS | ALSO | ELSE and understood.confidence >= ACTS_FROM
    return _blames(understood, plain, None) or surely_else


def _another_mind(understood: Understanding, turn: Turn, quote: Quote | None, setting: Setting) -> Understanding | None:
    """算了雨刮也换了, after all lines were answered: a colleague changes what was noted down."""
    if quote is None:
        return None
    plain, known = normalise(turn.inbound.text), replace(setting, lines=lines(quote), prices=prices(quote))
    agreed = tuple(line.position for line in quote.answered(LineAnswer.APPROVED))
    just = turn.before.intent == INTENT
    of_before = leaned(plain, Asked(known.lines, known.prices, (), "" if just else turn.before.text, known.told))
    if not just and understood.intent in BOOKS and of_before == plain:
        return None
    said = _said_of_it(
        pointed(of_before, agreed if len(agreed) < len(quote.lines) else (), known.lines), known, just=just
    )
    if said is None:
        return None
    if understood.intent == "opt_out":
        return _beside_a_refusal(understood, plain, known)
    return None if _blames(understood, plain, said) else _answered(said, understood)


def _said_of_it(plain: str, known: Setting, *, just: bool) -> Decision | None:
    """A verdict on lines of it; right after the answer 其他两个先不弄, 先停一下 are of it, whichever lines."""
    named = names_lines(plain, known.lines, known.prices)
    said = plainly(plain, known.lines, known.prices) if named or (just and AGAIN.search(plain)) else None
    stops = just and ((named and NO.search(plain)) or HOLDS.search(plain) or ANOTHER_MIND.fullmatch(plain))
    return Decision("unclear") if said is None and stops else said


def _blames(understood: Understanding, plain: str, clear: Decision | None) -> bool:
    """太贵了不修了 refuses, though it groans; 上次换的又响了, 不修了 is a grievance."""
    told = grievance(plain) if understood.intent == "complaint" else None
    if told is None or clear is None:
        return told is not None
    return told.hard or bool(told.threat or told.signals) or OF_OURS.search(plain) is not None


def _slots(said: Decision) -> dict[str, object]:
    found = {"decision": said.decision, "approved": said.approved, "rejected": said.rejected}
    return {name: each for name, each in found.items() if each}


def _no_visit(said: Understanding, plain: str) -> Understanding:
    """先别拆, 我过去看看: the car stands here, and neither a day nor a visit is spoken of."""
    if (
        "service_book" not in said.also
        or {"date", "date_from", "time", "period"} & set(said.slots)
        or BOOKED.search(plain)
    ):
        return said
    slots = {name: each for name, each in said.slots.items() if name in OF_A_QUOTE}
    return replace(said, also=tuple(each for each in said.also if each != "service_book"), slots=slots)


def _fetched_here(said: Understanding) -> Understanding:
    """全弄上, 几点能提车: the car that stands in the shop, not one that is to be delivered."""
    if "delivery_query" not in said.also:
        return said
    also = tuple(dict.fromkeys("repair_status" if each == "delivery_query" else each for each in said.also))
    return replace(said, also=also, slots={name: each for name, each in said.slots.items() if name != "topic"})
