"""Choosing a car in a conversation: at most three questions, nothing asked twice, one hint, facts or 暂无数据."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.effects import Ask, Effect, Note, PromptKind, Remember
from bot.messages import Channel
from bot.understanding.understand import Understanding
from config.load import load_content
from handlers import model_advice
from tests.handlers.table import Table, prompt, turn
from tests.handlers.test_facts import did, handed, spoken

TABLE = Table(known=load_content(Path(__file__).parents[2] / "config"))


def question(effects: list[Effect]) -> Ask:
    (found,) = [each for each in effects if isinstance(each, Ask)]
    return found


def after(asked: int, **known: Any) -> Any:
    return prompt(PromptKind.NEEDS, known={"_asked": asked, **known})


def advised(slots: dict[str, Any], *prompts: Any, table: Table = TABLE, words: str = "有什么推荐") -> list[Effect]:
    given = turn(words, *prompts)
    return list(model_advice.handle(Understanding("model_enquiry", slots=slots), given, table, given.inbound.sent_at))


@pytest.mark.handbook("H1.3.1", "H2.1.3")
@pytest.mark.parametrize(
    ("slots", "says"),
    [
        ({}, "model.ask_both"),
        ({"purpose": ("family",)}, "model.ask_budget"),
        ({"budget": {"about": 150000}}, "model.ask_purpose"),
        ({"purpose": ("family",), "seats_min": 5}, "model.ask_budget"),
        ({"purpose": ("family",), "budget": {"about": 150000}}, "model.advice"),
        ({"purpose": ("family",), "body": ("suv",), "seats_min": 5}, "model.advice"),
    ],
)
def test_only_what_is_missing_is_asked_before_a_card(slots: dict[str, Any], says: str) -> None:
    assert spoken(advised(slots)).message_id == says


@pytest.mark.handbook("H1.3.1")
def test_three_questions_are_enough() -> None:
    assert question(advised({}, after(2))).known["_asked"] == 3
    assert spoken(advised({}, after(3))).message_id == "model.advice"


@pytest.mark.handbook("H1.2.3")
def test_the_next_conversation_does_not_ask_again() -> None:
    table = replace(TABLE, told={"need.purpose": "family", "need.budget": "max:180000"})
    effects = advised({}, table=table)
    assert spoken(effects).message_id == "model.advice"
    assert not [each for each in effects if isinstance(each, Remember) and each.key.startswith("need.")]


@pytest.mark.handbook("H1.2.3", "H2.2.1")
def test_a_need_that_changed_is_kept_beside_the_old_one_and_pointed_out() -> None:
    table = replace(TABLE, told={"need.purpose": "family", "need.budget": "about:150000"})
    effects = advised({"budget": {"max": 180000}}, table=table)
    assert Remember("need.budget", "max:180000", 0.9) in effects  # as sure as the reading was
    assert [each.text for each in effects if isinstance(each, Note)] == ["购车需求有变：预算 about:150000 → max:180000"]


@pytest.mark.handbook("H1.3.2")
def test_a_hint_is_offered_once_and_rests_for_ninety_days() -> None:
    slots = {"purpose": ("family",), "budget": {"max": 180000}}
    first = advised(slots)
    assert Remember("hint.child_seat", "offered") in first
    assert "安全座椅" in str(spoken(first).params["hint"])
    again = advised(slots, table=replace(TABLE, lately=frozenset({"hint.child_seat"})))
    assert spoken(again).params["hint"] == ""


@pytest.mark.handbook("H1.3.2")
@pytest.mark.parametrize(("words", "kept"), [("要的", "accepted"), ("不用", "declined")])
def test_what_was_answered_to_a_hint_is_remembered(words: str, kept: str) -> None:
    effects = advised(
        {"purpose": ("family",), "budget": {"max": 180000}}, after(3, _hint="hint.child_seat"), words=words
    )
    assert Remember("hint.child_seat", kept) in effects


def test_no_to_a_hint_is_no_to_the_hint_only() -> None:
    slots = {"purpose": ("family",), "budget": {"max": 180000}, "_agreed": False}
    told = {"need.purpose": "family", "need.budget": "max:180000"}
    effects = advised(slots, after(3, _hint="hint.child_seat"), table=replace(TABLE, told=told), words="不用了")
    assert spoken(effects).message_id == "model.noted"


def test_reasons_are_tied_to_what_was_said() -> None:
    cards = str(spoken(advised({"purpose": ("camping",), "budget": {"max": 220000}})).params["cards"])
    assert cards.startswith("1. 牧野：露营：四驱")
    assert "预算22万以内：17.58万起" in cards


@pytest.mark.handbook("H1.3.1", "H1.6.4")
def test_none_that_fits_is_said_with_the_nearest_and_a_person() -> None:
    effects = advised({"seats_min": 7, "budget": {"max": 180000}})
    said = spoken(effects)
    assert (said.message_id, said.params["near"], said.params["over"]) == ("model.none", "牧野", "0.98万")
    assert (handed(effects), question(effects).kind) == (None, PromptKind.NEEDS)


@pytest.mark.handbook("H1.2.1", "H2.1.2")
def test_a_named_car_is_told_from_the_catalogue_and_what_is_not_held_is_called_so() -> None:
    said = spoken(did(model_advice, {"model": "拾光"}, "拾光有几个颜色", TABLE))
    assert (said.message_id, said.params["unknown"]) == ("model.card", "颜色")
    assert "指导价：7.28万–9.58万" in str(said.params["facts"])
    assert "综合续航：暂无数据" in str(said.params["facts"])


@pytest.mark.parametrize("words", ["你们最便宜的车多少钱", "都有哪些车型", "有什么车"])
def test_the_whole_range_is_told_when_asked_for(words: str) -> None:
    rows = str(spoken(did(model_advice, {}, words, TABLE)).params["rows"]).splitlines()
    assert len(rows) == 6
    assert rows[0].startswith("拾光：7.28万–9.58万")


@pytest.mark.handbook("H2.1.2")
def test_two_named_are_compared() -> None:
    said = spoken(did(model_advice, {"model": "长风"}, "对比长风和牧野", TABLE))
    assert (said.message_id, said.params["models"]) == ("model.compare", "长风 ｜ 牧野")


def test_without_a_catalogue_a_person_answers() -> None:
    assert handed(did(model_advice, {}, "推荐个车", Table())) is not None


def test_by_sms_the_models_are_a_page() -> None:
    effects = did(model_advice, {}, "推荐个车", TABLE, channel=Channel.SMS)
    assert (spoken(effects).message_id, handed(effects)) == ("model.page", None)
