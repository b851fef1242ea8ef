"""The forecast and its guard against typing mistakes, over random histories too."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.upkeep import Energy, Reading, Service, Upkeep, service_due, trusted_readings
from config.load import load_upkeep

UPKEEP = load_upkeep(Path(__file__).parents[2] / "config")
PETROL = UPKEEP.service("知行", "petrol")
START = date(2026, 1, 1)


def driven(*pairs: tuple[int, int]) -> list[Reading]:
    """(days since START, km)."""
    return [Reading(START + timedelta(days=days), km) for days, km in pairs]


@pytest.mark.parametrize(
    ("given", "trusted"),
    [
        ([(0, 1000), (30, 2000)], [1000, 2000]),
        ([(0, 1000), (30, 200000), (60, 3000)], [1000, 3000]),  # a digit too many
        ([(0, 10000), (30, 1150), (60, 12000)], [10000, 12000]),  # a digit too few
        ([(0, 10000), (30, 150000)], [10000]),  # in doubt the lower one: nothing is overdue by mistake
        ([(0, 500), (0, 500)], [500, 500]),
        ([], []),
    ],
)
def test_readings_that_cannot_be_drop_out(given: list[tuple[int, int]], trusted: list[int]) -> None:
    assert [each.km for each in trusted_readings(driven(*given), UPKEEP.most_km_per_day)] == trusted


def test_the_plan_of_a_model_beats_that_of_its_energy() -> None:
    own = {"first": {"km": 3000, "months": 3}, "then": {"km": 6000, "months": 6}}
    upkeep = UPKEEP.model_copy(update={"by_model": {"长风": Service.model_validate(own)}})
    assert upkeep.service("长风 1.5T", "electric").first.km == 3000
    assert upkeep.service("拾光", "electric").then.km == 10000
    assert upkeep.service("拾光", "").then.km == 7500  # unknown energy: the shorter way


def test_a_car_of_which_nothing_is_known_is_reminded_of_nothing() -> None:
    assert service_due(UPKEEP, PETROL, None, None, driven((0, 5000))) is None


HISTORY = st.lists(
    st.tuples(st.integers(1, 60), st.floats(0, 200)), min_size=2, max_size=8
)  # days between readings, km a day


def history(parts: list[tuple[int, float]]) -> list[Reading]:
    on, km, found = START, 0, []
    for days, pace in parts:
        on, km = on + timedelta(days=days), km + round(days * pace)
        found.append(Reading(on, km))
    return found


@given(parts=HISTORY)
def test_an_honest_history_is_trusted_whole_and_never_due_after_its_months(parts: list[tuple[int, float]]) -> None:
    readings = history(parts)
    assert trusted_readings(readings, UPKEEP.most_km_per_day) == readings
    due = service_due(UPKEEP, PETROL, START, None, readings)
    assert due is not None
    assert due.on <= date(2026, 7, 1)  # six months from the delivery, or sooner by kilometres
    assert due.by == ("months" if due.on == date(2026, 7, 1) else "km")


@given(parts=HISTORY.filter(lambda parts: len(parts) >= 3), wrong=st.integers(1, 6), factor=st.sampled_from([10, 100]))
def test_one_wrong_digit_never_makes_a_service_overdue(parts: list[tuple[int, float]], wrong: int, factor: int) -> None:
    """The mistake is dropped, or it is so small that it could be true."""
    readings = history(parts)
    at = min(wrong, len(readings) - 2)
    spoiled = [*readings]
    spoiled[at] = Reading(readings[at].on, readings[at].km * factor + 900_000)
    due = service_due(UPKEEP, PETROL, START, None, spoiled)
    honest = service_due(UPKEEP, PETROL, START, None, [each for each in readings if each is not readings[at]])
    assert due == honest


@given(parts=HISTORY, last=st.integers(0, 200))
def test_a_service_starts_the_count_anew(parts: list[tuple[int, float]], last: int) -> None:
    on = START + timedelta(days=last)
    due = service_due(UPKEEP, PETROL, START, on, history(parts))
    assert due is not None
    assert on <= due.on
    assert not due.first


def test_every_energy_has_a_plan() -> None:
    assert set(UPKEEP.by_energy) == set(Energy)
    assert Upkeep.model_validate(UPKEEP.model_dump()) == UPKEEP
