"""Scores told without their number."""

import pytest

from bot.understanding.ratings import DOUBTFUL, Score, bounds, score
from bot.understanding.scales import Scale, scale_of

TEN, FIVE, GOOD_FIRST = "0-10", "1-5", "1=满意,2=一般,3=不满意"


def scale(text: str) -> Scale:
    found = scale_of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "spelled", "number"),
    [
        ("满分里少给一分,脚垫没吸", FIVE, 4),
        ("离满分差一分", TEN, 9),
        ("留一分给你们进步", TEN, 9),
        ("少给一星", FIVE, 4),
        ("5星少1星,等得久", FIVE, 4),
        ("10分里扣3分", TEN, 7),
        ("4分 那一分扣在停车上", FIVE, 4),
        ("给四分嘛剩下一分怕你们骄傲", FIVE, 4),
        ("五颗星里给四颗", FIVE, 4),
        ("最低分", FIVE, 1),
        ("必须最高分啊", FIVE, 5),
        ("最低那个,气死了", TEN, 0),
        ("头一个选项", GOOD_FIRST, 1),
        ("选第三个", GOOD_FIRST, 3),
        ("最后一个", "1=不满意,2=一般,3=满意", 3),
        ("倒数第二", "1=非常满意,2=满意,3=一般,4=不满意", 3),
        ("中间那个", GOOD_FIRST, 2),
        ("5555分", FIVE, 5),
        ("10 10 10", TEN, 10),
    ],
)
def test_a_score_by_its_place(text: str, spelled: str, number: int) -> None:
    assert score(text, scale(spelled)) == Score(number)


@pytest.mark.parametrize(
    "text", ["头一次来", "再不回电话扣你们一分", "最后一次来了", "少了一分钟", "666", "最高分是几分"]
)
def test_no_place_on_the_scale(text: str) -> None:
    assert score(text, scale(FIVE)).number is None


@pytest.mark.parametrize("text", ["头一个", "第二个吧"])
def test_numbers_alone_have_no_places(text: str) -> None:
    assert score(text, scale(FIVE)).number is None


@pytest.mark.parametrize(
    ("text", "spelled", "worth"),
    [
        ("3分往下,你们看着填", FIVE, "dissatisfied"),
        ("不超过2分", FIVE, "dissatisfied"),
        ("9分往上", TEN, "satisfied"),
        ("4分以下", FIVE, ""),
    ],
)
def test_a_stretch_has_a_side_and_no_number(text: str, spelled: str, worth: str) -> None:
    assert bounds(text, scale(spelled)) == worth
    assert score(text, scale(spelled)) == DOUBTFUL
