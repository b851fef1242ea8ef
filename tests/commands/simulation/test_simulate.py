"""The command: its JSON is a contract, the run is kept, and what one customer got can be read."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.dealer import Dealer
from bot.journeys import Journey
from commands import simulate
from commands.simulation.parts import lived, parts_of
from commands.simulation.shard import Part
from config.calendar import Calendar
from config.load import load_calendar, load_journeys
from config.settings import Settings, read_settings
from store import simulations
from tests.commands.simulation.test_year import CONFIG, DEALER, FEW, given

CONTRACT = {
    "customers", "days", "planned", "by_outcome", "by_reason", "by_journey", "by_channel", "cost_cny", "breaches",
    "seconds", "peak_mb",
}  # fmt: skip


@dataclass
class House:
    given: Settings
    dealer: Dealer
    journeys: tuple[Journey, ...]
    calendar: Calendar
    now: Callable[[], datetime] = lambda: datetime(2026, 9, 17, tzinfo=UTC)
    monotonic: Callable[[], float] = lambda: 0.0


@pytest.fixture
def house(tmp_path: Path) -> House:
    given = {"HUIFANG_SANDBOX": "1", "HUIFANG_DATA_DIR": str(tmp_path), "HUIFANG_CONFIG_DIR": str(CONFIG)}
    few = tuple(each for each in load_journeys(CONFIG) if each.id in FEW)
    settings = read_settings(given, dotenv=tmp_path / "no.env")
    return House(settings, DEALER, few, load_calendar(CONFIG, DEALER.stores))


def run(house: House, *words: str) -> int:
    parser = argparse.ArgumentParser()
    simulate.arguments(parser)
    return simulate.run(house, parser.parse_args(words))


def test_json_is_one_object_on_the_last_line_and_the_sums_agree(house: House, capsys: Any, tmp_path: Path) -> None:
    words = ("--days", "8", "--customers", "30", "--start", "2026-02-10", "--workers", "1")
    assert run(house, *words, "--show", "4", "--out", str(tmp_path / "out"), "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(told) >= CONTRACT
    assert (told["customers"], told["days"], told["first_day"]) == (30, 8, "2026-02-10")
    assert list(told["by_outcome"]) == ["sent", "skipped", "failed", "uncertain", "cancelled"]
    assert sum(told["by_outcome"].values()) == told["planned"] == sum(told["by_journey"].values()) > 0
    assert told["breaches"] == dict.fromkeys(
        ("quiet_hours", "cap", "duplicate", "no_consent", "complaint_hold", "two_outcomes"), 0
    )
    assert sum(map(sum, told["heat"])) == sum(told["by_channel"].values())
    assert _written(tmp_path / "out") == told["planned"]
    assert simulations.summary(tmp_path / "simulations", 1) == told


def _written(folder: Path) -> int:
    people = [json.loads(line) for line in (folder / "customers.jsonl").read_text("utf-8").splitlines()]
    rows = (folder / "touchpoints.csv").read_text("utf-8").splitlines()
    assert rows[0].startswith("customer,at,rule,")
    return sum(len(each["touchpoints"]) for each in people)


def test_tables_name_journeys_ways_reasons_and_breaches(house: House, capsys: Any) -> None:
    words = ("--days", "3", "--customers", "20", "--start", "2026-02-10", "--workers", "1", "--language")
    assert run(house, *words, "zh") == 0
    chinese = capsys.readouterr().out
    assert all(each in chinese for each in ("旅程", "渠道", "原因", "违规", "投诉未结", "20 位客户，3 天"))
    assert run(house, *words, "en") == 0
    assert "20 customers, 3 days" in capsys.readouterr().out


def test_the_first_day_is_that_of_the_year_and_a_wrong_number_is_refused(house: House) -> None:
    parser = argparse.ArgumentParser()
    simulate.arguments(parser)
    assert simulate._house(house, parser.parse_args([])).first_day == date(2026, 1, 1)
    with pytest.raises(simulate.BadOption, match="customers are 0 to 4"):
        run(house, "--customers", "5", "--show", "5")
    with pytest.raises(SystemExit):
        parser.parse_args(["--days", "0"])


def test_parts_cover_everybody_once_whatever_the_number_of_workers() -> None:
    assert [*map(len, parts_of(12, 5))] == [5, 5, 2]
    assert [each for part in parts_of(12, 5) for each in part] == list(range(12))


@pytest.mark.again
def test_processes_side_by_side_bring_home_what_one_does() -> None:
    parts = [Part(given(days=2), numbers) for numbers in parts_of(16, 8)]
    days: list[int] = []
    together = sorted(lived(parts, 2, lambda: days.append(1)), key=lambda each: each.numbers.start)
    alone = list(lived(parts, 1, lambda: None))
    assert [each.touches for each in together] == [each.touches for each in alone]
    assert [len(each.people) for each in together] == [8, 8]
    assert 0 < len(days) <= 4  # told as they come; the last may go unheard


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_three_hundred_customers_for_a_year(house: House, capsys: Any) -> None:
    house.journeys = load_journeys(CONFIG)
    assert run(house, "--customers", "300", "--start", "2026-01-01", "--json") == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert not any(told["breaches"].values())
    assert told["planned"] > 6_000
