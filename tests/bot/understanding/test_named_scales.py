"""Scores told on another scale, of other things than the repair, and in a word to "is it solved now?"."""

import time

import pytest

from bot.understanding import solved
from bot.understanding.grievances import grievance
from bot.understanding.normalise import normalise
from bot.understanding.ratings import bounds, score
from bot.understanding.scales import Scale, scale_of
from bot.understanding.slots.people import staff
from bot.understanding.slots.symptoms import gone
from bot.understanding.verdicts import verdict

FIVE, TEN, THREE = "1-5", "0-10", "1=满意,2=一般,3=不满意"


def scale(text: str) -> Scale:
    found = scale_of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "asked", "number"),
    [
        ("满分一百，我打60", FIVE, 3),
        ("百分制的话八十", FIVE, 4),
        ("十分制给你们八分", FIVE, 4),
        ("8分，十分制的", FIVE, 4),
        ("那个六分是十分里头的六分", FIVE, 3),
        ("10分满分给10", FIVE, 5),
        ("6/10", FIVE, 3),
        ("60%满意", FIVE, 3),
        ("八成满意吧", FIVE, 4),
        ("五分制给3", TEN, 6),
        ("五颗星里给四颗", FIVE, 4),
        ("5分制的话4分 十分制的话我给8", FIVE, 4),
        ("满分5分给2分", FIVE, 2),
    ],
)
def test_what_is_told_on_a_named_scale_counts_in_proportion(text: str, asked: str, number: int) -> None:
    assert score(normalise(text), scale(asked)).number == number


@pytest.mark.parametrize(
    ("text", "asked", "worth"),
    [
        ("满分一百给90", FIVE, "satisfied"),
        ("十分制给七分", FIVE, "neutral"),
        ("十分制给三分", FIVE, "dissatisfied"),
        ("十分制给九分", THREE, "satisfied"),
        ("4.5可以打不", FIVE, "satisfied"),
        ("一两分吧", FIVE, "dissatisfied"),
        ("三分半", FIVE, ""),
        ("两三分吧,说不准", FIVE, ""),
    ],
)
def test_what_is_no_whole_number_has_a_side_at_most(text: str, asked: str, worth: str) -> None:
    assert score(normalise(text), scale(asked)).number is None
    assert bounds(normalise(text), scale(asked)) == worth


@pytest.mark.parametrize("text", ["十分满意", "十分给力", "8月5/10号来", "五分制3天没修好", "有一成的客户满意才怪"])
def test_no_score_on_another_scale(text: str) -> None:
    assert score(normalise(text), scale(FIVE)).number is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("修理给5分，候车区的咖啡只能给2分", 5),
        ("修车4分，你们那个APP只配1分", 4),
        ("茶水间给1分，维修给4分", 4),
        ("倒数第二档", 2),
        ("正数第二档", 4),
        ("倒数第一", 1),
        ("那就⭐⭐⭐", 3),
        ("留一分防你们翘尾巴", 4),
        ("不是4，屏幕太小，2！", 2),
        ("两分 多一分都没有", 2),
    ],
)
def test_the_score_of_the_repair(text: str, number: int) -> None:
    assert score(normalise(text), scale(FIVE)).number == number


@pytest.mark.parametrize("text", ["休息室的牛肉面给5分,车还没开", "咖啡5分", "手艺5分,价钱2分"])
def test_the_score_of_something_else_is_none(text: str) -> None:
    assert score(normalise(text), scale(FIVE)).number is None


SOLVED, STILL, CLOSE = "上次的漏水9月20日已返修,请问解决了吗?", "又过了几天,怠速还抖吗?", "那这件事就帮您结案可以吗?"


@pytest.mark.parametrize(
    ("text", "told", "worth"),
    [
        ("没有", SOLVED, "dissatisfied"),
        ("还没呢", SOLVED, "dissatisfied"),
        ("没解决", SOLVED, "dissatisfied"),
        ("嗯嗯好了", SOLVED, "satisfied"),
        ("解决了", SOLVED, "satisfied"),
        ("没有了", STILL, "satisfied"),
        ("还有点", STILL, "dissatisfied"),
        ("行，结了吧", CLOSE, "satisfied"),
        ("没有", "其它方面还有什么问题吗?", ""),
        ("没有", "这次服务您满意吗?请回复1-5分", ""),
        ("没有发票", SOLVED, ""),
        ("好", SOLVED, ""),
    ],
)
def test_yes_and_no_to_is_it_solved(text: str, told: str, worth: str) -> None:
    assert solved.answer(normalise(text), normalise(told)) == worth


@pytest.mark.parametrize(
    "text", ["这回安静了", "昨晚那么大雨一滴没漏，好了", "影像这回清楚了，问题解决", "空调这次凉快了"]
)
def test_told_to_be_over(text: str) -> None:
    if "凉快" not in text:
        assert gone(normalise(text))
    assert grievance(normalise(text)) is None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("窗好了，可是现在遥控锁不灵了", "quality"),
        ("味道淡了点，没断根", "quality"),
        ("一分空调修了三道了", "quality"),
        ("吹出来全是热风", "quality"),
        ("收银那小姑娘脸臭得要死", "attitude"),
        ("他冲我讲不懂就别问", "attitude"),
        ("换个机油一千二，外面六百搞定", "price"),
        ("上午八点到的，弄到太阳下山", "waiting"),
        ("换个灯泡修一整天", "waiting"),
    ],
)
def test_what_is_blamed(text: str, category: str) -> None:
    found = grievance(normalise(text))
    assert found is not None
    assert found.category == category


@pytest.mark.parametrize("text", ["外面停了两百多辆车", "车门上有三道", "小董人不错", "下回还找小裘修"])
def test_no_blame(text: str) -> None:
    assert grievance(normalise(text)) is None


@pytest.mark.parametrize(
    ("text", "name"), [("小董人不错", "小董"), ("接待的小施", "小施"), ("小简介绍得好", ""), ("找老人家", "")]
)
def test_who(text: str, name: str) -> None:
    assert staff(normalise(text)) == name


def test_irony_and_lukewarm_words() -> None:
    assert verdict(normalise("可以可以，换个灯泡修一整天，效率真高")).mocked
    assert verdict(normalise("就一般般咯没啥惊喜也没啥大毛病")).grade == 0
    assert not verdict(normalise("一天就修好了，效率真高")).mocked


def test_long_replies_cost_little() -> None:
    begun = time.process_time()
    for text in ("就是那个接待的小施啊我问他为什么要换" * 60, "五分" * 600, "8" * 1000, "好了没有" * 300):
        score(text, scale(FIVE))
        solved.answer(text, SOLVED)
    assert time.process_time() - begun < 2
