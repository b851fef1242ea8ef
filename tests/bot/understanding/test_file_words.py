"""What is said of the file: asked, half told, put right, taken back; and that somebody died."""

import re

import pytest

from bot.understanding import bereavement, file_words
from bot.understanding.normalise import normalise

BY_PATTERN = (
    (
        file_words.PAPERS_BACK,
        ("身份证复印件我要拿回来", "把我的驾照还给我", "行驶证什么时候退给我", "归还我的证件"),
        ("要带身份证吗", "车我要拿回来", "把我的信息删了", "定金还给我"),
    ),
    (
        file_words.LEAVES_NONE,
        ("要留手机号吗", "手机号要不要留", "我不想留电话给你们", "不太方便留号码", "只留微信行不"),
        ("不要留我的电话", "你们别留我号码", "我不想你们存我的电话", "电话多少", "电话要打几次"),
    ),
    (
        file_words.NEW_NUMBER,
        ("我换手机号了", "换了个新号码", "手机号变更一下", "号码换了"),
        ("我换手机了", "换个电瓶", "车牌号多少", "号不好挂"),
    ),
    (
        file_words.NEW_PLATE,
        ("我换牌了", "上牌了", "车牌换了", "新牌照下来了，牌照下来了"),
        ("换刹车片", "上牌多少钱呀要几天", "名牌"),
    ),
    (
        file_words.INVOICE,
        ("发票开错抬头了", "税号少了一位", "上次的发票能重开吗"),
        ("能开发票吗", "发票寄给我", "走错路了"),
    ),
    (file_words.SOLD_AGAIN, ("上个月卖的", "去年就过户了", "卖给我表弟的"), ("上个月来的", "刚买的", "卖多少")),
    (file_words.LEAKS, ("会不会卖给别人", "别把我的信息泄露给第三方"), ("会不会卖得便宜点", "卖给别人了")),
)


@pytest.mark.parametrize(("pattern", "meant", "not_meant"), BY_PATTERN)
def test_a_family_of_words(pattern: re.Pattern[str], meant: tuple[str, ...], not_meant: tuple[str, ...]) -> None:
    assert [each for each in meant if not pattern.search(normalise(each))] == []
    assert [each for each in not_meant if pattern.search(normalise(each))] == []


@pytest.mark.parametrize(
    "words", ["喂你谁啊", "你是？", "你们是哪家店", "您哪位", "你好，你们是什么公司呀", "你是干什么的"]
)
def test_who_we_are_is_asked(words: str) -> None:
    assert file_words.asks_who(normalise(words))


@pytest.mark.parametrize(
    "words", ["谁是周先生", "谁给你们我号码的", "你是机器人吗", "哪家店近", "你们店在哪里", "你是不是弄错了"]
)
def test_something_else_is_asked(words: str) -> None:
    assert not file_words.asks_who(normalise(words))


@pytest.mark.parametrize(
    "words", ["算了先别删", "那先不删了", "还是不删了吧", "别删我资料", "删除取消吧", "撤销删除", "资料还是留着吧"]
)
def test_data_shall_stay_after_all(words: str) -> None:
    assert file_words.keeps_data(normalise(words))


@pytest.mark.parametrize(
    "words",
    [
        "怎么还不删",
        "不删我就投诉",
        "为什么不给删",
        "别删积分，其他都删",
        "删掉吧",
        "别留我的资料",
        "不用查了，直接删",
        "别再发了",
    ],
)
def test_data_shall_not_stay(words: str) -> None:
    assert not file_words.keeps_data(normalise(words))


@pytest.mark.parametrize(
    ("words", "who"),
    [
        ("以后打我老婆电话", "老婆"),
        ("有事联系我爱人就行", "爱人"),
        ("通知发给我儿子吧", "儿子"),
        ("以后别打我老公电话", ""),
        ("我老公去取车", ""),
        ("联系我", ""),
    ],
)
def test_somebody_else_to_reach(words: str, who: str) -> None:
    assert file_words.contact_person(normalise(words)) == who


@pytest.mark.parametrize(
    ("words", "to"),
    [
        ("以后寄东西寄到萧山区市心路100号3幢", "萧山区市心路100号3幢"),
        ("地址改成滨江区江南大道88号", "滨江区江南大道88号"),
        ("能寄到萧山区吗", ""),
        ("你们地址是哪里吗", ""),
        ("开到文三路了", ""),
    ],
)
def test_an_address_for_the_file(words: str, to: str) -> None:
    assert file_words.address(normalise(words)) == to


@pytest.mark.parametrize(
    ("words", "some"),
    [
        ("中午12点到2点别给我打电话", True),
        ("你们别老上班时间打电话", True),
        ("午休的时候不要打电话", True),
        ("以后都别打电话了，上班时间也别打电话", False),
        ("别打电话，发微信", False),
    ],
)
def test_calls_at_some_hours_only(words: str, some: bool) -> None:
    assert file_words.only_at_some_hours(normalise(words)) is some


@pytest.mark.parametrize(
    ("words", "owner"),
    [
        ("老周已经不在了", True),
        ("周先生上个月走了", True),
        ("车主去世了", True),
        ("我爸上个月过世了，车还在", True),
        ("我爷爷去世了，周六来不了", False),
        ("我妈没了", False),
    ],
)
def test_somebody_died(words: str, owner: bool) -> None:
    assert bereavement.died(normalise(words), "周")
    assert bereavement.of_the_owner(normalise(words), "周") is owner


@pytest.mark.parametrize(
    "words",
    [
        "我老公不在家",
        "老王不在了吗",
        "我家狗去世了",
        "小李师傅走了",
        "刹车没了",
        "我爸走了，让他回去吧",
        "车没了",
        "周先生不在店里",
    ],
)
def test_nobody_died(words: str) -> None:
    assert not bereavement.died(normalise(words), "周")
