"""Answers in words: to a quote, to times on offer, to why somebody stayed away."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.understanding.normalise import bare, normalise
from bot.understanding.slots import offered, quote, reasons
from bot.understanding.slots.quote import decided
from bot.understanding.slots.reasons import listed

LINES = ("前刹车片更换", "空调滤芯", "轮胎两条")
NOW = datetime(2026, 9, 17, 10, 20, tzinfo=ZoneInfo("Asia/Shanghai"))
OPEN = Span(start=time(8, 30), end=time(17, 30))
OPTIONS = [
    {"n": 1, "date": "2026-09-19", "time": "09:00"},
    {"n": 2, "date": "2026-09-19", "time": "14:00"},
    {"n": 3, "date": "2026-09-20", "time": "10:30"},
]


@pytest.mark.parametrize(
    ("text", "decision", "approved", "rejected"),
    [
        ("同意", "approve", (1, 2, 3), ()),
        ("行 就照这个弄吧", "approve", (1, 2, 3), ()),
        ("全都换吧", "approve", (1, 2, 3), ()),
        ("不换 都不换", "reject", (), (1, 2, 3)),
        ("太贵了不做了", "reject", (), (1, 2, 3)),
        ("啥都不弄了 车我开走", "reject", (), (1, 2, 3)),
        ("1和3同意 2不要", "partial", (1, 3), (2,)),
        ("1可以，2、3不用", "partial", (1,), (2, 3)),
        ("第二项不要", "partial", (), (2,)),
        ("前两项做 后面那个先不弄", "partial", (1, 2), (3,)),
        ("第一个可以 其他不要", "partial", (1,), (2, 3)),
        ("刹车片先做了 其他的下次", "partial", (1,), (2, 3)),
        ("除了轮胎都换", "partial", (1, 2), (3,)),
        ("只换刹车片", "partial", (1,), (2, 3)),
        ("空调滤我自己买 其他换", "partial", (1, 3), (2,)),
        ("别的都做，就轮胎不换", "partial", (1, 2), (3,)),
        ("打个九折我就全做", "conditional", (), ()),
        ("能少两百就弄 不然算了", "conditional", (), ()),
        ("超过两千就不做", "conditional", (), ()),
        ("你们看着整呗", "unclear", (), ()),
        ("让我想想", "unclear", (), ()),
        ("必须换吗", "unclear", (), ()),
        ("为什么要换", "unclear", (), ()),
    ],
)
def test_a_quote(text: str, decision: str, approved: tuple[int, ...], rejected: tuple[int, ...]) -> None:
    said = quote.decided(bare(normalise(text)), LINES)
    assert said == quote.Decision(decision, approved, rejected)


def test_vague_words_agree_to_no_line() -> None:
    """Handbook H1.4.3."""
    for vague in ("你看着办", "随便", "再说吧", "你们定", "考虑一下"):
        said = quote.decided(vague, LINES)
        assert said is not None
        assert said.approved == ()


def test_what_says_nothing_of_a_quote() -> None:
    assert quote.decided("你好", LINES) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("第二个", 2),
        ("选3", 3),
        ("就1吧", 1),
        ("早的那个", 1),
        ("最后那个", 3),
        ("周六下午那个吧", 2),
        ("十点半的", 3),
        ("周日", 3),
        ("都不行", None),
        ("周六", None),
        ("还有别的吗", None),
        ("2吧,下班顺路", 2),
        ("不行,那天家长会,换成三", 3),
        ("算了还是3吧,周六要开会", 3),
        ("想换2条轮胎", None),
        ("上班第一天", None),
    ],
)
def test_a_time_on_offer(text: str, number: int | None) -> None:
    found = offered.chosen(bare(normalise(text)), OPTIONS, NOW, OPEN)
    assert (found["n"] if found else None) == number


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("太远了 现在都在家门口店弄", {"distance", "elsewhere"}),
        ("你们贵 外头一半价钱", {"price", "elsewhere"}),
        ("搬到宁波去了", {"moved"}),
        ("工作忙没时间", {"time"}),
        ("车早卖了", {"sold"}),
        ("上次修不好 态度还差", {"quality", "attitude"}),
        ("不贵 就是忘了", set()),
    ],
)
def test_why_somebody_stays_away(text: str, named: set[str]) -> None:
    assert set(reasons.reasons(normalise(text))) == named


def test_what_would_bring_them_back() -> None:
    assert reasons.interest("有优惠我就回去") is True
    assert reasons.interest("不会再去了") is False
    assert reasons.interest("太远了") is None


@pytest.mark.parametrize(
    ("text", "decision", "approved", "rejected"),
    [
        ("刹车的换掉,两个滤芯我网上买了自己换", "partial", (1,), (2, 3)),
        ("第一项删掉,剩下的做", "partial", (2, 3), (1,)),
        ("算了算了三个一起搞吧", "approve", (1, 2, 3), ()),
        ("就做1和3,2先拖着", "partial", (1, 3), (2,)),
        ("三项都可以做,前提是总价压到七百", "conditional", (), ()),
        ("那换吧,空调滤芯不用", "partial", (1, 3), (2,)),
        ("前制动片非换不可吗", "unclear", (), ()),
        ("前制动片不换会怎么样", "unclear", (), ()),
    ],
)
def test_lines_settled_in_everyday_words(
    text: str, decision: str, approved: tuple[int, ...], rejected: tuple[int, ...]
) -> None:
    said = decided(text, ("前制动片", "空调滤芯", "空气滤芯"))
    assert said is not None
    assert (said.decision, said.approved, said.rejected) == (decision, approved, rejected)


def test_numbers_stand_for_what_our_line_numbered() -> None:
    assert listed("2和3", "未回店的原因:1价格 2距离 3时间 4服务") == ("distance", "time")
    assert listed("2和3", "好久没见您了") == ()
