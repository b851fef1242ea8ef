"""Over random histories: dates are near, identities are unique and stay, what is sold is silent."""

from datetime import date, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.days import month_end
from bot.lifecycle import Lifecycle, thresholds
from bot.milestones import AHEAD, BEHIND, CarFile, Insurance, Visit, inspection_due, lifecycle, milestones
from bot.upkeep import Reading
from config.load import load_upkeep

UPKEEP = load_upkeep(Path(__file__).parents[2] / "config")
DAYS = st.dates(date(2010, 1, 1), date(2027, 12, 31))
TODAY = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@st.composite
def cars(draw: st.DrawFn) -> CarFile:
    delivered = draw(st.none() | DAYS)
    after = st.dates(delivered or date(2010, 1, 1), date(2028, 12, 31))
    visits = [Visit(str(number), on) for number, on in enumerate(sorted(draw(st.lists(after, max_size=5))))]
    return CarFile(
        number="V1",
        energy=draw(st.sampled_from(["", "petrol", "electric", "plug_in"])),
        vin="X",
        first_registration=draw(st.none() | DAYS),
        delivered_on=delivered,
        readings=[Reading(visit.on, 1000 * number) for number, visit in enumerate(visits, 1)],
        visits=visits,
        policies=[Insurance(str(n), "commercial", on) for n, on in enumerate(draw(st.lists(after, max_size=2)))],
    )


@settings(max_examples=300)
@given(car=cars(), today=TODAY)
def test_dates_are_near_and_identities_unique(car: CarFile, today: date) -> None:
    found = milestones(car, UPKEEP, today)
    assert all(today - BEHIND <= each.on <= today + AHEAD for each in found)
    keys = [(each.kind, each.occurrence) for each in found]
    assert len(keys) == len(set(keys))


@settings(max_examples=300)
@given(car=cars(), today=TODAY)
def test_nothing_moves_overnight_when_nothing_happens(car: CarFile, today: date) -> None:
    """A date that both days know has not moved: only facts move it, never the passing of time."""
    before = {(each.kind, each.occurrence): each for each in milestones(car, UPKEEP, today)}
    after = {(each.kind, each.occurrence): each for each in milestones(car, UPKEEP, today + timedelta(days=1))}
    assert {key: before[key] for key in before.keys() & after.keys()} == {
        key: after[key] for key in before.keys() & after.keys()
    }


@given(car=cars(), today=TODAY)
def test_a_car_that_was_sold_is_silent(car: CarFile, today: date) -> None:
    sold = CarFile(number=car.number, delivered_on=car.delivered_on, visits=car.visits, sold_on=today)
    assert milestones(sold, UPKEEP, today) == []


@given(registered=DAYS, today=TODAY)
def test_an_inspection_is_at_a_months_end_of_a_year_the_rule_names(registered: date, today: date) -> None:
    end, age = inspection_due(registered, today)
    assert end == month_end(end)
    assert end.month == registered.month
    assert end.year == registered.year + age
    assert age in (2, 4, 6, 8, 10) or age > 10
    assert end >= today - timedelta(days=31)


@given(visit=DAYS, cycle=st.sampled_from([6, 12]), ahead=st.integers(0, 1500))
def test_states_follow_each_other_in_one_order(visit: date, cycle: int, ahead: int) -> None:
    found = thresholds(visit, cycle)
    assert visit < found.warning <= found.lost < found.asleep
    order = list(Lifecycle)
    today = visit + timedelta(days=ahead)
    assert order.index(found.state(today)) <= order.index(found.state(today + timedelta(days=1)))


@given(car=cars(), today=TODAY)
def test_a_visit_today_makes_everybody_active(car: CarFile, today: date) -> None:
    back = CarFile(number="V1", energy=car.energy, visits=[*car.visits, Visit("new", today)])
    assert lifecycle(back, UPKEEP, today) is Lifecycle.ACTIVE
