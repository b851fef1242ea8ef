"""When somebody wants to be rung: 下午打给我, 晚上再联系我. Parts of the day only; a clock time is for staff."""

import re

_RING = re.compile(
    "打(?:给我|电话|过来|我)|(?:回|来)(?:我)?(?:个)?电话|(?:联系|call) ?(?:一下)?(?:我|me)|给我(?:打|回|来)|"
    "(?:再|才)打|接电话"
)
_NOT_THEN = re.compile("别|不要|不用|不方便|不能|没空|没时间|开会|忙")
_PARTS = {
    "morning": re.compile("上午|早上|早晨|morning"),
    "noon": re.compile("中午|午休|(?<!after)noon"),
    "afternoon": re.compile("下午|afternoon"),
    "evening": re.compile("晚上|傍晚|下班(?:了)?(?:后|以后|之后|再)|evening"),
}


def call_time(text: str) -> str:
    """morning, noon, afternoon or evening; "" when no one part of the day was asked for. text: normalised."""
    return "" if not _RING.search(text) or _NOT_THEN.search(text) else part_of_day(text)


def part_of_day(text: str) -> str:
    """The one part of the day that is named, or "". text: normalised."""
    named = [name for name, pattern in _PARTS.items() if pattern.search(text)]
    return named[0] if len(named) == 1 else ""
