"""Sentences the classifier never learnt from (docs/understanding.md). The bar lies below what is measured."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.dealer import Span
from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.normalise import normalise
from bot.understanding.setting import Setting
from bot.understanding.understand import Understanding, understand
from commands.expected import slot_holds
from config.nlu import load_examples
from config.yaml_lines import read_yaml
from tests.learnt import CONFIG, classifier

DATA = Path(__file__).parents[2] / "data"
FILES = {
    "nlu-held-out.yaml": ("looked_at", "frozen"),
    "nlu-held-out-second.yaml": ("looked_at",),
    "nlu-slots.yaml": ("looked_at",),
}
HALVES = [(file, half) for file, halves in FILES.items() for half in halves]
NOW = datetime(2026, 9, 17, 2, 20, tzinfo=UTC)
NAMES = {name: name for name in ("长风", "牧野", "云栖", "知行", "拾光", "千帆")}
LINES = ("前刹车片更换", "空调滤芯", "轮胎两条")
OPTIONS = [
    {"n": 1, "date": "2026-09-19", "time": "09:00"},
    {"n": 2, "date": "2026-09-19", "time": "14:00"},
    {"n": 3, "date": "2026-09-20", "time": "10:30"},
]


def rows(half: str, file: str = "nlu-held-out.yaml") -> list[dict[str, Any]]:
    found: dict[str, list[dict[str, Any]]] = read_yaml(DATA / file)[0]
    return found[half]


def read(row: dict[str, Any]) -> Understanding:
    kinds = [PromptKind(kind) for kind in row.get("open", ())]
    prompts = tuple(
        Prompt(
            1, kind, "1-5" if kind is PromptKind.SURVEY else "", NOW, NOW + timedelta(days=1),
            known={"options": OPTIONS} if kind is PromptKind.OPTIONS else {},
        )
        for kind in kinds
    )  # fmt: skip
    opening = Span(start=time(8, 30), end=time(17, 30))
    lines = LINES if PromptKind.QUOTE in kinds else ()
    setting = Setting(classifier(), NOW.astimezone(ZoneInfo("Asia/Shanghai")), opening, NAMES, lines)
    return understand(str(row["say"]), prompts, setting=setting)


@pytest.mark.parametrize(("file", "half"), HALVES)
def test_most_are_read_right(file: str, half: str) -> None:
    held = [(row, read(row)) for row in rows(half, file)]
    right = [found.intent in {row["intent"], *row.get("accept", ())} for row, found in held]
    slots = [
        slot_holds(name, wanted if isinstance(wanted, dict | list | bool | int) else str(wanted), found.slots.get(name))
        for row, found in held
        for name, wanted in row.get("slots", {}).items()
    ]
    assert sum(right) / len(right) >= 0.85
    assert sum(slots) / len(slots) >= 0.85


def test_none_of_them_was_learnt_from() -> None:
    learnt = {normalise(each.text) for each in load_examples(CONFIG) if len(each.text) > len("周六下午")}
    said = {normalise(str(row["say"])) for file, half in HALVES for row in rows(half, file)}
    assert learnt & said == set()
