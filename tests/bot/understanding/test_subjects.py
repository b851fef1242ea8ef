"""Rules and classifier together: which subject, what stands beside it, and what may never be weighed."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.intents import Stands
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding, understand
from commands.learn import fit
from config.nlu import Example
from tests.learnt import classifier

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
STANDS = datetime(2026, 9, 19, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
LINES = ("机油机滤", "空调滤芯", "前刹车片")


def prompt(kind: PromptKind, **known: object) -> Prompt:
    scale = "1-5" if kind is PromptKind.SURVEY else ""
    return Prompt(1, kind, scale, NOW, NOW + timedelta(days=7), known=known)


def read(text: str, *kinds: PromptKind, standing: tuple[datetime, ...] = ()) -> Understanding:
    names = {"长风": "长风", "牧野": "牧野"}
    lines = LINES if PromptKind.QUOTE in kinds else ()
    local = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    setting = Setting(classifier(), local, Span(start=time(8, 30), end=time(17, 30)), names, lines, standing)
    return understand(text, tuple(prompt(kind) for kind in kinds), setting=setting)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("想约周六保养", "service_book"),
        ("试驾牧野要提前约吗 我明天有空", "test_drive_book"),
        ("小保养多少钱", "service_price"),
        ("我的车修好了吗", "repair_status"),
        ("二十万左右七座有推荐吗", "model_enquiry"),
        ("定金能退吗", "sales_terms"),
        ("几点关门", "faq"),
        ("续保多少钱", "insurance_query"),
        ("车打不着火了 停在地库", "roadside_assist"),
        ("删除我的个人信息", "privacy_request"),
        ("首保真一毛不收？", "service_price"),
        ("首保晚了两周还给免费不", "faq"),
        ("老号月底注销，之后通知请发13600000217", "info_update"),
        ("以后打13600000217这个", "info_update"),
        ("电话换成13600000217这个号", "info_update"),
        ("手机号停机了，换13600000217", "info_update"),
        ("注销我的号13600000217", "privacy_request"),
        ("把我13600000217这个号的资料删了", "privacy_request"),
        ("你们发错人了 我没车", "wrong_person"),
        ("我订的车什么时候到", "delivery_query"),
        ("讲个笑话", "off_topic"),
    ],
)
def test_a_plain_wish(text: str, intent: str) -> None:
    assert read(text).intent == intent


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("刹车踩下去没反应了怎么办 想约明天修", "brake_failure"),
        ("充电的时候电池冒烟了", "ev_battery"),
        ("孩子锁车里了打不开", "person_trapped"),
        ("追尾了 老婆流血了", "accident"),
    ],
)
@pytest.mark.parametrize(
    "kinds", [(), (PromptKind.QUOTE,), (PromptKind.CHURN,), (PromptKind.BOOKING,), (PromptKind.SURVEY,)]
)
def test_danger_is_never_weighed(text: str, kind: str, kinds: tuple[PromptKind, ...]) -> None:
    found = read(text, *kinds)
    assert (found.intent, found.slots["kind"]) == ("emergency", kind)


@pytest.mark.parametrize("kinds", [(), (PromptKind.QUOTE,), (PromptKind.APPOINTMENT,), (PromptKind.BOOKING,)])
@pytest.mark.parametrize("text", ["T", "退订", "别再给我发短信了", "不要再发了"])
def test_a_refusal_is_never_weighed(text: str, kinds: tuple[PromptKind, ...]) -> None:
    assert read(text, *kinds).intent == "opt_out"


def test_how_to_be_reached_is_no_refusal() -> None:
    assert read("晚上九点以后别给我打电话").slots["quiet_after"] == "21:00"
    assert read("有事发微信别打电话").intent == "info_update"


def test_a_grievance_stands_unless_a_plain_wish_explains_its_words() -> None:
    assert read("空调不制冷了 约周六过来修").intent == "service_book"
    assert read("你们修的空调还是不凉 什么时候能重新弄").wants("complaint")
    assert read("等了三个小时没人理 我要投诉").intent == "complaint"


def test_what_answers_the_question_that_is_open() -> None:
    assert read("太贵了", PromptKind.CHURN).slots["reasons"] == ("price",)
    assert read("机油换 其他的下次", PromptKind.QUOTE).slots == {
        "decision": "partial",
        "approved": (1,),
        "rejected": (2, 3),
    }
    assert read("准时到", PromptKind.APPOINTMENT).intent == "appt_confirm"
    assert read("两点半", PromptKind.BOOKING).slots["time"] == "14:30"


def test_several_wishes_in_one_message() -> None:
    found = read("5分 师傅很好。另外下周二想约四轮定位", PromptKind.SURVEY)
    assert (found.intent, found.rating, found.also) == ("survey_reply", 5, ("service_book",))
    assert found.slots["date"] == "2026-09-22"


def test_a_booking_that_stands_moves_by_days() -> None:
    assert read("预约往后推一天", standing=(STANDS,)).slots["date"] == "2026-09-20"
    assert "date" not in read("预约往后推一天", standing=(STANDS, STANDS + timedelta(days=4))).slots


def test_the_same_hour_is_the_one_that_stands() -> None:
    assert read("预约改到下周一，时间不变", standing=(STANDS,)).slots["time"] == "09:00"
    assert "time" not in read("预约改到下周一，同一时间", standing=(STANDS, STANDS + timedelta(days=4))).slots


def test_haggling_is_noted_and_a_sold_car_too() -> None:
    assert "bargain" in read("长风能便宜多少").signals
    assert "sold" in read("车上个月卖给我表弟了").signals


def test_in_doubt_it_is_asked_and_the_doubt_is_named() -> None:
    found = read("上面那个左边的")
    assert found.intent == "unclear"
    assert found.stands is Stands.ASK


def test_without_a_setting_only_the_rules_read() -> None:
    assert understand("小保养多少钱").intent == "human_request"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("刹车踩不动了，现在在高速上", "emergency"),
        ("退订", "opt_out"),
        ("态度太差了，等了三个小时没人管，我要投诉", "complaint"),
        ("把我的资料删了", "privacy_request"),
        ("隔壁老王的电话给我一个", "privacy_request"),
        ("你好", "greet"),
    ],
)
def test_a_dealers_few_examples_take_nothing_from_the_rules(text: str, intent: str) -> None:
    few = fit([Example(said, "", what) for what in ("greet", "faq", "thanks") for said in (what, f"{what} 二")], ())
    opening = Span(start=time(8, 30), end=time(17, 30))
    assert understand(text, setting=Setting(few, NOW, opening)).intent == intent
