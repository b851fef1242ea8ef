"""An open case spoken of, a person waited for: answered by what the house knows, and nobody is told the same twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.effects import AddToCase, Effect, HandOff, Note, Say
from bot.messages import Channel
from bot.turn import Before, Turn
from bot.understanding.understand import Understanding
from handlers import case_dialogue, fallback, human
from handlers.handover import not_word_for_word
from handlers.of_a_case import OF_IT
from tests.handlers.table import HAN, NOW, Table, case, decided, of, said, turn

SOON = NOW + timedelta(hours=2)
UNCLEAR = Understanding("unclear")


def did(what: str, given: Turn) -> Sequence[Effect]:
    return list(case_dialogue.handle(Understanding("complaint", slots={OF_IT: what}), given, Table(), NOW))


def spoken(effects: Sequence[Effect]) -> Say:
    return next(each for each in effects if isinstance(each, Say))


def handed(effects: Sequence[Effect]) -> list[int | None]:
    return [each.to_staff_id for each in effects if isinstance(each, HandOff)]


@pytest.mark.parametrize(
    ("what", "by", "says", "late", "called"),
    [
        ("when", SOON, "case.promised", False, []),
        ("when", NOW - timedelta(hours=1), "case.promised", True, [HAN.id]),
        ("when", None, "case.promised", True, [HAN.id]),
        ("who", SOON, "case.who", False, []),
        ("number", None, "case.who", True, []),
        ("sorry", SOON, "case.sorry", False, []),
    ],
)
def test_what_was_promised_is_said_again(
    what: str, by: datetime | None, says: str, late: bool, called: list[int]
) -> None:
    effects = did(what, turn("什么时候回我", case=case(contact_by=by)))
    told = spoken(effects)
    assert (told.message_id, told.params["late"], told.params["owner"]) == (says, late, HAN.name)
    assert handed(effects) == called
    assert isinstance(effects[0], AddToCase)


def test_who_lets_it_be_keeps_the_case_and_every_message() -> None:
    effects = did("withdrawn", turn("不用打了", case=case()))
    assert [type(each) for each in effects] == [AddToCase, Note, Say]
    assert spoken(effects).message_id == "case.withdrawn"
    again = did("withdrawn", turn("不用打了", case=case(), told="好的，这件事不再打电话给您"))
    assert [type(each) for each in again] == [AddToCase, Note]


def test_by_sms_there_is_no_approved_text_for_it() -> None:
    effects = did("withdrawn", turn("不用打了", case=case(), channel=Channel.SMS))
    assert [type(each) for each in effects] == [AddToCase, Note]


def test_who_waits_for_a_person_is_told_what_is_new() -> None:
    coming = Say("human.coming", {"by": None})
    waits = turn("人呢", waiting=True, told="好的，已转给同事，马上来回复您")
    for told, often in ((waits.told, False), ("已再提醒同事，请稍等。", True)):
        again = not_word_for_word(coming, replace(waits, told=told))
        assert isinstance(again, Say)
        assert (again.message_id, again.params["often"]) == ("human.again", often)
    by_sms = turn("人呢", waiting=True, told=waits.told, channel=Channel.SMS)
    for other in (replace(waits, waiting=False), replace(waits, told=""), by_sms):
        assert not_word_for_word(coming, other) is coming


def test_a_colleague_is_called_by_name() -> None:
    asked = Understanding("human_request", signals=frozenset({"human"}))
    effects = list(human.handle(asked, turn("帮我找韩梅梅"), Table(), NOW))
    assert (handed(effects), spoken(effects).message_id) == ([HAN.id], "human.named")
    pronoun = human.handle(asked, turn("让她给我回电话", told="好的，已转告韩梅梅，请稍等。"), Table(), NOW)
    assert handed(list(pronoun)) == [HAN.id]


@pytest.mark.parametrize(
    ("given", "calls"),
    [
        (turn("行，那我等电话"), True),
        (turn("嗯嗯"), False),
        (turn("行，那我等电话", waiting=True), False),
        (turn("行，那我等电话", case=case()), False),
        (turn("好，等通知", told="配件到了马上告诉您"), False),
    ],
)
def test_who_waits_for_a_call_nobody_knows_of_gets_one(given: Turn, calls: bool) -> None:
    assert bool(handed(list(fallback.handle(UNCLEAR, given, Table(orders=()), NOW)))) is calls


def test_praise_is_thanked_for_once_and_passed_on() -> None:
    first = decided(turn("昨天接待的小刘特别好"))
    assert (said(first), len(of(first, Note))) == (["praise.noted"], 1)
    told = "谢谢您的肯定，我们一定转达给小刘。"
    again = decided(turn("想表扬一下", told=told, before=Before("小刘特别好", "thanks")))
    assert (said(again), len(of(again, Note))) == ([], 1)
    assert said(decided(turn("谢谢"))) != ["praise.noted"]
