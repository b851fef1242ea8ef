"""docs/message-kinds.md says of every category and way what bot/routing.py does."""

import re
from pathlib import Path

from bot.journeys import Journey
from bot.messages import Category, Way
from bot.routing import ways_for
from config.load import load_journeys
from tests.config.test_load import SHIPPED

PAGE = (Path(__file__).parents[2] / "docs" / "message-kinds.md").read_text("utf-8")
JOURNEYS: tuple[Journey, ...] = load_journeys(SHIPPED)


def rows(title: str) -> list[list[str]]:
    section = PAGE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if line.startswith("|")]
    return lines[2:]


def test_each_category_names_its_ways_in_their_order() -> None:
    told = {row[0].strip("`"): re.findall(r"`(\w+)`", row[1]) for row in rows("By category")}
    assert told == {category.value: [way.value for way in ways_for(category)] for category in Category}


def test_every_way_is_a_kind() -> None:
    told = {way for row in rows("The kinds") for way in re.findall(r"`(\w+)`", row[1])}
    assert told == {way.value for way in Way}


def test_every_step_of_a_journey_is_a_touchpoint_with_its_category() -> None:
    told = {
        message: category.strip("`")
        for name, category, *_ in rows("By touchpoint")
        for message in re.findall(r"`([\w.]+)`", name)
    }
    steps = {step.message: step.category.value for journey in JOURNEYS for step in journey.steps}
    assert {message: told.get(message) for message in steps} == steps
