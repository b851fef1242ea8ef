"""The page of a quote: line by line, and only there. Words in a chat are no consent."""

from datetime import timedelta

import pytest

from bot.effects import Answer, AnswerQuote, HandOff, PromptKind, Say
from bot.messages import Channel, InboundKind
from bot.turn import Decision
from tests.bot.test_quotes import AIR as AIR_FILTER
from tests.bot.test_quotes import OIL as OIL_CHANGE
from tests.bot.test_quotes import a_quote, lines
from tests.handlers.table import HAN, NOW, Table, decided, of, prompt, said, turn

ASKED = prompt(PromptKind.QUOTE, ref={"quote_id": 1, "order_id": 8})


def sent_in(option: str, table: Table | None = None) -> Decision:
    given = turn("同意：…", ASKED, kind=InboundKind.ANSWER, channel=Channel.PAGE, option=option)
    return decided(given, table or Table(offer=a_quote()))


@pytest.mark.parametrize(
    ("option", "approved", "declined", "decision"),
    [
        ("approve:1,2", (1, 2), (), "approve"),
        ("approve:2", (2,), (1,), "approve"),
        ("approve:", (), (1, 2), "reject"),
        ("approve:9", (), (1, 2), "approve"),
    ],
)
@pytest.mark.handbook("H1.4.2")
def test_each_open_line_gets_its_answer(
    option: str, approved: tuple[int, ...], declined: tuple[int, ...], decision: str
) -> None:
    done = sent_in(option)
    (answered,) = of(done, AnswerQuote)
    assert (answered.quote_id, answered.approved, answered.declined) == (1, approved, declined)
    assert [each.message_id for each in answered.otherwise] == ["quote.changed"]
    assert (done.intent, done.slots["decision"]) == ("quote_reply", decision)
    assert of(done, Answer)[0].prompt_id == ASKED.id
    assert said(done) == ["quote.answered"]


def test_what_was_answered_before_is_not_answered_again() -> None:
    offer = a_quote(lines=(*lines(OIL_CHANGE), *(line for line in a_quote().lines if line.position == 2)))
    (answered,) = of(sent_in("approve:1,2", Table(offer=offer)), AnswerQuote)
    assert (answered.approved, answered.declined) == ((2,), ())


def test_it_says_what_was_agreed_to_and_what_not() -> None:
    (told,) = of(sent_in("approve:1"), Say)
    assert told.params == {
        "count": 1, "numbers": "1", "approved": OIL_CHANGE.name, "declined": AIR_FILTER.name, "total": "320.00",
        "aside": False,
    }  # fmt: skip


def test_who_wants_to_talk_gets_the_advisor_and_no_line_is_answered() -> None:
    done = sent_in("talk")
    (handed,) = of(done, HandOff)
    assert (handed.reason, handed.to_staff_id, handed.due_at) == ("quote", HAN.id, NOW + timedelta(minutes=3))
    assert of(done, AnswerQuote) == []
    assert said(done) == ["quote.advisor"]


def test_a_quote_that_is_gone_changes_nothing() -> None:
    done = sent_in("approve:1", Table(offer=None))
    assert said(done) == ["quote.changed"]
    assert of(done, AnswerQuote) == []


@pytest.mark.parametrize("words", ["同意", "你看着办", "都做", "好的", "可以", "1和2做，3不做", "行吧"])
@pytest.mark.parametrize("channel", [Channel.WECHAT, Channel.SMS])
@pytest.mark.handbook("H1.4.3")
def test_words_in_a_chat_are_no_consent(words: str, channel: Channel) -> None:
    for prompts in ((), (ASKED,)):
        done = decided(turn(words, *prompts, channel=channel), Table(offer=a_quote()))
        assert of(done, AnswerQuote) == []
