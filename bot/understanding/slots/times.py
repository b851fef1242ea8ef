"""Times of the day as people say them, put into opening hours: 三点半 is 15:30, 明早八点 08:00."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.dealer import Span
from bot.understanding.slots.numerals import NUMBER, value
from bot.understanding.slots.wished import wished

HOUR = "(?:[01]?\\d|2[0-4]|十[一二]?|[一两二三四五六七八九])"
PERIODS = {
    "morning": "头午|上半[天日晌]|前半[天日](?!夜)|(?<![能以要想])[早头]半[天日]|[头上]晌|早上|上午|早晨|清早|一早|"
    "大早|早点|赶早|[明今后]早|朝早|朝头早|[听今后]朝|"
    "早(?=八|九|十|\\d|$|的|吧)|am(?![a-z])",
    "noon": "中午|(?<!头)(?<!上)(?<!下)(?<!后)(?<!过)(?<!过了)晌午(?!头?饭?(?:(?:以|之)?后|一?过(?![来去])))|午休|午饭",
    "afternoon": "晏昼|[后下]晌|下午|午后|下昼|pm(?![a-z])|[下后]半[天日](?!夜)|晌午头?饭?(?:(?:以|之)?后|"
    "一?过(?![来去]))|"
    "过了?晌午",
    "evening": "晚上|傍晚|今晚|明晚|夜里|下班(?:以?后|了)|晚(?=六|七|八|\\d)",
}
COMPILED = {name: re.compile(words) for name, words in PERIODS.items()}
CLOCK = re.compile(
    f"(?<![\\d第])(?!(?<=[早晚快慢有差好大小多])一点(?!半|钟|[一二三四五]?十|[0-5]\\d))(?P<h>{HOUR})(?:(?P<sep>点|:|时(?!间|候))(?:过(?=[\\d一二三四五十]{{1,3}}分))?(?P<m>半|一刻|"
    f"三刻|[0-5]\\d|[一二三四五]?十[一二三四五六七八九]?|[一二三四五]十|"
    f"零[一二三四五六七八九]|[一二三四五六七八九](?=分))?(?:分|钟)?|(?P<half>半)(?=钟|$|[,。 吧])|\\s*(?P<en>am|"
    f"pm)(?![a-z]))(?!星|评|声|建议|意见|要求|问题)"
)
# 差十分九点, 九点差一刻: said from the hour that comes.
SHORT_OF = (
    re.compile(f"差(?P<m>{NUMBER}|一刻)(?:分钟?|钟)?(?:就|到|就到|不到)?(?P<h>{HOUR})点(?:钟|整)?"),
    re.compile(f"(?P<h>{HOUR})点(?:钟)?差(?P<m>{NUMBER}(?=分)|一刻)(?:分钟?|钟)?"),
)
VAGUE = re.compile("(?:一二|一两|两三|二三|三四|四五|五六|六七|七八|八九|九十)点")
LATER = re.compile(f"(?P<n>半|{NUMBER})(?P<half>个半)?(?P<unit>个?小时|个?钟头?|分钟|刻钟)(?:以|之|过)?(?:后|到)")
NOT_THEN = re.compile(
    "^(?:钟)?(?:我?(?:得|还在|在|要)[^,。\\d点]{1,8}(?=[\\d一二三四五六七八九十]+点)|就关门|关门|下班|不(?:行|"
    "方便|可以)|没空|来不|去不|太早|太晚)"
)
FROM = re.compile(
    "^(?:钟)?(?:的)?[^,。 ]{0,8}?(?:改|换|挪|推|调|提前|延)|^(?:的)?[,。 ]+(?:能不能|可以|想|"
    "现在)?.{0,6}(?:改|换|晚一?点|早一?点)"
)
NOT_THIS = re.compile("(?:不是|原[来定本](?:约|是|定)?(?:的|在|了)?|本来(?:约|是)?(?:的)?|说好)$")
SAME = re.compile(
    "(?:同一?个?|同样的?|一样的?|原来的?|原先的?|还是(?:那个|原来的?)(?:那个)?|老)(?:时间|时段|钟?点|钟头|辰光)|"
    "(?:时间(?:点)?|钟点|点钟|钟头|时段|辰光|几点|(?<![一-龥\\d])点)(?:就|也|都)?"
    "(?:不变|一样|照[旧常]|不动|不用[动变改换]|[不别][改换]了?|别[动变]|还是(?:一样|那个|原来|老样)|跟(?:原来|之前)一样)"
)
MOVED_TO = re.compile(
    "(?:(?:改|换|挪|推迟?|调|提前|延|应该是|而?是)(?:成|到|为|至)?|(?:不对|错了|[哦啊]不)[,。 ]*|[,。 哎唉]还是)"
    "(?:上午|下午|早上|中午|晚上)?$"
)
PUT_RIGHT = re.compile("(?:不对|错了|[哦啊噢呃额]不|不不|[,。 ]还是|改成?|算了|不是)[,。 ]*(?:那|就|改|在|要|是)*$")
EARLIER = ("提前", "往前", "早")
_HALVES = {"半": 0.5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4}
SHIFT = re.compile(
    "(?P<way>推迟|延后|延迟|往后|晚|提前|往前|早)(?:推|挪|个|来|到)?(?P<n>\\d+|[半一两二三四])个?(?P<half>半)?("
    "?P<unit>小时|钟头|分钟)"
)
NOON = 12
EARLIEST = 7  # an unmarked hour below it is meant after noon


@dataclass(frozen=True, slots=True)
class Clock:
    """at: local. period: morning | noon | afternoon | evening, as said. day: the moment counted from now (半小时后)."""

    at: time | None = None
    period: str | None = None
    day: datetime | None = None


def clock(text: str, now: datetime, opening: Span) -> Clock:
    """now: local to the store."""
    for pattern in SHORT_OF:
        text = pattern.sub(_less, text)
    later = LATER.search(text)
    if later and not re.search("打扰|没人|等了|修了", text):
        moment = now + _span(later)
        return Clock(moment.time().replace(second=0, microsecond=0), _period(text), moment)
    found = _wanted(text)
    if found is None:
        return Clock(None, _period(text))
    return Clock(_time(found, text, opening), _said(found, text) or _period(text))


def _period(text: str) -> str | None:
    """Of several parts of the day the one wanted: 上午要开会, 下午来."""
    named = [(each, name) for name, words in COMPILED.items() for each in words.finditer(text)]
    named.sort(key=lambda each: each[0].start())
    spans = [each.span() for each, _ in named]
    kept = [(each, name) for each, name in named if not NOT_THEN.match(text[each.end() :])] or named
    if moved := [name for each, name in kept[1:] if PUT_RIGHT.search(text[: each.start()])]:
        return moved[-1]  # 上午吧 哦不下午
    wish = [wished(text, each.start(), each.end(), spans) for each, _ in kept]
    return kept[wish.index(max(wish))][1] if kept else None


def _said(found: re.Match[str], text: str) -> str | None:
    """The part of the day said right before an hour."""
    before = text[max(0, found.start() - 4) : found.start()]
    return next((name for name, words in COMPILED.items() if words.search(before)), None)


def named(text: str, opening: Span) -> list[time]:
    """Every hour named, wanted or not."""
    found = (_time(each, text, opening) for each in CLOCK.finditer(text))
    return [each for each in found if each is not None]


def _less(said: re.Match[str]) -> str:
    """差十分九点 → 8点50分."""
    hour, less = int(value(said["h"]) or 0), 15 if said["m"] == "一刻" else int(value(said["m"]) or 0)
    return f"{hour - 1}点{60 - less}分" if hour > 1 and 0 < less < 60 else said[0]


def shifted(text: str) -> timedelta | None:
    """推迟一个小时, 提前半小时: how far from what stands."""
    found = SHIFT.search(text)
    if found is None:
        return None
    many = int(found["n"]) if found["n"].isdecimal() else _HALVES[found["n"]]
    minutes = many * (60 if found["unit"] == "小时" or found["unit"] == "钟头" else 1) + 30 * bool(found["half"])
    return timedelta(minutes=-minutes if found["way"] in EARLIER else minutes)


def _wanted(text: str) -> re.Match[str] | None:
    """Of several the last one moved to, else the first not ruled out; 三四点 is no time."""
    said = [each for each in CLOCK.finditer(text) if not VAGUE.fullmatch(text[max(0, each.start() - 1) : each.end()])]
    said = [each for each in said if not _ruled_out(text, each)]
    spans = [each.span() for each in said]
    wish = {each.start(): wished(text, *each.span(), spans) for each in said}
    moved = [
        each for each in said if MOVED_TO.search(text[: each.start()]) and (wish[each.start()] >= 0 or len(said) == 1)
    ]
    return moved[-1] if moved else max(said, key=lambda each: wish[each.start()], default=None)


def _ruled_out(text: str, each: re.Match[str]) -> bool:
    rest = text[each.end() :]
    return bool(
        NOT_THEN.match(rest) or NOT_THIS.search(text[: each.start()]) or (FROM.match(rest) and CLOCK.search(rest))
    )


def _span(later: re.Match[str]) -> timedelta:
    amount = 0.5 if later["n"] == "半" else (value(later["n"]) or 0) + (0.5 if later["half"] else 0)
    hours = {"分": 1 / 60, "刻": 1 / 4}.get(later["unit"][0], 1.0)
    return timedelta(hours=amount * hours)


def _time(found: re.Match[str], text: str, opening: Span) -> time | None:
    hour, minute = int(value(found["h"]) or 0), 30 if found["half"] else _minute(found["m"])
    said = _said(found, text) or (found["en"] and {"am": "morning", "pm": "afternoon"}[found["en"]])
    if hour > 23 or minute > 59:
        return None
    return time(_hour(hour, said, opening), minute)


def _hour(hour: int, said: str | None, opening: Span) -> int:
    if hour >= NOON or hour == 0:
        return hour
    if said in ("afternoon", "evening"):
        return hour + NOON
    if said == "noon":
        return hour if hour >= 10 else hour + NOON
    if said == "morning":
        return hour
    late = hour + NOON <= opening.end.hour if opening.start < opening.end else False
    return hour + NOON if hour < EARLIEST or (late and hour < opening.start.hour) else hour


def _minute(said: str | None) -> int:
    if not said:
        return 0
    fixed = {"半": 30, "一刻": 15, "三刻": 45}
    return fixed[said] if said in fixed else int(value(said.lstrip("零")) or 0)
