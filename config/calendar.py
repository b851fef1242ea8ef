"""Which days count in mainland China, by a chain that does not end when the published data does.

1. config/calendar.yaml of the site; 2. chinese_calendar (State Council notices, data to 2026, raises beyond);
3. the `holidays` projection, widened from the eve of 除夕 to 初七 and without make-up workdays; 4. the weekday.
Days of 3 are `projected`: doctor warns, someone checks the notice (published each November).

A store abroad has another calendar: a table of its own, or none (`stores[].calendar` in dealer.yaml).
"""

import warnings
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import chinese_calendar

from bot.dealer import StoreConfig, Strict
from bot.ports import BusinessCalendar
from config.yaml_lines import load_model

SPRING = "春节"
SPRING_DAYS_BEFORE, SPRING_DAYS = 2, 9  # from the day before 除夕 to 初七


class Table(Strict):
    """The site's own word: both lists beat every other source."""

    holidays: tuple[date, ...] = ()
    workdays: tuple[date, ...] = ()


class OwnDays:
    """Implements `BusinessCalendar` with a table and the weekday alone; an empty table knows no holiday."""

    def __init__(self, table: Table | None = None) -> None:
        self._own = _own(table)

    def is_holiday(self, day: date) -> bool:
        return self._own.get(day, False)

    def is_workday(self, day: date) -> bool:
        return not self._own[day] if day in self._own else day.weekday() < 5

    def projected(self, day: date) -> bool:
        return False


class Calendar:
    """The mainland's days; implements `BusinessCalendar`, and `Calendars` for stores that have others.

    others: by code of the store, those that do not follow the mainland.
    """

    def __init__(self, table: Table | None = None, others: Mapping[str, BusinessCalendar] | None = None) -> None:
        self._own, self._others = _own(table), others or {}
        self._asked: dict[date, bool] = {}  # a turn asks for a few days, always the same, and the sources are slow

    def of(self, store_code: str) -> BusinessCalendar:
        return self._others.get(store_code, self)

    def is_holiday(self, day: date) -> bool:
        """A statutory holiday, adjoined days off included; an ordinary weekend is none."""
        if (known := self._asked.get(day)) is None:
            known = self._asked[day] = self._is_holiday(day)
        return known

    def _is_holiday(self, day: date) -> bool:
        if day in self._own:
            return self._own[day]
        if self.projected(day):
            return day in projected_holidays(day.year)
        on_holiday, name = chinese_calendar.get_holiday_detail(day)
        return bool(on_holiday and name is not None)

    def is_workday(self, day: date) -> bool:
        """Make-up workdays count, as far as they are published."""
        if day in self._own:
            return not self._own[day]
        if self.projected(day):
            return day.weekday() < 5 and day not in projected_holidays(day.year)
        return bool(chinese_calendar.is_workday(day))

    def projected(self, day: date) -> bool:
        """No notice published that this house knows of: the answer is a guess."""
        return day not in self._own and not _published(day.year)


def load_calendar(config_dir: Path, stores: Iterable[StoreConfig] = ()) -> Calendar:
    """The chain with the site's table, if it has one. Raises ConfigError naming file, line and key."""
    path = config_dir / "calendar.yaml"
    others = {each.code: _other(config_dir, each.calendar_of) for each in stores if each.calendar_of != "cn"}
    return Calendar(load_model(path, Table) if path.exists() else None, others)


def _other(config_dir: Path, name: str) -> OwnDays:
    return OwnDays() if name == "none" else OwnDays(load_model(config_dir / name, Table))


def _own(table: Table | None) -> dict[date, bool]:
    """day → holiday. Who writes a day into both lists keeps the holiday."""
    table = table or Table()
    return {**dict.fromkeys(table.workdays, False), **dict.fromkeys(table.holidays, True)}


@lru_cache
def _published(year: int) -> bool:
    try:
        chinese_calendar.is_holiday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


@lru_cache
def projected_holidays(year: int) -> frozenset[date]:
    named: Mapping[date, str] = _projection(year)
    spring = [day for day, name in named.items() if SPRING in name]
    if not spring:
        return frozenset(named)
    start = min(spring) - timedelta(days=SPRING_DAYS_BEFORE)
    return frozenset(named) | {start + timedelta(days=ahead) for ahead in range(SPRING_DAYS)}


def _projection(year: int) -> dict[date, str]:
    import holidays  # noqa: PLC0415  # 0.3 s, and only for years nobody has published yet

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says that 2027 is a projection; `projected` says so to us
        found: Any = holidays.country_holidays("CN", years=year, language="zh_CN")
    return dict(found.items())
