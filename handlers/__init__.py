"""What the bot says and does about each subject. `decide` is pure: same turn, reads and moment, same decision.

Rules 6–8 of the design's §8: emergency, refusal and renewed consent always run and may be joined; after them the
first subject that wants the turn is primary, further ones only if their intent is in `also`; one `Ask` survives.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from types import ModuleType
from typing import cast

from bot.effects import (
    ANGER,
    EMOTION,
    Ask,
    Book,
    CancelBooking,
    ChangeBooking,
    Effect,
    HandOff,
    Note,
    PromptKind,
    Remember,
    Say,
)
from bot.messages import Category
from bot.ports import Read
from bot.turn import Decision, Turn
from bot.understanding.classifier import Classifier
from bot.understanding.meaning import IN_WORDS
from bot.understanding.understand import Understanding
from handlers import (
    appt_cancel,
    appt_change,
    appt_confirm,
    browsing,
    case_dialogue,
    caution,
    churn,
    complaint,
    delivery,
    emergency,
    event,
    event_query,
    fallback,
    faq,
    follow,
    greet,
    human,
    info_update,
    insurance,
    membership,
    menu,
    model_advice,
    off_topic,
    opt_in,
    opt_out,
    praise,
    privacy,
    quote,
    quote_chat,
    referral,
    repair_status,
    roadside,
    sales_terms,
    sent_in,
    service_book,
    service_price,
    showroom,
    survey,
    test_drive,
    wrong_person,
)
from handlers.dialogue import carried
from handlers.handover import not_word_for_word
from handlers.reading import reading
from handlers.setting import setting_of
from handlers.subject import Subject, scored

ALWAYS: tuple[ModuleType, ...] = (emergency, opt_out, opt_in)
HANDLERS: tuple[ModuleType, ...] = (
    *ALWAYS,
    wrong_person,
    follow,
    menu,
    quote,
    quote_chat,
    sent_in,
    showroom,
    survey,
    complaint,
    roadside,
    event,
    event_query,
    membership,
    referral,
    privacy,
    service_book,
    test_drive,
    model_advice,
    appt_change,
    appt_cancel,
    appt_confirm,
    service_price,
    faq,
    insurance,
    sales_terms,
    delivery,
    repair_status,
    info_update,
    churn,
    human,
    case_dialogue,
    browsing,
    off_topic,
    praise,
    greet,
    fallback,
)
SAID = Say | Ask
ARRANGED = Book | ChangeBooking | CancelBooking | Note  # whoever has the thread arranges it with the customer
OWN_VOICE = frozenset({"optout.done", "optout.already", "info.no_call_back"})


def decide(turn: Turn, read: Read, now: datetime, classifier: Classifier | None = None) -> Decision:
    """What this turn does and says. Raises RuleBroken when the store has nobody to give a case to.

    classifier: what was learnt from config/nlu; without it only the rules read.
    """
    understood, turn = reading(turn, read, now, classifier)
    understood = carried(understood, turn, setting_of(turn, read, now, classifier) if classifier else None)
    effects = [effect for subject in chosen(understood, turn) for effect in subject.handle(understood, turn, read, now)]
    effects = caution.warned(effects, understood, turn, read, now)
    spoken = [*_felt(understood), *(not_word_for_word(each, turn) for each in _spoken(effects, turn))]
    return Decision(
        effects=tuple(spoken),
        intent=understood.intent,
        also=understood.also,
        slots={key: value for key, value in understood.slots.items() if value is not None and not key.startswith("_")},
        rating=None if IN_WORDS in understood.signals else understood.rating,
        confidence=understood.confidence,
        guess=understood.guess,
    )


def _felt(understood: Understanding) -> Sequence[Effect]:
    """Strong words are remembered, whatever they were about: offers stay away for a while (bot/gate.py)."""
    return (Remember(EMOTION, ANGER),) if ANGER in understood.signals else ()


def chosen(understood: Understanding, turn: Turn) -> list[Subject]:
    """The subjects of this turn, in the order of the registry."""
    wanting = [cast(Subject, subject) for subject in HANDLERS if subject.wants(understood, turn)]
    first = [subject for subject in wanting if subject in ALWAYS]
    rest = [subject for subject in wanting if subject not in ALWAYS]
    if first:
        return first + [subject for subject in rest if _joins(subject, understood)]
    meant = {understood.intent, *understood.also} - {fallback.INTENT}
    return rest[:1] + [subject for subject in rest[1:] if subject.INTENT in meant]


def _joins(subject: Subject, understood: Understanding) -> bool:
    """What stands beside a danger or a refusal: the score, and what else was said."""
    return understood.wants(subject.INTENT) or (subject is cast(Subject, survey) and bool(understood.satisfaction))


def _spoken(effects: Sequence[Effect], turn: Turn) -> Iterable[Effect]:
    """At most one `Ask`, the most urgent. While a person has the thread only safety and refusals are answered,
    and the re-contact, since the bot asked that itself."""
    asks = [effect for effect in effects if isinstance(effect, Ask)]
    kept = max(asks, key=lambda ask: ask.priority, default=None)
    left = _without_empty_words([effect for effect in effects if not isinstance(effect, Ask) or effect is kept])
    asked = scored(turn)
    if turn.human is None or (asked is not None and asked.kind is PromptKind.RECONTACT):
        return left
    return [_told_already(effect) for effect in left if not isinstance(effect, SAID | ARRANGED) or _in_any_case(effect)]


def _without_empty_words(effects: Sequence[Effect]) -> list[Effect]:
    """ "A colleague answers" is said only where nothing better is."""
    said = [effect for effect in effects if isinstance(effect, SAID)]
    empty = [each for each in said if isinstance(each, Say) and each.message_id == "human.coming"]
    spare = empty if len(empty) < len(said) else empty[1:]
    return [effect for effect in effects if not any(effect is each for each in spare)]


def _told_already(effect: Effect) -> Effect:
    """Whoever has the thread reads the words themselves."""
    return replace(effect, summary="") if isinstance(effect, HandOff) else effect


def _in_any_case(effect: Effect) -> bool:
    say = effect.say if isinstance(effect, Ask) else effect
    return isinstance(say, Say) and (say.category is Category.SAFETY or say.message_id in OWN_VOICE)
