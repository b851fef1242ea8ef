"""Days of the calendars people live by: months added, lunar days, the n-th Sunday, the solar terms. Local dates."""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from lunar_python import Lunar, Solar

LUNAR = "L"  # "L08-15"


def add_months(day: date, months: int, *, stick_to_end: bool = False) -> date:
    """01-31 and one month is the last of February; with stick_to_end a month's last day stays a month's last day."""
    first = day.year * 12 + day.month - 1 + months
    year, month = divmod(first, 12)
    last = monthrange(year, month + 1)[1]
    was_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if stick_to_end and was_last else min(day.day, last))


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def whole_months(start: date, end: date) -> int:
    """Full months from start to end, by the rule of `add_months`."""
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if add_months(start, months) <= end else months - 1


@lru_cache(maxsize=4096)
def lunar_keys(day: date) -> tuple[str, ...]:
    """The lunar days kept on this day, each with its lunar year: "2026-L08-15".

    A leap month keeps none: who was born in one keeps the plain month. Where a month has no 30th, its 29th keeps it.
    """
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    year, month, number = lunar.getYear(), lunar.getMonth(), lunar.getDay()
    if month < 0:
        return ()
    keys = [f"{year}-{LUNAR}{month:02d}-{number:02d}"]
    if number == 29 and _is_first(day + timedelta(days=1)):
        keys.append(f"{year}-{LUNAR}{month:02d}-30")
    return tuple(keys)


@lru_cache(maxsize=1024)
def lunar_day(year: int, written: str) -> date:
    """The day in the lunar year `year` that "L08-15" falls on; the 29th where the month has no 30th."""
    month, number = int(written[1:3]), int(written[4:])
    solar = Lunar.fromYmd(year, month, min(number, 29)).getSolar()
    day = date(solar.getYear(), solar.getMonth(), solar.getDay())
    following = day + timedelta(days=1)
    return following if number == 30 and not _is_first(following) else day


@lru_cache(maxsize=256)
def solar_term(year: int, name: str) -> date:
    """清明, 冬至 … of a solar year. Raises KeyError for a name that is none."""
    for each in (year, year + 1):  # a table runs from the winter before its spring to the next spring
        found = Solar.fromYmd(each, 7, 1).getLunar().getJieQiTable()[name]
        if found.getYear() == year:
            return date(year, found.getMonth(), found.getDay())
    raise KeyError(name)


def nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    """weekday: 1 Monday to 7 Sunday; the second Sunday of May is (5, 2, 7)."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7 + 7 * (nth - 1))


def _is_first(day: date) -> bool:
    return int(Solar.fromYmd(day.year, day.month, day.day).getLunar().getDay()) == 1
