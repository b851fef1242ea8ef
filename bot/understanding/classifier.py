"""A linear classifier over the features of a sentence: which intents it may have, and how sure.

Trained elsewhere (`commands/learn.py`, scikit-learn in a process of its own); applying it is additions only, so neither
numpy nor scikit-learn is loaded where customers are answered (docs/adr/0010-own-words.md).
"""

import json
import math
import sys
from array import array
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.errors import ConfigError
from bot.understanding.concepts import MODEL
from bot.understanding.features import called, features
from bot.understanding.intents import CONTENT, HURT, TOLD_AS

SHARPNESS = 4.0  # margins → probabilities; fitted by cross-validation so that nine in ten said with 0.9 are right
FORMAT = 4
TOGETHER = "\n"  # between the features of one row in the file; a normalised text holds none


@dataclass(frozen=True, slots=True)
class Guess:
    intent: str
    confidence: float


class Classifier:
    """rows: feature → its place in `weights`, which holds rows of a number an intent and detail; several may share one.

    names: what the dealer's models are called, normalised. details: (intent, which of its kind), after the intents.
    """

    def __init__(
        self,
        intents: Sequence[str],
        rows: Mapping[str, int],
        weights: "array[float]",
        bias: Sequence[float],
        names: Iterable[str] = (),
        details: Iterable[tuple[str, str]] = (),
    ) -> None:
        self.intents, self.bias, self.names, self.details = tuple(intents), tuple(bias), tuple(names), tuple(details)
        self._rows, self._weights, self._called = rows, weights, called(self.names)
        self._remembered = lru_cache(maxsize=512)(self._read)

    def guesses(self, text: str, opened: Iterable[str] = ()) -> tuple[Guess, ...]:
        """Every intent, the likeliest first; confidences add up to 1. text is normalised."""
        return self._remembered(text, tuple(opened))[0]

    def knows(self, intent: str) -> bool:
        """A dealer's own examples may leave out what ours have."""
        return intent in self.intents

    def margin(self, intent: str, text: str, opened: Iterable[str] = ()) -> float:
        """How far within this intent a sentence lies, whatever else is in it: below 0 outside, from 1 on surely within.

        A message with two wishes shares its confidence between them; its margins say of each wish that it is there.
        Of an intent without examples everything lies endlessly far outside.
        """
        if not self.knows(intent):
            return -math.inf
        return self._remembered(text, tuple(opened))[1][self.intents.index(intent)]

    def rival(self, text: str, but: Container[str]) -> float:
        """The largest margin of any other intent."""
        margins = self._remembered(text, ())[1]
        others = (margin for name, margin in zip(self.intents, margins, strict=False) if name not in but)
        return max(others, default=-math.inf)

    def detail(self, intent: str, text: str) -> str | None:
        """Which of its kind it likeliest is, or None where no example says one."""
        margins = self._remembered(text, ())[1]
        places = enumerate(self.details, len(self.intents))
        known = {name: margins[at] for at, (of, name) in places if of == intent and name not in (HURT, CONTENT)}
        return max(known, key=known.__getitem__, default=None)

    def mark(self, intent: str, mark: str, text: str) -> float | None:
        """How far a message of danger lies among those where somebody is hurt, a judgement among the content ones.

        None where no example says so. Of other messages it says nothing.
        """
        if (intent, mark) not in self.details:
            return None
        return self._remembered(text, ())[1][len(self.intents) + self.details.index((intent, mark))]

    def named(self, text: str) -> str:
        """The text with `MODEL` for what the dealer's models are called."""
        return self._called.sub(MODEL, text)

    def forget(self) -> None:
        """Readings are remembered; a measurement wants them done anew."""
        self._remembered.cache_clear()

    def because(self, text: str, intent: str, opened: Iterable[str] = ()) -> list[tuple[str, float]]:
        """The features that spoke for and against this intent, the weightiest first."""
        here, wide, opened = self._places(text, opened), len(self.bias), tuple(opened)
        told = [each for each in self.intents if TOLD_AS.get(each, each) == intent]
        column = self.intents.index(max(told, key=lambda each: self.margin(each, text, opened)))
        share = 1 / math.sqrt(len(here) or 1)
        weighed = [(name, share * self._weights[place * wide + column]) for name, place in here.items()]
        return sorted(weighed, key=lambda pair: -abs(pair[1]))

    def dump(self) -> bytes:
        """For a file: one line of JSON, then the weights, little-endian."""
        together: dict[int, list[str]] = {}
        for name, place in self._rows.items():
            together.setdefault(place, []).append(name)
        lines = [TOGETHER.join(together[place]) for place in range(len(together))]
        head = {
            "format": FORMAT, "intents": self.intents, "details": self.details, "bias": self.bias, "names": self.names,
            "features": lines,
        }  # fmt: skip
        return json.dumps(head, ensure_ascii=False).encode() + b"\n" + _little(self._weights).tobytes()

    @classmethod
    def load(cls, data: bytes) -> "Classifier":
        """Raises ConfigError when the file is of another make or was cut short."""
        try:
            line, _, rest = data.partition(b"\n")
            head = json.loads(line)
            lines, wide = head["features"], len(head["bias"])
            weights = array("f")
            weights.frombytes(rest)
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError("what was learnt", "cannot be read; delete it, it is made anew") from error
        if head["format"] != FORMAT or len(weights) != len(lines) * wide:
            raise ConfigError("what was learnt", "is of another make or cut short; delete it, it is made anew")
        rows = {name: place for place, together in enumerate(lines) for name in together.split(TOGETHER)}
        details = [(intent, name) for intent, name in head["details"]]
        return cls(head["intents"], rows, _little(weights), head["bias"], head["names"], details)

    def _places(self, text: str, opened: Iterable[str]) -> dict[str, int]:
        rows = self._rows
        return {name: rows[name] for name in features(text, opened, self._called) if name in rows}

    def _read(self, text: str, opened: tuple[str, ...]) -> tuple[tuple[Guess, ...], list[float]]:
        here, wide = self._places(text, opened), len(self.bias)
        starts = [place * wide for place in here.values()]
        sums = [math.fsum(column) for column in zip(*(self._weights[at : at + wide] for at in starts), strict=True)]
        share = 1 / math.sqrt(len(here) or 1)
        margins = [share * each + bias for each, bias in zip(sums or [0.0] * wide, self.bias, strict=True)]
        return _ranked(self.intents, margins[: len(self.intents)]), margins


def _ranked(intents: Sequence[str], margins: Sequence[float]) -> tuple[Guess, ...]:
    top = max(margins)
    told: dict[str, float] = {}
    for intent, margin in zip(intents, margins, strict=True):
        name = TOLD_AS.get(intent, intent)
        told[name] = told.get(name, 0.0) + math.exp(SHARPNESS * (margin - top))
    whole = math.fsum(told.values())
    ranked = sorted(told.items(), key=lambda pair: -pair[1])
    return tuple(Guess(intent, power / whole) for intent, power in ranked)


def _little(weights: "array[float]") -> "array[float]":
    if sys.byteorder == "little":
        return weights
    swapped = array("f", weights)
    swapped.byteswap()
    return swapped
