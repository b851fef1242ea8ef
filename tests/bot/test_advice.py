"""Twenty people and the car each should look at first; no car above a budget without saying so."""

from pathlib import Path
from typing import Any

import pytest

from bot.advice import UNKNOWN, advise, compared, nearest
from bot.needs import Needs, facts_of, in_words, needs_of, wan
from config.load import load_content

CATALOGUE = load_content(Path(__file__).parents[2] / "config").catalogue
FAMILY, COMMUTE, TRAVEL = ("family",), ("commute",), ("travel",)
GOLDEN: list[tuple[dict[str, Any], str]] = [
    ({"purpose": FAMILY, "budget": {"about": 150000}}, "长风"),
    ({"purpose": FAMILY, "budget": {"max": 180000}, "body": ("suv",)}, "长风"),
    ({"purpose": FAMILY, "budget": {"max": 200000}, "seats_min": 7}, "牧野"),
    ({"purpose": ("family", "camping"), "budget": {"max": 220000}}, "牧野"),
    ({"purpose": ("camping",), "budget": {"about": 200000}}, "牧野"),
    ({"purpose": FAMILY, "seats_min": 7, "budget": {"about": 300000}}, "千帆"),
    ({"purpose": ("business",), "budget": {"about": 300000}}, "千帆"),
    ({"purpose": ("business",), "budget": {"max": 180000}}, "云栖"),
    ({"purpose": ("first_car",), "budget": {"about": 100000}, "energy": "petrol"}, "知行"),
    ({"purpose": ("first_car",), "budget": {"max": 80000}}, "拾光"),
    ({"purpose": COMMUTE, "energy": "ev"}, "拾光"),
    ({"purpose": COMMUTE, "budget": {"about": 160000}, "energy": "phev"}, "云栖"),
    ({"purpose": ("commute", "travel"), "budget": {"max": 180000}, "home_charger": False}, "云栖"),
    ({"purpose": TRAVEL, "budget": {"about": 160000}, "body": ("sedan",)}, "云栖"),
    ({"purpose": COMMUTE, "budget": {"max": 100000}, "body": ("sedan",)}, "知行"),
    ({"purpose": COMMUTE, "budget": {"max": 160000}, "energy": "hev"}, "长风"),
    ({"purpose": ("city",), "budget": {"max": 100000}}, "拾光"),
    ({"body": ("mpv",)}, "千帆"),
    ({"budget": {"max": 90000}, "home_charger": False}, "知行"),
    ({"purpose": ("offroad",), "budget": {"max": 200000}}, "牧野"),
]


@pytest.mark.handbook("H1.3.1")
@pytest.mark.parametrize(("said", "first"), GOLDEN, ids=lambda value: str(value)[:60])
def test_each_of_twenty_gets_the_car_that_fits(said: dict[str, Any], first: str) -> None:
    found = advise(CATALOGUE, needs_of(said, {}))
    assert found[0].model.name == first
    assert len(found) <= 3
    assert all(len(each.reasons) >= 2 for each in found)


@pytest.mark.handbook("H1.3.1", "H1.6.4")
@pytest.mark.parametrize("ceiling", range(70000, 340000, 10000))
def test_nothing_above_a_budget_is_shown_without_saying_so(ceiling: int) -> None:
    needs = needs_of({"budget": {"max": ceiling}}, {})
    found = advise(CATALOGUE, needs)
    assert all(each.variant.price_from <= ceiling for each in found)
    if not found:
        near = nearest(CATALOGUE, needs)
        assert near is not None
        assert near.over == near.variant.price_from - ceiling > 0


def test_seven_seats_cost_what_seven_seats_cost() -> None:
    assert advise(CATALOGUE, needs_of({"seats_min": 7, "budget": {"max": 180000}}, {})) == ()
    near = nearest(CATALOGUE, needs_of({"seats_min": 7, "budget": {"max": 180000}}, {}))
    assert near is not None
    assert (near.model.name, near.over) == ("牧野", 9800)


def test_who_cannot_charge_is_not_shown_what_must_be_charged() -> None:
    found = advise(CATALOGUE, needs_of({"home_charger": False, "budget": {"max": 100000}}, {}))
    assert "拾光" not in [each.model.name for each in found]


@pytest.mark.handbook("H2.1.2")
def test_two_cars_are_held_side_by_side_and_the_unknown_is_called_so() -> None:
    rows = dict(compared(CATALOGUE.named_in("对比长风和牧野")))
    assert rows["指导价"] == ("11.58万–15.88万", "17.58万–22.98万")
    assert rows["综合续航"] == (UNKNOWN, UNKNOWN)
    assert rows["座位"] == ("5", "5/7")


@pytest.mark.handbook("H1.2.3")
def test_what_is_said_now_beats_what_was_said_before() -> None:
    remembered = {"need.budget": "about:150000", "need.purpose": "family,camping", "need.home_charger": "false"}
    needs = needs_of({"budget": {"max": 180000}}, remembered)
    assert (needs.budget_about, needs.budget_max, needs.purpose, needs.home_charger) == (
        None, 180000, ("family", "camping"), False,
    )  # fmt: skip
    assert needs.completeness == 60


@pytest.mark.handbook("H2.2.1")
def test_five_things_known_are_all_of_it() -> None:
    assert Needs().completeness == 0
    full = {"purpose": FAMILY, "budget": {"max": 1}, "body": ("suv",), "energy": "ev", "seats_min": 5}
    assert needs_of(full, {}).completeness == 100


def test_needs_are_said_back_in_words_and_kept_as_text() -> None:
    said = {"purpose": FAMILY, "budget": {"max": 180000}, "seats_min": 7, "home_charger": False}
    assert in_words(needs_of(said, {})) == "家用、18万以内、7座、没有家用充电桩"
    assert facts_of(said) == {"purpose": "family", "budget": "max:180000", "seats_min": "7", "home_charger": "false"}
    assert needs_of({}, {f"need.{name}": text for name, text in facts_of(said).items()}) == needs_of(said, {})
    assert [wan(each) for each in (115800, 180000, 72800, 9800)] == ["11.58万", "18万", "7.28万", "0.98万"]
