"""What is no words: a picture, a voice, a video, a place, a link, a sticker. Each gets a human answer."""

from datetime import timedelta

import pytest

from bot.effects import AddToCase, Answer, Ask, HandOff, OpenCase, PromptKind
from bot.messages import InboundKind
from tests.handlers.table import HAN, case, decided, of, prompt, said, turn

KINDS = {
    InboundKind.IMAGE: ("sent.picture", "[图片]"),
    InboundKind.VOICE: ("sent.voice", "[语音]"),
    InboundKind.VIDEO: ("sent.video", "[视频]"),
    InboundKind.LOCATION: ("sent.location", "[位置] 滨江区1号"),
    InboundKind.LINK: ("sent.link", "[链接] 一篇文章"),
    InboundKind.OTHER: ("sent.other", "发来一条暂不能显示的消息"),
}
WORDS = {InboundKind.LOCATION: "滨江区1号", InboundKind.LINK: "一篇文章"}


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_thanked_for_and_a_person_looks(kind: InboundKind) -> None:
    decision = decided(turn(WORDS.get(kind, ""), kind=kind))
    assert said(decision) == [KINDS[kind][0]]
    (called,) = of(decision, HandOff)
    assert (called.reason, called.priority, called.to_staff_id) == ("sent_in", "normal", None)


@pytest.mark.parametrize("kind", KINDS)
def test_with_an_open_case_it_is_noted_there_and_goes_to_its_owner(kind: InboundKind) -> None:
    decision = decided(turn(WORDS.get(kind, ""), kind=kind, case=case()))
    assert of(decision, AddToCase) == [AddToCase(51, KINDS[kind][1])]
    assert of(decision, HandOff)[0].to_staff_id == HAN.id


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_the_thread_sees_it_and_the_bot_is_silent(kind: InboundKind) -> None:
    decision = decided(turn(kind=kind, human=HAN, case=case()))
    assert (said(decision), of(decision, HandOff)) == ([], [])
    assert len(of(decision, AddToCase)) == 1


def test_nine_pictures_are_answered_once() -> None:
    decision = decided(turn(kind=InboundKind.IMAGE, waits_after="[图片]"))
    assert said(decision) == []
    assert len(of(decision, HandOff)) == 1
    assert said(decided(turn(kind=InboundKind.IMAGE, waits_after="[语音]"))) == ["sent.picture"]


@pytest.mark.parametrize("text", ["[微笑]", "/::)", "/:rose", "😊", "😂😂", "🌹", "[玫瑰][玫瑰]", "😊 [强]"])
def test_a_sticker_gets_a_line(text: str) -> None:
    assert said(decided(turn(text))) == ["sent.sticker"]


@pytest.mark.parametrize("text", ["👍", "👌👌", "🙏"])
def test_a_nod_needs_no_answer(text: str) -> None:
    assert said(decided(turn(text))) == []


@pytest.mark.parametrize("text", ["[微笑]", "😊"])
def test_while_something_is_asked_a_smile_is_read_as_before(text: str) -> None:
    assert said(decided(turn(text, prompt()))) != ["sent.sticker"]
    assert said(decided(turn(text, case=case()))) != ["sent.sticker"]


def test_words_with_a_sticker_are_words() -> None:
    assert said(decided(turn("怎么预约[微笑]"))) != ["sent.sticker"]


@pytest.mark.parametrize("words", ["不满意，空调还是不凉", "4分", "退订", "你好", "刹车失灵了"])
def test_a_voice_with_its_words_is_what_was_typed(words: str) -> None:
    """Recognised words count everywhere: scores, refusals, danger (wechat.md §2.8)."""
    typed, spoken = (decided(turn(words, prompt(), kind=kind)) for kind in (InboundKind.TEXT, InboundKind.VOICE))
    assert (spoken.effects, spoken.intent, spoken.rating) == (typed.effects, typed.intent, typed.rating)


def test_a_spoken_score_answers_the_survey() -> None:
    decision = decided(turn("1分，太差了", prompt(), kind=InboundKind.VOICE))
    assert (of(decision, Answer)[0].rating, len(of(decision, OpenCase))) == (1, 1)


def test_a_tapped_dissatisfied_is_asked_to_type() -> None:
    """wechat.md §7.3 item 9: a tap opens three messages in a minute, so the answer makes the customer type."""
    tap = turn("不满意", prompt(), kind=InboundKind.TAP, option="survey:11:2")
    (ask,) = of(decided(tap), Ask)
    assert (ask.kind, ask.say.message_id, ask.say.params["told"]) == (PromptKind.REASON, "survey.apology", False)
    assert ask.expires_at > tap.inbound.sent_at + timedelta(hours=47)


def test_tapped_again_with_the_case_open_it_asks_again() -> None:
    asked = (prompt(), prompt(PromptKind.REASON, id=12))
    tap = turn("不满意", *asked, kind=InboundKind.TAP, option="survey:11:2", case=case())
    assert said(decided(tap)) == ["survey.apology"]
