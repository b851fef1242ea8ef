"""Somebody else at this number: one apology with one question, nothing of the customer's, and the way back."""

from dataclasses import replace

import pytest

from bot.effects import Answer, Ask, HandOff, Note, OptOut, PromptKind, Remember, Say, Stranger
from bot.messages import Channel
from bot.turn import Prompt
from tests.handlers.table import LI_LEI, Table, decided, of, prompt, said, turn

ASKED = prompt(PromptKind.STRANGER, id=21)
SOMEBODY = replace(LI_LEI, name="", known=False, bound=False, stranger=True)


def test_one_apology_one_question_and_a_note_to_find_the_right_number() -> None:
    decision = decided(turn("打错了，我不是车主", prompt()))
    (note,), (ask,) = of(decision, Note), of(decision, Ask)
    assert (decision.intent, of(decision, Stranger)) == ("wrong_person", [Stranger(is_one=True)])
    assert ("核对新号码" in note.text, of(decision, HandOff)) == (True, [])  # nobody waits for an answer
    assert (ask.say, ask.kind) == (Say("stranger.sorry"), PromptKind.STRANGER)


def test_it_is_not_asked_twice() -> None:
    for given in (turn("说了打错了", ASKED), turn("打错了", customer=SOMEBODY)):
        decision, by_sms = decided(given), decided(replace(given, inbound=replace(given.inbound, channel=Channel.SMS)))
        heard = decided(replace(given, told="明白了，是我们弄错了，不会再发消息到这里。"))
        assert (said(decision), of(decision, Stranger)) == (["stranger.heard"], [Stranger(is_one=True)])
        assert said(by_sms) == said(heard) == []


def test_who_is_not_the_customer_and_wants_silence_or_removal_is_removed() -> None:
    for text in ("别再发了", "把我号码删了"):
        decision = decided(turn(text, ASKED, customer=SOMEBODY))
        assert (of(decision, OptOut), of(decision, Stranger)) == ([], [Stranger(is_one=True, remove=True)])
        assert said(decision) == ["stranger.removed"]


@pytest.mark.parametrize("text", ["移除", "是的", "好，删掉吧"])
def test_at_their_wish_the_number_is_removed(text: str) -> None:
    decision = decided(turn(text, ASKED, customer=SOMEBODY))
    assert of(decision, Stranger) == [Stranger(is_one=True, remove=True)]
    assert [answer.prompt_id for answer in of(decision, Answer)] == [21]
    assert said(decision) == ["stranger.removed"]


def test_whoever_refuses_in_the_same_breath_is_removed_and_refuses_nothing_for_the_customer() -> None:
    decision = decided(turn("打错了，别再发了", channel=Channel.SMS))
    assert (of(decision, OptOut), of(decision, Stranger)) == ([], [Stranger(is_one=True, remove=True)])
    assert said(decision) == ["stranger.removed"]


def test_keeping_it_needs_no_answer() -> None:
    decision = decided(turn("不用了", ASKED, customer=SOMEBODY))
    assert (said(decision), of(decision, Stranger)) == ([], [])


@pytest.mark.parametrize("prompts", [(ASKED,), ()])
def test_the_customer_after_all_is_welcomed_back(prompts: tuple[Prompt, ...]) -> None:
    decision = decided(turn("我就是车主，刚才看错了", *prompts, customer=SOMEBODY))
    assert of(decision, Stranger) == [Stranger(is_one=False)]
    assert said(decision) == ["stranger.welcome"]


def test_a_bare_slip_after_a_score_is_asked_about_and_nobody_is_stopped() -> None:
    decision = decided(turn("打错了"), Table(answered=prompt()))
    assert (decision.intent, of(decision, Stranger), said(decision)) == ("unclear", [], ["clarify"])


def test_when_somebody_wants_to_be_rung_is_remembered_for_the_next_call() -> None:
    assert of(decided(turn("请下午打给我")), Remember) == [Remember("call_time", "afternoon")]


def test_danger_comes_first_whoever_writes() -> None:
    decision = decided(turn("打错了！我的车现在冒烟着火了", prompt()))
    assert decision.intent == "emergency"
    assert of(decision, Stranger) == []
