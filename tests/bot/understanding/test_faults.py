"""Faults with which a car is not driven on, and what only sounds like them."""

import pytest

from bot.understanding import faults
from bot.understanding.normalise import normalise


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("刹车有点软", faults.BRAKES),
        ("感觉刹车越来越软", faults.BRAKES),
        ("脚刹比以前软", faults.BRAKES),
        ("刹车行程变长了", faults.BRAKES),
        ("刹车软是怎么回事", faults.BRAKES),
        ("机油灯亮红的", faults.OIL_LIGHT),
        ("仪表上红色机油灯亮着", faults.OIL_LIGHT),
        ("机油报警灯一直闪", faults.OIL_LIGHT),
        ("轮胎鼓包了", faults.BULGE),
        ("左前胎侧边鼓了个包", faults.BULGE),
        ("胎起了个大包", faults.BULGE),
        ("轮子有点晃", faults.WHEEL),
        ("轮胎螺丝没拧紧", faults.WHEEL),
        ("左前轮松了", faults.WHEEL),
        ("方向盘晃", ""),
        ("轮毂盖松了", ""),
        ("换轮胎螺丝多少钱", ""),
        ("车胎扎钉了 没漏气", faults.NAIL),
        ("扎了颗螺丝 胎压正常", faults.NAIL),
        ("车胎扎钉了 气快没了", ""),
        ("刹车软管要召回吗", ""),
        ("去年刹车软 你们弄好了", ""),
        ("机油灯没亮 就是该保养了", ""),
        ("机油灯和水温灯分别长啥样", ""),
        ("轮胎鼓包险赔不赔", ""),
        ("座椅有点软", ""),
        ("漆面鼓包了", ""),
        ("刹车片换一副多少钱", ""),
    ],
)
def test_a_fault_is_heard(text: str, fault: str) -> None:
    assert faults.fault(normalise(text)) == fault


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("还能开吗", True),
        ("能上高速不", True),
        ("要紧吗", True),
        ("不敢开", True),
        ("能开空调吗", False),
        ("能开发票吗", False),
        ("那明天送过来看看", False),
    ],
)
def test_who_asks_whether_to_drive(text: str, asks: bool) -> None:
    assert (faults.ASKS_TO_DRIVE.search(normalise(text)) is not None) is asks
