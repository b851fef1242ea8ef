"""What is asked and how answers are coded: the periodic survey with its five factors (handbook H1.5.4), and why
somebody stays away (H1.7.5)."""

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic import Field, field_validator

from bot.strict import Strict

FACTOR_SCALE: Final = range(1, 6)  # 5 is best
FACTORS_OPTION: Final = "factors:"


class Factor(Strict):
    """asks: the question as the page puts it."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1, max_length=12)
    asks: str = Field(min_length=1, max_length=40)


class ChurnReason(Strict):
    """Why somebody stays away: a code the conversation reads. hurts: a person apologises first."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str = Field(min_length=1, max_length=20)
    hurts: bool = False


class Surveys(Strict):
    """scale: of the question whose page also asks the factors. low: a factor at or below it opens a case."""

    scale: str = "0-10"
    factors: list[Factor] = []
    low: int = Field(default=2, ge=1, le=4)
    reasons: list[ChurnReason] = []

    @field_validator("factors", "reasons")
    @classmethod
    def named_once(cls, value: list[Any]) -> list[Any]:
        names = [each.id for each in value]
        if len(names) != len(set(names)):
            raise ValueError("two of them share an id")
        return value

    def hurtful(self, reasons: Collection[str]) -> bool:
        return any(each.hurts and each.id in reasons for each in self.reasons)

    def asked_with(self, scale: str) -> list[Factor]:
        return self.factors if scale == self.scale else []

    def weak(self, scores: Mapping[str, int]) -> str:
        """交车 2分、服务质量 1分: what was scored low, in the order of the page; "" when nothing was."""
        low = [(each.name, scores[each.id]) for each in self.factors if scores.get(each.id, 5) <= self.low]
        return "、".join(f"{name} {score}分" for name, score in low)


def packed(scores: Mapping[str, int]) -> str:
    """As the page sends them: factors:start=5,quality=2; "" without any."""
    return FACTORS_OPTION + ",".join(f"{name}={score}" for name, score in scores.items()) if scores else ""


def unpacked(option: str) -> dict[str, int]:
    """Scores by factor; what is none is left out."""
    if not option.startswith(FACTORS_OPTION):
        return {}
    pairs = (each.partition("=") for each in option.removeprefix(FACTORS_OPTION).split(","))
    return {name: int(score) for name, _, score in pairs if score.isdecimal() and int(score) in FACTOR_SCALE}
