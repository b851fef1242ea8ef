"""The answer to "how was it", on every way it can come."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.customer import Purpose, Role, StaffMember
from bot.effects import (
    ANGER,
    EMOTION,
    AddToCase,
    Answer,
    Ask,
    CloseCase,
    HandOff,
    OpenCase,
    OptOut,
    PromptKind,
    Ref,
    Remember,
    ReopenCase,
    Say,
)
from bot.messages import Channel, InboundKind
from bot.turn import Before, Turn
from tests.handlers.table import CHEN, HAN, LI_LEI, NOW, ORDER, Table, case, decided, of, prompt, said, turn, without

RECONTACT = PromptKind.RECONTACT


@pytest.mark.handbook("H1.5.3")
def test_satisfied_is_thanked_and_asked_once_about_membership() -> None:
    decision = decided(turn("5分，谢谢", prompt()))
    assert of(decision, Answer) == [Answer(11, 5, "satisfied", "5分，谢谢")]
    assert said(decision) == ["membership.ask"]
    assert (decision.intent, decision.rating, decision.slots["satisfaction"]) == ("survey_reply", 5, "satisfied")
    assert not of(decision, OpenCase)


@pytest.mark.handbook("H1.5.3")
@pytest.mark.parametrize(
    ("given", "table"),
    [
        (turn("满意", prompt(), customer=without(LI_LEI, Purpose.MARKETING)), Table()),
        (turn("满意", prompt(), customer=replace(LI_LEI, refusals=frozenset({Purpose.ALL}))), Table()),
        (turn("满意", prompt(), case=case()), Table()),
        (turn("满意", prompt()), Table(asked=True)),
        (turn("满意", prompt()), Table(closed=True)),
        (turn("满意", prompt(), channel=Channel.SMS), Table()),
        (turn("满意，退订", prompt()), Table()),
    ],
)
def test_nobody_is_asked_about_membership_who_should_not(given: Turn, table: Table) -> None:
    assert "membership.ask" not in said(decided(given, table))


@pytest.mark.handbook("H1.5.2")
def test_dissatisfied_opens_a_case_names_owner_and_time_and_makes_the_customer_type() -> None:
    decision = decided(turn("不满意，空调还是不凉", prompt()))
    (opened,) = of(decision, OpenCase)
    assert (opened.level, opened.category, opened.owner_id, opened.order_id) == ("P3", "quality", HAN.id, ORDER.id)
    assert opened.contact_by == NOW + timedelta(hours=2)
    (asked,) = of(decision, Ask)
    assert (asked.say.message_id, asked.kind, asked.ref) == (
        "survey.apology",
        PromptKind.REASON,
        {"case_id": Ref("case")},
    )
    assert asked.say.params == {"owner": "韩梅梅", "contact_by": opened.contact_by, "told": True}
    (handed,) = of(decision, HandOff)
    assert (handed.priority, handed.to_staff_id, handed.due_at) == ("normal", HAN.id, opened.contact_by)


def test_by_sms_the_approved_template_speaks_and_on_the_page_nothing_is_asked() -> None:
    assert said(decided(turn("2", prompt(), channel=Channel.SMS))) == ["case.ack"]
    page = turn("太慢", prompt(), channel=Channel.PAGE, kind=InboundKind.ANSWER, rating=1)
    decision = decided(page)
    assert (said(decision), of(decision, Ask), decision.rating) == (["survey.apology"], [], 1)


@pytest.mark.handbook("H1.5.2")
def test_the_person_complained_about_does_not_get_the_case() -> None:
    (opened,) = of(decided(turn("1分，韩梅梅态度太差", prompt())), OpenCase)
    assert (opened.about_staff_id, opened.owner_id) == (HAN.id, CHEN.id)
    wang = StaffMember(9, 1, "王强", Role.ADVISOR)
    by_surname = decided(turn("2分，小王爱答不理", prompt()), Table(people=(HAN, wang, CHEN)))
    assert of(by_surname, OpenCase)[0].about_staff_id == wang.id


@pytest.mark.parametrize(
    ("text", "level", "priority"),
    [
        ("1分，等着收律师函", "P1", "high"),
        ("不满意，刹车还是软", "P1", "high"),
        ("不满意，修了三次还没好", "P2", "high"),
        ("垃圾！！！", "P2", "high"),
        ("不满意", "P3", "normal"),
    ],
)
def test_the_level_follows_the_triggers(text: str, level: str, priority: str) -> None:
    decision = decided(turn(text, prompt()))
    assert ([each.level for each in of(decision, OpenCase)], of(decision, HandOff)[0].priority) == ([level], priority)


def test_neutral_is_noted_as_a_suggestion_and_calls_nobody() -> None:
    decision = decided(turn("一般", prompt()))
    assert [each.level for each in of(decision, OpenCase)] == ["P4"]
    assert (of(decision, HandOff), said(decision)) == ([], ["survey.neutral"])


def test_neutral_with_a_grievance_is_a_case_for_a_person() -> None:
    decision = decided(turn("3分吧，等太久了，说好两点实际四点半", prompt()))
    assert (decision.intent, decision.also, decision.rating) == ("survey_reply", ("complaint",), 3)
    assert decision.slots["satisfaction"] == "neutral"
    assert [each.level for each in of(decision, OpenCase)] == ["P3"]
    assert of(decision, HandOff)


@pytest.mark.handbook("H1.5.2")
def test_satisfied_at_the_recontact_closes_the_case() -> None:
    decision = decided(turn("满意", prompt(RECONTACT), case=case(state="recontacted")))
    assert of(decision, CloseCase) == [CloseCase(51, "satisfied")]
    assert said(decision) == ["case.closed"]


@pytest.mark.handbook("H1.5.2")
@pytest.mark.parametrize("text", ["还是不满意", "1", "没修好，一样的"])
def test_dissatisfied_again_reopens_graver_with_the_manager(text: str) -> None:
    decision = decided(turn(text, prompt(RECONTACT), case=case(state="recontacted")))
    (again,) = of(decision, ReopenCase)
    assert (again.case_id, again.level, again.owner_id) == (51, "P2", CHEN.id)
    assert again.contact_by == NOW + timedelta(minutes=30)
    assert said(decision) == ["case.reopened"]
    assert of(decision, HandOff)[0].priority == "high"
    assert not of(decision, OpenCase)


@pytest.mark.handbook("H1.5.2")
def test_dissatisfied_soon_after_closing_is_the_same_case() -> None:
    closed = case(state="closed", closed_at=NOW - timedelta(days=2))
    assert of(decided(turn("空调又不凉了", case=closed)), ReopenCase)[0].case_id == 51


def test_a_lukewarm_recontact_neither_closes_nor_reopens() -> None:
    decision = decided(turn("一般吧", prompt(RECONTACT), case=case(state="recontacted")))
    assert not of(decision, CloseCase)
    assert not of(decision, ReopenCase)
    assert (len(of(decision, AddToCase)), len(of(decision, HandOff))) == (1, 1)


def test_a_second_rating_replaces_the_first() -> None:
    decision = decided(turn("改成2分"), Table(answered=prompt(id=8)))
    assert of(decision, Answer) == [Answer(8, 2, "dissatisfied", "改成2分")]
    assert of(decision, OpenCase)


def test_a_score_and_a_refusal_are_both_kept() -> None:
    decision = decided(turn("1 退订", prompt()))
    assert (decision.intent, decision.rating) == ("opt_out", 1)
    assert {each.purpose for each in of(decision, OptOut)} == {Purpose.MARKETING, Purpose.GREETING}
    assert (of(decision, Answer)[0].rating, len(of(decision, OpenCase))) == (1, 1)
    assert said(decision)[0] == "optout.done"


@pytest.mark.parametrize("option", ["survey:11:1", ""])
def test_a_tap_counts_by_its_option_or_by_its_words(option: str) -> None:
    tapped = turn("非常不满意", prompt(), kind=InboundKind.TAP, option=option)
    decision = decided(tapped)
    assert (decision.rating, said(decision)) == (1, ["survey.apology"])


def test_a_tap_on_an_old_question_is_read_by_its_words() -> None:
    decision = decided(turn("满意", kind=InboundKind.TAP, option="survey:3:4"))
    assert (decision.rating, of(decision, Answer)) == (None, [])


def test_while_a_person_has_the_thread_the_score_is_kept_in_silence() -> None:
    decision = decided(turn("2", prompt(), human=HAN))
    assert (of(decision, Answer)[0].rating, len(of(decision, OpenCase)), said(decision)) == (2, 1, [])
    closing = decided(turn("满意", prompt(RECONTACT), case=case(state="recontacted"), human=HAN))
    assert said(closing) == ["case.closed"]


def test_digit_and_word_on_opposite_sides_are_asked_about() -> None:
    decision = decided(turn("1非常满意", prompt()))
    assert (of(decision, Answer), said(decision)) == ([], ["survey.scale"])
    assert isinstance(decision.effects[-1], Ask)


def test_a_late_verdict_without_a_question_is_no_rating() -> None:
    decision = decided(turn("5"))
    assert decision.rating is None
    assert not of(decision, Answer)


def test_the_scale_is_said_best_first_with_ids_a_tap_can_name() -> None:
    (asked,) = of(decided(turn("蓝色的那个呀", prompt())), Ask)
    options = asked.say.params["options"]
    assert [option["id"] for option in options] == [f"survey:11:{n}" for n in (5, 4, 3, 2, 1)]
    assert [option["text"] for option in options][:2] == ["非常满意", "满意"]
    reversed_scale = prompt(scale="1=满意,2=一般,3=不满意")
    (own,) = of(decided(turn(kind=InboundKind.CLICK, option="SURVEY"), Table(answered=reversed_scale)), Say)
    assert [each["text"] for each in own.params["options"]] == ["满意", "一般", "不满意"]


@pytest.mark.handbook("H1.6.5")
def test_strong_words_are_remembered_and_ordinary_ones_are_not() -> None:
    assert Remember(EMOTION, ANGER) in of(decided(turn("气死我了，修了三次还漏油", prompt())), Remember)
    assert Remember(EMOTION, ANGER) not in of(decided(turn("不满意，空调还是不凉", prompt())), Remember)


@pytest.mark.handbook("H1.6.5")
def test_who_was_angry_lately_is_thanked_and_asked_nothing() -> None:
    assert said(decided(turn("满意", prompt()), Table(lately=frozenset({EMOTION})))) == ["survey.thanks"]


WHY = "谢谢您的评价，方便说说原因吗？"


@pytest.mark.parametrize(
    ("score", "rating", "why", "satisfaction", "complains"),
    [
        ("5！", 5, "小李把做了哪些一样样拍照发我", "satisfied", False),
        ("5分拿去", 5, "没别的，快呗", "satisfied", False),
        ("4", 4, "带娃去的 等的时候没地方给孩子玩", "satisfied", False),
        ("4", 4, "休息区空调太冷", "satisfied", False),
        ("1", 1, "保养灯没归零", "dissatisfied", True),
        ("5", 5, "不过漆给我刮花了", "dissatisfied", True),
    ],
)
def test_why_a_score_was_given_is_kept_beside_it(
    score: str, rating: int, why: str, satisfaction: str, complains: bool
) -> None:
    given = turn(why, before=Before(score, "survey_reply"), told=WHY)
    decision = decided(given, Table(answered=prompt()))
    assert (decision.intent, decision.rating, "complaint" in decision.also) == ("survey_reply", None, complains)
    assert (decision.slots["satisfaction"], decision.slots["reason"]) == (satisfaction, why)
    assert [each.rating for each in of(decision, Answer)] == [rating]


@pytest.mark.parametrize("text", ["嗯嗯", "谢谢", "按错了，是4", "你们几点关门？", "以后别发了"])
def test_what_is_no_reason_is_read_as_ever(text: str) -> None:
    decision = decided(turn(text, before=Before("5", "survey_reply"), told=WHY), Table(answered=prompt()))
    assert "reason" not in decision.slots
