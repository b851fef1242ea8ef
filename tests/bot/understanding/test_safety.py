"""Danger now, and what only sounds like it."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.safety import emergency, injury
from bot.understanding.slots.places import named_place


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("刹车失灵了", "brake_failure"),
        ("踩刹车踩不动了现在停在路边", "brake_failure"),
        ("杀车没反应了怎么办", "brake_failure"),
        ("方向盘突然锁死", "brake_failure"),
        ("车头冒黑烟了", "smoke_fire"),
        ("闻到一股糊味还有烟冒出来", "smoke_fire"),
        ("刚充电的时候电池冒烟了", "ev_battery"),
        ("电池鼓包发出嘶嘶声", "ev_battery"),
        ("水温表到红线了", "overheat"),
        ("开锅了", "overheat"),
        ("刚才追尾了", "accident"),
        ("撞护栏上了气囊弹出来了", "accident"),
        ("车子在积水里熄火了", "flood"),
        ("车被淹了", "flood"),
        ("孩子锁在车里了", "person_trapped"),
        ("我被困在车里出不来", "person_trapped"),
        ("我爸在展厅晕倒了", "medical"),
        ("看新闻说会自燃，我的车现在也冒烟了", "smoke_fire"),
        ("车着火了", "smoke_fire"),
        ("电池冒烟了会爆炸吗", "ev_battery"),
        ("昨天刚保养完，刹车没反应了", "brake_failure"),
        ("追尾了没撞到人", "accident"),
        ("刹车失灵了好怕", "brake_failure"),
        ("车头上冒烟", "smoke_fire"),
        ("堵车的时候被追尾了", "accident"),
        ("钥匙和孩子都锁车里了", "person_trapped"),
        ("撞单车了人倒在地上", "accident"),
        ("brakes not working help", "brake_failure"),
    ],
)
def test_danger_is_named_by_its_kind(text: str, kind: str) -> None:
    assert emergency(normalise(text)) == kind


@pytest.mark.parametrize(
    "text",
    [
        "新闻说某品牌起火召回",
        "听说电动车容易自燃是真的吗",
        "客户抽烟一股烟味",
        "价格炸裂",
        "活动火爆",
        "气得我冒烟",
        "笑得停不下来",
        "刹车片多少钱",
        "想换刹车油",
        "去年追尾过",
        "事故车保费贵吗",
        "如果水淹了保险赔吗",
        "排气管冒白烟正常吗",
        "安全气囊几个",
        "今天撞衫了",
        "刹车距离多少",
        "晕车怎么办",
        "困在堵车里",
        "水温传感器多少钱",
        "朋友圈看到有人着火了",
        "忙得冒烟",
        "没有再冒烟了",
        "差点追尾，还好没事",
    ],
)
def test_false_alarms_are_kept_apart(text: str) -> None:
    assert emergency(normalise(text)) is None


def test_injury_and_place_are_noted() -> None:
    assert injury("追尾了,副驾流血") is True
    assert injury("追尾了,人没事") is False
    assert injury("追尾了") is None
    assert named_place("高速上刹车失灵") == "高速上"


@pytest.mark.parametrize(
    "text",
    ["刹车踩下去是空的，车停不住", "车翻沟里了", "车冲进河里了", "轮子飞出去一个", "车子自己往前冲踩不住",
     "车窗打不开孩子在里面哭", "刹车一点反应都没有", "底下在漏汽油"],
)  # fmt: skip
def test_danger_told_in_other_words(text: str) -> None:
    assert emergency(normalise(text)) is not None


@pytest.mark.parametrize(
    "text",
    [
        "朋友车着火了，我这款会不会",
        "这车加速猛得要起火",
        "空调坏了热得快着火了",
        "烧烤区冒烟了，味道真香",
        "这天热得人要中暑",
    ],
)
def test_other_peoples_cars_and_figures_of_speech_are_none(text: str) -> None:
    assert emergency(normalise(text)) is None
