"""Wishes in clauses of their own, beside what a message mainly says."""

from bot.turn import Prompt
from bot.understanding import intents, subjects
from bot.understanding.grievances import grievance
from bot.understanding.invited import beside_an_answer
from bot.understanding.meaning import Understanding
from bot.understanding.neighbours import ASKS_PRICE
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.slots import services
from bot.understanding.subjects import Subject
from bot.understanding.verdicts import verdict


def wishes_beside(
    first: Understanding | None, text: str, prompts: tuple[Prompt, ...], setting: Setting, least: int = 2
) -> list[Understanding]:
    """Further wishes in clauses of their own, other than the first; a clause that praises or blames wishes nothing."""
    clauses = [each for each in subjects.CUTS.split(text) if each]
    plain = [each for each in clauses if _plain(each)]
    wanted = dict.fromkeys(intent for intent, _ in subjects.wishes_of(plain, setting)) if len(clauses) >= least else {}
    found = [intent for intent in wanted if first is None or not subjects.one_wish(first.intent, intent)]
    if first and first.intent == intents.EVENT_RSVP:
        found = beside_an_answer(found, text, plain)
    return [read(intent, text, prompts, setting) for intent in found]


def _plain(clause: str) -> bool:
    """Neither praise nor blame; 雨刮刮不干净了换一副多少钱 asks the price of something."""
    priced = ASKS_PRICE.search(clause) is not None and services.item(clause) is not None
    return priced or (verdict(clause).grade is None and grievance(clause) is None)


def read(intent: str, text: str, prompts: tuple[Prompt, ...], setting: Setting, *signals: str) -> Understanding:
    """The intent with what the text says of it."""
    return Understanding(intent, slots=particulars(intent, text, setting, prompts), signals=frozenset(signals))


def meaning(found: Subject) -> Understanding:
    """What the classifier found, as an understanding."""
    return Understanding(
        found.intent, found.also, found.slots, confidence=found.confidence, signals=found.signals, guess=found.guess
    )
