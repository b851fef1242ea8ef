"""What was swallowed that is no food is for a doctor; what only sounds like it is not."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.safety import emergency, injury


@pytest.mark.parametrize(
    "text",
    [
        "我闺女把车钥匙电池咽下去了",
        "遥控器里的电池被我家小子吞了",
        "娃把玩具车的电池吞肚里了",
        "吞下去了会不会有事，就是车钥匙那个小电池",
        "我爸把玻璃水当矿泉水喝了两口",
        "小孩误食了防冻液",
        "刚才拿错瓶子喝了一大口冷却液",
        "孩子把休息区桌上的螺丝吃进去了",
        "外孙女吞了个硬币",
        "宝宝把我的降压药当糖吃了",
        "爷爷的药被孙子吃了半瓶",
        "孩子吃错药了",
        "爸爸误服了蓄电池的电解液",
        "孙子喝了84消毒液吐了",
        "他把机油当可乐灌了一口",
        "my kid swallowed the key fob battery",
    ],
)
def test_what_was_swallowed_is_medical(text: str) -> None:
    plain = normalise(text)
    assert (emergency(plain), injury(plain)) == ("medical", True)


@pytest.mark.parametrize(
    "text",
    [
        "这车太能喝机油了，一千公里喝了一升",
        "后轮吃了颗螺丝，补个胎多少钱",
        "充电桩把我卡吞了",
        "你们把我妈的定金吞了？",
        "新闻说有小孩吞了车钥匙电池，你们的钥匙有保护盖吗",
        "万一孩子把钥匙电池吞下去怎么办",
        "你们是不是吃错药了",
        "我妈吃了她的药就过来",
        "防冻液灌了半桶还是少",
        "机油喝了我两壶",
        "中午喝了点酒 电池没电了",
        "我喝了半斤白酒刹车油该换了吧",
        "钥匙电池没电了，吃完饭过去换",
        "电池没电了吃了午饭过去",
        "孩子在店里吃了颗糖",
        "这口气我咽不下",
    ],
)
def test_a_car_and_a_house_swallow_too(text: str) -> None:
    assert emergency(normalise(text)) is None


def test_a_battery_of_the_car_stays_one() -> None:
    assert emergency(normalise("电池包冒烟了")) == "ev_battery"
