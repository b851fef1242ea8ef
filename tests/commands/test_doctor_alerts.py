"""`doctor` and the destinations of alerts, over real HTTP against robots that check address, signature and rate."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import Engine

from bot.alert_config import AlertConfig, Destination
from channels.alert_ways import connect
from commands.examine.alerts import destinations, last_answers
from commands.examine.finding import Level
from store import alert_copies
from store.engine import writing
from tests.provider import EMPTY500, says
from tests.robots import PATHS, Robots, robots

NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
SECRET = "HUIFANG_ALERT_SECRET"
CONFIG = AlertConfig(
    destinations={
        "care": Destination(kind="wecom", store="s", url="HUIFANG_ALERT_WECOM"),
        "shop": Destination(kind="dingtalk", store="s", url="HUIFANG_ALERT_DINGTALK", secret=SECRET),
        "sales": Destination(kind="feishu", store="s", url="HUIFANG_ALERT_FEISHU", secret=SECRET),
    }
)


@pytest.fixture
def house() -> Iterator[Robots]:
    with robots(lambda: NOW) as made:
        yield made


def found(house: Robots, **environment: str) -> dict[str, Level]:
    connected = connect(CONFIG, {**house.environment(), **environment}, lambda: NOW)
    return {each.check.removeprefix("alerts: "): each.level for each in destinations(connected)}


def test_good_addresses_are_well_and_nobody_is_told_anything(house: Robots) -> None:
    assert set(found(house).values()) == {Level.OK}
    assert [text for texts in house.told.values() for text in texts] == []


def test_a_wrong_secret_and_a_wrong_address_are_errors_without_showing_them(house: Robots) -> None:
    wrong = {SECRET: "another-secret", "HUIFANG_ALERT_WECOM": house.url("wecom").replace("good", "topsecret")}
    assert set(found(house, **wrong).values()) == {Level.ERROR}
    connected = connect(CONFIG, {**house.environment(), **wrong}, lambda: NOW)
    told = " ".join(f"{each.sentence} {each.todo}" for each in destinations(connected))
    assert "topsecret" not in told
    assert "another-secret" not in told


def test_a_variable_not_set_and_a_service_that_is_away_are_warnings(house: Robots) -> None:
    house.house.on(PATHS["feishu"], lambda _asked: EMPTY500)
    house.house.on(PATHS["dingtalk"], lambda _asked: says({"errcode": 130101}))
    levels = found(house, HUIFANG_ALERT_WECOM="")
    assert levels == {"care": Level.WARNING, "shop": Level.WARNING, "sales": Level.WARNING}


def test_without_destinations_it_says_that_alerts_stay_in_the_page() -> None:
    (line,) = destinations(connect(AlertConfig(), {}, lambda: NOW))
    assert (line.level, "in the page only" in line.sentence) == (Level.OK, True)


def test_the_last_refusal_is_named(sqlite_engine: Engine) -> None:
    assert list(last_answers(sqlite_engine)) == []
    with writing(sqlite_engine) as conn:
        alert_copies.take(conn, "care", "clock:1", NOW)
        alert_copies.failed(conn, "care", [], "93000", NOW)
    (line,) = last_answers(sqlite_engine)
    assert (line.level, "93000" in line.sentence) == (Level.WARNING, True)
