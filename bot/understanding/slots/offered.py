"""Which of the offered times is chosen: 第二个, 早的那个, 下午那个, 十点半的."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from bot.dealer import Span
from bot.understanding.slots import dates, times
from bot.understanding.slots.numerals import value

PLACE = re.compile(
    "(?:第|选项?|要|就)?(?P<n>[1-9一二三四五])(?:个|项|号|条|种)?(?:时间段?|的)?(?:吧|可以|行|就好|好了|$|[,。 ])"
)
NAMED = re.compile("第(?P<n>[1-9一二三四五])(?!天|次|回|趟|年|周|步|时间)")
BEFORE_MORE = re.compile("(?:就|要|选|第)*(?P<n>[1-9])(?:吧|[个号项]吧|那个)(?=[,。!~ ])")  # 2吧, 下班顺路
SWAPPED = re.compile(
    "(?:[换改](?:[成到为选要])?|[选要](?!不)|还是)第?(?P<n>[1-9一二三四五])(?:个|号|项)?(?=$|[,。!~ ]|吧|好了|行)"
)
FIRST = re.compile("最早|早(?:的|一?点的|那个)|前(?:面)?(?:的|那)|第一(?!天|次|回|趟|年|周|步|时间)")
LAST = re.compile("最晚|最后|晚(?:的|一?点的?|那个)|后(?:面|头)?(?:的|那)")
MIDDLE = re.compile("中间")
# 28号, 下午 says when; 28号下午那个 points at one of ours.
POINTS = re.compile("\\d:\\d|[点那的个吧就行好成中选要]|可以|ok")
NONE = re.compile("都不|不(?:行|方便|合适|可以)|别的|换(?:个|一)|没有?合适")
Option = Mapping[str, object]


def chosen(text: str, options: Sequence[Option], now: datetime, opening: Span) -> Option | None:
    """The option {n, date, time} meant, or None when none is, or more than one could be."""
    if (found := by_number(text, options)) is not None:
        return found
    if NONE.search(text) or not options:
        return None
    fitting = _fitting(text, options, now, opening)
    if len(fitting) == 1 and (POINTS.search(text) or times.clock(text, now, opening).period is None):
        return fitting[0]
    of = fitting or list(options)
    if MIDDLE.search(text) and len(of) % 2:
        return of[len(of) // 2]
    return of[0] if FIRST.search(text) else of[-1] if LAST.search(text) else None


def by_number(text: str, options: Sequence[Option]) -> Option | None:
    """第二个, 2吧; 不行, 那天有事, 换成三."""
    named = SWAPPED.search(text) or (
        None if NONE.search(text) else NAMED.search(text) or PLACE.fullmatch(text.strip()) or BEFORE_MORE.match(text)
    )
    number = int(value(named["n"]) or 0) if named else 0
    return next((each for each in options if each.get("n") == number), None)


def _fitting(text: str, options: Sequence[Option], now: datetime, opening: Span) -> list[Option]:
    """Options at the day, hour or part of the day named."""
    day, clock = dates.day(text, now.date()), times.clock(text, now, opening)
    if not (day and day.on) and clock.at is None and clock.period is None:
        return []
    return [each for each in options if _fits(each, day, clock)]


def _fits(option: Option, day: dates.Day | None, clock: times.Clock) -> bool:
    at = _at(option.get("time"))
    if day and day.on and str(option.get("date")) != day.on.isoformat():
        return False
    if clock.at and at != clock.at:
        return False
    return clock.at is not None or clock.period is None or at is None or _part(at) == clock.period


def _at(written: object) -> time | None:
    try:
        return time.fromisoformat(str(written))
    except ValueError:
        return None


def _part(at: time) -> str:
    return "morning" if at.hour < 12 else "noon" if at.hour < 13 else "afternoon" if at.hour < 18 else "evening"
