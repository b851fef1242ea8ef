"""Sayings put plainly, and what other people think left out."""

import pytest

from bot.understanding.grievances import grievance
from bot.understanding.normalise import normalise
from bot.understanding.ratings import DOUBTFUL, score
from bot.understanding.sayings import plainly
from bot.understanding.scales import scale_of
from bot.understanding.verdicts import Verdict, verdict


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("我老公说满意我不满意", "我不满意"),
        ("朋友都说好,我看一般", "我看一般"),
        ("师傅说修好了", "师傅说修好了"),
        ("二话不说就给换了", "立刻就给换了"),
        ("没想到这么快", "谁知这么快"),
        ("不要再问满意不满意", "不要再问怎样"),
        ("谈不上满意,也谈不上不满意", "一般"),
        ("满意得不得了", "满意极了"),
    ],
)
def test_a_saying_is_put_plainly(text: str, plain: str) -> None:
    assert plainly(text) == plain


@pytest.mark.parametrize(
    ("text", "read"),
    [("唔滿意", "不满意"), ("我嚟", "我来"), ("唔好再發俾我", "别再发给我"), ("灰常瞒意", "非常满意"),
     ("满一年", "满一年"), ("唔该", "唔该")],
)  # fmt: skip
def test_cantonese_and_homophones_have_a_plain_twin(text: str, read: str) -> None:
    assert normalise(text) == read


@pytest.mark.parametrize(
    "text",
    ["修好了我就给5分", "下次打折我就五星", "差一点就满分", "扣掉2分", "五分好评返现吗", "比3分好点",
     "女儿说打5分爸爸说打3分", "给你们打满分好意思收吗"],
)  # fmt: skip
def test_a_score_promised_advised_or_asked_about_is_not_given(text: str) -> None:
    scale = scale_of("1-5")
    assert scale is not None
    assert score(normalise(text), scale) == DOUBTFUL


@pytest.mark.parametrize("text", ["满意个鬼", "满意才有鬼", "鬼才满意", "好评？梦里啥都有", "锤子满意"])
def test_mockery_is_no_praise(text: str) -> None:
    assert verdict(normalise(text)).mocked


@pytest.mark.parametrize(
    ("text", "said"),
    [("真不错，师傅很细心", Verdict(1)), ("厉害了，座椅全是油手印子", Verdict(None)), ("真棒，下次还来", Verdict(1))],
)
def test_an_exclamation_before_an_account_of_something_else_is_no_verdict(text: str, said: Verdict) -> None:
    assert (verdict(normalise(text)).grade is None) is (said.grade is None)


@pytest.mark.parametrize("text", ["灯不亮的问题解决了", "之前漏油，换了密封就好了", "车里没异味了"])
def test_a_fault_that_is_gone_is_no_grievance(text: str) -> None:
    assert grievance(normalise(text)) is None


@pytest.mark.parametrize("text", ["异响的问题没解决", "修好了又坏了", "换了还是漏"])
def test_a_fault_that_stays_is_one(text: str) -> None:
    assert grievance(normalise(text)) is not None
