"""Times of the day, at 10:20 in a store open from 08:30 to 17:30."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.understanding.normalise import normalise
from bot.understanding.slots.times import SAME, clock

NOW = datetime(2026, 9, 17, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
OPEN = Span(start=time(8, 30), end=time(17, 30))


@pytest.mark.parametrize(
    ("text", "at", "period"),
    [
        ("明早九点", "09:00", "morning"),
        ("上午10点半", "10:30", "morning"),
        ("三点半", "15:30", None),
        ("九点", "09:00", None),
        ("五点钟", "17:00", None),
        ("两点一刻", "14:15", None),
        ("九点四十", "09:40", None),
        ("十一点", "11:00", None),
        ("中午十二点", "12:00", "noon"),
        ("中午一点", "13:00", "noon"),
        ("晚上七点", "19:00", "evening"),
        ("8:30", "08:30", None),
        ("14:00", "14:00", None),
        ("下午2点到4点", "14:00", "afternoon"),
        ("3pm", "15:00", "afternoon"),
        ("半小时后", "10:50", None),
        ("一个半小时后", "11:50", None),
        ("20分钟后到", "10:40", None),
        ("原来约的十点 改成下午三点", "15:00", "afternoon"),
        ("原来约的九点 能不能晚一点 十点半", "10:30", None),
        ("十点不行 十一点", "11:00", None),
        ("下班后", None, "evening"),
        ("一早过去", None, "morning"),
        ("明天上半日来", None, "morning"),
        ("上半天有空", None, "morning"),
        ("早半天过去", None, "morning"),
        ("前半天", None, "morning"),
        ("下半日吧", None, "afternoon"),
        ("下半天", None, "afternoon"),
        ("后半天行不", None, "afternoon"),
        ("晌午后去", None, "afternoon"),
        ("晌午过后两点", "14:00", "afternoon"),
        ("过了晌午", None, "afternoon"),
        ("晌午", None, "noon"),
        ("晌午头", None, "noon"),
        ("星期六晌午过来", None, "noon"),
        ("擦黑过去", None, "evening"),
        ("天擦黑", None, "evening"),
        ("十点过五分", "10:05", None),
        ("三点要开会,五点来取", "17:00", None),
        ("交接班是下午四点所以我中午十二点半来换机油行不行", "12:30", "noon"),
        ("十点的高铁,八点半先过来", "08:30", None),
        ("约的九点改十点半", "10:30", None),
    ],
)
def test_a_time(text: str, at: str | None, period: str | None) -> None:
    found = clock(normalise(text), NOW, OPEN)
    assert (f"{found.at:%H:%M}" if found.at else None, found.period) == (at, period)


@pytest.mark.parametrize("text", ["下午三四点", "晚一点", "有一点响", "三点建议", "第一点", "5分", "25点"])
def test_no_time(text: str) -> None:
    assert clock(normalise(text), NOW, OPEN).at is None


@pytest.mark.parametrize(
    "text", ["老辰光", "点不变", "钟头不变", "同样时间", "还是原来那个时间", "时间就不改了", "几点不用动", "时段照旧"]
)
def test_the_hour_that_stands(text: str) -> None:
    assert SAME.search(normalise(text))


@pytest.mark.parametrize("text", ["换个时间", "重点不变", "时间不够", "老是晚点", "哪个时间都行"])
def test_another_hour(text: str) -> None:
    assert not SAME.search(normalise(text))
