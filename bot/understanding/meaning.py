"""What a message came to mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.understanding.intents import ACTS_FROM, READS_BACK_FROM, Stands


@dataclass(frozen=True, slots=True)
class Understanding:
    """intent, also, slots: names of `intents`; also: further intents to act on. rating: on the open survey's own scale.

    confidence: 0–1, see `stands`; rules are sure. guess: what an `unclear` most likely was, or "".
    signals: facts for the rules of the house: threat, anger, repeat, injury, safety, automatic, ignored_refusal, robot,
    injection, ordered (an order only the classifier hears), stranded, sold, competitor, bargain, and why a person must
    answer (question, stranger, privacy).
    """

    intent: str
    also: tuple[str, ...] = ()
    slots: Mapping[str, object] = field(default_factory=dict)
    rating: int | None = None
    satisfaction: str = ""
    confidence: float = 0.9
    signals: frozenset[str] = frozenset()
    guess: str = ""

    @property
    def stands(self) -> Stands:
        if self.intent == "unclear":
            return Stands.ASK  # however surely nothing can be made of it
        return (
            Stands.ACT if self.confidence >= ACTS_FROM
            else Stands.READ_BACK if self.confidence >= READS_BACK_FROM
            else Stands.ASK
        )  # fmt: skip

    def wants(self, intent: str) -> bool:
        return self.intent == intent or intent in self.also


IN_WORDS = "in_words"  # signal: the rating is what the words are worth, no number was given and no label named
WHY_SCORED = "why_scored"  # signal: why a score was given, told after it; slot _rating keeps that score
WILLINGLY = "willingly"  # signal: told whether they would recommend us
OPPOSED = "opposed"  # signal: number and words contradict each other; slots _rating and _satisfaction keep the number
LEANS = "leans"  # signal: it sounds like a grievance or a call for help, whatever it was read as
UNCLEAR = Understanding("unclear", confidence=0.2)
AUTOMATIC = Understanding("unclear", confidence=0.2, signals=frozenset({"automatic"}))
