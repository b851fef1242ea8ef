"""The rules together: what comes first, what stands beside it, and that it never fails."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.understand import understand

NOW = datetime(2026, 9, 17, tzinfo=UTC)
SURVEY = Prompt(1, PromptKind.SURVEY, "1-5", NOW, NOW)
EVENT = Prompt(2, PromptKind.EVENT, "", NOW, NOW)
MEMBERSHIP = Prompt(3, PromptKind.MEMBERSHIP, "", NOW, NOW)


@pytest.mark.parametrize(
    ("text", "intent", "also", "rating"),
    [
        ("1分，车现在冒烟了", "emergency", {"survey_reply"}, 1),
        ("2分，别再发了", "opt_out", {"survey_reply"}, 2),
        ("3分，等了两个小时", "survey_reply", {"complaint"}, 3),
        ("不满意，让经理打电话给我", "survey_reply", {"human_request"}, 2),
        ("满意，就是有点慢", "survey_reply", set(), 4),
        ("好得很，修完更响了", "complaint", set(), None),
        ("5分，还没修好", "complaint", set(), None),
        ("5不满意", "unclear", set(), None),
        ("谢谢", "thanks", set(), None),
    ],
)
def test_under_a_survey(text: str, intent: str, also: set[str], rating: int | None) -> None:
    read = understand(text, (SURVEY,))
    assert (read.intent, read.rating) == (intent, rating)
    assert also <= set(read.also)


def test_without_a_question_numbers_and_nods_mean_nothing() -> None:
    for text in ("5", "可以", "不行", "是", "1", "中"):
        assert understand(text).intent == "unclear"


def test_n_under_a_yes_no_question_is_no() -> None:
    assert understand("N").intent == "opt_out"
    assert understand("N", (EVENT,)).slots == {"decision": "decline"}
    assert understand("no", (MEMBERSHIP,)).slots == {"decision": "decline"}


@pytest.mark.parametrize(
    ("text", "signals"),
    [
        ("再不处理我找律师", {"threat"}),
        ("修了三次还没好", {"repeat"}),
        ("气死我了！！！垃圾", {"anger"}),
        ("刹车修完还是响", {"safety"}),
        ("烫伤我手了，服务太差", {"injury"}),
    ],
)
def test_what_makes_a_complaint_grave_is_signalled(text: str, signals: set[str]) -> None:
    assert signals <= understand(text, (SURVEY,)).signals


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("等了一下午", "waiting"),
        ("多收了我两百", "price"),
        ("前台态度太差", "attitude"),
        ("没人告诉我要换件", "communication"),
        ("说好三点取车又变卦", "promise"),
        ("说好送的全包脚垫，提完车就成了活动结束", "promise"),
        ("当初说送两次保养，现在不认了", "promise"),
        ("谈的时候送的礼包，到头来一样没给", "promise"),
        ("销售说三年免费保养，结果系统里没有", "promise"),
        ("原先说的赠品说没货", "promise"),
        ("签单时说的贴膜一直没兑现", "promise"),
        ("当时说送的充电桩，现在让我自己掏钱", "promise"),
        ("买车时候答应的礼品，现在说活动过期了", "promise"),
        ("空调修了还是不凉", "quality"),
        ("谁把我的电话给别人的", "privacy"),
    ],
)
def test_a_complaint_has_a_class(text: str, category: str) -> None:
    read = understand(text)
    assert (read.intent, read.slots.get("category")) == ("complaint", category)


@pytest.mark.parametrize("text", ["没有异响了", "不用排队，挺好", "不贵", "没有多收费", "异响已经解决"])
def test_a_fault_denied_is_no_complaint(text: str) -> None:
    assert not understand(text, (SURVEY,)).wants("complaint")


@pytest.mark.parametrize(
    "text",
    ["说好送脚垫的，都收到了，谢谢", "当初说送保养，现在还能用吗", "之前说送的保养，活动结束了没", "答应送的膜贴好了"],
)
def test_a_promise_kept_or_asked_about_is_no_complaint(text: str) -> None:
    assert not understand(text).wants("complaint")


ALPHABET = st.sampled_from("满意不很太非常没有好差一般等退订TtRrN1234567890分星个人来去两三，。？！ ⭐😡\u200b％/.-abc")
PROMPTS = st.lists(st.sampled_from([SURVEY, EVENT, MEMBERSHIP]), max_size=3).map(tuple)


@given(st.one_of(st.text(max_size=60), st.text(ALPHABET, max_size=40)), PROMPTS)
def test_it_never_fails_and_always_reads_the_same(text: str, prompts: tuple[Prompt, ...]) -> None:
    read = understand(text, prompts)
    assert read == understand(text, prompts)
    assert read.rating is None or (1 <= read.rating <= 5 and SURVEY in prompts)


@given(st.text("满意不没有很(", max_size=400))
def test_long_repetition_does_not_take_long(text: str) -> None:
    understand(text * 5, (SURVEY,))
