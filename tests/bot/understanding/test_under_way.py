"""What is added while help is on its way, what calls it off, and what sounds like danger and is none."""

import pytest

from bot.understanding import no_danger, safety, under_way
from bot.understanding.normalise import normalise

SAID = {
    "stopped": ("停了", "靠边停好了", "熄火了", "枪拔下来了", "我们都下车了", "警示牌放好了"),
    "next": ("然后呢", "停好了 接下来怎么弄", "那我该怎么办"),
    "drive": ("还能开吗", "慢慢开过去可以不", "我自己开过去行吗"),
    "start": ("能打火试试吗", "要不要再启动一下", "打个火试一下"),
    "cap": ("可以掀盖加水吗", "浇点凉水行不行"),
    "wheel": ("我自己换备胎行不", "有备胎"),
    "fetch": ("我回车里拿下包", "能上去取手机吗 上车取"),
    "price": ("拖车多少钱", "要收费吗", "拖车费大概多少"),
    "home": ("能上门吗", "能到我家来修不"),
    "wait": ("还要多久啊", "来了吗", "到哪了", "那我等着", "等你们"),
    "unhurt": ("没人受伤", "人都没事"),
    "settle": ("对方说要私了", "交警让我报保险"),
    "called": ("那叫人来吧", "已经打了救援电话", "行 那叫吧"),
    "leak": ("对方的车漏油了", "地上一滩油"),
    "over": (
        "虚惊一场",
        "车已经拖走了",
        "原来是隔壁做饭的味道",
        "没撞上",
        "火灭了 不用来了",
        "不用来了",
        "又好了",
        "现在能开了 不用过来",
        "我们私了了",
        "打着了",
        "朋友帮我搭上电 好了",
    ),
    "out": ("孩子出来了 没事了", "门打开了", "人都下来了", "她醒了"),
    "": ("退订", "我想试驾牧野", "周六过来检查一下", "小保养多少钱做一次保养", "你们几个店"),
}
NOT_OVER = (
    "不用来了吗", "能开不", "现在能开走不", "没事了 可他头晕", "还没好", "好了一会儿又熄了", "人还没出来", "先不用来",
    "叫不醒了", "不用来了？快点来", "火灭了", "人下来了 看到火苗了", "修好了 就是手有点疼", "不用来了 还冒着烟",
    "人出来了 动不了", "原来是旁边那辆车着火了",
)  # fmt: skip
NONE = (
    "车还在", "我的车还在", "他的车还在车库", "我到了 在车里等着", "我在车里等着呢 在你们门口", "没坏", "车好好的",
    "刹车的时候方向盘发抖", "踩下去有异响 刹得住", "排气管有点白烟", "车底下又滴油了", "刚刚我语气重了",
    "人已经停在路边了",
    "孩子玩遥控车撞了一地", "我家厨房一股糊味 菜烧干了",
    "我还想带我爸一起 他67了", "我车三年了 六万公里 还在保吗", "下雨车里漏水 天窗那边", "扎了个钉子 没漏气",
)  # fmt: skip
MAYBE = (
    "刹车有异响 还刹不住", "排气管冒烟 底盘着了", "一路滴油 踏板越来越低", "刹车响着响着没刹车了", "汽油漏了一地",
    "排气管边上的油管往外喷油", "孩子玩遥控车的电池冒烟了",
    "车还在冒烟", "我在车里出不来", "带我爸去的路上他晕了", "还在保险杠下面夹着", "车里进水了 熄火了",
    "扎了钉子 没气了",
    "我跑着跑着半边身子发麻", "宝宝在车里睡着了叫不醒", "孩子在车里睡着了 车门打不开",
)  # fmt: skip


@pytest.mark.parametrize(("meant", "text"), [(meant, text) for meant, texts in SAID.items() for text in texts])
def test_what_is_added_is_told_apart(meant: str, text: str) -> None:
    assert under_way.said(normalise(text)) == meant


@pytest.mark.parametrize("text", NOT_OVER)
def test_a_doubt_calls_nothing_off(text: str) -> None:
    assert not under_way.over(normalise(text))


@pytest.mark.parametrize("text", NONE)
def test_what_plainly_is_no_danger(text: str) -> None:
    assert no_danger.plainly(normalise(text))


@pytest.mark.parametrize("text", MAYBE)
def test_a_word_of_harm_is_weighed_as_ever(text: str) -> None:
    assert not no_danger.plainly(normalise(text))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("昨天下大雨车泡水了", "flood"),
        ("前天晚上车被淹了 没敢动", "flood"),
        ("昨天车泡水了 拖你们店了 修好没", None),
        ("去年车泡水了", None),
        ("昨晚车泡水了 保险赔吗", None),
        ("下雨车里进水了 天窗漏", None),
        ("车里进水了 积水太深熄火了", "flood"),
    ],
)
def test_a_flood_is_over_only_when_somebody_saw_to_it(text: str, kind: str | None) -> None:
    assert safety.emergency(normalise(text)) == kind


@pytest.mark.parametrize(
    ("text", "knocked"),
    [
        ("电池包磕了一下", True),
        ("过坎刮到电池壳了", True),
        ("电池包磕了在冒烟", False),
        ("底盘刮了", False),
        ("撞了 电池漏液", False),
    ],
)
def test_a_knocked_battery_does_not_burn(text: str, knocked: bool) -> None:
    assert safety.knocked(normalise(text)) is knocked


@pytest.mark.parametrize(
    ("text", "off"),
    [("不用来了", True), ("人出来了 不用来了", True), ("修好了", True), ("人出来了 没事了", False), ("没事了", False)],
)
def test_only_plain_words_call_off(text: str, off: bool) -> None:
    assert under_way.called_off(normalise(text)) is off


@pytest.mark.parametrize(
    ("text", "grew"),
    [("看见火苗了", True), ("烧起来了", True), ("火大了", True), ("没起火", False), ("熄火了", False)],
)
def test_flames_are_told(text: str, grew: bool) -> None:
    assert under_way.flames(normalise(text)) is grew


@pytest.mark.parametrize(
    ("text", "hurt"),
    [
        ("开始以为没事 现在脖子转不动", True), ("人没事 就是头有点晕", True), ("刚才觉得没事，这会儿想吐", True),
        ("人没事 心疼车", False), ("人都没事 车动不了了", False), ("没流血 也不疼 人没事", False), ("吓死我了", None),
        ("孩子吓哭了 人没事", False),
    ],
)  # fmt: skip
def test_what_is_felt_now_counts(text: str, hurt: bool | None) -> None:
    assert safety.injury(normalise(text)) is hurt


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("女儿吃葡萄噎着了 脸都发紫了", "medical"), ("宝宝喝奶呛到了 脸憋得发青", "medical"),
        ("老爷子开着开着车胸口疼", "medical"), ("孕妇肚子疼 安全带勒到了", "medical"),
        ("老婆被安全带勒住解不开 喘不上气", "person_trapped"),
        ("车里冒烟 孩子嘴唇都紫了", "smoke_fire"), ("被追尾了 老头胸口疼", "accident"),
        ("刹车红灯亮了 踩下去没力", "brake_failure"), ("下坡的时候刹车突然软了", "brake_failure"),
        ("刹车有点软 能上高速吗", None), ("刹车灯不亮了", None), ("车子凳子起着了个角", None),
    ],
)  # fmt: skip
def test_what_a_body_or_a_pedal_tells(text: str, kind: str | None) -> None:
    assert safety.emergency(normalise(text)) == kind
