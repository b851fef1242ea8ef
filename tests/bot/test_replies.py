"""Labelled replies: the sample that judges us, and ours (docs/understanding.md says how each did when first read)."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.effects import PromptKind
from bot.turn import Prompt
from bot.understanding.understand import Understanding, understand

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 9, 17, tzinfo=UTC)
NAMES = {"human_request": "human", "greet": "unclear", "thanks": "unclear"}  # courtesy is labelled `unclear`


def replies(name: str) -> list[dict[str, Any]]:
    return list(json.loads((DATA / name).read_text("utf-8")))


def open_prompts(row: dict[str, Any]) -> list[tuple[Prompt, ...]]:
    """`any` must hold whatever is open, so it is asked three times."""
    survey = (Prompt(1, PromptKind.SURVEY, row.get("scale", "1-5"), NOW, NOW),)
    invite = (Prompt(1, PromptKind.EVENT, "", NOW, NOW),)
    known: dict[str, list[tuple[Prompt, ...]]] = {"survey": [survey], "invite": [invite], "any": [(), survey, invite]}
    return known[row["context"]]


def outcome(read: Understanding) -> str:
    if read.intent == "survey_reply":
        return "unclear" if read.rating is None else f"rating:{read.rating}"
    if read.intent == "event_rsvp":
        return {"accept": "confirm", "decline": "reject"}.get(str(read.slots.get("decision")), "unclear")  # 可能去
    return NAMES.get(read.intent, read.intent)


def done(read: Understanding) -> set[str]:
    """Everything the reading leads to, which `must_not` forbids."""
    return {outcome(read)} | ({f"rating:{read.rating}"} if read.rating is not None else set())


def wanted(row: dict[str, Any]) -> set[str]:
    rated = f"rating:{row['rating']}"
    first = rated if row["intent"] == "rating" else row["intent"]
    return {first, *row["accept"], *([rated] if row["rating"] is not None else [])}


def score(rows: list[dict[str, Any]]) -> tuple[float, list[str], list[str]]:
    """(share right, texts misread, texts that do harm)."""
    wrong, harm = [], []
    for row in rows:
        reads = [understand(row["text"], prompts) for prompts in open_prompts(row)]
        if any(done(read) & set(row["must_not"]) for read in reads):
            harm.append(row["text"])
        elif not all(outcome(read) in wanted(row) and _counts(read, row) for read in reads):
            wrong.append(row["text"])
    return 1 - len(wrong + harm) / len(rows), wrong, harm


def _counts(read: Understanding, row: dict[str, Any]) -> bool:
    return all(row[name] == read.slots.get(name) for name in ("party_size", "children") if name in row)


def test_the_sample_is_understood_without_harm() -> None:
    right, wrong, harm = score(replies("sms-replies.json"))
    assert harm == []
    assert right >= 0.98, wrong


@pytest.mark.parametrize(
    "name",
    ["our-replies.json", "third-replies.json", "fourth-replies.json", "fifth-replies.json", "sixth-replies.json"],
)
def test_our_own_replies_are_understood_without_harm(name: str) -> None:
    right, wrong, harm = score(replies(name))
    assert harm == []
    assert right >= 0.98, wrong
