"""Plain facts blame nobody, what somebody else did is not ours, and what stayed behind is looked for."""

import pytest

from bot.understanding.blame import only_a_claim
from bot.understanding.grievances import grievance
from bot.understanding.normalise import normalise
from bot.understanding.plain_facts import blames_nobody, done_by_others, left_behind


@pytest.mark.parametrize(
    "text",
    [
        "提车两个月 跑了三千",
        "买的时候是去年，现在开了一万二",
        "才跑了五千公里",
        "上个月刚在你们那保养过",
        "我坐在大厅等你们",
        "我们在店门口等着",
        "车里没人",
        "跑了两万了",
    ],
)
def test_a_plain_fact_blames_nobody(text: str) -> None:
    assert blames_nobody(normalise(text))


@pytest.mark.parametrize(
    "text",
    [
        "才跑了三千就漏油",
        "在你们那做过了还是响",
        "我坐在大厅等了两个小时",
        "提车一个月修了三次",
        "前台没人",
        "跑了三趟没修好",
        "",
    ],
)
def test_a_fact_with_blame_is_none(text: str) -> None:
    assert not blames_nobody(normalise(text))


@pytest.mark.parametrize(
    "text", ["雨伞忘在你们休息区了", "U盘好像忘在车间了", "我落了个杯子在店里", "昨天眼镜是不是丢在你们那儿了"]
)
def test_what_stayed_behind_is_looked_for(text: str) -> None:
    assert left_behind(normalise(text))


@pytest.mark.parametrize(
    "text", ["手机被你们弄丢了", "扳手落在我车里了", "记录仪落在店里你们不承认", "卡忘带了", "把我忘在休息区了"]
)
def test_what_we_lost_or_left_is_no_such_thing(text: str) -> None:
    assert not left_behind(normalise(text))


@pytest.mark.parametrize("text", ["电动车把我车蹭了跑了", "隔壁的车把我车门撞了个坑", "有人把我的车刮了"])
def test_somebody_else_did_it(text: str) -> None:
    assert done_by_others(normalise(text))
    assert grievance(normalise(text)) is None


@pytest.mark.parametrize("text", ["你们师傅把我车刮了", "车停在店里有人把我车刮了你们不管"])
def test_the_house_did_it(text: str) -> None:
    assert not done_by_others(normalise(text))


@pytest.mark.parametrize("text", ["换个灯泡修一整天", "补个胎等了一下午", "洗个车洗了三个小时", "做个保养做了两天"])
def test_so_long_for_so_little_is_waiting(text: str) -> None:
    found = grievance(normalise(text))
    assert found is not None
    assert found.category == "waiting"


@pytest.mark.parametrize("text", ["换个机油十分钟就好了", "修个变速箱修了三天，师傅辛苦了", "换个电瓶要一天吗"])
def test_quick_or_hard_work_is_not(text: str) -> None:
    assert grievance(normalise(text)) is None


@pytest.mark.parametrize(
    ("text", "claims"), [("退款", True), ("我要退钱", True), ("退我差价", True), ("退定金", False)]
)
def test_a_claim_alone(text: str, claims: bool) -> None:
    assert only_a_claim(normalise(text)) is claims


def test_to_be_without_a_car_is_nobodys_fault() -> None:
    assert blames_nobody(normalise("人没事 就是没车开太不方便"))
    assert not blames_nobody(normalise("修了半个月还没好，没车开太不方便"))
