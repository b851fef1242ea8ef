"""The people and cars of a synthetic dealership, each drawn by the seed and a number of its own.

Who customer 17 is does not depend on how many others there are. Shares are guesses of a usual house, written down here
and in docs/simulate.md; nobody measured them.
"""

import random
from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

from bot.customer import Purpose

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = ("伟", "芳", "敏", "静", "强", "磊", "洋", "艳", "勇", "杰", "娟", "涛", "明", "超", "霞", "平", "刚", "玲",
         "浩然", "雨桐", "子轩", "思琪", "建国", "晓东")  # fmt: skip
MODELS = (("知行", "petrol"), ("长风", "petrol"), ("牧野", "petrol"), ("云栖", "hybrid"), ("千帆", "plug_in"),
          ("拾光", "electric"))  # fmt: skip
EVERY_WORD = (Purpose.SURVEY, Purpose.GREETING, Purpose.MARKETING)

SHARES_A_NUMBER = 40  # one in so many files has the number of the file before: a couple, a firm
FOLLOWS, HAS_EMAIL, HAS_BIRTHDAY = 0.62, 0.3, 0.8
LANDLINE, DEAD, BLOCKED = 0.02, 0.03, 0.01
ALL_CONSENTS, GREETINGS_ONLY = 0.45, 0.2
REFUSES_AT_FIRST = 0.03
BUYS_THIS_YEAR = 0.04


@dataclass(frozen=True, slots=True)
class Car:
    """delivered: to its owner. km_a_day: what the odometer gains. insured_until: of the running policy."""

    plate: str
    model: str
    energy: str
    vin: str
    delivered: date
    km_a_day: float
    insured_until: date

    def km(self, on: date) -> int:
        return max(int((on - self.delivered).days * self.km_a_day), 5)


@dataclass(frozen=True, slots=True)
class Person:
    """One file. openid "" follows nobody; email "" has none; born None told nobody.

    answers, happy: how likely a question is answered, and well. dead, blocked: what the SMS provider says of it.
    """

    number: int
    name: str
    phone: str
    email: str
    openid: str
    born: date | None
    year_told: bool
    consents: tuple[Purpose, ...]
    refuses: tuple[Purpose, ...]
    dead: bool
    blocked: bool
    answers: float
    happy: float
    visits_a_year: float
    car: Car

    @property
    def external_id(self) -> str:
        return f"SIM{self.number:06d}"


def person(seed: int, number: int, first_day: date, days: int) -> Person:
    chance = random.Random(f"{seed}:person:{number}")
    landline, dead, blocked = (chance.random() < share for share in (LANDLINE, DEAD, BLOCKED))
    shared = number % SHARES_A_NUMBER == SHARES_A_NUMBER - 1
    return Person(
        number=number,
        name=chance.choice(SURNAMES) + chance.choice(GIVEN),
        phone=_phone(seed, number - 1) if shared else _number(number, landline),
        email=f"sim{number}@example.com" if chance.random() < HAS_EMAIL else "",
        openid=f"oSim{number:024d}" if chance.random() < FOLLOWS else "",
        born=_birthday(chance, number),
        year_told=chance.random() < 0.7,
        consents=_consents(chance),
        refuses=_refuses(seed, number - 1 if shared else number),
        dead=dead,
        blocked=blocked,
        answers=chance.uniform(0.2, 0.75),
        happy=chance.uniform(0.75, 1.0),
        visits_a_year=chance.uniform(0.6, 3.0),
        car=_car(chance, number, first_day, days),
    )  # fmt: skip


def _phone(seed: int, number: int) -> str:
    """As drawn for that customer, for one who shares it."""
    chance = random.Random(f"{seed}:person:{number}")
    return _number(number, chance.random() < LANDLINE)


def _refuses(seed: int, number: int) -> tuple[Purpose, ...]:
    """A number's word, so that of whoever shares it."""
    chance = random.Random(f"{seed}:refuses:{number}")
    refused = chance.choice((Purpose.MARKETING, Purpose.SURVEY, Purpose.ALL))
    return (refused,) if chance.random() < REFUSES_AT_FIRST else ()


def _number(number: int, landline: bool) -> str:
    return f"+86571{80000000 + number}" if landline else f"+86139{number:08d}"


def _birthday(chance: random.Random, number: int) -> date | None:
    """One in two hundred was born on the day that comes every four years."""
    told, born = chance.random() < HAS_BIRTHDAY, date(1960, 1, 1) + timedelta(days=chance.randrange(16_000))
    if not told:
        return None
    if number % 200 == 0:
        leap = next(year for year in range(born.year, born.year + 9) if isleap(year))
        return date(leap, 2, 29)
    return born


def _consents(chance: random.Random) -> tuple[Purpose, ...]:
    drawn = chance.random()
    if drawn < ALL_CONSENTS:
        return EVERY_WORD
    return (Purpose.SURVEY, Purpose.GREETING) if drawn < ALL_CONSENTS + GREETINGS_ONLY else (Purpose.SURVEY,)


def _car(chance: random.Random, number: int, first_day: date, days: int) -> Car:
    model, energy = chance.choice(MODELS)
    this_year = chance.random() < BUYS_THIS_YEAR
    delivered = first_day + timedelta(days=chance.randrange(days) if this_year else -chance.randrange(20, 3600))
    after = max(first_day, delivered)
    renews = date(after.year, delivered.month, min(delivered.day, 28))
    return Car(
        plate=f"浙X{number % 100_000:05d}",
        model=model,
        energy=energy,
        vin=f"XYH{number:014d}",
        delivered=delivered,
        km_a_day=chance.uniform(12, 70),
        insured_until=renews if renews > after else renews.replace(year=after.year + 1),
    )
