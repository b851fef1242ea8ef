"""Days of the year a journey may greet on: festivals, seasons, rounds of a survey (`config/occasions.yaml`)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator, model_validator

from bot.days import lunar_day, nth_weekday, solar_term
from bot.dealer import Strict

MonthDay = Annotated[str, StringConstraints(pattern=r"^\d{2}-\d{2}$")]


class Occasion(Strict):
    """Exactly one of: solar (days of the year), lunar ("L08-15"), term (清明), nth (month, which, weekday 1–7).

    solemn: no cheer, nothing to sell. days: a year whose day the rule misses, year → date.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    solemn: bool = False
    solar: tuple[MonthDay, ...] = ()
    lunar: str = Field(default="", pattern=r"^(L\d{2}-\d{2})?$")
    term: str = ""
    nth: tuple[int, int, int] | None = None
    days: Mapping[int, date] = Field(default_factory=dict)

    @field_validator("solar")
    @classmethod
    def real_days(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for each in value:
            date.fromisoformat(f"2027-{each}")  # every year has it
        return value

    @model_validator(mode="after")
    def one_rule(self) -> "Occasion":
        if sum(map(bool, (self.solar, self.lunar, self.term, self.nth))) != 1:
            raise ValueError("needs one of solar, lunar, term, nth")
        self.in_year(2026)
        return self

    def in_year(self, year: int) -> list[tuple[date, str]]:
        """(day, occurrence) of the year, lunar ones of the lunar year: two 腊八 may lie in one solar year."""
        if year in self.days:
            return [(self.days[year], f"{year}-{self.id}")]
        if self.solar:
            many = len(self.solar) > 1
            return [
                (date.fromisoformat(f"{year}-{each}"), f"{year}-{self.id}" + (f"/{number}" if many else ""))
                for number, each in enumerate(self.solar, 1)
            ]
        return [(self._day(year), f"{year}-{self.id}")]

    def _day(self, year: int) -> date:
        if self.lunar:
            return lunar_day(year, self.lunar)
        if self.term:
            return solar_term(year, self.term)
        assert self.nth is not None
        return nth_weekday(year, *self.nth)

    def between(self, first: date, last: date) -> Iterator[tuple[date, str, int]]:
        """(day, occurrence, how many there were before it: rounds of a rotating sample)."""
        for year in range(first.year - 1, last.year + 1):
            found = self.in_year(year)
            for number, (day, occurrence) in enumerate(found):
                if first <= day <= last:
                    yield day, occurrence, year * len(found) + number


class Occasions(Strict):
    """`config/occasions.yaml`."""

    occasions: tuple[Occasion, ...] = ()

    @model_validator(mode="after")
    def named_once(self) -> "Occasions":
        names = [each.id for each in self.occasions]
        if len(names) != len(set(names)):
            raise ValueError("two occasions share an id")
        return self

    def named(self, name: str) -> Occasion | None:
        return next((each for each in self.occasions if each.id == name), None)
