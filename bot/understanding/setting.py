"""What the house knows that words refer to: the moment, the hours, the models, the lines of a quote, times on offer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.dealer import Span
from bot.turn import NOTHING_BEFORE, Before
from bot.understanding.classifier import Classifier


@dataclass(frozen=True, slots=True)
class Setting:
    """now: local to the store. names: what people call the models → their names. electric: those of them that stand
    for a model which runs on nothing else.

    lines: of the quote that lies open, in order, none when none does. prices: theirs, in CNY.
    standing: when the customer's appointments begin, local. before: the customer's line before this one. told: what we
    said last, normalised.
    """

    classifier: Classifier
    now: datetime
    opening: Span
    names: Mapping[str, str] = field(default_factory=dict)
    lines: Sequence[str] = ()
    standing: Sequence[datetime] = ()
    before: Before = NOTHING_BEFORE
    told: str = ""
    electric: Sequence[str] = ()
    prices: Sequence[int] = ()
