"""Days as people name them, always ahead: 明儿, 下周三, 25号, 月底, 国庆后, 三天后. Times stand in times.py.

A booking lies in the future: a weekday or a day of the month already past means the next one (scheduling.md §6).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.understanding.slots.festivals import FESTIVAL, after_festival, festival
from bot.understanding.slots.numerals import NUMBER, value
from bot.understanding.slots.wished import wished

N = NUMBER
# 国庆放完假上班头一天, 节后第一个工作日.
BACK_AT_WORK = (
    "(?:[放过休]?完了?|结束)?(?:节|假期?|长假)?(?:[以之过]?后|回来)?的?"
    "(?:(?:上班|开工|复工)的?(?:[第头]一天|那一?天|当天)|(?<=后)[第头]一天|[第头]一个工作日)"
)
NEAR = {
    "大后": 3, "后": 2, "明": 1, "听": 1, "聽": 1, "今": 0, "当": 0,
}  # fmt: skip
WEEKDAYS = {sign: number for number, sign in enumerate("一二三四五六日")} | {"天": 6, "末": 5} | {
    str(number + 1): number for number in range(6)
}  # fmt: skip
MENTIONS = re.compile(
    "(?P<near>大后|后|明|听|今)(?:天|日(?!\\d)|儿个?|早|朝|晚|下午|上午|中午)|"
    "(?P<now>现在|马上|这就|立马)(?=[^,。]{0,3}(?:过[来去](?!了)|去店|到店|开过))|"
    "(?P<weeks>(?:(?<!一)下个?|这个?|本|上个?)*)(?:周|星期|礼拜)(?P<day>[一二三四五六日天末1-6])(?!年|次|个月)|"
    "(?P<nextweek>(?<!一)下个?(?:周|星期|礼拜))(?![一二三四五六日天末1-6])|"
    "(?P<weekend>双休日?)|"
    f"(?P<in>{N})(?P<unit>天|日|周|个?星期|个?礼拜|个月)(?:以|之|过)?后|"
    f"过(?P<in2>[一两二三四五六七\\d]+)(?P<unit2>天|周|个星期)|"
    "(?:(?P<year>20\\d\\d)[年\\-/.])?(?P<month>1[0-2]|0?[1-9]|十[一二]|十|"
    "[一二三四五六七八九])(?:月|/|(?<=\\d)-)(?P<dom>[12]\\d|3[01]|0?[1-9]|"
    "[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])(?:号|日)?(?![\\d%万])|"
    "(?:(?P<nextmonth>下个?月)|这个?月|本月|月)?(?:初|底|末|中旬?)?(?:的|大概|差不多|,)?(?P<number>[12]\\d|3[01]|"
    "[1-9]|二?十[一二三四五六七八九]?|三十一?|"
    "[一二三四五六七八九])(?:号|日)(?!楼|店|线|门|车|位|机|那个|项)|"
    "(?P<part>下个?月初|下个?月底|下个?月中旬?|月底|月末|月初|月中旬?|下个?月|年底|年前|年后)|"
    f"(?P<festival>{FESTIVAL})(?P<rel>节|假期|放假|长假)*(?P<when>{BACK_AT_WORK}|前最后一天|过?了?以后|过?了?之后|过后|过完了?|完了?上班"
    f"第一天|上班第一天|完了?|后(?!天)|期间|最后一天|前一天|"
    f"前|第[一二三四五六七]天|当天|当日|那天)?|"
    "(?P<soon>这两天|这几天|近期|最近几天|今明两天|明后天)"
)
MONTH_END = 25
MIDDLE = 15
# 周六不行, 不是21号, 原来约的周五: named, but not wanted.
NOT_THEN = re.compile(
    "^(?:的?(?:上午|下午|早上|晚上|那天)?)?(?:的?那个?(?:保养|试驾|预约|维修|检查|约)?)?(?:我|咱|这边)?"
    "(?:就|都|可能|怕|也|临时|突然)?(?:不(?:行|方便|可以|太?行|去了|"
    "来了|在|能|得)|没(?:空|时间|法)|去不|来不|有(?:事|会|课|约)|我?要(?:开会|上班|加班|出差|值班|上课|考试|陪|"
    "带|去)|过不[来去]|唔|"
    "限[号行]|加班|值班|出差|排满|约了人|赶不|我?[^,。]{0,4}(?:生日|婚礼|结婚|手术))"
)
NOT_THIS = re.compile(
    "(?:不是|除了|别|不要|原[来定本](?:约|是|定)?(?:的|在|了)?|本来(?:约|是)?(?:的)?|之前约的?|上次)$"
)
# 礼拜六啊不是礼拜天 puts right; 是礼拜六啊不是礼拜天 insists.
PUTS_RIGHT = re.compile(
    "(?:^|[^是约])(?:[下这本]个?)?(?:(?:周|星期|礼拜)[一二三四五六日天]|[今明后]天|\\d[号日])[ ,]*"
    "[哦啊噢呃哎][ ,]*不是$"
)
FROM = re.compile(
    "^(?:的)?(?:那个|的预约|预约|保养|试驾|约)?[^,。 ]{0,8}?(?:改|换(?:到|成|个?时间|一?天)|挪|推|调|提前|延)"
)
TOWARDS = re.compile("(?:改|换|挪|推迟?|调|提前|延期?|变)(?:成|到|为|至|在)?(?:了)?$")
# Said after a day: what comes next puts it right.
THINKS_AGAIN = re.compile(
    "不对|[ ,]不[, ]+|[说记弄搞看写]错了?|错了|[哦啊噢呃]不|不好意思|改口|等等|不不|"
    "(?:^|[,。! 哎唉呀])(?:算了)?还是(?!有|没|老)"
)
ALONE = re.compile(
    "(?:[不哦噢啊呃嗯那就改成到是 ,。]|还是|换成|应该)*(?:(?P<month>1[0-2]|0?[1-9])[./\\-])?(?P<dom>[12]\\d|3[0"
    "1]|0?[1-9])"
    "(?![\\d万点:%年个块元.公人k])(?:号|日)?(?:吧|好了|行|可以|的|[,。 !?]|$)"
)
LONGEST_MONTH = 31
REGISTERED = re.compile(
    "(?:(?P<ago>今|去|大前|前)年|(?P<y>(?:20)?[012]\\d|[二两]?[零〇]?[一二][零〇一二三四五六七八九])年)(?:的)?"
    "(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?(ago)(?=[^,。]{0,6}(?:上(?:的)?牌|提|买|落户|登记)))"
)
YEARS_AGO = {"今": 0, "去": 1, "前": 2, "大前": 3}
AGO = {"昨": 1, "前": 2, "大前": 3}
# 9月12号报上去的, 8月28号换的: a day of the calendar on which something was done.
PAST_OF_MONTH = re.compile(
    "(?:(?P<month>1[0-2]|0?[1-9])月)?(?<!\\d)(?P<of>[12]\\d|3[01]|0?[1-9])[号日](?![^,。]{0,3}(?:再|过来|过去))[^,。!?]{0,10}?"
    "(?:[修换做洗补喷装报送买提取]|保养|投诉|反映|打|说|约|检查|处理|去|来)(?:上去|好|完)?(?:的|了|过)(?![^,。]{0,3}(?:吗|没))"
)
PAST = re.compile("上个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])|(?P<ago>大前|昨|(?<![之以])前)(?:天|日|儿(?!子))")
BARE_WEEKDAY = "(?<!下)(?<!这)(?:周|星期|礼拜)(?P<day>[一二三四五六日天1-6])"
MOVED_TO = re.compile(f"[改换挪推调][^,。]{{0,3}}{BARE_WEEKDAY}")
ANSWERED = re.compile(f"^(?:[那就是]|[记说讲写打弄搞看]错了?|口误|不对|应该|[,。 ])*{BARE_WEEKDAY}")
CALENDAR_BESIDE = re.compile("[号日\\d]\\(?")
FROM_THEN = re.compile("(?:的|左右)?(?:以后|之后|过后|往后|后(?![面边天])|起|开始)")
CORRECTED = re.compile("(?:说错|不对|错了|应该是|哦不|不不|更正|而?是)[^,。]{0,3}[,。 ]*$")


@dataclass(frozen=True, slots=True)
class Day:
    """on: that day; from_: that day or later (国庆后, 下周). One of them is set. vague: a season rather than a day."""

    on: date | None = None
    from_: date | None = None
    start: int = 0
    end: int = 0
    vague: bool = False


def day(text: str, today: date) -> Day | None:
    """The day wanted: of several the one moved to or put right, else the first not ruled out.

    A day counts before a season: 国庆放假回来, 8号以后.
    """
    named = list(_named(text, today))
    out = {each.on for each in named if each.on and _ruled_out(text, each)}
    wanted = [each for each in named if each.on not in out and not _ruled_out(text, each)]
    wanted = wanted or [each for each in named if not _ruled_out(text, each)]  # 周三上午没空, 周三下午行
    wanted = [each for each in wanted if not each.vague] or wanted
    if not wanted:
        return None
    if (again := THINKS_AGAIN.search(text, wanted[0].end)) and wanted[-1].start >= again.start():
        return wanted[-1]
    spans = [(each.start, each.end) for each in named]
    wish = {each: wished(text, each.start, each.end, spans) for each in wanted}
    moved = [each for each in wanted if _put_right(text[: each.start]) and (wish[each] >= 0 or len(wanted) == 1)]
    return moved[-1] if moved else max(wanted, key=wish.__getitem__)


def _put_right(before: str) -> bool:
    return TOWARDS.search(before) is not None or CORRECTED.search(before) is not None


def told(text: str, today: date) -> Day | None:
    """The first day named, wanted or not: 明天我过不去 is when somebody else comes."""
    return next(_named(text, today), None)


def alone(text: str, today: date) -> Day | None:
    """29, 9.26, 不不, 29吧: a day by its bare number, where a day was the question."""
    found = ALONE.match(text)
    if found is None:
        return None
    month, dom = int(found["month"] or 0), int(found["dom"])
    first = _safe(today.year, month, 1) if month else today.replace(day=1)
    while first is not None:
        there = _safe(first.year, first.month, dom)
        if there and there >= today:
            return Day(there, start=found.start("dom"), end=found.end())
        first = None if month or dom > LONGEST_MONTH else _next_month(first)
    return None


def in_week_of(said: object, text: str, standing: Sequence[datetime]) -> object:
    """下周二的改到周四: a weekday moved to is of the week of what stands, unless that is over."""
    found = MOVED_TO.search(text) or ANSWERED.search(text)
    if len(standing) != 1 or found is None or not isinstance(said, str):
        return said
    stands = standing[0].date()
    there = stands - timedelta(days=stands.weekday()) + timedelta(days=WEEKDAYS[found["day"]])
    return max(there, date.fromisoformat(said)).isoformat()


def shifted(text: str) -> int | None:
    """往后推一天 → 1, 提前两天 → -2: days by which a standing booking moves."""
    found = re.search(
        f"(?:推[迟后]|往?后[延推挪顺]|延[后期迟]|顺延|晚|往后)[^,。 ]{{0,2}}?(?P<n>{N}|半)"
        "(?P<unit>天|周|个?(?:星期|礼拜))",
        text,
    )
    if found:
        return _days(found)
    found = re.search(f"(?:提前|往前[挪推]?|早)[^,。 ]{{0,2}}?(?P<n>{N})(?P<unit>天|周|个?(?:星期|礼拜))", text)
    return -_days(found) if found else None


def registered(text: str, today: date) -> str | None:
    """When a car was first registered, YYYY-MM: 21年6月上的牌, 前年三月上牌."""
    found = REGISTERED.search(text)
    if not found:
        return None
    if found["ago"]:
        year = today.year - YEARS_AGO[found["ago"]]
    else:
        year = int("".join(str(int(value(sign) or 0)) for sign in found["y"]))
        year = year if year > 2000 else 2000 + year % 100
    month = int(value(found["m"]) or 0)
    return f"{year}-{month:02}" if date(year, month, 1) <= today else None


def past(text: str, today: date) -> date | None:
    """A day that is over: 上周六, 昨天, 大前天, 上个星期三, 9月12号报上去的."""
    found = PAST.search(text)
    if found is None:
        return _past_of_month(text, today)
    if found["day"]:
        monday = today - timedelta(days=today.weekday(), weeks=1)
        return monday + timedelta(days=WEEKDAYS[found["day"]])
    return today - timedelta(days=AGO[found["ago"]])


def _past_of_month(text: str, today: date) -> date | None:
    found = PAST_OF_MONTH.search(text)
    if found is None:
        return None
    month = int(found["month"] or today.month)
    try:
        then = date(today.year, month, int(found["of"]))
    except ValueError:
        return None
    return then if then <= today else None


def _days(found: re.Match[str]) -> int:
    return int(value(found["n"]) or 1) * (1 if found["unit"] == "天" else 7)


def _ruled_out(text: str, each: Day) -> bool:
    before = text[: each.start]
    if NOT_THEN.match(text[each.end :]) or (NOT_THIS.search(before) and not PUTS_RIGHT.search(before)):
        return True
    return FROM.match(text[each.end :]) is not None and MENTIONS.search(text[each.end :]) is not None


def _named(text: str, today: date) -> Iterator[Day]:
    """In order. 25号周五 is one day; 周四 after 下周三 is of the same week."""
    before: Day | None = None
    dated: Day | None = None  # 下周五中秋放假啊, 那就周四: of that week, whatever season is named between
    for found in MENTIONS.finditer(text):
        kind = next((name for name in READERS if found.group(name)), None)
        read = READERS[kind](found, today) if kind else None
        if read is None:
            continue
        if before and kind == "day" and read.on and dated and dated.on:
            if before.on and CALENDAR_BESIDE.fullmatch(text[before.end - 1 : found.start()]):
                continue
            read = _of_that_week(read.on, dated.on, found)
        later = FROM_THEN.match(text, found.end()) if read.on else None
        on, from_ = (None, read.on) if later else (read.on, read.from_)
        start = found.end() - len(found[0].lstrip(", "))
        before = Day(on, from_, start, found.end(), vague=kind in VAGUE and on is None)
        dated = before if on else dated
        yield before


def _of_that_week(on: date, before: date, found: re.Match[str]) -> Day:
    """不是周三是周四, where that Wednesday is next week's."""
    monday = before - timedelta(days=before.weekday())
    return Day(on) if found["weeks"] else Day(max(on, monday + timedelta(days=on.weekday())))


def _near(found: re.Match[str], today: date) -> Day:
    return Day(today + timedelta(days=NEAR[found["near"]]))


def _weekday(found: re.Match[str], today: date) -> Day | None:
    weeks = found["weeks"]
    if "上" in weeks:
        return None
    monday = today - timedelta(days=today.weekday())
    there = monday + timedelta(days=WEEKDAYS[found["day"]], weeks=weeks.count("下"))
    if there >= today or weeks.count("下"):
        return Day(there)
    return Day(today) if found["day"] == "末" and today.weekday() == 6 else Day(there + timedelta(weeks=1))


def _next_week(_found: re.Match[str], today: date) -> Day:
    return Day(from_=today + timedelta(days=7 - today.weekday()))


def _weekend(_found: re.Match[str], today: date) -> Day:
    return Day(max(today, today + timedelta(days=5 - today.weekday())))


def _later(found: re.Match[str], today: date) -> Day | None:
    amount, unit = value(found["in"] or found["in2"]), found["unit"] or found["unit2"]
    if amount is None or amount > 60:
        return None
    days = amount * (1 if unit in ("天", "日") else 30 if unit.endswith("月") else 7)
    return Day(today + timedelta(days=int(days)))


def _calendar(found: re.Match[str], today: date) -> Day | None:
    month, dom = int(value(found["month"]) or 0), int(value(found["dom"]) or 0)
    if found["year"]:
        there = _safe(int(found["year"]), month, dom)
        return Day(there) if there and there >= today else None
    there = _safe(today.year, month, dom)
    if there and there < today:
        there = _safe(today.year + 1, month, dom)
    return Day(there) if there else None


def _number(found: re.Match[str], today: date) -> Day | None:
    dom = int(value(found["number"]) or 0)
    first = _next_month(today) if found["nextmonth"] else today.replace(day=1)
    for _ in range(3):
        there = _safe(first.year, first.month, dom)
        if there and there >= today:
            return Day(there)
        first = _next_month(first)
    return None


def _part(found: re.Match[str], today: date) -> Day | None:
    said = found["part"]
    first = _next_month(today) if said.startswith("下") else today.replace(day=1)
    if said.startswith("年"):
        return Day(from_=date(today.year, 12, MONTH_END)) if said == "年底" else None
    dom = MONTH_END if said.endswith(("底", "末")) else MIDDLE if "中" in said else 1
    there = first.replace(day=dom)
    return Day(from_=there if there >= today or said.endswith(("底", "末")) else _next_month(first).replace(day=dom))


def _festival(found: re.Match[str], today: date) -> Day | None:
    when = found["when"] or ""
    if when == "前":
        return None
    if when in ("前一天", "前最后一天"):
        return Day(festival(found["festival"], today) - timedelta(days=1))
    if when == "最后一天" or re.fullmatch(BACK_AT_WORK, when):
        return Day(after_festival(found["festival"], today) - timedelta(days=when == "最后一天"))
    if when.endswith(("以后", "之后", "过后", "完", "完了", "后")):
        return Day(from_=after_festival(found["festival"], today))
    there = festival(found["festival"], today)
    if when.startswith("第"):
        return Day(there + timedelta(days=int(value(when[1]) or 1) - 1))
    return Day(there) if when in ("当天", "当日", "那天") else Day(from_=there)


def _soon(_found: re.Match[str], today: date) -> Day:
    return Day(from_=today)


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _safe(year: int, month: int, dom: int) -> date | None:
    try:
        return date(year, month, dom)
    except ValueError:
        return None


VAGUE = frozenset({"nextweek", "part", "festival", "soon"})
READERS: dict[str, Callable[[re.Match[str], date], Day | None]] = {
    "near": _near,
    "now": lambda _found, today: Day(today),
    "day": _weekday,
    "nextweek": _next_week,
    "weekend": _weekend,
    "in": _later,
    "in2": _later,
    "month": _calendar,
    "number": _number,
    "part": _part,
    "festival": _festival,
    "soon": _soon,
}
