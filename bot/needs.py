"""What somebody looking for a car needs, as far as they said: read from slots and from what the file remembers."""

from collections.abc import Mapping
from dataclasses import dataclass

PREFIX = "need."
NAMES = ("purpose", "budget", "body", "energy", "seats_min", "home_charger")
WORDS: Mapping[str, str] = {
    "family": "家用", "commute": "上下班", "business": "商务接待", "camping": "露营", "first_car": "第一辆车",
    "travel": "跑长途", "second_car": "家里第二辆", "city": "市区代步", "offroad": "越野", "ride_hailing": "网约车",
    "cargo": "拉货", "suv": "SUV",
    "sedan": "轿车", "hatch": "两厢小车", "mpv": "MPV", "petrol": "燃油", "hev": "油电混动", "phev": "插混",
    "ev": "纯电",
}  # fmt: skip
ABOUT = 10  # percent a price may lie over "about"


@dataclass(frozen=True, slots=True)
class Needs:
    """budget_max: what must not be passed; budget_about: round which; CNY. home_charger: None when not said."""

    purpose: tuple[str, ...] = ()
    budget_about: int | None = None
    budget_max: int | None = None
    budget_min: int | None = None
    body: tuple[str, ...] = ()
    energy: str = ""
    seats_min: int | None = None
    home_charger: bool | None = None

    @property
    def has_budget(self) -> bool:
        return self.budget_about is not None or self.budget_max is not None or self.budget_min is not None

    @property
    def ceiling(self) -> int | None:
        """No car above it is shown without saying so."""
        if self.budget_max is not None:
            return self.budget_max
        return None if self.budget_about is None else self.budget_about * (100 + ABOUT) // 100

    @property
    def known(self) -> int:
        """How many of the five things are known: what for, how much, which shape, which energy, how many seats."""
        shape = bool(self.body)
        power = bool(self.energy) or self.home_charger is not None
        return sum((bool(self.purpose), self.has_budget, shape, power, self.seats_min is not None))

    @property
    def completeness(self) -> int:
        """Percent (handbook H2.2.1)."""
        return self.known * 20


def needs_of(slots: Mapping[str, object], remembered: Mapping[str, str]) -> Needs:
    """What is said now, over what was said before."""
    told = {name: remembered[PREFIX + name] for name in NAMES if remembered.get(PREFIX + name)}
    told |= facts_of(slots)
    amounts = dict(part.split(":") for part in told.get("budget", "").split(",") if part.count(":") == 1)
    return Needs(
        purpose=_listed(told.get("purpose", "")),
        budget_about=_whole(amounts.get("about")),
        budget_max=_whole(amounts.get("max")),
        budget_min=_whole(amounts.get("min")),
        body=_listed(told.get("body", "")),
        energy=told.get("energy", ""),
        seats_min=_whole(told.get("seats_min")),
        home_charger={"true": True, "false": False}.get(told.get("home_charger", "")),
    )


def facts_of(slots: Mapping[str, object]) -> dict[str, str]:
    """Name → text as it is remembered: purpose `family,camping`, budget `max:180000`, home_charger `false`."""
    return {name: text for name in NAMES if (text := _text(slots.get(name)))}


def in_words(needs: Needs) -> str:
    """家用、18万以内、7座: what was said, as it is said back."""
    said = [WORDS.get(each, each) for each in needs.purpose]
    said += [words] if (words := budget_words(needs)) else []
    said += [f"{needs.seats_min}座"] if needs.seats_min else []
    said += [WORDS.get(each, each) for each in (*needs.body, needs.energy) if each]
    charger = {True: ["能装充电桩"], False: ["没有家用充电桩"], None: []}[needs.home_charger]
    return "、".join([*said, *charger])


def budget_words(needs: Needs) -> str:
    if needs.budget_max is not None:
        return f"{wan(needs.budget_max)}以内"
    if needs.budget_about is not None:
        return f"{wan(needs.budget_about)}左右"
    return f"{wan(needs.budget_min)}以上" if needs.budget_min is not None else ""


def wan(amount: int) -> str:
    """115800 → 11.58万, 180000 → 18万."""
    return f"{amount / 10000:.2f}".rstrip("0").rstrip(".") + "万"


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return ",".join(f"{name}:{amount}" for name, amount in sorted(value.items()))
    if isinstance(value, list | tuple):
        return ",".join(str(each) for each in value)
    return "" if value is None else str(value)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each for each in text.split(",") if each)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
