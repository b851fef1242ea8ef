"""Families that may never be misread: danger, injury, refusals, rights over data, orders to the bot, near misses."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding, understand
from config.yaml_lines import read_yaml
from tests.learnt import classifier

DATA = Path(__file__).parents[2] / "data"
FILES = (
    "harm-families.yaml",
    "harm-families-second.yaml",
    "harm-families-third.yaml",
    "harm-families-fourth.yaml",
    "harm-families-fifth.yaml",
    "harm-families-sixth.yaml",
    "harm-families-seventh.yaml",
    "harm-families-eighth.yaml",
)
NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
NAMES = {name: name for name in ("长风", "牧野", "云栖", "知行", "拾光", "千帆")}
IN_SLOTS = ("kind", "scope", "action", "category")


def families(*files: str) -> list[dict[str, Any]]:
    return [each for file in files or FILES for each in read_yaml(DATA / file)[0]]


def read(text: str, opened: str | None) -> Understanding:
    prompts = (Prompt(1, PromptKind(opened), "1-5", NOW, NOW + timedelta(days=1)),) if opened else ()
    opening = Span(start=time(8, 30), end=time(17, 30))
    return understand(
        text, prompts, setting=Setting(classifier(), NOW.astimezone(ZoneInfo("Asia/Shanghai")), opening, NAMES)
    )


def wrong(family: dict[str, Any], text: str) -> list[str]:
    """What is not as the family says, in words."""
    said = read(text, family.get("open"))
    meant, hurt = {said.intent, *said.also}, "injury" in said.signals
    # A bargain in an order to the bot goes to a person as one (bot/understanding/orders.py).
    ordered = "off_topic" if said.intent == "sales_terms" and "off_topic" in said.also else said.intent
    checks = {
        f"read as {said.intent}": {said.intent, ordered} & {*family.get("intent", [said.intent])} != set(),
        f"wants {meant}": set(family.get("also", ())) <= meant and not meant & set(family.get("without", ())),
        f"taken for {said.intent}": said.intent not in family.get("not", ()),
        f"slots {said.slots}": all(said.slots.get(name) == family[name] for name in IN_SLOTS if name in family),
        f"hurt {hurt}": family.get("injury", hurt) == hurt,
        "not urgent": not family.get("urgent") or said.intent == "emergency" or hurt,
        f"rated {said.rating}": not family.get("norating") or said.rating is None,
    }
    return [name for name, held in checks.items() if not held]


@pytest.mark.parametrize("family", families(), ids=lambda each: each["family"])
def test_a_family_is_read_as_one(family: dict[str, Any]) -> None:
    missed = {text: found for text in family["say"] if (found := wrong(family, text))}
    assert missed == {}
