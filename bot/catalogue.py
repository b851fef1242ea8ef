"""The models a store sells: `config/catalogue.yaml`. What is not known stays out and is called 暂无数据 (H2.1.2)."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from bot.strict import Strict

Body = Literal["suv", "sedan", "hatch", "mpv"]
Energy = Literal["petrol", "hev", "phev", "ev"]
Money = Annotated[int, Field(gt=0)]  # whole CNY

BODY_NAMES: dict[str, str] = {"suv": "SUV", "sedan": "轿车", "hatch": "两厢车", "mpv": "MPV"}
ENERGY_NAMES: dict[str, str] = {"petrol": "燃油", "hev": "油电混动", "phev": "插电混动", "ev": "纯电"}


class Variant(Strict):
    """One way to order a model: what is asked for is held against this. price_from: the cheapest of its trims."""

    energy: Energy
    seats: int = Field(ge=2, le=9)
    price_from: Money
    price_to: Money

    @model_validator(mode="after")
    def in_order(self) -> Self:
        if self.price_from > self.price_to:
            raise ValueError("price_from is above price_to")
        return self


class CarModel(Strict):
    """purposes: words of the vocabulary (family, commute, business, camping, first_car, …), each with its reason.

    service_class: which column of the price list. needs_charger: no use to who cannot charge.
    """

    name: str
    aliases: tuple[str, ...] = ()
    body: Body
    variants: tuple[Variant, ...] = Field(min_length=1)
    length_m: float | None = None
    electric_km: int | None = None
    total_km: int | None = None
    consumption_l: float | None = None
    needs_charger: bool = False
    purposes: dict[str, str] = {}
    features: dict[str, str] = {}
    service_class: Literal["A", "B", "C"] = "B"

    @property
    def price_from(self) -> int:
        return min(each.price_from for each in self.variants)

    @property
    def price_to(self) -> int:
        return max(each.price_to for each in self.variants)

    @property
    def seats(self) -> tuple[int, ...]:
        return tuple(sorted({each.seats for each in self.variants}))

    @property
    def energies(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(each.energy for each in self.variants))


class Catalogue(Strict):
    """source, reviewed: where the facts come from and who looked at them when; `lint` warns once it is long ago."""

    brand: str = ""
    source: str = ""
    reviewed: date | None = None
    models: tuple[CarModel, ...] = ()

    @field_validator("models")
    @classmethod
    def no_name_twice(cls, models: tuple[CarModel, ...]) -> tuple[CarModel, ...]:
        names = [name for each in models for name in (each.name, *each.aliases)]
        doubled = next((name for name in names if names.count(name) > 1), None)
        if doubled:
            raise ValueError(f"two models are called {doubled}")
        return models

    def find(self, said: str) -> CarModel | None:
        """By name or alias, also inside a longer one (`长风 1.5T`)."""
        named = ((name, each) for each in self.models for name in (each.name, *each.aliases))
        return next((each for name, each in named if said and (name == said or name in said)), None)

    def named_in(self, text: str) -> tuple[CarModel, ...]:
        """Every model a text names, in the order of the text."""
        places = [
            (min((text.find(name) for name in (each.name, *each.aliases) if name in text), default=-1), each)
            for each in self.models
        ]
        return tuple(each for place, each in sorted(places, key=lambda pair: pair[0]) if place >= 0)
