"""Subjects that answer with facts: the words of the content, or a person; never anything made up, never a promise."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.customer import RepairOrder, Role, StaffMember, Vehicle
from bot.effects import Ask, Cancel, Effect, HandOff, Note, PromptKind, Remember, Say
from bot.messages import Channel
from bot.turn import Turn
from bot.understanding.understand import LEANS, Understanding
from config.load import load_content, load_dealer
from handlers import (
    browsing,
    churn,
    delivery,
    dialogue,
    event_query,
    faq,
    greet,
    human,
    info_update,
    insurance,
    off_topic,
    privacy,
    repair_status,
    roadside,
    sales_terms,
    service_price,
)
from handlers.handover import BY_SMS
from tests.handlers.table import HAN, LECTURE, LI_LEI, NOW, ORDER, Table, prompt, turn

CONTENT = load_content(Path(__file__).parents[2] / "config")
CHANGFENG = Vehicle(5, "长风 1.5T", "浙A·D62K8", mileage=14800)
TABLE = Table(known=CONTENT, cars=(CHANGFENG,))


def did(subject: Any, slots: dict[str, Any], words: str = "", table: Table = TABLE, **more: Any) -> list[Effect]:
    """What a subject does with these slots, however they were understood."""
    signals = more.pop("signals", frozenset())
    understood = Understanding(subject.INTENT, slots=slots, signals=signals)
    given: Turn = turn(words, **more)
    assert subject.wants(understood, given)
    return list(subject.handle(understood, given, table, NOW))


def spoken(effects: list[Effect]) -> Say:
    """The one thing said or asked."""
    (said,) = [each.say if isinstance(each, Ask) else each for each in effects if isinstance(each, Say | Ask)]
    return said


def handed(effects: list[Effect]) -> HandOff | None:
    return next((each for each in effects if isinstance(each, HandOff)), None)


# --- prices --------------------------------------------------------------------------------------------------------


@pytest.mark.handbook("H2.3.3")
@pytest.mark.parametrize(
    ("slots", "model", "low", "high"),
    [
        ({"service": "minor_maintenance"}, "长风", 520, 780),
        ({"service": "minor_maintenance", "model": "千帆"}, "千帆", 680, 1010),
        ({"service": "first_service"}, "长风", 0, 0),
    ],
)
def test_a_price_is_the_lists(slots: dict[str, Any], model: str, low: int, high: int) -> None:
    effects = did(service_price, slots)
    said = spoken(effects)
    assert (said.message_id, said.params["model"]) == ("price.item", model)
    assert (said.params["low"], said.params["high"]) == (low, high)
    assert handed(effects) is None


def test_after_a_price_a_day_books_it() -> None:
    (asked,) = did(service_price, {"service": "minor_maintenance"})
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.known) == (PromptKind.BOOKING, {"service": "maintenance"})


@pytest.mark.handbook("H1.6.4", "H2.3.3")
@pytest.mark.parametrize(
    ("slots", "more"),
    [
        ({"service": "engine_swap"}, {"says": "price.unknown", "person": False}),
        ({"service": "engine_swap"}, {"signals": frozenset({LEANS}), "says": "human.coming", "person": True}),
        ({"service": "tyre"}, {"signals": frozenset({"bargain"}), "says": "human.coming", "person": True}),
    ],
)
def test_no_list_price_no_figure(slots: dict[str, Any], more: dict[str, Any]) -> None:
    says, person = more.pop("says"), more.pop("person")
    effects = did(service_price, slots, **more)
    assert (spoken(effects).message_id, handed(effects) is not None) == (says, person)


def test_which_item_is_asked_once_it_is_missing() -> None:
    (asked,) = did(service_price, {})
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.say.message_id) == (PromptKind.PRICE, "price.which")


# --- questions -----------------------------------------------------------------------------------------------------


@pytest.mark.handbook("H1.6.2")
@pytest.mark.parametrize("topic", [each.id for each in CONTENT.faq.entries if each.about == "faq"])
def test_every_approved_answer_is_said_word_for_word(topic: str) -> None:
    entry = CONTENT.faq.find(topic, NOW.date())
    assert entry is not None
    effects = did(faq, {"topic": topic}, table=replace(TABLE, cars=()))
    assert spoken(effects).params["answer"] == entry.answer
    assert handed(effects) is None


@pytest.mark.handbook("H1.6.2")
@pytest.mark.parametrize("topic", ["price_of_gold", ""])
def test_what_is_not_approved_is_said_to_be_so_and_a_yes_calls_a_person_with_the_question(topic: str) -> None:
    (asked,) = did(faq, {"topic": topic}, "你们老板叫什么")
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.say.message_id) == (PromptKind.READ_BACK, "human.offer")
    offered = prompt(PromptKind.READ_BACK, known=asked.known)
    yes = dialogue.carried(Understanding("unclear"), turn("好的", offered))
    person = handed(list(human.handle(yes, turn("好的", offered), TABLE, NOW)))
    assert (yes.intent, person is not None and "你们老板叫什么" in person.summary) == ("human_request", True)
    no = dialogue.carried(Understanding("unclear"), turn("不用了", offered))
    assert spoken(list(human.handle(no, turn("不用了", offered), TABLE, NOW))).message_id == "human.later"


@pytest.mark.handbook("H1.6.2")
def test_a_question_that_sounds_like_a_grievance_is_not_asked_back() -> None:
    effects = did(faq, {"topic": ""}, "修了三次还这样正常吗", signals=frozenset({LEANS}))
    person = handed(effects)
    assert person is not None
    assert "修了三次还这样正常吗" in person.summary


def test_the_car_in_the_file_decides_which_words() -> None:
    effects = did(faq, {"topic": "maintenance_cycle"}, table=replace(TABLE, cars=(Vehicle(6, "拾光", "浙A1"),)))
    assert "10000公里" in str(spoken(effects).params["answer"])


@pytest.mark.parametrize(
    ("first_reg", "words"),
    [("2021-06", "2027年6月（第6年），需要上线检测"), ("2023-10", "2027年10月（第4年），不用上线"), ("", "")],
)
def test_the_inspection_is_told_for_the_very_car(first_reg: str, words: str) -> None:
    own = spoken(did(faq, {"topic": "annual_inspection", "first_reg": first_reg})).params["own"]
    assert words in str(own)
    assert bool(own) is bool(words)


def test_hours_are_the_houses() -> None:
    assert spoken(did(faq, {"topic": "hours"})).message_id == "house.hours"


def test_a_question_by_sms_is_answered_by_an_approved_text() -> None:
    effects = did(faq, {"topic": "warranty"}, channel=Channel.SMS)
    assert (spoken(effects).message_id, spoken(effects).params["topic"]) == ("faq.answer", "warranty")
    assert handed(effects) is None


def test_what_is_answered_by_sms_has_an_approved_text_there() -> None:
    """Else a person would have to call: handlers/handover.py says who is answered, the dealer's file with what."""
    texts = load_dealer(Path(__file__).parents[2] / "config").sms.templates
    assert {each for each in BY_SMS if each.replace(".", "_") not in texts} == set()


@pytest.mark.parametrize(
    ("slots", "lecture", "says", "person"),
    [
        ({"topic": "time"}, True, "event.info", False),
        ({}, True, "event.info", False),
        ({"topic": "food"}, True, "event.info_person", False),
        ({"topic": "cost"}, True, "event.info_person", False),
        ({"topic": "cost"}, "免费", "event.info", False),
        ({"topic": "time"}, False, "human.offer", False),
    ],
)
def test_an_event_is_told_as_far_as_it_is_known(
    slots: dict[str, Any], lecture: bool | str, says: str, person: bool
) -> None:
    told = replace(LECTURE, cost=lecture if isinstance(lecture, str) else "") if lecture else None
    effects = did(event_query, slots, table=replace(TABLE, lecture=told))
    assert (spoken(effects).message_id, handed(effects) is not None) == (says, person)


@pytest.mark.parametrize(
    ("slots", "says"),
    [
        ({"topic": "compulsory"}, "faq.answer"),
        ({"topic": "compulsory_insurance"}, "faq.answer"),
        ({"topic": "price"}, "terms.insurance"),
        ({"topic": "renewal", "third_party": 2000000}, "terms.insurance"),
        ({}, "terms.insurance"),
    ],
)
def test_covers_are_explained_and_offers_are_not_made(slots: dict[str, Any], says: str) -> None:
    effects = did(insurance, slots)
    assert (spoken(effects).message_id, handed(effects)) == (says, None)


# --- contract and delivery -----------------------------------------------------------------------------------------


@pytest.mark.handbook("H2.3.1", "H1.6.4")
@pytest.mark.parametrize(
    ("topic", "words", "says"),
    [
        ("deposit", "定金和订金有什么区别", "faq.answer"),
        ("contract", "合同里一般写些什么", "faq.answer"),
        ("deposit", "我交的订金能退吗", "terms.own_case"),
        ("contract", "合同里那条违约金不认", "terms.own_case"),
        ("contract_item", "合同里写的装潢费是什么", "terms.own_case"),
        ("order_cancel", "车不想要了", "terms.own_case"),
        ("discount", "能便宜多少", "terms.discount"),
    ],
)
def test_a_clause_is_named_and_the_own_case_goes_to_a_person(topic: str, words: str, says: str) -> None:
    effects = did(sales_terms, {"topic": topic}, words)
    said = spoken(effects)
    assert said.message_id == says
    assert (handed(effects) is None) is (says == "faq.answer")
    assert bool(said.params.get("clause")) is (says == "faq.answer")


@pytest.mark.handbook("H2.4.3")
@pytest.mark.parametrize(
    ("topic", "words", "says"),
    [
        ("documents", "提车要给我哪些资料", "faq.answer"),
        ("documents", "合格证还没给我", "order.delivery"),
        ("delivery", "我的车什么时候到", "order.delivery"),
    ],
)
def test_a_missing_paper_and_a_date_reach_a_person(topic: str, words: str, says: str) -> None:
    effects = did(delivery, {"topic": topic}, words)
    assert spoken(effects).message_id == says
    assert (handed(effects) is None) is (says == "faq.answer")


# --- stranded, in the workshop ---------------------------------------------------------------------------------------


def test_who_is_stranded_gets_the_number_and_a_person_at_once() -> None:
    effects = did(roadside, {"symptom": "打不着火"}, "车打不着了")
    person, said = handed(effects), spoken(effects)
    assert person is not None
    assert (person.reason, person.priority) == ("stranded", "high")
    assert (said.params["location"], said.params["by"]) == ("", None)


def status(state: str, promised: int | None = None) -> RepairOrder:
    at = None if promised is None else NOW + timedelta(hours=promised)
    return replace(ORDER, status=state, promised_at=at)


@pytest.mark.parametrize(
    ("order", "says", "person"),
    [
        (status("in_progress", 3), "order.status", False),
        (status("in_progress"), "order.status_offer", False),
        (status("in_progress", -1), "order.status_person", True),
        (status("ready", -1), "order.status", False),
        (status("awaiting_approval"), "order.status", False),
        (status("cancelled"), "order.unknown", False),
    ],
)
def test_the_state_is_the_orders_and_the_time_the_promised_one(order: RepairOrder, says: str, person: bool) -> None:
    effects = did(repair_status, {}, "修好了吗", replace(TABLE, orders=(order,)))
    assert (spoken(effects).message_id, handed(effects) is not None) == (says, person)


def test_who_cannot_wait_gets_a_person() -> None:
    effects = did(repair_status, {}, "能早点吗我急用", replace(TABLE, orders=(status("in_progress", 3),)))
    assert handed(effects) is not None


def test_an_unbound_follower_learns_nothing_of_anybodys_car() -> None:
    effects = did(repair_status, {}, "浙A·D62K8修好了吗", customer=replace(LI_LEI, bound=False))
    assert spoken(effects).message_id == "order.unknown"


# --- the file ------------------------------------------------------------------------------------------------------


@pytest.mark.handbook("H2.5.1")
def test_a_sold_car_is_read_back_before_its_reminders_end() -> None:
    (asked,) = did(info_update, {"vehicle_sold": True}, "车卖了")
    assert isinstance(asked, Ask)
    assert (asked.kind, asked.known) == (PromptKind.READ_BACK, {"vehicle_sold": True, "intent": "info_update"})
    effects = did(info_update, {"vehicle_sold": True, "_agreed": True}, "对")
    assert Remember("vehicle_sold", "浙A·D62K8") in effects
    assert [each.reason for each in effects if isinstance(each, Cancel)] == ["vehicle_sold"]
    assert handed(effects) is None
    refused = did(info_update, {"vehicle_sold": True, "_agreed": False}, "不是")
    assert spoken(refused).message_id == "info.unchanged"
    assert not [each for each in refused if isinstance(each, Cancel | Remember)]


def test_another_car_in_the_file_keeps_its_reminders() -> None:
    two = replace(TABLE, cars=(CHANGFENG, Vehicle(6, "拾光", "浙A1")))
    effects = did(info_update, {"vehicle_sold": True, "_agreed": True}, "对", two)
    assert not [each for each in effects if isinstance(each, Cancel)]
    assert [each for each in effects if isinstance(each, Note)]


@pytest.mark.handbook("H1.6.5")
def test_a_wish_about_calls_is_noted_at_once() -> None:
    effects = did(info_update, {"no_call": True, "quiet_after": "20:00"}, "八点以后别打电话")
    assert effects[0] == Remember("quiet_after", "20:00")  # from then on, not always
    for_ever = did(info_update, {"no_call": True}, "别打电话，发微信")
    assert for_ever[0] == Remember("no_call", "true")
    assert spoken(effects).message_id == "info.preference"


def test_a_typed_number_changes_nothing_by_itself() -> None:
    effects = did(info_update, {"phone": "13900001111"}, "我换号了13900001111")
    assert (spoken(effects).message_id, handed(effects)) == ("info.phone", None)
    assert [each.text for each in effects if isinstance(each, Note) and "13900001111" in each.text]
    assert not [each for each in effects if isinstance(each, Remember)]


@pytest.mark.handbook("H2.6.2")
def test_a_life_that_changed_is_kept_and_pointed_out_once() -> None:
    first = did(info_update, {}, "我搬到萧山了")
    assert Remember("change", "我搬到萧山了") in first
    assert len([each for each in first if isinstance(each, Note)]) == 1
    again = did(info_update, {}, "我搬到萧山了", replace(TABLE, lately=frozenset({"change"})))
    assert not [each for each in again if isinstance(each, Note)]


@pytest.mark.parametrize("action", ["export", "delete", "correct"])
def test_a_privacy_request_is_registered_and_goes_to_a_person(action: str) -> None:
    effects = did(privacy, {"action": action}, "把我的信息删了")
    assert Remember("privacy_request", action) in effects
    person = handed(effects)
    assert person is not None
    assert person.reason == "privacy"


def test_somebody_elses_data_is_refused_and_nothing_is_kept() -> None:
    effects = did(privacy, {"action": "other"}, "浙A12345的车主电话多少")
    assert [each for each in effects if not isinstance(each, Say)] == []
    assert spoken(effects).message_id == "privacy.others"


def test_who_sold_the_car_and_asks_for_silence_is_noted_and_neither_asked_nor_called() -> None:
    told = Understanding("opt_out", ("info_update",), {"vehicle_sold": True, "scope": "marketing"})
    effects = info_update.handle(told, turn("车卖了，别再发了"), TABLE, NOW)
    assert {type(each) for each in effects} == {Remember, Note}


@pytest.mark.handbook("H1.7.5")
@pytest.mark.parametrize(
    ("slots", "says", "person"),
    [
        ({"reasons": ("distance", "elsewhere")}, "churn.noted", False),
        ({"reasons": ("attitude",)}, "churn.sorry", True),
        ({"reasons": (), "interest": True}, "churn.welcome", False),
    ],
)
def test_why_somebody_stays_away_is_noted_by_its_reason(slots: dict[str, Any], says: str, person: bool) -> None:
    effects = did(churn, slots, "太远了")
    assert (spoken(effects).message_id, handed(effects) is not None) == (says, person)
    assert [each.value for each in effects if isinstance(each, Remember)] == list(slots["reasons"])


# --- small talk ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "more", "count"),
    [("谢谢师傅", {}, 1), ("👍", {}, 0), ("谢谢", {"channel": Channel.SMS}, 0)],
)
def test_thanks_are_answered_once_where_it_costs_nothing(words: str, more: dict[str, Any], count: int) -> None:
    understood, given = Understanding("thanks"), turn(words, **more)
    assert len(greet.handle(understood, given, TABLE, NOW)) == count


def test_what_is_off_topic_gets_one_friendly_line() -> None:
    assert spoken(did(off_topic, {}, "讲个笑话")).message_id == "smalltalk.off_topic"


@pytest.mark.handbook("H1.2.4")
@pytest.mark.parametrize(
    ("words", "steps_back"),
    [
        ("先自己看看，有事再找你们", True),
        ("那我考虑考虑", True),
        ("我和家人商量一下再说", True),
        ("看看长风", False),
        ("帮我看看车", False),
    ],
)
def test_nobody_is_pinned_down(words: str, steps_back: bool) -> None:
    assert browsing.wants(Understanding("unclear"), turn(words)) is steps_back


# --- going on ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "known", "words", "read_alone", "intent", "slots"),
    [
        (PromptKind.BOOKING, {"date": "2026-09-19"}, "九点可以", "service_book", "service_book",
         {"date": "2026-09-19", "time": "09:00"}),
        (PromptKind.READ_BACK, {"intent": "info_update", "vehicle_sold": True}, "对的", "unclear", "info_update",
         {"vehicle_sold": True, "_agreed": True}),
        (PromptKind.READ_BACK, {"intent": "info_update", "plate": "浙A1"}, "不对", "unclear", "info_update",
         {"plate": "浙A1", "_agreed": False}),
        (PromptKind.OPTIONS, {"service": "repair", "options": [{"n": 1, "time": "09:00"}, {"n": 2, "time": "10:00"}]},
         "第二个吧", "unclear", "service_book", {"service": "repair", "time": "10:00", "_agreed": True}),
        (PromptKind.OPTIONS, {"options": [{"n": 1, "time": "09:00"}]}, "好的", "thanks", "service_book",
         {"time": "09:00", "_agreed": True}),
        (PromptKind.BOOKING, {"date": "2026-09-19"}, "保养多少钱", "service_price", "service_price", {}),
    ],
)  # fmt: skip
def test_an_answer_goes_on_with_what_is_known(
    kind: PromptKind, known: dict[str, Any], words: str, read_alone: str, intent: str, slots: dict[str, Any]
) -> None:
    found = {"time": "09:00"} if words.startswith("九") else {}
    carried = dialogue.carried(Understanding(read_alone, slots=found), turn(words, prompt(kind, known=known)))
    assert (carried.intent, dict(carried.slots)) == (intent, slots)


def test_a_colleague_reads_what_is_wanted_known_and_said() -> None:
    slots = {"topic": "discount", "model": "长风", "budget": {"max": 120000}}
    person = handed(did(sales_terms, slots, "长风能便宜多少"))
    assert person is not None
    assert person.summary.splitlines() == [
        "客户需要：想谈优惠或价格", "原话：长风能便宜多少", "已知：问题 discount；车型 长风；预算 不超过120000",
        "已答复：没有答应优惠、退款或条件",
    ]  # fmt: skip


def test_sales_go_to_the_only_consultant() -> None:
    zhou = StaffMember(9, 1, "周敏", Role.CONSULTANT)
    person = handed(did(sales_terms, {"topic": "discount"}, table=replace(TABLE, people=(HAN, zhou))))
    assert person is not None
    assert person.to_staff_id == zhou.id
