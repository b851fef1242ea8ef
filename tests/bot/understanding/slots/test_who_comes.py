"""Who fetches or brings the car, and what is told of them."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots.who_comes import brings, fetches, name_told, says_when


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("让我老公送车过去", "我老公"),
        ("下次叫我儿子来", "我儿子"),
        ("我媳妇开过去", "我媳妇"),
        ("周六我同事小李送车", "我同事小李"),
        ("让我爸来吧", "我爸"),
    ],
)
def test_somebody_brings_it(words: str, who: str) -> None:
    assert brings(normalise(words)) == who


@pytest.mark.parametrize(
    "words",
    [
        "我朋友想来看车",
        "让你们师傅把车送过来",
        "让我老公来试驾",
        "带我爸来参加活动",
        "我老公不在家",
        "我同事推荐我来的",
        "让我弟来接我",
        "我儿子来不了",
    ],
)
def test_nobody_brings_it(words: str) -> None:
    assert brings(normalise(words)) is None


def test_who_fetches_it() -> None:
    assert fetches(normalise("让我同事小张帮我开回来行不行")) == "我同事小张"
    assert fetches(normalise("让你们司机来取车")) is None
    assert fetches(normalise("我爸什么时候来")) is None


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("她姓刘", "刘"),
        ("他叫张伟", "张伟"),
        ("我弟叫孙浩，电话13700001111", "孙浩"),
        ("名字是王强", "王强"),
        ("我叫张伟", ""),
        ("他叫我来的", ""),
        ("叫拖车", ""),
        ("他说叫你们快点", ""),
    ],
)
def test_a_name_of_somebody_else(words: str, name: str) -> None:
    assert name_told(normalise(words)) == name


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("六点才能到", True),
        ("大概三点半到", True),
        ("他五点来取", True),
        ("三点来做保养", False),
        ("几点能到？什么时候", False),
        ("八点以后别打电话来了", False),
    ],
)
def test_when_they_come(words: str, when: bool) -> None:
    assert says_when(normalise(words)) is when
