"""Festivals people book around: 国庆后, 年后. Lunar ones are computed; how long one is free is usual, not decreed."""

import re
from datetime import date, timedelta

SOLAR = {
    "元旦": (1, 1, 1),
    "五一": (5, 1, 5),
    "劳动节": (5, 1, 5),
    "国庆": (10, 1, 7),
    "十一": (10, 1, 7),
    "清明": (4, 4, 3),
    "双十一": (11, 11, 1),
    "双十二": (12, 12, 1),
    "圣诞": (12, 25, 1),
}
LUNAR = {"春节": (1, 1, 8), "过年": (1, 1, 8), "元宵": (1, 15, 1), "端午": (5, 5, 3), "中秋": (8, 15, 3),
    "七夕": (7, 7, 1), "重阳": (9, 9, 1),
}  # fmt: skip
FESTIVAL = "长假|黄金周|(?<![春秋年旦庆一阳夕午宵诞动明过])节(?=后)|" + "|".join(
    (*(name for name in SOLAR if name != "十一"), *LUNAR, "十一(?=假|长|以?后|期间|前|过|放|第|当)")
)


LONG = ("国庆", "春节", "五一")


def festival(name: str, today: date) -> date:
    """Its first day, the next time it comes; the present one while it lasts."""
    for year in (today.year, today.year + 1):
        first, last = _span(_called(name, today), year)
        if last >= today:
            return max(first, today)
    raise AssertionError("a festival comes every year")


def after_festival(name: str, today: date) -> date:
    for year in (today.year, today.year + 1):
        _, last = _span(_called(name, today), year)
        if last >= today:
            return last + timedelta(days=1)
    raise AssertionError("a festival comes every year")


def days_of(text: str, today: date) -> list[date]:
    """The days of the festival a text names, today and later; [] where it names none, or what comes after it."""
    found = re.search(f"(?:{FESTIVAL})(?!节?(?:假期?)?(?:以|之|过)?后)", text)
    if found is None:
        return []
    first, after = festival(found[0], today), after_festival(found[0], today)
    return [first + timedelta(days=number) for number in range((after - first).days)]


def _called(name: str, today: date) -> str:
    """长假, 节后: the long one that comes next."""
    return min(LONG, key=lambda each: festival(each, today)) if name in ("长假", "黄金周", "节") else name


def _span(name: str, year: int) -> tuple[date, date]:
    if name in SOLAR:
        month, day, long = SOLAR[name]
        first = date(year, month, day)
    else:
        month, day, long = LUNAR[name]
        first = _solar(year, month, day)
    return first, first + timedelta(days=long - 1)


def _solar(year: int, month: int, day: int) -> date:
    from lunar_python import Lunar  # noqa: PLC0415  its tables are only needed when somebody names such a day

    found = Lunar.fromYmd(year, month, day).getSolar()
    return date(found.getYear(), found.getMonth(), found.getDay())
