"""Scores told on another scale, which is named: 满分一百给80, 十分制打6分, 80%满意.

They count in proportion where that comes out whole; elsewhere the words tell only how good it was.
"""

import re

from bot.understanding.scales import DISSATISFIED, FEW, NEUTRAL, SATISFIED, Scale
from bot.understanding.score_words import WORDS
from bot.understanding.slots.numerals import value

_TOP = "(?:100|一百|百|10|十|5|五)"
_N = (
    f"(?:\\d{{1,3}}(?:\\.\\d)?(?![\\d%])|[一二两三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九]|"
    f"一百|{'|'.join(WORDS)})"
)
_HALF = "(?P<half{0}>分半|个半)?"
_POINTS = "(?:分|颗?星)?"
_GIVES = "(?:[给打评算选得]|来|值)(?:你们?|您|他们?|她|师傅|个|出|到|了|的话)*"
_MINE = "(?:[,。 …?]|的话|的|那|就|我|只|能|最多|可以|应该|总共|还是|也|大概|差不多)*"
_END = "(?![\\d.]|分?[钟之]|[年月日号天个次回趟块元公点])"
_NAMED = (
    # 十分制我打6分, 满分一百的话给80, 10分满分给8
    f"(?:满分(?:是|为|按|算)?(?P<of0>{_TOP}){_POINTS}|总分(?:是|为)?(?P<of1>{_TOP}){_POINTS}|(?P<of2>{_TOP})(?:分|星)?满分|"
    f"(?P<of3>{_TOP})(?:分|星)?制|按(?P<of4>{_TOP})分(?:来|的)?(?:算|打|说))(?:对吧|是吧|吧)?{_MINE}(?:{_GIVES})?(?P<n0>{_N})"
    + _HALF.format(0),
    # 十分里头的四分, 五颗星里给四颗, 十分里面给你个十分
    f"(?P<of5>{_TOP})(?:分|颗?星)(?:里[头面边]?|当中|之中|中)(?:的|我|只|就|能|占|值|,)*(?:{_GIVES})?(?P<n1>{_N})"
    + _HALF.format(1),
    # 10分我给8分
    f"(?:^|[,。!; ])(?P<of6>100|一百|10|十)分(?:的话|,| )?我?{_GIVES}(?P<n2>{_N})" + _HALF.format(2) + "分",
    # 8分, 十分制的; 给八分(满分十分)
    f"(?P<n3>{_N})"
    + _HALF.format(3)
    + f"{_POINTS}[,。!( （是我说的按]*(?:满分(?:是)?(?P<of7>{_TOP})(?:分|$|\\))|(?P<of8>{_TOP})(?:分满分|分?制))",
    # 8/10, 8 out of 10
    f"(?<![\\d/])(?P<n4>\\d{{1,3}}|{'|'.join(WORDS)})(?:分?/| ?out of ?)(?P<of9>100|10|5|3|ten|"
    f"five)(?![\\d/月日号])分?",
    # 80%满意, 满意度给90%, 八成满意
    "(?<!\\d)(?P<percent0>\\d{2})%的?满意(?!度)|满意(?:度|程度)?[^,。\\d]{0,4}(?P<percent1>\\d{2})%|"
    "^(?:我?(?:就|只能|能)?[给打评])?(?P<percent2>\\d{2})%(?:吧|$)",
    "(?<![一二三四五六七八九])(?P<tenths0>[一二三四五六七八九])成(?:的)?满意|满意(?:度|程度)?(?:有|是|算|也就)(?P<tenths1>[一二三四五六七八九])成(?![一二三四五六七八九])",
)
_PATTERNS = tuple(re.compile(f"(?:{each}){_END}") for each in _NAMED)
_STEPS = 4  # between the five worths of any scale
_WORTHS = (DISSATISFIED, DISSATISFIED, NEUTRAL, SATISFIED, SATISFIED)


def share(body: str, scale: Scale) -> float | None:
    """What part of the best is given on a scale that is named; the scale that was asked on counts before others."""
    found = [each for pattern in _PATTERNS for match in pattern.finditer(body) if (each := _given(match))]
    if not found:
        return None
    given, of = next((each for each in found if each[1] == max(scale.grades)), found[-1])
    return given / of if given <= of else None


def number(body: str, scale: Scale) -> int | None:
    """The number of this scale that is as much of the best as was given; None where none is exactly so much."""
    part, top = share(body, scale), max(scale.grades)
    if part is None or top < FEW or scale.best != top:
        return None
    points = round(part * top, 6)
    return int(points) if points == int(points) and scale.holds(int(points)) else None


def side(body: str, scale: Scale) -> str:
    """How good 满分一百给75 is, though no number of the scale is as much; "" where no scale is named."""
    part = share(body, scale)
    if part is None:
        return ""
    points = part * (_STEPS + 1) - 1
    return _WORTHS[max(0, min(_STEPS, -round(-points + 0.001)))]


def rest(body: str) -> str:
    """What is said beside a score on a named scale."""
    for pattern in _PATTERNS:
        body = pattern.sub(" ", body)
    return body


def _given(match: re.Match[str]) -> tuple[float, float] | None:
    told = {name.rstrip("0123456789"): each for name, each in match.groupdict().items() if each}
    if "percent" in told:
        return float(told["percent"]), 100.0
    if "tenths" in told:
        return _worth(told["tenths"]), 10.0
    return _worth(told["n"]) + (0.5 if "half" in told else 0.0), _worth(told["of"])


def _worth(written: str) -> float:
    if written in WORDS:
        return float(WORDS[written])
    return 100.0 if written in ("百", "一百") else value(written) or 0.0
