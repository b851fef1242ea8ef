"""Refusals by keyword and in plain words, and what only looks like one."""

import pytest

from bot.understanding.normalise import normalise
from bot.understanding.refusals import comes_again, ignored, invited_back, keeps_service, opt_in, refusal, scope


@pytest.mark.parametrize(
    "text", ["T", "td", "R", "回复R", "QX", "0000", "退订", "请帮我退订，谢谢", "unsubscribe", "TD退订", "“TD”"]
)
def test_a_keyword_is_a_refusal_as_the_whole_message(text: str) -> None:
    assert refusal(normalise(text)) == "marketing"


@pytest.mark.parametrize(
    "text",
    [
        "T-ROC多少钱",
        "R8落地价",
        "N7现车",
        "我要退定金",
        "退订金",
        "退订单",
        "拒收快递",
        "不退订",
        "千万别退订",
        "我没有退订",
        "取消退订",
        "不要取消预约",
        "不用等",
        "TSI",
        "刹车不要紧吧",
        "别忘了提醒我",
        "不想等了",
        "短信里的活动都不要钱吗",
        "什么都不要，就换机油",
        "嘛都没修好",
        "问候一下王师傅",
        "祝福不要了吗",
        "不想填地址",
        "通知都别发错了",
    ],
)
def test_what_only_looks_like_a_refusal_is_none(text: str) -> None:
    assert refusal(normalise(text)) is None


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("不要再给我发广告了", "marketing"),
        ("以后别发活动信息", "marketing"),
        ("节日祝福免了吧", "greeting"),
        ("回访问卷以后别发了", "survey"),
        ("任何消息都不要再发", "all"),
        ("别再联系我", "all"),
        ("怎么退订", "marketing"),
        ("滚", "all"),
        ("广告、提醒、问候、问卷，一样都不要", "all"),
        ("活动、祝福、回访，都别发了", "all"),
        ("促销、保养提醒、生日祝福全都不要", "all"),
        ("广告也好问卷也好，都免了", "all"),
        ("不管是祝福还是广告，都别发", "all"),
        ("啥子消息都莫发", "all"),
        ("嘛都别发", "all"),
        ("嘛消息也别发", "all"),
        ("么子信息都莫来", "all"),
        ("乜都唔好发", "all"),
        ("不想填这个几分几分的，打折消息还是要的", "survey"),
        ("打分的别发了，活动还可以发", "survey"),
        ("评分问卷别来了，有优惠还是告诉我", "survey"),
        ("生日祝福这项关了，优惠活动可以留", "greeting"),
        ("问候啥的别发，打折的留着", "greeting"),
        ("祝福短信不用了，优惠继续发", "greeting"),
        ("别发广告，生日祝福还是要的", "marketing"),
        ("广告别发了，保养提醒照发", "marketing"),
    ],
)
def test_plain_words_are_as_good_and_say_how_far(text: str, scope: str) -> None:
    assert refusal(normalise(text)) == scope


@pytest.mark.parametrize("text", ["订阅", "恢复订阅", "START", "继续给我发吧", "退订错了，帮我恢复"])
def test_consent_comes_back(text: str) -> None:
    assert opt_in(normalise(text))
    assert refusal(normalise(text)) is None


def test_a_refusal_not_honoured_is_noticed() -> None:
    assert ignored(normalise("退订了怎么还发"))
    assert not ignored(normalise("退订"))


@pytest.mark.parametrize(
    "text",
    ["谢绝回访", "不接受任何推销", "把我号码从你们系统里删掉", "我都回了三遍TD了", "别来烦我了好吗", "不要再打来了",
     "短信太多了，停了吧", "我不想再被回访了", "no more messages please", "pls unsubscribe me",
     "以后别给我发生日祝福了"],
)  # fmt: skip
def test_a_refusal_in_plain_words_is_never_missed(text: str) -> None:
    assert refusal(normalise(text)) is not None


@pytest.mark.parametrize("text", ["下次还去别家", "20块洗车费都要收", "发票不用寄了我来拿", "拉黑过你们，现在又解除了"])
def test_words_that_only_sound_alike_neither_refuse_nor_renew(text: str) -> None:
    assert refusal(normalise(text)) is None
    assert not opt_in(normalise(text))


@pytest.mark.parametrize("text", ["r,辛苦了", "t 谢谢", "r r r", "td,td"])
def test_a_keyword_with_courtesy_or_said_again(text: str) -> None:
    assert refusal(normalise(text)) == "marketing"


@pytest.mark.parametrize(
    "text", ["先别问几分,车还没修好", "先别发价格,我说完", "别问那么多,后天下午两点", "我的R档挂不上"]
)
def test_not_now_is_no_refusal(text: str) -> None:
    assert refusal(normalise(text)) is None


def test_what_our_last_line_offered_decides() -> None:
    told = '如您愿意接收车主活动信息,请回复"愿意"'
    assert invited_back("愿意", told)
    assert not invited_back("愿意", "您愿意参加周六的活动吗")
    assert comes_again("怎么又来了?前天刚回过", "周末抽大奖。拒收请回复r")
    assert not comes_again("怎么又来了个工单", "您的车已完工")


def test_the_scope_is_read_from_dialect_too() -> None:
    """么子都不要 refuses only where messages are meant; how far it goes is the same."""
    assert scope(normalise("么子都不要")) == "all"
    assert scope(normalise("只留到期提醒，别的都别推")) == "marketing"


def test_one_kind_refused_and_another_kept_is_no_renewal() -> None:
    assert not opt_in(normalise("祝福短信不用了，优惠继续发"))


@pytest.mark.parametrize(
    "text", ["推销的信息莫再搞了", "你们那广告甭整了", "那些促销的信儿可别再弄来了", "下回这种活动也别喊我了"]
)
def test_what_is_done_no_more_is_sending(text: str) -> None:
    assert refusal(normalise(text)) == "marketing"


@pytest.mark.parametrize("text", ["活动别再搞这么晚了行不", "短信别再弄错车牌了", "促销别整虚的", "下回别叫我等那么久"])
def test_how_something_is_done_is_no_refusal(text: str) -> None:
    assert refusal(normalise(text)) is None


def test_what_we_have_to_tell_is_kept() -> None:
    assert keeps_service(normalise("年检到期的提醒要留"))
    assert not keeps_service(normalise("保养提醒留着，广告别发"))
    assert not keeps_service(normalise("优惠活动的也保留"))
    assert not keeps_service(normalise("不过保养还是要做的"))
    assert keeps_service(normalise("保养提醒可以"))
    assert not keeps_service(normalise("保养可以"))
