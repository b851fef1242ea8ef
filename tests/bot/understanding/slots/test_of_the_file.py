"""Needs, services, symptoms, how to be reached, who fetches the car, rights over data."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.slots import contact, models, services, topics
from bot.understanding.slots.symptoms import symptom

NAMES = {"长风": "长风", "牧野": "牧野", "大牧": "牧野"}


def test_the_first_model_named_by_name_or_alias() -> None:
    assert models.model("大牧和长风哪个好", NAMES) == "牧野"
    assert models.model("哪款好", NAMES) is None


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("二十万以内的七座有吗 二胎家庭", {"budget": {"max": 200_000}, "seats_min": 7, "purpose": ("family",)}),
        ("家里没法装桩 电车合适不", {"home_charger": False, "energy": "ev"}),
        ("有车位能装桩 想看纯电", {"home_charger": True, "energy": "ev"}),
        ("车位是租的，物业不许装桩", {"home_charger": False}),
        ("装不了桩", {"home_charger": False}),
        ("不让装", {"home_charger": False}),
        ("物业不同意装充电桩", {"home_charger": False}),
        ("房东不让弄桩", {"home_charger": False}),
        ("充电桩报了装不下来", {"home_charger": False}),
        ("物业那边卡着不让装", {"home_charger": False}),
        ("装桩没戏", {"home_charger": False}),
        ("有固定车位，装桩没问题", {"home_charger": True}),
        ("物业同意装桩了", {"home_charger": True}),
        ("自家院子能装", {"home_charger": True}),
        ("车位是租的", {}),
        ("不让装修", {}),
        ("要个能装的", {}),
        ("油车好还是电车好", {}),
        ("不超过18万 要suv", {"budget": {"max": 180_000}, "body": ("suv",)}),
        ("上下班代步 插混", {"purpose": ("commute",), "energy": "phev"}),
    ],
)
def test_needs(text: str, slots: dict[str, object]) -> None:
    assert models.needs(normalise(text)) == slots


@pytest.mark.parametrize(
    ("text", "item", "visit"),
    [
        ("做个小保养", "minor_maintenance", "maintenance"),
        ("大保多少钱", "major_maintenance", "maintenance"),
        ("首保", "first_service", "maintenance"),
        ("首保真一毛不收", "first_service", "maintenance"),
        ("头一次保养", "first_service", "maintenance"),
        ("第一个保养", "first_service", "maintenance"),
        ("第一趟保养", "first_service", "maintenance"),
        ("首回保养", "first_service", "maintenance"),
        ("头保", "first_service", "maintenance"),
        ("车烧机油", None, "repair"),
        ("机油灯闪", None, "repair"),
        ("想保养一下", None, "maintenance"),
        ("换前刹车片", "brake_pads", "repair"),
        ("后刹车片", "rear_brake_pads", "repair"),
        ("换条轮胎", "tyre", "repair"),
        ("补胎", "tyre_repair", "repair"),
        ("换个电瓶", "battery", "repair"),
        ("四轮定位", "alignment", "repair"),
        ("年检代办", "inspection_agent", "inspection"),
        ("车里除味", "deodorize", "other"),
        ("贴膜", "film", "other"),
        ("底盘咯噔响", None, "repair"),
        ("前面沙车片磨完了换一副", "brake_pads", "repair"),
        ("杀车盘", "brake_discs", None),
        ("补胎店说补不了,换条新的", "tyre", "repair"),
        ("扎了个钉子补一下", "tyre_repair", "repair"),
        ("换两条前胎连动平衡", "tyre", "repair"),
        ("做个动平衡", "balancing", None),
        ("车里一股老烟味散不掉", "deodorize", "other"),
        ("后杠要做漆", "paint", "repair"),
        ("给我检查下车", None, "inspection"),
    ],
)
def test_work_and_what_the_bay_is_wanted_for(text: str, item: str | None, visit: str | None) -> None:
    assert (services.item(text), services.visit(text)) == (item, visit)


def test_a_symptom_in_the_customers_words() -> None:
    assert symptom("车子过减速带咯噔咯噔响想约时间查查") == "过减速带咯噔咯噔响"
    assert symptom(normalise("你好 空调不制冷了，明天能修吗")) == "空调不制冷"
    assert symptom("想约保养") is None


def test_how_to_be_reached() -> None:
    assert contact.quiet_after(normalise("晚上八点以后别联系我")) == "20:00"
    assert contact.quiet_after(normalise("九点半后不要打扰")) == "21:30"
    assert contact.quiet_after(normalise("晚上七点后莫发信息")) == "19:00"
    assert contact.quiet_after(normalise("八点以后我有空，打给我")) is None
    assert contact.no_call("有事发微信别打电话")
    assert contact.channel_pref("有事发微信别打电话") == "wechat"
    assert contact.channel_pref("打电话就行 不用发微信") == "phone"
    assert contact.no_call("车打不着火") is None


def test_who_fetches_the_car_and_what_became_of_it() -> None:
    assert contact.pickup_person("明天我媳妇来取车 给她就行") == "我媳妇"
    assert contact.pickup_person("取车人：赵敏".replace("：", ":")) == "赵敏"
    assert contact.vehicle_sold("车上个月卖给我表弟了")
    assert contact.vehicle_sold("车什么时候能取") is None


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("让我弟弟林涛去取车", "我弟弟林涛"),
        ("我走不开,叫我表妹温雅去提车", "我表妹温雅"),
        ("车让我爱人毛晓燕去拿", "我爱人毛晓燕"),
        ("让我同事小祝来开走", "我同事小祝"),
        ("换我小舅子刘海涛去", "我小舅子刘海涛"),
        ("由我妹妹倪芳代我取车", "我妹妹倪芳"),
        ("我表哥(赵大明)下午三点来提车", "我表哥赵大明"),
        ("让张伟明天来取车", "张伟"),
        ("让我老公明天下午去取", "我老公"),
        ("让我老婆顺路去取一下", "我老婆"),
        ("叫我弟弟下班去拿车", "我弟弟"),
        ("让我媳妇儿周末来开", "我媳妇儿"),
        ("让我妹马上过去取", "我妹"),
        ("让我家那口子去取", "我家那口子"),
        ("我老公说车还在响", None),
        ("让刘师傅把车开出来", None),
        ("我儿子放学我要接", None),
    ],
)
def test_who_fetches_it_by_name(text: str, who: str | None) -> None:
    assert contact.pickup_person(text) == who


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("把我的资料都删了", "delete"),
        ("导出我的数据", "export"),
        ("你们有我什么资料", "export"),
        ("名字写错了 更正一下", "correct"),
        ("please erase my data", "delete"),
        ("can you send me a copy of my data", "export"),
        ("please correct my phone number", "correct"),
    ],
)
def test_rights_over_data(text: str, action: str) -> None:
    assert contact.action(text) == action


@pytest.mark.parametrize(
    ("intent", "text", "topic"),
    [
        ("faq", "礼拜天上班么", "hours"),
        ("faq", "店在哪", "address"),
        ("faq", "电车年检要测电池吗", "nev_inspection"),
        ("faq", "六年的车还用上线检测吗", "annual_inspection"),
        ("faq", "在外面小店换机油还保不保", "outside_service"),
        ("faq", "保养超了一千公里", "maintenance_overdue"),
        ("faq", "今年要不要去年减", "annual_inspection"),
        ("faq", "要去线上检吗", "annual_inspection"),
        ("faq", "去年减配了吗", None),
        ("faq", "老乡开了个修理店,在他那换机油你们还给保修吗", "outside_service"),
        ("faq", "楼下修里厂换的机油,质宝会不会作废", "outside_service"),
        ("faq", "跑到一万八才想起来", "maintenance_overdue"),
        ("faq", "超了有关系吗", "maintenance_overdue"),
        ("faq", "首保是五千还是半年来着", "maintenance_cycle"),
        ("sales_terms", "现在下定能优惠多少", "discount"),
        ("sales_terms", "是订金还是定金,不买了退不退", "deposit"),
        ("sales_terms", "车我不要了,把订金退我", "order_cancel"),
        ("sales_terms", "订金要付几千,不买了退吗", "deposit"),
        ("sales_terms", "要是后面不想要了定金退吗", "deposit"),
        ("sales_terms", "订单取消,定金怎么退", "order_cancel"),
        ("sales_terms", "想退订那台订了的长风", "order_cancel"),
        ("sales_terms", "上周订的知行我想退了", "order_cancel"),
        ("faq", normalise("交抢险断了几天"), "compulsory_insurance"),
        ("delivery_query", "提车那天要带啥材料", "documents"),
        ("faq", "多久做一次保养", "maintenance_cycle"),
        ("faq", "电池质保几年", "warranty"),
        ("faq", "有没有召回", "recall"),
        ("faq", "冬天续航掉多少", "winter_range"),
        ("faq", "快充伤电池吗", "charging"),
        ("faq", "发动机灯亮了", "warning_light"),
        ("faq", "交强险脱保", "compulsory_insurance"),
        ("faq", "试驾要带驾照吗", "test_drive_requirement"),
        ("sales_terms", "定金能退吗", "deposit"),
        ("sales_terms", "能便宜多少", "discount"),
        ("sales_terms", "取消订单", "order_cancel"),
        ("sales_terms", "合同怎么签", "contract"),
        ("delivery_query", "合格证给我了吗", "documents"),
        ("delivery_query", "车什么时候到", "delivery"),
        ("greet", "你好", None),
    ],
)
def test_topics(intent: str, text: str, topic: str | None) -> None:
    assert topics.topic(intent, text) == topic


@pytest.mark.parametrize(
    ("text", "sold"),
    [("我的M卖了", True), ("车上个月过户了", True), ("我表弟的车上个月报废了", None), ("朋友的车卖了三万", None)],
)
def test_a_car_sold_is_ones_own(text: str, sold: bool | None) -> None:
    """M stands for a model of the dealer's (bot.understanding.concepts)."""
    assert contact.vehicle_sold(text) is sold


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("换我小舅子来", "我小舅子"),
        ("换成我老公来取", "我老公"),
        ("我不去了，换我爱人来", "我爱人"),
        ("我爸来拿", "我爸"),
        ("让我对象去提", "我对象"),
        ("我对象下午过来取", "我对象"),
        ("我弟顺路开回去", "我弟"),
        ("我姐夫顺道提回来", "我姐夫"),
        ("我闺女过去接车", "我闺女"),
        ("由我同事代领", "我同事"),
        ("我叔来拿车", "我叔"),
        ("派我们单位司机去提", "我们单位司机"),
        ("我女婿过来把车开走", "我女婿"),
        ("车没了，给侄子开去了", None),
        ("我爸妈都问车好了没", None),
        ("我爸的车该保养了", None),
        ("我弟想买台suv", None),
        ("换我也生气", None),
    ],
)
def test_who_is_sent_for_the_car(text: str, who: str | None) -> None:
    assert contact.pickup_person(normalise(text)) == who
