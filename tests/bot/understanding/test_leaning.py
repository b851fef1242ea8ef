"""What leans on the line before, and what stands by itself though it is short."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.effects import PromptKind
from bot.turn import NOTHING_BEFORE, Before, Prompt
from bot.understanding.normalise import normalise
from bot.understanding.particulars import particulars
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding, understand
from tests.learnt import classifier

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
PRICE = Before("换个电瓶多少钱", "service_price")
RULES = Before("三电质保几年", "faq")
BOOKED = Before("周六10点保养", "service_book")


def setting(before: Before = NOTHING_BEFORE, told: str = "") -> Setting:
    local = NOW.astimezone(ZoneInfo("Asia/Shanghai"))
    names = {"长风": "长风", "牧野": "牧野"}
    opening = Span(start=time(8, 30), end=time(17, 30))
    return Setting(classifier(), local, opening, names, before=before, told=normalise(told))


def read(text: str, before: Before = NOTHING_BEFORE, *prompts: Prompt, told: str = "") -> Understanding:
    return understand(text, prompts, setting=setting(before, told))


def asked(kind: PromptKind, **known: object) -> Prompt:
    return Prompt(1, kind, "", NOW, NOW + timedelta(days=1), known=known)


@pytest.mark.parametrize(
    ("text", "service"),
    [
        ("轮胎呢", "tyre"),
        ("那雨刷呢", "wiper"),
        ("火花塞呢？", "spark_plugs"),
        ("还有刹车油呢", "brake_fluid"),
        ("那四轮定位", "alignment"),
        ("大保的话呢", "major_maintenance"),
    ],
)
def test_the_same_question_about_another_item(text: str, service: str) -> None:
    found = read(text, PRICE)
    assert (found.intent, found.slots["service"]) == ("service_price", service)


@pytest.mark.parametrize("text", ["电池呢", "那发动机呢", "变速箱呢"])
def test_the_topic_of_a_rule_goes_on(text: str) -> None:
    found = read(text, RULES)
    assert (found.intent, found.slots["topic"]) == ("faq", "warranty")


@pytest.mark.parametrize("text", ["人呢", "你呢", "那算了", "那好吧", "那行", "那谢谢", "怎么还没回呢", "那我先不换了"])
def test_what_asks_nothing_further(text: str) -> None:
    assert read(text, PRICE).intent not in ("service_price", "faq")
    assert read(text, RULES).slots.get("topic") is None


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("不对，是周日", "2026-09-20"),
        ("说错了，下周二", "2026-09-22"),
        ("哎呀打错了，周五", "2026-09-18"),
        ("哦不是周六，周日", "2026-09-20"),
        ("不好意思搞错了 22号", "2026-09-22"),
        ("应该是后天", "2026-09-19"),
    ],
)
def test_a_day_put_right_changes_what_was_booked(text: str, date: str) -> None:
    found = read(text, BOOKED)
    assert (found.intent, found.slots["date"]) == ("appt_change", date)


def test_a_day_put_right_goes_on_where_nothing_is_booked_yet() -> None:
    offer = asked(PromptKind.OPTIONS, intent="test_drive_book", options=[])
    assert read("不对，是周日", Before("周六试驾牧野", "test_drive_book"), offer).intent == "test_drive_book"


@pytest.mark.parametrize("text", ["不对，我是说投诉", "打错了", "不是我的车", "你们搞错了，周六我没约"])
def test_what_puts_no_day_right(text: str) -> None:
    assert read(text, BOOKED).intent != "appt_change"


@pytest.mark.parametrize("text", ["三点吧，两个人来", "那十点", "周日下午行", "明天上午，我带老婆"])
def test_an_hour_while_one_is_asked_for(text: str) -> None:
    assert read(text, BOOKED, asked(PromptKind.OPTIONS, intent="test_drive_book")).intent == "test_drive_book"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("下午三点一刻，太早起不来", "15:15"),
        ("十点来钟我就到门口了", "10:00"),
        ("算了就后天吧，还是10点", "10:00"),
        ("十点半吧，别让我等太久", "10:30"),
        ("上午11点到", "11:00"),
    ],
)
def test_an_hour_with_its_reason(text: str, at: str) -> None:
    found = read(text, BOOKED, asked(PromptKind.OPTIONS, intent="service_book"))
    assert found.intent in ("service_book", "appt_change")  # of the visit being arranged (handlers/dialogue.py)
    assert found.slots["time"] == at


@pytest.mark.parametrize("text", ["下午三点吧，算了不去了", "不约了，十点有会", "十点太早，取消吧"])
def test_no_hour_where_the_visit_is_given_up(text: str) -> None:
    found = read(text, BOOKED, asked(PromptKind.OPTIONS, intent="service_book"))
    assert (found.intent, "time" in found.slots) != ("service_book", True)


def test_kilometres_we_asked_for_are_told_with_more() -> None:
    found = read("刚过两万公里，之前都在别的店做的", BOOKED, asked(PromptKind.BOOKING, intent="service_book"))
    assert (found.intent, found.slots["mileage"]) == ("service_book", 20_000)


@pytest.mark.parametrize("text", ["换成牧野", "我媳妇说还是想看牧野"])
def test_another_car_for_the_drive(text: str) -> None:
    found = read(text, Before("约试驾长风", "test_drive_book"), asked(PromptKind.OPTIONS, intent="test_drive_book"))
    assert (found.intent, found.slots["model"]) == ("test_drive_book", "牧野")


def test_a_drive_wished_for_while_a_car_is_chosen() -> None:
    found = read("能先开开看不，这周六", Before("12万以内", "model_enquiry"), asked(PromptKind.NEEDS))
    assert (found.intent, found.slots["date"]) == ("test_drive_book", "2026-09-19")


@pytest.mark.parametrize(("text", "date"), [("9.26", "2026-09-26"), ("25", "2026-09-25"), ("周日", "2026-09-20")])
def test_a_day_in_reply_to_our_line_books_a_visit(text: str, date: str) -> None:
    found = read(text, told="您的车该保养了，直接回复日期即可预约")
    assert (found.intent, found.slots) == ("service_book", {"date": date})
    assert read(text, told="祝您用车愉快").intent != "service_book" or not text[0].isdecimal()


@pytest.mark.parametrize(
    ("text", "slot", "value"),
    [
        ("不对，这边是印象城，刚说错了，印象城B1", "location", "印象城B1"),
        ("B2层，靠近电梯3号口", "location", "B2层,电梯3号口"),
        ("之江路九溪公交站后面的停车场", "location", "之江路九溪公交站后面的停车场"),
        ("浙A6R13K 白色长风", "plate", "浙A6R13K"),
    ],
)
def test_more_for_who_is_sent(text: str, slot: str, value: str) -> None:
    found = read(text, Before("电瓶没电了求搭电", "roadside_assist"))
    assert (found.intent, found.slots[slot]) == ("roadside_assist", value)


def test_what_a_drive_requires_right_after_it() -> None:
    assert read("要带驾照不？", Before("周日想试下长风", "test_drive_book")).slots == {
        "topic": "test_drive_requirement"
    }


def test_the_day_of_a_drive_no_question_keeps() -> None:
    slots = particulars(
        "test_drive_book", "10点半,我跟我爸来", setting(Before("周日想试下长风，上午", "test_drive_book")), ()
    )
    assert (slots["date"], slots["time"], slots["model"]) == ("2026-09-20", "10:30", "长风")


@pytest.mark.parametrize("text", ["明天不来了", "周六没空", "找人工，明天打给我"])
def test_no_hour_where_something_else_is_wanted(text: str) -> None:
    assert read(text, BOOKED, asked(PromptKind.OPTIONS, intent="test_drive_book")).intent != "test_drive_book"


def test_a_key_of_our_menu_never_means_the_opposite() -> None:
    menu = "【店】明天9:00保养，回复1确认 2改期 3取消"
    near = asked(PromptKind.APPOINTMENT)
    said = [read(key, NOTHING_BEFORE, near, told=menu).intent for key in ("1", "2", "3")]
    assert said == ["appt_confirm", "appt_change", "appt_cancel"]
    assert read("N", NOTHING_BEFORE, near, told="来请回Y，来不了请回N").intent == "appt_cancel"
    assert read("2", NOTHING_BEFORE, asked(PromptKind.EVENT), told="1参加 2不参加").slots == {"decision": "decline"}
    assert read("着火了", NOTHING_BEFORE, near, told=menu).intent == "emergency"


@pytest.mark.parametrize(
    ("text", "cover"),
    [
        ("还是300万踏实", 3_000_000),
        ("拉到300万吧", 3_000_000),
        ("给我按200万算", 2_000_000),
        ("那就一百五吧", 1_500_000),
    ],
)
def test_a_sum_right_after_the_insurance_is_its_cover(text: str, cover: int) -> None:
    found = read(text, Before("三者险买多少合适", "insurance_query"))
    assert (found.intent, found.slots["third_party"]) == ("insurance_query", cover)


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("卡死十八万，多一分没有", {"budget": {"max": 180_000}}),
        ("顶天20", {"budget": {"max": 200_000}}),
        ("物业不让装", {"home_charger": False}),
        ("混动，不插电那种", {"energy": "hev"}),
    ],
)
def test_what_a_car_should_be_while_it_is_asked(text: str, slot: dict[str, object]) -> None:
    found = read(text, NOTHING_BEFORE, asked(PromptKind.NEEDS))
    assert (found.intent, found.slots) == ("model_enquiry", slot)


@pytest.mark.parametrize("text", ["换我小舅子来", "让我对象去提", "我弟顺路开回去"])
def test_who_fetches_a_car_just_asked_about_is_put_down(text: str) -> None:
    found = read(text, Before("我车修好了吗", "repair_status"))
    assert (found.intent, "pickup_person" in found.slots) == ("info_update", True)
