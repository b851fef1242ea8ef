"""Service items and their list prices: `config/services.yaml`. Nothing else may be named as a price (H2.3.3)."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, field_validator

from bot.catalogue import CarModel
from bot.strict import Strict

ROUNDED_TO = 10  # CNY; a class factor gives odd figures
Percent = Annotated[int, Field(ge=10, le=500)]


class ServiceItem(Strict):
    """low, high: CNY with parts and labour for a car of class B; both 0: free of charge. minutes: on the bay."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    includes: str = ""
    minutes: int = Field(ge=5, le=2880)
    low: int = Field(ge=0)
    high: int = Field(ge=0)
    note: str = ""
    kind: Literal["maintenance", "repair", "inspection", "other"] = "repair"

    @field_validator("high")
    @classmethod
    def in_order(cls, high: int, info: object) -> int:
        low = getattr(info, "data", {}).get("low", 0)
        if high < low:
            raise ValueError("high is below low")
        return high


class PriceList(Strict):
    """factors: percent of the price of class B, by `service_class` of the model."""

    source: str = ""
    reviewed: date | None = None
    factors: dict[Literal["A", "B", "C"], Percent] = {"B": 100}
    items: tuple[ServiceItem, ...] = ()

    @field_validator("items")
    @classmethod
    def no_id_twice(cls, items: tuple[ServiceItem, ...]) -> tuple[ServiceItem, ...]:
        ids = [each.id for each in items]
        doubled = next((each for each in ids if ids.count(each) > 1), None)
        if doubled:
            raise ValueError(f"two items have the id {doubled}")
        return items

    def item(self, item_id: str) -> ServiceItem | None:
        return next((each for each in self.items if each.id == item_id), None)

    def price(self, item: ServiceItem, model: CarModel | None) -> tuple[int, int]:
        """(low, high) for this model; without one from the cheapest class to the dearest."""
        if model is None:
            return _times(item.low, min(self.factors.values())), _times(item.high, max(self.factors.values()))
        factor = self.factors.get(model.service_class, 100)
        return _times(item.low, factor), _times(item.high, factor)


def _times(amount: int, percent: int) -> int:
    return round(amount * percent / 100 / ROUNDED_TO) * ROUNDED_TO
