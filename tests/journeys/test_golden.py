"""Every shipped journey, to the day: from the facts of a file to the local time of each step.

The tables stand in golden/<journey>.yaml, worked out by hand from the calendar, not recorded from the code.
"""

from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.journeys import MILESTONES, Anchor, Journey, due
from bot.milestones import CarFile, Declined, Insurance, Milestone, RecallNotice, Visit, milestones
from bot.upkeep import Reading
from config.calendar import Calendar
from config.load import load_journeys, load_upkeep
from config.yaml_lines import read_yaml

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent / "golden"
JOURNEYS = {journey.id: journey for journey in load_journeys(ROOT / "config")}
UPKEEP = load_upkeep(ROOT / "config")
CHINA = Calendar()
PARTS = {
    "visits": Visit, "policies": Insurance, "recalls": RecallNotice, "declined": Declined, "readings": Reading,
}  # fmt: skip


def tables() -> list[Any]:
    return [
        pytest.param(path.stem, case, id=f"{path.stem}: {case['title']}")
        for path in sorted(FOLDER.glob("*.yaml"))
        for case in read_yaml(path)[0]
    ]


def car_of(given: dict[str, Any]) -> CarFile:
    """As YAML has it: lists of mappings become the frozen values."""
    made = {name: [PARTS[name](**_tuples(each)) for each in given.get(name, ())] for name in PARTS}
    plain = {name: value for name, value in given.items() if name not in PARTS}
    plain["satisfied"] = [(number, on) for number, on in given.get("satisfied", ())]
    assert set(given) <= {each.name for each in fields(CarFile)}
    return CarFile(**{"number": "V1", **plain, **made})


def _tuples(each: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in each.items()}


def milestone_of(anchor: Anchor, case: dict[str, Any]) -> Milestone | None:
    found = [each for each in milestones(car_of(case["car"]), UPKEEP, case["today"]) if each.kind is anchor]
    assert len(found) <= 1
    return found[0] if found else None


def moments(journey: Journey, case: dict[str, Any]) -> dict[str, str]:
    """Anchors: by step, for an occasion each has its own."""
    if journey.anchor is Anchor.OCCASION:
        return {
            step.id: occasion[0].isoformat()
            for step in journey.steps
            if step.occurs is not None
            for occasion in step.occurs.in_year(case["year"])
            if step.id in case["dates"] and occasion[1] == case.get("occurrence", occasion[1])
        }
    if journey.anchor in MILESTONES:
        found = milestone_of(journey.anchor, case)
        return {step.id: found.on.isoformat() for step in journey.steps} if found else {}
    return {step.id: str(case["anchor"]) for step in journey.steps}


@pytest.mark.parametrize(("name", "case"), tables())
def test_each_step_is_due_to_the_day(name: str, case: dict[str, Any]) -> None:
    journey, zone = JOURNEYS[name], case.get("zone", "Asia/Shanghai")
    steps = {step.id: step for step in journey.steps}
    told = {
        step: due(steps[step], anchor, zone, CHINA).astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
        for step, anchor in moments(journey, case).items()
    }
    assert told == case["dates"]
    if "car" in case and told:
        found = milestone_of(journey.anchor, case)
        assert found is not None
        assert found.occurrence == case.get("occurrence", found.occurrence)
        assert {**found.detail, **case.get("detail", {})} == dict(found.detail)


def test_every_journey_and_every_step_stands_in_a_table() -> None:
    told: dict[str, set[str]] = {}
    for path in FOLDER.glob("*.yaml"):
        for case in read_yaml(path)[0]:
            told.setdefault(path.stem, set()).update(case["dates"])
    assert told == {name: {step.id for step in journey.steps} for name, journey in JOURNEYS.items()}


def test_every_table_has_its_dates_as_text() -> None:
    """YAML would read a bare 2026-02-17 10:00:00 as an instant."""
    for path in FOLDER.glob("*.yaml"):
        for case in read_yaml(path)[0]:
            for moment in case["dates"].values():
                datetime.strptime(moment, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo("UTC"))
            assert isinstance(case.get("today", date.min), date)
