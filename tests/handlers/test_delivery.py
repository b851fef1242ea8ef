"""When the new car comes: the day the customer was told, and no other; anything else a person looks at."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.customer import CarOrder
from config.load import load_content
from handlers import delivery
from tests.handlers.table import NOW, Table
from tests.handlers.test_facts import did, handed, spoken

TABLE = Table(known=load_content(Path(__file__).parents[2] / "config"))
TODAY = date(2026, 9, 17)


def ordered(on: date | None) -> Table:
    return replace(TABLE, ordered=CarOrder("云栖", on))


@pytest.mark.handbook("H2.4.1")
@pytest.mark.parametrize("on", [TODAY, TODAY + timedelta(days=11)])
def test_the_day_that_was_told_is_told_again(on: date) -> None:
    effects = did(delivery, {"topic": "delivery"}, "我的车啥时候能提", ordered(on))
    said = spoken(effects)
    assert (said.message_id, said.params) == ("order.expected", {"model": "云栖", "day": f"9月{on.day}日"})
    assert handed(effects) is None


@pytest.mark.parametrize("on", [None, TODAY - timedelta(days=1)])
def test_without_a_day_or_past_it_a_person_looks(on: date | None) -> None:
    effects = did(delivery, {"topic": "delivery"}, "我的车啥时候能提", ordered(on))
    assert spoken(effects).message_id == "order.delivery"
    assert handed(effects) is not None


@pytest.mark.parametrize("words", ["能不能国庆前提啊", "可以提前几天吗", "能改到周末提车吗"])
def test_another_day_is_promised_by_nobody_but_a_person(words: str) -> None:
    effects = did(delivery, {"topic": "delivery"}, words, ordered(TODAY + timedelta(days=11)))
    assert spoken(effects).message_id == "order.expected"
    assert handed(effects) is not None


def test_a_missing_paper_is_a_persons_whatever_day_was_told() -> None:
    effects = did(delivery, {"topic": "documents"}, "合格证还没给我", ordered(TODAY + timedelta(days=11)))
    assert spoken(effects).message_id == "order.delivery"
    assert NOW.date() == TODAY
