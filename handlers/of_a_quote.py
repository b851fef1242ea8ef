"""What the words mean where a quote lies open, or has just been answered: an answer to it, or nothing of it."""

from dataclasses import replace
from datetime import datetime

from bot.effects import PromptKind
from bot.ports import Read
from bot.quotes import Quote
from bot.turn import Prompt, Turn
from bot.understanding.grievances import grievance
from bot.understanding.intents import ACTS_FROM
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.slots.quote import Decision, asks_about, names_lines, plainly, undecided
from bot.understanding.slots.quote_words import EXPLAINS
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
     "membership", "churn_reply", "test_drive_book", "event_query"}
)  # fmt: skip
BOOKS = frozenset({"service_book", "appt_cancel", "appt_change", "appt_confirm", "test_drive_book"})
ELSE = frozenset({"off_topic", "service_price", "sales_terms"})
DOUBTS = frozenset(
    {"info_update", "model_enquiry", "off_topic", "unclear", "human_request", "complaint", "faq", "repair_status"}
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
    plain, known = normalise(turn.inbound.text), replace(setting, lines=lines(quote), prices=prices(quote))
    prompt = Prompt(0, PromptKind.QUOTE, "", now, quote.expires_at, ref={"quote_id": quote.id})
    clear, open_ = plainly(plain, known.lines, known.prices), _no_answer_yet(understood, plain, known)
    if not (understood.intent in MAYBE or clear or open_):
        return None
    said = understand(turn.inbound.text, (prompt, *turn.prompts), setting=known)
    if said.intent == INTENT:
        return None if _by_chance(understood, said, plain) and not clear else _fetched_here(said)
    return _overheard(said, plain, clear, open_=open_)


def _no_answer_yet(understood: Understanding, plain: str, known: Setting) -> bool:
    """A question about the work, or 问问我老公."""
    asked = EXPLAINS.search(plain) is not None or asks_about(plain, known.lines)
    return asked or (understood.intent in DOUBTS and undecided(plain))


def _overheard(said: Understanding, plain: str, clear: Decision | None, *, open_: bool) -> Understanding:
    """Read as something else even where the quote was asked about: an answer all the same when it is a plain one."""
    blames = said.intent == "complaint" and grievance(plain) is not None
    if blames or said.intent not in MAYBE | ALSO | {"privacy_request"}:
        return said
    if clear:
        return Understanding(INTENT, slots=_slots(clear))
    if said.intent == "faq" or (open_ and said.intent in DOUBTS):
        return replace(said, intent=INTENT, slots={"decision": "unclear"}, also=(), signals=frozenset())
    return said


def _may_be(understood: Understanding, turn: Turn) -> bool:
    """统统给我换掉 is no wish about data; 把资料都删了 is none about the quote."""
    rights = understood.intent == "privacy_request" and not OF_DATA.search(turn.inbound.text)
    return understood.intent in MAYBE | ALSO or (rights and "换" in turn.inbound.text)


def _by_chance(understood: Understanding, said: Understanding, plain: str) -> bool:
    """周日过来做保养, 机油昨天换的今早漏了一地: words of the quote in a wish or a grievance of its own."""
    if said.slots.get("decision") == "unclear":
        return understood.intent in BOOKS and bool({"date", "time", "plate"} & set(understood.slots))
    blames = understood.intent == "complaint" and grievance(plain) is not None
    return blames or (understood.intent in BOOKS | ALSO | ELSE and understood.confidence >= ACTS_FROM)


def _another_mind(understood: Understanding, turn: Turn, quote: Quote | None, setting: Setting) -> Understanding | None:
    """算了雨刮也换了, right after all lines were answered: a colleague changes what was noted down."""
    if quote is None or turn.before.intent != INTENT:
        return None
    plain, known = normalise(turn.inbound.text), replace(setting, lines=lines(quote), prices=prices(quote))
    said = plainly(plain, known.lines, known.prices) if names_lines(plain, known.lines, known.prices) else None
    blames = understood.intent == "complaint" and grievance(plain) is not None
    return None if said is None or blames else Understanding(INTENT, slots=_slots(said))


def _slots(said: Decision) -> dict[str, object]:
    found = {"decision": said.decision, "approved": said.approved, "rejected": said.rejected}
    return {name: each for name, each in found.items() if each}


def _fetched_here(said: Understanding) -> Understanding:
    """全弄上, 几点能提车: the car that stands in the shop, not one that is to be delivered."""
    if "delivery_query" not in said.also:
        return said
    also = tuple(dict.fromkeys("repair_status" if each == "delivery_query" else each for each in said.also))
    return replace(said, also=also, slots={name: each for name, each in said.slots.items() if name != "topic"})
