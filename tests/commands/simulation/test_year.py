"""A small dealership lived through on both databases: nothing is breached, and the referee would have seen it."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

import bot.gate
from bot.journeys import Journey
from channels.configured import check_templates, for_provider
from commands.simulation import drawn
from commands.simulation.dms import House
from commands.simulation.drawn import Person, person
from commands.simulation.referee import counted
from commands.simulation.shard import Lived, Part, live
from commands.simulation.tally import OUTCOMES
from commands.simulation.year import Given
from config.load import load_calendar, load_dealer, load_journeys, load_upkeep
from tests.databases import Cluster

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "config"
FEW = ("checkin", "birthday", "event_invitation", "recontact", "festivals")  # planning takes the time
DEALER = for_provider(check_templates(load_dealer(CONFIG)), "aliyun")
SPRING = date(2026, 2, 10)  # before the long holidays


def given(seed: int = 7, days: int = 25) -> Given:
    journeys = [_near(each) for each in load_journeys(CONFIG) if each.id in FEW]
    house = House(DEALER, journeys, seed, SPRING, days)
    return Given(house, load_calendar(CONFIG, DEALER.stores), load_upkeep(CONFIG), ROOT / "templates" / "messages")


def _near(journey: Journey) -> Journey:
    """The festivals of these weeks alone."""
    soon = [step for step in journey.steps if step.id in ("spring_festival", "lantern")]
    return journey.model_copy(update={"steps": soon}) if journey.id == "festivals" else journey


def lived(url: str = "", seed: int = 7, customers: int = 60, days: int = 25) -> Lived:
    return live(Part(given(seed, days), range(customers), url))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """ "" for SQLite."""
    if request.param == "sqlite":
        yield ""
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    made = cluster.new()
    yield made
    cluster.drop(made)


def test_nothing_is_breached_and_every_touchpoint_has_one_outcome(url: str) -> None:
    found = lived(url)
    assert found.breaches == []
    outcomes = Counter(each.outcome for each in found.touches)
    assert set(outcomes) <= set(OUTCOMES)
    assert outcomes["sent"] > 30
    assert outcomes["skipped"] > 0
    assert all((each.reason == "") == (each.outcome == "sent") for each in found.touches)
    assert {each.rule.split(".")[0] for each in found.touches} >= {"checkin", "birthday", "event_invitation"}
    assert sum(each.cost for each in found.touches if each.way == "sms") > 0
    assert found.people[3] == (3, person(7, 3, SPRING, 25).name)


def test_postgresql_is_left_as_it_was(postgres: Cluster) -> None:
    url = postgres.new()
    lived(url, customers=5, days=2)
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    assert inspect(engine).get_schema_names() == ["information_schema", "public"]
    assert inspect(engine).get_table_names() == []
    engine.dispose()
    postgres.drop(url)


def test_the_same_seed_lives_the_same_year_and_another_does_not() -> None:
    first, again, other = (lived(seed=seed, customers=25, days=12) for seed in (3, 3, 4))
    assert first.touches == again.touches
    assert first.deferrals == again.deferrals
    assert first.touches != other.touches


@pytest.mark.parametrize(
    ("broken", "kind"), [(("cap",), "cap"), (("consent", "refusal"), "no_consent"), (("quiet", "holiday"), "")]
)
def test_a_gate_left_open_is_seen(monkeypatch: pytest.MonkeyPatch, broken: tuple[str, ...], kind: str) -> None:
    """Hours are asked once more before a message leaves, so that gate alone breaks nothing."""
    monkeypatch.setattr(drawn, "_birthday", lambda _chance, number: date(1980, 2, 12 + number % 9))
    shut = {name: ask for name, ask in bot.gate.GATES.items() if name not in broken}
    monkeypatch.setattr(bot.gate, "GATES", shut)
    found = counted(lived(days=12).breaches)
    assert {name for name, many in found.items() if many} == ({kind} if kind else set())


def test_people_are_drawn_by_number_and_one_in_forty_shares_a_phone() -> None:
    people = [person(1, number, SPRING, 365) for number in range(400)]
    assert people[:10] == [person(1, number, SPRING, 365) for number in range(10)]
    phones = Counter(each.phone for each in people)
    assert [many for many in phones.values() if many > 1] == [2] * 10
    assert all(_same_word(people[number - 1], people[number]) for number in range(39, 400, 40))
    assert any(each.born and (each.born.month, each.born.day) == (2, 29) for each in people)
    assert all(each.car.insured_until > each.car.delivered for each in people)


def _same_word(first: Person, second: Person) -> bool:
    return first.phone == second.phone and first.refuses == second.refuses
