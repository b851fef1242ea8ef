"""A quote answered in words: numbers, all and none are consent; vague words and conditions are not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.effects import AnswerQuote, Ask, PromptKind
from bot.messages import Channel
from bot.quotes import LineAnswer, QuoteState, yuan
from bot.understanding.understand import Understanding
from handlers import decide, quote_chat
from tests.bot.test_quotes import a_quote
from tests.handlers.table import HAN, NOW, Table, prompt, turn
from tests.handlers.test_facts import did, handed, spoken

OFFER = a_quote()
TABLE = Table(sent_quote=OFFER)
ONE, TWO = (line.id for line in OFFER.lines)


@pytest.mark.handbook("H1.4.2")
@pytest.mark.parametrize(
    ("slots", "approved", "declined"),
    [
        ({"decision": "approve"}, (ONE, TWO), ()),
        ({"decision": "reject"}, (), (ONE, TWO)),
        ({"decision": "partial", "approved": (1,), "rejected": (2,)}, (ONE,), (TWO,)),
        ({"decision": "partial", "approved": [2], "_agreed": True}, (TWO,), (ONE,)),
        ({"decision": "partial", "approved": [2], "rejected": [1], "_agreed": False}, (TWO,), (ONE,)),  # 说反了
    ],
)
def test_what_is_said_of_every_line_is_taken(
    slots: dict[str, Any], approved: tuple[int, ...], declined: tuple[int, ...]
) -> None:
    effects = did(quote_chat, slots, "第一项做", TABLE)
    (answer,) = [each for each in effects if isinstance(each, AnswerQuote)]
    assert (answer.approved, answer.declined) == (approved, declined)
    assert spoken(effects).message_id == "quote.answered"


@pytest.mark.handbook("H1.4.2")
@pytest.mark.parametrize(("decision", "approved"), [("partial", (1,)), ("approve", (9,))])
def test_a_line_left_out_is_read_back_first(decision: str, approved: tuple[int, ...]) -> None:
    effects = did(quote_chat, {"decision": decision, "approved": approved}, "第一项做", TABLE)
    (question,) = [each for each in effects if isinstance(each, Ask)]
    assert (question.kind, question.known["intent"]) == (PromptKind.READ_BACK, "quote_reply")
    assert not [each for each in effects if isinstance(each, AnswerQuote)]


@pytest.mark.handbook("H1.4.3")
@pytest.mark.parametrize(
    ("slots", "words", "says", "person"),
    [
        ({"decision": "unclear"}, "你看着办", "quote.which", False),
        ({}, "嗯", "quote.which", False),
        ({"decision": "reject", "rejected": [1, 2]}, "必须做的做，其他不做", "quote.which", False),
        ({"decision": "conditional"}, "能少两百就弄", "quote.advisor", True),
        ({"decision": "unclear"}, "第二项是非换不可吗", "quote.explains", True),
        ({"decision": "unclear"}, "刹车盘不换会怎么样", "quote.explains", True),
        ({"decision": "partial", "approved": [1], "_agreed": False}, "不对", "quote.which", False),
    ],
)
def test_vague_words_and_conditions_are_no_consent(slots: dict[str, Any], words: str, says: str, person: bool) -> None:
    effects = did(quote_chat, slots, words, TABLE)
    assert not [each for each in effects if isinstance(each, AnswerQuote)]
    assert (spoken(effects).message_id, handed(effects) is not None) == (says, person)


def test_the_lines_still_open_are_listed_with_their_prices() -> None:
    told = spoken(did(quote_chat, {"decision": "unclear"}, "看着办", TABLE)).params["choices"]
    assert [line[:2] for line in str(told).splitlines()] == ["1.", "2."]


def test_a_quote_that_ended_is_not_answered() -> None:
    table = Table(sent_quote=replace(OFFER, expires_at=NOW - timedelta(minutes=1)))
    assert spoken(did(quote_chat, {"decision": "approve"}, "都做", table)).message_id == "quote.changed"


@pytest.mark.parametrize(
    ("slots", "words", "says"),
    [
        ({"decision": "partial", "approved": [1], "rejected": [2]}, "1做2不做", "quote.answered"),
        ({"decision": "partial", "approved": [1]}, "1做", "quote.read_back"),
        ({"decision": "partial", "rejected": [2]}, "2不要", "quote.read_back"),
        ({"decision": "approve"}, "好的", "quote.read_back"),
        ({"decision": "unclear"}, "你看着办", "quote.which"),
    ],
)
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.WECHAT])
def test_only_what_speaks_of_every_line_is_taken_the_rest_is_asked_on_either_channel(
    channel: Channel, slots: dict[str, Any], words: str, says: str
) -> None:
    effects = did(quote_chat, slots, words, TABLE, channel=channel)
    taken = bool([each for each in effects if isinstance(each, AnswerQuote)])
    assert (spoken(effects).message_id, taken, handed(effects)) == (says, says == "quote.answered", None)


def test_a_line_that_is_not_wanted_leaves_the_others_to_a_yes() -> None:
    (asked,) = [
        e for e in did(quote_chat, {"decision": "partial", "rejected": [2]}, "2不要", TABLE) if isinstance(e, Ask)
    ]
    assert asked.say.params["numbers"] == "1"
    (answer,) = [
        e for e in did(quote_chat, {**asked.known, "_agreed": True}, "对", TABLE) if isinstance(e, AnswerQuote)
    ]
    assert (answer.approved, answer.declined) == ((ONE,), (TWO,))
    denied = did(quote_chat, {**asked.known, "_agreed": False}, "不对", TABLE)
    assert (spoken(denied).message_id, [e for e in denied if isinstance(e, AnswerQuote)]) == ("quote.which", [])


@pytest.mark.handbook("H1.4.3")
@pytest.mark.parametrize(("told", "agreed"), [("两项共290元，都做可以吗？", True), ("请您答复要做哪几项", False)])
def test_a_nod_agrees_to_all_only_where_all_was_asked(told: str, agreed: bool) -> None:
    effects = did(quote_chat, {"decision": "approve"}, "OK", TABLE, told=told)
    assert [each.approved for each in effects if isinstance(each, AnswerQuote)] == ([(ONE, TWO)] if agreed else [])


def test_without_a_quote_the_advisor_answers() -> None:
    assert handed(did(quote_chat, {"decision": "approve"}, "都做", Table())) is not None


def test_a_yes_to_what_was_read_back_is_consent_through_the_whole_of_decide() -> None:
    known = {"intent": "quote_reply", "decision": "partial", "approved": [1]}
    decision = decide(turn("对的", prompt(PromptKind.READ_BACK, known=known)), TABLE, NOW)
    (answer,) = [each for each in decision.effects if isinstance(each, AnswerQuote)]
    assert (decision.intent, answer.approved, answer.declined) == ("quote_reply", (ONE,), (TWO,))
    assert decision.slots == {"decision": "partial", "approved": [1]}


def test_while_a_person_has_the_thread_nothing_is_taken() -> None:
    assert did(quote_chat, {"decision": "approve"}, "都做", TABLE, human=HAN) == []


@pytest.mark.handbook("H1.4.3")
@pytest.mark.parametrize("words", ["嗯", "嗯嗯", "哦", "好的", "行", "可以", "OK", "好好", "嗯好的", "收到"])
def test_a_nod_does_not_agree_to_several_lines(words: str) -> None:
    effects = did(quote_chat, {"decision": "approve"}, words, TABLE)
    hums = words in ("嗯", "嗯嗯", "哦", "收到")
    assert spoken(effects).message_id == ("quote.which" if hums else "quote.read_back")
    assert not [each for each in effects if isinstance(each, AnswerQuote)]


@pytest.mark.handbook("H1.4.3")
@pytest.mark.parametrize(
    ("words", "told", "taken"),
    [
        ("换吧", "", True),
        ("弄吧", "检查出两项，共820元，请回复是否同意", True),
        ("换吧", "本店营业时间08:30–17:30。", False),  # another thing was spoken of in between
        ("弄吧", "韩梅梅会尽快跟您说明。您没有同意的项目不会动手。", False),
        ("都弄了吧", "本店营业时间08:30–17:30。", True),
        ("同意", "本店营业时间08:30–17:30。", True),
        ("可以，几点能好吗", "", False),
        ("行 多久能好", "", False),
        ("好的几点能取车", "", False),
        ("行 谢谢师傅", "", False),
        ("OK👌", "", False),
    ],
)
def test_a_bare_yes_to_the_whole_is_read_back_unless_our_last_line_was_of_it(
    words: str, told: str, taken: bool
) -> None:
    effects = did(quote_chat, {"decision": "approve"}, words, TABLE, told=told)
    assert bool([each for each in effects if isinstance(each, AnswerQuote)]) is taken
    assert spoken(effects).message_id == ("quote.answered" if taken else "quote.read_back")


@pytest.mark.parametrize("told", ["韩梅梅会尽快跟您说明刹车片的情况。", "会尽快与您联系，慢慢商量。"])
@pytest.mark.parametrize("words", ["好的", "嗯", "行，谢谢"])
def test_a_nod_to_our_line_that_a_colleague_calls_is_no_answer(told: str, words: str) -> None:
    assert did(quote_chat, {"decision": "approve"}, words, TABLE, told=told) == []


@pytest.mark.parametrize(
    ("slots", "words", "told", "says", "person"),
    [
        ({"decision": "unclear"}, "先别拆，我下班过去瞧一眼", "", "quote.held", False),
        ({"decision": "unclear"}, "我回去跟老婆商量下", "", "quote.held", False),
        ({"decision": "unclear"}, "拆下来的旧件我要带走", "", "quote.passed_on", False),
        ({"decision": "reject"}, "轮胎先不换", "", "quote.which", False),  # no line offers that
        ({"decision": "approve"}, "轮胎换了吧", "", "quote.which", False),
        ({"decision": "unclear"}, "两项里哪个最要紧", "", "quote.explains", True),
        ({"decision": "unclear"}, "也太黑了，网上才两百", "", "quote.advisor", True),
        ({"decision": "unclear"}, "网上才两百", "会尽快与您联系，慢慢商量。", "quote.passed_on", False),
        ({"decision": "unclear"}, "你定", "报价要您逐项定", "quote.advisor", True),  # never the same list twice
    ],
)
def test_what_decides_nothing_is_answered_and_the_quote_stays_open(
    slots: dict[str, Any], words: str, told: str, says: str, person: bool
) -> None:
    effects = did(quote_chat, slots, words, TABLE, told=told)
    assert not [each for each in effects if isinstance(each, AnswerQuote)]
    assert (spoken(effects).message_id, handed(effects) is not None) == (says, person)


@pytest.mark.parametrize(
    ("words", "total"), [("一共多少钱", OFFER.total_fen), ("加起来得多少", OFFER.total_fen), ("第二项多少钱", None)]
)
def test_the_sum_is_told_by_the_quote(words: str, total: int | None) -> None:
    told = spoken(did(quote_chat, {"decision": "unclear"}, words, TABLE))
    assert (told.message_id, told.params["total"]) == ("quote.priced", yuan(total) if total else "")


def test_the_sum_of_what_was_read_back_is_asked_once_more_with_its_answer_to_come() -> None:
    known = {"intent": "quote_reply", "decision": "partial", "rejected": [2], "_meant": [1]}
    asked = prompt(PromptKind.READ_BACK, known=known)
    (again,) = [
        each
        for each in quote_chat.handle(
            Understanding("quote_reply", slots={"decision": "unclear"}), turn("多少钱", asked), TABLE, NOW
        )
        if isinstance(each, Ask)
    ]
    assert (again.say.message_id, again.known) == ("quote.read_back", known)


@pytest.mark.parametrize(
    ("slots", "words", "says", "stopped", "added", "priority"),
    [
        ({"decision": "partial", "rejected": [1]}, "1别做了", "quote.change", True, False, "high"),
        ({"decision": "partial", "approved": [2]}, "还是把2做了", "quote.change", False, True, "normal"),
        ({"decision": "unclear"}, "另外几个先不弄", "quote.change", False, False, "high"),
        ({"decision": "unclear"}, "先停一下", "quote.change", False, False, "high"),
        ({"decision": "partial", "approved": [1], "rejected": [2]}, "1做2不做", "quote.noted", False, False, None),
        ({"decision": "partial", "rejected": [2]}, "2也不做", "quote.noted", False, False, None),
    ],
)
def test_a_change_after_the_answer_waits_for_a_colleague(
    slots: dict[str, Any], words: str, says: str, stopped: bool, added: bool, priority: str | None
) -> None:
    first, second = OFFER.lines
    answered = (replace(first, answer=LineAnswer.APPROVED), replace(second, answer=LineAnswer.DECLINED))
    table = Table(offer=replace(OFFER, state=QuoteState.ANSWERED, lines=answered))
    effects = did(quote_chat, slots, words, table)
    told, person = spoken(effects), handed(effects)
    assert (told.message_id, person.priority if person else None) == (says, priority)
    if person:
        assert (bool(told.params["stopped"]), bool(told.params["added"])) == (stopped, added)


@pytest.mark.handbook("H1.4.2")
@pytest.mark.parametrize("words", ["同意", "都做吧", "全部同意", "好的，都做", "可以，按报价做"])
def test_an_agreement_in_words_does(words: str) -> None:
    effects = did(quote_chat, {"decision": "approve"}, words, TABLE)
    assert [each.approved for each in effects if isinstance(each, AnswerQuote)] == [(ONE, TWO)]


@pytest.mark.handbook("H1.4.2")
@pytest.mark.parametrize(("words", "agreed"), [("好的", True), ("同意", True), ("可以", True), ("嗯", False)])
def test_one_line_may_be_agreed_to_in_a_word(words: str, agreed: bool) -> None:
    one = Table(sent_quote=replace(OFFER, lines=OFFER.lines[:1]))
    effects = did(quote_chat, {"decision": "approve"}, words, one)
    assert [each.approved for each in effects if isinstance(each, AnswerQuote)] == ([(ONE,)] if agreed else [])
