"""Approved answers to what is asked often: `config/faq.yaml`. What stands there is said, nothing is made up."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import Field, field_validator

from bot.strict import Strict

Subject = Literal["faq", "insurance_query", "sales_terms", "delivery_query", "event_query"]
Energy = Literal["petrol", "hev", "phev", "ev"]
SOON = timedelta(days=30)  # so long before an answer ends, or its review is due, the house is warned


class Standing(StrEnum):
    GOOD = "good"
    SOON = "soon"  # ends within a month
    DUE = "due"  # still said, but nobody has looked at it for too long, or will have within a month
    EXPIRED = "expired"  # a person answers


class Entry(Strict):
    """about: the intent that asks it. by_energy: other words for cars of that kind (ev, phev, …).

    clause: the number in the store's contract, named in the answer. valid_until: afterwards the answer is not given.
    reviewer: who looked at it, where it was not the one the file names.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    about: Subject = "faq"
    title: str
    answer: str = Field(min_length=4)
    by_energy: dict[Energy, str] = {}
    clause: str = ""
    source: str = Field(min_length=2)
    reviewed: date
    reviewer: str = ""
    valid_until: date | None = None

    def ended(self, today: date) -> bool:
        return self.valid_until is not None and self.valid_until < today

    def standing(self, today: date, review_days: int) -> Standing:
        if self.ended(today):
            return Standing.EXPIRED
        if self.valid_until is not None and self.valid_until < today + SOON:
            return Standing.SOON
        return Standing.DUE if self.reviewed + timedelta(days=review_days) < today + SOON else Standing.GOOD

    def words(self, energy: str) -> str:
        return next((words for kind, words in self.by_energy.items() if kind == energy), self.answer)


class Faq(Strict):
    """review_days: after so many days `lint` asks for another look. reviewer: of entries that name nobody."""

    review_days: int = Field(default=365, ge=1)
    reviewer: str = ""
    entries: tuple[Entry, ...] = ()

    @field_validator("entries")
    @classmethod
    def no_id_twice(cls, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        keys = [(each.about, each.id) for each in entries]
        doubled = next((key for key in keys if keys.count(key) > 1), None)
        if doubled:
            raise ValueError(f"two answers have the id {doubled[1]}")
        return entries

    def find(self, topic: str, today: date, about: Subject = "faq") -> Entry | None:
        """None when there is no such answer or it is no longer valid: then a person answers."""
        found = self.named(topic, about)
        return None if found is None or found.ended(today) else found

    def named(self, topic: str, about: Subject = "faq") -> Entry | None:
        """Whether still valid or not."""
        return next((each for each in self.entries if (each.about, each.id) == (about, topic)), None)
