"""What burns or crashes elsewhere is no danger of ours, and a toy in the hand hides none that is."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.safety import emergency


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("孩子在车里玩游戏 车门锁死了打不开", "person_trapped"),
        ("孩子拿着玩具锁在车里了 出不来", "person_trapped"),
        ("我骑自行车没刹住被你们的车撞了", "accident"),
        ("儿子在后排玩手机游戏 车里冒烟了", "smoke_fire"),
        ("老人在店里昏倒了 刚才还在打游戏", "medical"),
        ("玩着游戏呢 突然撞车了", "accident"),
        ("玩遥控车的时候 我的车自燃了", "smoke_fire"),
        ("车里煮泡面 电池冒烟了", "ev_battery"),
    ],
)
def test_a_toy_or_a_pot_hides_no_danger(text: str, kind: str) -> None:
    assert emergency(normalise(text)) == kind


@pytest.mark.parametrize(
    "text",
    ["儿子的玩具车冒烟了", "遥控赛车刹车失灵了哈哈", "共享单车刹车坏了", "打赛车游戏翻车了", "玩游戏被追尾了",
     "玩具吊车冒烟了", "昨晚玩游戏撞车了", "做红烧肉烧着了", "这道题 刹车失灵应该怎么办"],
)  # fmt: skip
def test_what_is_elsewhere_is_none(text: str) -> None:
    assert emergency(normalise(text)) is None
