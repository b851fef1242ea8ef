"""What only sounds like a refusal or a consent, and its look-alikes, which are one."""

from dataclasses import replace

import pytest

from bot.effects import PromptKind
from bot.turn import NOTHING_BEFORE, Before
from bot.understanding import sending
from bot.understanding.normalise import normalise
from tests.bot.understanding.test_leaning import asked, read, setting

SURVEY = replace(asked(PromptKind.SURVEY), scale="1-5")
ADVERT = "【远禾滨江店】本周六车主讲堂，欢迎参加。拒收请回复R"
PROMISED = "好的，已转给同事，马上来回复您，请稍等。"


@pytest.mark.parametrize(
    "text",
    [
        "有消息告诉我", "到货了通知我一声", "有结果了联系我", "配件到了喊我", "以后短信发这个号", "退我差价",
        "把多收的钱退给我",
        "赔我损失", "别跟我打太极", "你们别踢皮球了", "不要敷衍我", "少糊弄人", "打扰了", "不好意思打扰一下",
        "还是来吧",
        "有优惠再说吧", "有活动再看吧",
    ],
)  # fmt: skip
def test_nothing_is_refused_and_nothing_agreed_to(text: str) -> None:
    said = read(text)
    assert not said.wants("opt_out")
    assert not said.wants("opt_in")


@pytest.mark.parametrize(
    "text",
    [
        "有活动也别告诉我", "短信别发了", "别敷衍我，短信都停了", "天天发我，够了", "谁让你们发给我的，别发了",
        "以后不用联系我",
        "别再联系我了", "以后都不用打电话来了", "不用联系我", "再也别打来", "广告退订", "不需要回访",
        "广告天天响，老打岔，给我停了吧",
        "推介到此为止，我只想收到跟修车有关的", "保养提醒留着，其他的推广停了",
    ],
)  # fmt: skip
def test_a_refusal_stays_one(text: str) -> None:
    assert read(text).wants("opt_out"), text


@pytest.mark.parametrize(
    "text",
    [
        "恢复推送吧",
        "活动还是发我吧",
        "上次R是按错的",
        "把我放回名单里",
        "年检提醒可以留着",
        "就要保养提醒",
        "到期提醒一下就行",
    ],
)
def test_messages_are_wanted_again(text: str) -> None:
    assert read(text).intent == "opt_in", text


@pytest.mark.parametrize("before", ["emergency", "roadside_assist"])
@pytest.mark.parametrize("text", ["停了", "已经停路边了", "熄火了", "靠边停好了"])
def test_right_after_a_danger_the_car_stands(text: str, before: str) -> None:
    assert not read(text, Before("水温报警了", before)).wants("opt_out")
    assert not sending.car_stands(normalise("短信停了"), setting(Before("水温报警了", before)))


@pytest.mark.parametrize(
    ("text", "before", "told", "off"),
    [
        ("不用联系我了", Before("5分", "survey_reply"), "", "matter"),
        ("算了不用打了", Before("让人给我打电话", "human_request"), "", "matter"),
        ("那不用回电话了", NOTHING_BEFORE, PROMISED, "matter"),
        ("没事了，不用麻烦你们联系我了", NOTHING_BEFORE, "韩梅梅会在今天12:20前与您联系", "matter"),
        ("不用打了我自己过来", NOTHING_BEFORE, PROMISED, "matter"),
        ("不用打了，我不想再收到短信", NOTHING_BEFORE, PROMISED, ""),
        ("不用打了", NOTHING_BEFORE, "", "calls"),
        ("别打了", NOTHING_BEFORE, "", "calls"),
        ("不用联系我", NOTHING_BEFORE, ADVERT, ""),
        ("别再联系我", Before("5分", "survey_reply"), PROMISED, ""),
        ("别跟我联系了", Before("5分", "survey_reply"), PROMISED, ""),
        ("以后不用打了", Before("5分", "survey_reply"), PROMISED, ""),
        ("不用打蜡", Before("5分", "survey_reply"), PROMISED, ""),
        ("不要联系我老婆", Before("5分", "survey_reply"), PROMISED, ""),
    ],
)
def test_a_call_is_called_off_and_the_notices_go_on(text: str, before: Before, told: str, off: str) -> None:
    assert sending.called_off(normalise(text), (), setting(before, told)) == off
    if off:
        said = read(text, before, told=told)
        assert (said.intent, said.wants("opt_out"), said.slots["no_call"]) == ("info_update", False, True)


@pytest.mark.parametrize("text", ["评价过了呀", "怎么又问", "刚评完", "已经打过分了", "不是评过了吗", "问了好几遍了"])
def test_who_was_asked_twice_refuses_nothing(text: str) -> None:
    said = read(text, NOTHING_BEFORE, SURVEY)
    assert (said.intent, said.wants("opt_out"), said.rating) == ("survey_reply", False, None)


@pytest.mark.parametrize("text", ["每次都问，以后别问了", "别再发问卷了"])
def test_who_wants_no_more_questions_is_heard(text: str) -> None:
    assert read(text, NOTHING_BEFORE, SURVEY).wants("opt_out")


def test_the_number_given_a_moment_ago_is_meant() -> None:
    before = Before("换成15812341234", "info_update")
    assert read("有啥事打这个", before).intent == "info_update"
    assert read("保养到期也发这个", before).intent == "info_update"


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("1分，不用联系我了", True),
        ("太慢了 别给我打电话", True),
        ("1分，你们怎么不联系我", False),
        ("3分，等太久", False),
    ],
)
def test_beside_a_score_no_call_is_wanted(text: str, *, quiet: bool) -> None:
    assert sending.no_call_beside(normalise(text)) is quiet


@pytest.mark.parametrize("text", ["是不是又要我评分", "又让我打分啊", "烦不烦", "你们烦不烦啊"])
def test_a_groan_under_a_survey_refuses_nothing(text: str) -> None:
    said = read(text, NOTHING_BEFORE, SURVEY)
    assert not said.wants("opt_out")
    assert said.rating is None


@pytest.mark.parametrize("text", ["别再让我打分了", "以后问卷别发了", "烦死了，别再发问卷"])
def test_a_refusal_under_a_survey_is_one(text: str) -> None:
    assert read(text, NOTHING_BEFORE, SURVEY).wants("opt_out")


def test_what_is_still_told_beside_a_refusal() -> None:
    assert sending.still_told(normalise("保养还是要通知我的"))
    assert sending.still_told(normalise("年检到期也说一声"))
    assert not sending.still_told(normalise("保养要多久"))
    assert not sending.still_told(normalise("活动还是要说一声"))
