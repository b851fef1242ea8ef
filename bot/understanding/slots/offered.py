"""Which of the offered times is chosen: 第二个, 早的那个, 下午那个, 十点半的."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time

from bot.dealer import Span
from bot.understanding.slots import dates, times
from bot.understanding.slots.numerals import value

# 1号 is a day; 选1号 is the first of ours.
_NUMBERED = "(?P<n>[1-9一二三四五])(?:个|项|条|种|(?<=[第选项要定].)号)?"
PLACE = re.compile(f"(?:第|选项?|要|就)?{_NUMBERED}(?:时间段?|的)?(?:吧|可以|行|就好|好了|$|[,。 ])")
NAMED = re.compile("第(?P<n>[1-9一二三四五])(?!天|次|回|趟|年|周|步|时间)")
BEFORE_MORE = re.compile("(?:就|要|选|第)*(?P<n>[1-9])(?:吧|[个项]吧|那个)(?=[,。!~ ])")  # 2吧, 下班顺路
SWAPPED = re.compile(
    "(?:[换改](?:[成到为选要])?|[选要](?!不)|还是)第?(?P<n>[1-9一二三四五])(?:个|(?<=[第选要].)号|项)?"
    "(?=$|[,。!~ ]|吧|好了|行)"
)
FIRST = re.compile("最早|早(?:的|一?点的|那个)|前(?:面)?(?:的|那)|第一(?!天|次|回|趟|年|周|步|时间)")
PICKED_NUMBER = re.compile("[第选项要定][1-9一二三四五]号")  # no day of the month
# 右后那条 is a tyre.
LAST = re.compile(
    "最晚|最后|晚(?:的|一?点的?|那个)|(?<![左右])后(?:面|头)?(?:的|那)(?!条|轮|胎|边|门)"
)  # 右后那条 is a tyre
MIDDLE = re.compile("中间")
# 28号, 下午 says when; 28号下午那个 points at one of ours.
POINTS = re.compile("\\d:\\d|[点那的个吧就行好成中选要]|可以|ok")
NONE = re.compile("都不|不(?:行|方便|合适|可以)|别的|换(?:个|一)|没有?合适")
# 8点半来得及上班吗, 第三个太晚: spoken of, and not taken.
ASKED = re.compile(
    "[几多]点(?!都)|几时|(?:什么|啥)时候(?!都)|多[久长少]|几个?(?:小时|钟头)|来不?来?得及|赶得[上及回]|做不?做?得完|"
    "(?:能|可以|会)[^,。]{0,6}(?:[做弄搞修]完|搞定|结束|弄好|做好)|会不会|(?<!还)是不是|要等|排队|人多|堵不堵|为(?:什么|啥)|"
    "有(?:没有)?[^,。]{0,4}[早晚](?:一?点|一?些)|[早晚迟](?:一?点|一?些)的?(?:有没有|有吗|呢|可以吗|行吗|行不行)|"
    "[早晚久赶]吗$|[早晚]不[早晚]"
)
REFUSED = re.compile(
    "(?:太|有一?点儿?|偏)[早晚迟赶急]|[早晚]了(?:一?点|些)?|[来赶起走出]不(?:及|上|来|开|了)|不(?:行|方便|可以|合适|太行|太方便|要|想|"
    "选|考虑|是)|没(?:空|时间|法)|有(?:事|会|课)(?!吗)|[要得](?:上班|上课|开会|加班|接|送|带娃|出差)|冲突|除了"
)
EITHER = re.compile("([行好成中对])不\\1|可不可以|能不能|方不方便|行吗|可以吗")
DECIDES = re.compile("吧|就|选|要|定|行|好|可以|ok|换|改")
CLAUSES = re.compile("[,。!?;~ ]+|(?<=了)(?=第|那|就|还是)|(?<=不行)(?=第|那|就|还是|换|改)|(?=那就)")
POINTED = re.compile(f"第[1-9一二三四五]|{times.HOUR}[点:号]|[上下中]午|[早晚]上|周|星期|礼拜|[今明后]天")
NOON, EVENING = 12, 18
Option = Mapping[str, object]


def decided(text: str) -> str:
    """The clauses that may choose: none that asks about a time or says no to one, nor the time it is said of."""
    kept: list[str] = []
    for clause in (each for each in CLAUSES.split(text) if each):
        plain = EITHER.sub("可以", clause)
        swaps = SWAPPED.search(plain)
        if swaps or not (ASKED.search(plain) or REFUSED.search(plain)):
            kept.append(clause)
        elif kept and not POINTED.search(clause) and not DECIDES.search(kept[-1]):
            kept.pop()
    return " ".join(kept)


def chosen(text: str, options: Sequence[Option], now: datetime, opening: Span) -> Option | None:
    """The option {n, date, time} meant, or None when none is, or more than one could be."""
    text = decided(text)
    if (found := by_number(text, options)) is not None:
        day = dates.day(PICKED_NUMBER.sub(" ", text), now.date())
        return found if day is None or day.on is None or str(found.get("date")) == day.on.isoformat() else None
    return _described(text, options, now, opening) if text and options and not NONE.search(text) else None


def _described(text: str, options: Sequence[Option], now: datetime, opening: Span) -> Option | None:
    """早的那个, 下午那个, 十点半的."""
    fitting = _fitting(text, options, now, opening)
    pointed = POINTS.search(text) or times.clock(text, now, opening).period is None
    if fitting is not None and len(fitting) == 1 and pointed:
        return fitting[0]
    of = list(options) if fitting is None else fitting
    if not of:
        return None  # 明早最早的, where ours are of today
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


def _fitting(text: str, options: Sequence[Option], now: datetime, opening: Span) -> list[Option] | None:
    """Options at the day, hour or part of the day named; None when none is named."""
    text = LAST.sub(" ", FIRST.sub(" ", text))
    day, clock = dates.day(text, now.date()), times.clock(text, now, opening)
    if not (day and day.on) and clock.at is None and clock.period is None:
        return None
    return [each for each in options if _fits(each, day, clock)]


def _fits(option: Option, day: dates.Day | None, clock: times.Clock) -> bool:
    at = _at(option.get("time"))
    if day and day.on and str(option.get("date")) != day.on.isoformat():
        return False
    if clock.at and at != clock.at:
        return False
    return clock.at is not None or clock.period is None or at is None or clock.period in _parts(at)


def _at(written: object) -> time | None:
    try:
        return time.fromisoformat(str(written))
    except ValueError:
        return None


def _parts(at: time) -> frozenset[str]:
    """12:30 is noon, and the afternoon as well."""
    if at.hour < NOON:
        return frozenset({"morning"})
    return frozenset({"noon", "afternoon"} if at.hour == NOON else {"afternoon"} if at.hour < EVENING else {"evening"})
