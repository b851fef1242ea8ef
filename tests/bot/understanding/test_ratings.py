"""Which number is a score, on which scale, and what a word is worth on it."""

import pytest

from bot.understanding.ratings import DOUBTFUL, NO_SCORE, Score, score
from bot.understanding.scales import Scale, scale_of


def scale(text: str = "1-5") -> Scale:
    found = scale_of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("3", 3),
        ("打4分", 4),
        ("我觉得可以给4分", 4),
        ("四星", 4),
        ("两颗星", 2),
        ("★★★☆☆", 3),
        ("4/5", 4),
        ("满分5分给2分", 2),
        ("5分制打3分", 3),
        ("满分", 5),
        ("100分", 5),
        ("0分", 1),
        ("1 退订", 1),
        ("2分 等了3个小时", 2),
        ("4,前台热情", 4),
        ("5 5 5", 5),
        ("five", 5),
        ("打错了,应该是1", 1),
        ("1非常不满意", 1),
        ("满意5", 5),
        ("没有五分,只有四分", 4),
        ("原来想打5分,现在只能2分", 2),
        ("4分,扣一分因为慢", 4),
    ],
)
def test_a_score_is_read(text: str, number: int) -> None:
    assert score(text, scale()) == Score(number)


@pytest.mark.parametrize(
    "text", ["12", "3.5分", "3-4分", "1或2", "4分半", "7", "666", "2分还是3分", "不是5分", "5分不可能", "两三分"]
)
def test_a_doubtful_number_is_asked_about(text: str) -> None:
    assert score(text, scale()) == DOUBTFUL


@pytest.mark.parametrize(
    "text",
    [
        "等了2个小时",
        "5天后再说",
        "3号来取",
        "13点到店",
        "2026年1月5日",
        "5系优惠多少",
        "1.5升的那款",
        "第3次了",
        "2楼没开空调",
        "换了4条胎",
        "8万公里",
        "浙a12345",
        "3点15分来的",
        "十分满意",
        "5分钟就好",
        "2.0t油耗",
        "7座",
    ],
)
def test_a_number_of_something_else_is_no_score(text: str) -> None:
    assert score(text, scale()) == NO_SCORE


def test_the_scale_decides_what_a_number_is_worth() -> None:
    assert [scale().satisfaction(n) for n in (1, 2, 3, 4, 5)] == ["dissatisfied"] * 2 + ["neutral"] + ["satisfied"] * 2
    turned = scale("1=满意,2=一般,3=不满意")
    assert [turned.satisfaction(n) for n in (1, 2, 3)] == ["satisfied", "neutral", "dissatisfied"]
    assert [turned.rating(grade) for grade in (2, 1, 0, -1, -2)] == [1, 1, 2, 3, 3]
    assert [scale("0-10").satisfaction(n) for n in (0, 6, 7, 9)] == ["dissatisfied"] * 2 + ["neutral", "satisfied"]
    assert scale("0-10").rating(1) is None
    assert [scale().rating(grade) for grade in (2, 1, 0, -1, -2)] == [5, 4, 3, 2, 1]


def test_scales_that_are_none() -> None:
    assert scale_of("") is None
    assert scale_of("yes/no") is None


def test_two_sided_scales_have_no_middle() -> None:
    yes_no = scale("1=满意,2=不满意")
    assert (yes_no.rating(0), yes_no.best, yes_no.worst) == (None, 1, 2)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("勉勉强强给个四吧", 4),
        ("小妹求我打5分,催了两回,现在只给3", 3),
        ("跑了2趟,花了3天,好在这次不响了。4分", 4),
        ("非得要个数?1", 1),
        ("接待嘛,4", 4),
        ("2号吧,中规中矩", 2),
        ("给个四分吧不给满分是因为咖啡难喝", 4),
    ],
)
def test_what_is_given_last_counts(text: str, number: int) -> None:
    assert score(text, scale()).number == number


@pytest.mark.parametrize("text", ["修好了我就给5", "21号我出差", "本来想给5分", "等我试了再给你们打5"])
def test_what_is_promised_or_counted_is_not_given(text: str) -> None:
    assert score(text, scale()).number is None


def test_a_scale_of_solved_and_unsolved_has_a_bad_side() -> None:
    found = scale("1=已解决,2=未解决")
    assert (found.satisfaction(1), found.satisfaction(2)) == ("satisfied", "dissatisfied")
