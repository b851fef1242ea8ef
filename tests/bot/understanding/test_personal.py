"""What points at somebody is hidden: for examples in the same shape, for the assistant by tokens that come back."""

import pytest

from bot.understanding.features import features
from bot.understanding.normalise import normalise
from bot.understanding.personal import Hidden, LostToken, as_example


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("我的电话13912345678打不通", "我的电话13800000000打不通"),
        ("139-1234-5678 打这个", "13800000000 打这个"),
        ("＋８６１３９１２３４５６７８", "＋０"),
        ("浙A·D62K8什么时候能取", "浙A00000什么时候能取"),
        ("浙ad12345到了没", "浙A00000到了没"),
        ("车架号LSVAA49J132047371查召回", "车架号LAAAA00000A000000查召回"),
        ("身份证33010619900101123X", "身份证000000000000000000"),
        ("座机0571-88886666", "座机0000000000000"),
        ("发到lilei@example.com", "发到a@b.cn"),
        ("一三九一二三四五六七八", "00000000000"),
        ("微信号lilei_2020加我", "微信号abc000加我"),
        ("我是王磊,昨天的车", "我是某,昨天的车"),
        ("王师傅修的", "某师傅修的"),
        ("我叫欧阳", "我叫某"),
        ("张总您好", "某总您好"),
        ("总成多少钱", "总成多少钱"),
        ("跑了12000公里，3分", "跑了12000公里，3分"),
        ("周六上午10点30分保养", "周六上午10点30分保养"),
        ("我是来问保养的", "我是来问保养的"),
        ("价格358800元", "价格358800元"),
    ],
)
def test_an_example_keeps_its_shape(said: str, kept: str) -> None:
    if kept == "＋０":
        assert not any(sign in as_example(said) for sign in "３９")
    else:
        assert as_example(said) == kept


def test_names_of_the_file_and_of_colleagues_go_too() -> None:
    assert as_example("李雷说让梅梅给我打电话", ["李雷", "韩梅梅"]) == "某说让某给我打电话"


@pytest.mark.parametrize("said", ["打我手机13912345678", "浙A12345到了没", "牧野 浙AD12345 周三能好吗"])
def test_the_classifier_sees_the_same(said: str) -> None:
    assert set(features(normalise(as_example(said)))) == set(features(normalise(said)))


def test_tokens_come_back_word_for_word() -> None:
    hidden = Hidden(("李雷",))
    texts = ["我是李雷，电话13912345678，车牌浙A12345", "还是13912345678，另一个13712345678"]
    sent = [hidden.hide(each) for each in texts]
    assert sent == ["我是〔姓名1〕，电话〔电话1〕，车牌〔车牌1〕", "还是〔电话1〕，另一个〔电话2〕"]
    assert hidden.put_back("〔姓名1〕您好，会打〔电话2〕") == "李雷您好，会打13712345678"


@pytest.mark.parametrize("draft", ["〔姓名9〕您好", "您好〔姓名", "打〔〕", "〔客户姓名〕您好"])
def test_what_was_never_hidden_is_refused(draft: str) -> None:
    hidden = Hidden(("李雷",))
    hidden.hide("李雷")
    with pytest.raises(LostToken):
        hidden.put_back(draft)
