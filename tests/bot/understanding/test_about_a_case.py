"""What is said of a matter a person already looks after, and what only sounds like it."""

import pytest

from bot.understanding import may_drive, wishes
from bot.understanding.about_a_case import (
    NUMBER,
    REDRESS,
    SORRY,
    WHEN,
    WHO,
    WITHDRAWN,
    lets_that_be,
    names_the_matter,
    only_of_calls,
    said_of_it,
    settled,
    waited,
)
from bot.understanding.normalise import normalise

SAID = {
    WITHDRAWN: (
        "不用再打了，下次注意就好",
        "没事，不用处理了",
        "算了",
        "算了吧",
        "我自己解决了",
        "不投诉了",
        "不用找人来了",
        "这事就算了",
        "不用人工了谢谢",
        "算了，就这样吧",
        "不用了谢谢",
        "我不想再追究了",
    ),
    WHO: ("这事谁在跟进", "负责的同事是哪位", "我该找谁", "谁来联系我"),
    NUMBER: ("电话多少", "发我个号码", "把他的电话给我", "打哪个号码"),
    SORRY: ("连句对不起都没有", "我就要个道歉", "你们就不能上点心吗", "应该给我道歉"),
    WHEN: ("什么时候能给个说法", "处理得怎么样了", "几点给我打电话", "怎么还没人联系我", "回复呢", "有进展了吗"),
    REDRESS: ("你们打算怎么解决", "能给我重新做一遍吗", "可以赔吗"),
    "": (
        "不用打电话，微信联系就行",
        "算了，直接12315见",
        "不用解释了，退钱",
        "算了还是周六来保养吧",
        "别发短信了",
        "以后不用联系我了",
        "这么大的事就算了？",
        "我的电话换了",
        "那个车主的电话给我",
        "叫你们经理给我打电话",
        "什么时候可以来取车",
        "多久保养一次",
        "不要道歉，要赔钱",
        "不用道歉",
        "还是漏油",
    ),
}


@pytest.mark.parametrize(("text", "said"), [(text, said) for said, texts in SAID.items() for text in texts])
def test_what_is_said_of_it(text: str, said: str) -> None:
    assert said_of_it(normalise(text)) == said


@pytest.mark.parametrize(
    ("text", "alone"), [("之前那件事不用管了", True), ("不用管了", False), ("那个事怎么还没处理", False)]
)
def test_a_matter_that_is_named_stands_alone(text: str, alone: bool) -> None:
    assert lets_that_be(normalise(text)) is alone


@pytest.mark.parametrize(("text", "named"), [("不用打电话了", True), ("算了", False)])
def test_a_bare_never_mind_speaks_of_the_line_before(text: str, named: bool) -> None:
    assert names_the_matter(text) is named


@pytest.mark.parametrize(
    ("text", "only"), [("不用打了", True), ("不用再联系我了", False), ("不用打电话也不用发短信了", False)]
)
def test_a_call_refused_refuses_no_message(text: str, only: bool) -> None:
    assert only_of_calls(text) is only


@pytest.mark.parametrize(("text", "is_so"), [("等了半天了", True), ("都等了二十分钟了", True), ("等你有空", False)])
def test_somebody_waits_for_who_was_called(text: str, is_so: bool) -> None:
    assert waited(normalise(text)) is is_so


@pytest.mark.parametrize("text", ["还能继续开吗", "可以上高速不", "能不能直接开过去", "开着没事吧"])
def test_whether_to_drive_on(text: str) -> None:
    assert may_drive.ASKS.search(normalise(text))


@pytest.mark.parametrize("text", ["能开发票吗", "能开空调吗", "你们能开到几点", "可以试驾吗"])
def test_what_only_sounds_like_it(text: str) -> None:
    assert not may_drive.ASKS.search(normalise(text))


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("地上一滩防冻液", True),
        ("右前轮鼓包了", True),
        ("刹车有点软", True),
        ("胎压灯亮了", False),
        ("空调不凉", False),
    ],
)
def test_what_must_stand(text: str, stands: bool) -> None:
    assert may_drive.must_stand(normalise(text)) is stands


@pytest.mark.parametrize("text", ["你只会说这两句吗", "你是复读机啊", "你听不懂我说的吧", "跟你说不清"])
def test_who_is_tired_of_the_bot_wants_a_person(text: str) -> None:
    assert wishes.wants_human(normalise(text))


@pytest.mark.parametrize("text", ["你就说一句能不能便宜", "这句话我说过了", "前台只会说等"])
def test_who_is_not(text: str) -> None:
    assert not wishes.tired(normalise(text))


@pytest.mark.parametrize(
    "text", ["你们店长打过电话了，这事翻篇", "刚联系过我，到此为止吧", "顾问给我解释清楚了，这事过去了"]
)
def test_somebody_called_and_it_is_over(text: str) -> None:
    assert settled(normalise(text))


@pytest.mark.parametrize("text", ["你们店长打过电话了", "这事没完", "翻不了篇", "打过电话了也没解决"])
def test_it_is_not_over(text: str) -> None:
    assert not settled(normalise(text))
