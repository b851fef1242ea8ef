"""`journeys`: listed, compared, dry-run without a trace, approved by two."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot.customer import Purpose
from bot.errors import ConfigError, RuleBroken
from bot.journeys import Journey
from bot.links import Links
from channels.render import Templates
from commands import journeys
from commands.previews import MESSAGES
from config.calendar import Calendar
from config.load import load_journeys, load_upkeep
from scheduler.milestones import MilestoneTick
from store.engine import reading, writing
from store.tables import outbound, people
from tests.commands.house import CONFIG, House, a_house
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_staff_member, a_store, add

Run = Callable[..., tuple[int, str]]


@dataclass
class JourneysHouse(House):
    calendar = Calendar()
    links = Links("secret", "http://127.0.0.1:8000")

    @property
    def journeys(self) -> tuple[Journey, ...]:
        return load_journeys(self.settings.config_dir)

    @property
    def renderer(self) -> Templates:
        return Templates(MESSAGES, self.dealer.sms)


@pytest.fixture
def run(
    engine: Engine, clock: StillClock, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Run:  # fmt: skip
    """(exit code, standard output) of `journeys …` on a database whose revision nobody asks about."""
    monkeypatch.setattr(journeys, "check_database", lambda _engine: None)
    plain = a_house(engine, clock, tmp_path)
    house = JourneysHouse(plain.engine, plain.clock, plain.settings, plain.dealer)

    def said(*words: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        journeys.arguments(parser)
        code = journeys.run(house, parser.parse_args([*words]))
        return code, capsys.readouterr().out

    return said


@pytest.fixture
def cars(engine: Engine, clock: StillClock) -> None:
    """Three new cars: one like any other, one whose owner refused, one whose owner cannot be reached."""
    with writing(engine) as conn:
        store_id = a_store(conn)
        for number, phone in enumerate(("+8613900000001", "+8613900000002", ""), 1):
            owner = a_customer(conn, store_id, name=f"车主{number}", phone=phone, consents=(Purpose.GREETING,))
            add(conn, people.vehicle, store_id=store_id, customer_id=owner, external_id=f"V{number}", plate="浙A1",
                model="长风", delivered_on=date(2026, 9, 17))  # fmt: skip
        add(conn, people.refusal, address="+8613900000002", purpose="service", source="word", at=clock.now)
        for name, role in (("care", "care"), ("boss", "manager")):
            a_staff_member(conn, store_id, name, role)
    MilestoneTick(engine, clock, load_upkeep(CONFIG)).tick()


def a_copy(folder: Path, name: str, *changes: tuple[str, str]) -> str:
    text = (CONFIG / "journeys" / f"{name}.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / f"{name}.yaml").write_text(text, "utf-8")
    return str(folder / f"{name}.yaml")


def everything(engine: Engine) -> list[Any]:
    with reading(engine) as conn:
        return [conn.execute(select(table)).all() for table in (outbound.touchpoint, outbound.rule_day)]


def test_a_dry_run_says_how_many_when_who_not_and_why_and_leaves_no_trace(run: Run, cars: None, engine: Engine) -> None:
    code, said = run("dry-run", "new_car", "--days", "2", "--json")
    home = json.loads(said)["steps"][0]
    assert code == 0
    assert (home["step"], home["planned"], home["send"]) == ("home", 3, 1)
    assert home["on"] == {"2026-09-17": 1}
    assert home["never"] == {"refused": 1, "unreachable": 1}
    assert home["who"] == {"refused": [2], "unreachable": [3]}
    assert everything(engine) == [[], []]
    assert "1 would go out" in run("dry-run", "new_car")[1]


def test_a_file_is_tried_before_it_is_active(run: Run, cars: None, tmp_path: Path, engine: Engine) -> None:
    only = "anchor: vehicle.delivered\naudience: {field: vehicle.energy, value: electric}"
    file = a_copy(tmp_path, "new_car", ("anchor: vehicle.delivered", only))
    home = json.loads(run("dry-run", file, "--json")[1])["steps"][0]
    assert (home["planned"], home["outside"]) == (0, 3)


def test_a_journey_that_waits_for_approval_can_be_tried(run: Run, cars: None) -> None:
    assert run("dry-run", "winback", "--days", "400")[0] == 0


def test_a_diff_names_what_an_edit_changes(run: Run, engine: Engine, tmp_path: Path) -> None:
    file = a_copy(tmp_path, "warranty", ('at: "10:00"', 'at: "11:00"'), ("offset_months: -1", "offset_months: -2"))
    code, said = run("diff", file)
    assert code == 1
    assert said.splitlines() == ["steps.month.offset_months: -1 → -2", 'steps.month.at: "10:00:00" → "11:00:00"']
    assert run("diff", a_copy(tmp_path, "warranty"))[0] == 1  # never approved: all of it is new
    assert run("diff", a_copy(tmp_path, "warranty"))[1].startswith("id: – → ")


def test_two_persons_approve_and_the_list_says_so(run: Run, cars: None) -> None:
    def state() -> tuple[str, str | None]:
        rows = {row["id"]: row for row in json.loads(run("list", "--json")[1])}
        assert rows["checkin"]["state"] == "on"
        return rows["winback"]["state"], rows["winback"]["approved_by"]

    assert state() == ("unapproved", None)
    with pytest.raises(RuleBroken):
        run("approve", "winback", "--by", "boss@1")
    run("submit", "winback", "--by", "care@1")
    assert state() == ("submitted", None)
    assert "approved by boss@1" in run("approve", "winback", "--by", "boss@1")[1]
    assert state() == ("on", "boss@1")
    assert run("diff", "winback") == (0, "winback: no difference\n")
    assert "winback" in run("list")[1]


def test_what_is_neither_a_file_nor_a_journey_is_named(run: Run) -> None:
    with pytest.raises(ConfigError, match="neither a file nor one of"):
        run("diff", "nothing")
