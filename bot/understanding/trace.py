"""How a reading came about: which rules fired, what the classifier held likely and why; for people who look.

A turn itself never asks this; it decides the same with or without.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.turn import Prompt
from bot.understanding.classifier import Guess
from bot.understanding.leaning import key, leaning
from bot.understanding.meaning import Understanding
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.subjects import opened
from bot.understanding.understand import rules, understand
from bot.understanding.wishes import automatic

SHOWN = 5  # guesses
REASONS = 8  # features


@dataclass(frozen=True, slots=True)
class Fired:
    """rule: automatic, danger, refusal, invitation, experience, courtesy, stranger, menu or leaning."""

    rule: str
    intent: str
    slots: Mapping[str, object] = field(default_factory=dict)
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """fired: in the order the rules are asked. because: features that spoke for (+) and against (-) the likeliest."""

    plain: str
    opened: tuple[str, ...]
    fired: tuple[Fired, ...]
    guesses: tuple[Guess, ...]
    because: tuple[tuple[str, float], ...]
    understood: Understanding


def traced(text: str, prompts: Sequence[Prompt], setting: Setting) -> Trace:
    """text: as it came in. prompts: newest first."""
    plain, kinds = normalise(text), opened(prompts)
    guesses = setting.classifier.guesses(plain, kinds)[:SHOWN]
    because = setting.classifier.because(plain, guesses[0].intent, kinds)[:REASONS]
    understood = understand(text, prompts, setting=setting)
    return Trace(plain, kinds, tuple(_fired(plain, tuple(prompts), setting)), guesses, tuple(because), understood)


def _fired(plain: str, prompts: tuple[Prompt, ...], setting: Setting) -> list[Fired]:
    if not plain or automatic(plain):
        return [Fired("automatic", "unclear")]
    ruled = rules(plain, prompts, setting=setting)
    found = (
        ("danger", ruled.danger),
        ("menu", None if ruled.danger else key(plain, prompts, setting)),
        ("leaning", None if ruled.danger or ruled.refused else leaning(plain, prompts, setting)),
        ("refusal", ruled.refused),
        ("stranger", ruled.stranger),
        ("invitation", ruled.event),
        ("experience", ruled.told),
        ("courtesy", ruled.rest),
    )
    return [Fired(name, each.intent, each.slots, tuple(sorted(each.signals))) for name, each in found if each]
