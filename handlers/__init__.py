"""What the bot says and does about each subject. `decide` is pure: same turn, reads and moment, same decision.

Rules 6–8 of the design's §8: emergency, refusal and renewed consent always run and may be joined; after them the
first subject that wants the turn is primary, further ones only if their intent is in `also`; one `Ask` survives.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import ModuleType
from typing import cast

from bot.effects import Ask, Effect, PromptKind, Say
from bot.messages import Category
from bot.ports import Read
from bot.turn import Decision, Turn
from bot.understanding.understand import Understanding
from handlers import (
    case_dialogue,
    complaint,
    emergency,
    event,
    fallback,
    follow,
    greet,
    human,
    membership,
    menu,
    opt_in,
    opt_out,
    quote,
    sent_in,
    showroom,
    survey,
)
from handlers.reading import reading
from handlers.subject import Subject, scored

ALWAYS: tuple[ModuleType, ...] = (emergency, opt_out, opt_in)
HANDLERS: tuple[ModuleType, ...] = (
    *ALWAYS,
    follow,
    menu,
    quote,
    sent_in,
    showroom,
    survey,
    complaint,
    event,
    membership,
    human,
    case_dialogue,
    greet,
    fallback,
)
OWN_VOICE = frozenset({"optout.done", "optout.already"})


def decide(turn: Turn, read: Read, now: datetime) -> Decision:
    """What this turn does and says. Raises RuleBroken when the store has nobody to give a case to."""
    understood, turn = reading(turn, read, now)
    effects = [effect for subject in chosen(understood, turn) for effect in subject.handle(understood, turn, read, now)]
    spoken = _spoken(effects, turn)
    return Decision(
        effects=tuple(spoken),
        intent=understood.intent,
        also=understood.also,
        slots={key: value for key, value in understood.slots.items() if value is not None},
        rating=understood.rating,
    )


def chosen(understood: Understanding, turn: Turn) -> list[Subject]:
    """The subjects of this turn, in the order of the registry."""
    wanting = [cast(Subject, subject) for subject in HANDLERS if subject.wants(understood, turn)]
    first = [subject for subject in wanting if subject in ALWAYS]
    rest = [subject for subject in wanting if subject not in ALWAYS]
    if first:
        return first + [subject for subject in rest if _joins(subject, understood)]
    return rest[:1] + [subject for subject in rest[1:] if subject.INTENT in understood.also]


def _joins(subject: Subject, understood: Understanding) -> bool:
    """What stands beside a danger or a refusal: the score, and what else was said."""
    return subject.INTENT in understood.also or (subject is cast(Subject, survey) and bool(understood.satisfaction))


def _spoken(effects: Sequence[Effect], turn: Turn) -> Iterable[Effect]:
    """At most one `Ask`, the most urgent. While a person has the thread only safety and refusals are answered,
    and the re-contact, since the bot asked that itself."""
    asks = [effect for effect in effects if isinstance(effect, Ask)]
    kept = max(asks, key=lambda ask: ask.priority, default=None)
    left = [effect for effect in effects if not isinstance(effect, Ask) or effect is kept]
    asked = scored(turn)
    if turn.human is None or (asked is not None and asked.kind is PromptKind.RECONTACT):
        return left
    return [effect for effect in left if not isinstance(effect, Say | Ask) or _in_any_case(effect)]


def _in_any_case(effect: Say | Ask) -> bool:
    say = effect.say if isinstance(effect, Ask) else effect
    return say.category is Category.SAFETY or say.message_id in OWN_VOICE
