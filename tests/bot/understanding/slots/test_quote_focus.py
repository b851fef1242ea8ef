"""换吧 means what was just spoken of or read back, and never a line that was refused."""

from collections.abc import Mapping

import pytest

from bot.effects import PromptKind
from bot.understanding.normalise import normalise
from bot.understanding.slots.quote import Decision, decided
from bot.understanding.slots.quote_focus import Asked, agrees_to_it, leaned, nods
from bot.understanding.slots.quote_sums import asks_the_price, asks_the_sum, meant
from tests.handlers.table import prompt

LINES, PRICES = ("机油机滤", "雨刮片", "火花塞"), (420, 180, 480)


def read(text: str, before: str = "", told: str = "", known: Mapping[str, object] | None = None) -> Decision | None:
    prompts = [prompt(PromptKind.READ_BACK, known={"intent": "quote_reply", **known})] if known else []
    asked = Asked(LINES, PRICES, prompts, before, told)
    return decided(leaned(normalise(text), asked), LINES, PRICES)


@pytest.mark.parametrize(
    ("before", "text", "approved", "rejected"),
    [
        ("雨刮多少钱", "换吧", (2,), ()),
        ("火花塞能跑几万公里", "行，那就换了", (3,), ()),
        ("雨刮多少钱", "可以", (2,), ()),
        ("雨刮是必须换的吗", "那先不换了", (), (2,)),
        ("雨刮和火花塞多少钱", "换了吧", (2, 3), ()),
        ("雨刮和火花塞多少钱", "都换了吧", (2, 3), ()),
        ("雨刮和火花塞多少钱", "两个都换", (2, 3), ()),
        ("火花塞多久换一次", "那换吧，雨刮不用", (3,), (2,)),
        ("火花塞多久换一次", "那个换", (3,), ()),
        ("雨刮多少钱", "那这个不要", (), (2,)),
        ("三项里哪个最要紧", "换吧", (1, 2, 3), ()),
        # look-alikes: the whole, or a line of its own
        ("雨刮多少钱", "都换吧", (1, 2, 3), ()),
        ("雨刮和火花塞多少钱", "三样都换", (1, 2, 3), ()),
        ("雨刮多少钱", "全部换", (1, 2, 3), ()),
        ("雨刮多少钱", "按报价做", (1, 2, 3), ()),
        ("雨刮多少钱", "同意", (1, 2, 3), ()),
        ("雨刮多少钱", "火花塞换吧", (3,), ()),
        ("几点关门", "换吧", (1, 2, 3), ()),
    ],
)
def test_a_bare_verdict_is_of_what_was_spoken_of(
    before: str, text: str, approved: tuple[int, ...], rejected: tuple[int, ...]
) -> None:
    said = read(text, before)
    assert said is not None
    assert (said.approved, said.rejected) == (approved, rejected)


@pytest.mark.parametrize("told", ["韩梅梅会尽快跟您说明雨刮片的情况。", "报价里雨刮片180.00元。"])
def test_it_is_still_spoken_of_after_a_nod(told: str) -> None:
    said = read("换吧", "哦", told)
    assert said is not None
    assert said.approved == (2,)


@pytest.mark.parametrize(
    ("known", "text", "approved", "rejected"),
    [
        ({"rejected": [2], "_meant": [1, 3]}, "其他的做吧", (1, 3), (2,)),
        ({"rejected": [2], "_meant": [1, 3]}, "剩下两个都做", (1, 3), (2,)),
        ({"rejected": [2], "_meant": [1, 3]}, "其他的也不要了", (), (1, 2, 3)),
        ({"rejected": [2], "_meant": [1, 3]}, "等等，2也换", (1, 2, 3), ()),
        ({"approved": [1], "_meant": [1]}, "其他的也做吧", (1, 2, 3), ()),
        ({"approved": [1], "_meant": [1]}, "另外两个不做", (1,), (2, 3)),
    ],
)
def test_the_rest_is_what_was_left_out_of_the_reading_back(
    known: Mapping[str, object], text: str, approved: tuple[int, ...], rejected: tuple[int, ...]
) -> None:
    said = read(text, known=known)
    assert said is not None
    assert (said.approved, said.rejected) == (approved, rejected)


@pytest.mark.parametrize(
    ("text", "agrees"),
    [("做吧", True), ("行，换吧", True), ("那就弄吧", True), ("都做", False), ("2也做", False), ("不做了", False),
     ("我再想想", False), ("行不行啊", False)],
)  # fmt: skip
def test_a_bare_yes_agrees_to_what_was_read_back(text: str, agrees: bool) -> None:
    asked = [prompt(PromptKind.READ_BACK, known={"intent": "quote_reply", "rejected": [2], "_meant": [1, 3]})]
    assert agrees_to_it(normalise(text), Asked(LINES, PRICES, asked)) is agrees
    assert not agrees_to_it(normalise(text), Asked(LINES, PRICES))


@pytest.mark.parametrize("text", ["好的", "行 谢谢师傅", "可以可以", "OK👌", "嗯嗯好的，知道了", "好滴收到"])
def test_nods(text: str) -> None:
    assert nods(normalise(text))


@pytest.mark.parametrize("text", ["好的做吧", "可以换", "行，雨刮换", "不行", "好贵", "谢谢", "收到"])
def test_no_nods(text: str) -> None:
    assert not nods(normalise(text))


@pytest.mark.parametrize(
    ("text", "places"),
    [("一共多少钱", (1, 2, 3)), ("总共多少了", (1, 2, 3)), ("多少钱啊", (1, 2, 3)), ("全做下来多少", (1, 2, 3)),
     ("只做1和3的话多少钱", (1, 3)), ("不要雨刮的话加起来多少", (1, 3)), ("三样一起什么价", (1, 2, 3))],
)  # fmt: skip
def test_which_sum_is_asked(text: str, places: tuple[int, ...]) -> None:
    assert asks_the_sum(normalise(text), LINES)
    assert meant(normalise(text), LINES) == places


@pytest.mark.parametrize("text", ["轮胎多少钱", "雨刮还剩多少", "火花塞多少公里换", "都做吧", "要多久"])
def test_no_sum_is_asked(text: str) -> None:
    assert not asks_the_sum(normalise(text), LINES)


@pytest.mark.parametrize(("text", "asks"), [("雨刮多少钱", True), ("雨刮什么价", True), ("雨刮还剩多少", False)])
def test_whether_a_price_is_asked(text: str, asks: bool) -> None:
    assert asks_the_price(normalise(text), LINES) is asks
