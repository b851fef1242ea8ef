"""Values for showing a text before anybody gets it: `config/samples.yaml`, validated here."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from bot.dealer import Strict


class Samples(Strict):
    """values: of every variable a text may name. longest: what an SMS variable may come to. variants: by message id,
    what makes a text that branches take each of its ways.
    """

    values: dict[str, Any]
    longest: dict[str, str] = Field(default_factory=dict)
    variants: dict[str, list[dict[str, Any]]] = Field(default_factory=dict)

    @field_validator("variants")
    @classmethod
    def none_is_empty(cls, variants: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
        if any(not each for each in variants.values()):
            raise ValueError("a message stands here without a variant")
        return variants

    def of(self, message_id: str, real: Mapping[str, object]) -> list[tuple[str, dict[str, object]]]:
        """(what makes this variant, all values). real: a customer's, which beat the samples but not the variant."""
        base = {**self.values, **real}
        chosen = self.variants.get(message_id, [{}])
        return [(_named(each), {**base, **each}) for each in chosen]


def _named(variant: Mapping[str, object]) -> str:
    told = {name: "" if value is None else value for name, value in variant.items() if not isinstance(value, list)}
    return ", ".join(f"{name}={value}" for name, value in told.items())
