"""What is not in the docs does not exist: settings, commands, effects, errors, metrics, reasons, journey keys."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from bot import effects, errors
from bot.alert_config import AlertConfig, Destination
from bot.alerts import KINDS
from bot.conditions import FIELDS
from bot.journeys import Anchor, Journey, Question, Step, Variant
from bot.occasions import Occasion
from bot.reasons import Absence, Reason
from bot.tone_words import Tone, WordRule
from bot.upkeep import Upkeep
from commands.table import COMMANDS
from config.load import load_tone
from config.settings import PREFIX, SECRETS, Settings
from store.gauges import HELP

DOCS = Path(__file__).parents[1] / "docs"
ROW = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)
FIRST_CELL = re.compile(r"^\|([^|]+)\|", re.MULTILINE)
ENTRY = re.compile(r"^\*\*([^*]+)\*\*", re.MULTILINE)


def rows(page: str) -> set[str]:
    """The names in the first column of a page's tables."""
    return set(ROW.findall((DOCS / page).read_text("utf-8")))


def tree(error: type[Exception]) -> Iterable[str]:
    yield error.__name__
    for kind in error.__subclasses__():
        if kind.__module__ == errors.__name__:
            yield from tree(kind)


def test_every_setting_is_a_row_and_every_row_a_setting() -> None:
    assert rows("settings.md") == {PREFIX + name.upper() for name in Settings.model_fields}


def test_what_is_secret_is_marked_so() -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    marked = {row.group(1) for row in re.finditer(r"^\| `HUIFANG_([A-Z_]+)` \|[^|]*\| \*secret\*", text, re.MULTILINE)}
    assert marked == set(SECRETS)


def test_every_command_is_a_row() -> None:
    assert {row.split()[0] for row in rows("commands.md")} == set(COMMANDS)


def test_every_effect_is_a_row_in_the_order_they_are_carried_out() -> None:
    found = ROW.findall((DOCS / "effects.md").read_text("utf-8"))
    assert found == [effect.__name__ for effect in effects.ORDER]


def test_every_error_is_a_row() -> None:
    assert rows("errors.md") == set(tree(errors.HuifangError))


def test_every_reason_is_a_row() -> None:
    assert {reason.value for reason in Reason} <= rows("reasons.md")


def test_every_reason_of_an_alert_is_told_in_operations() -> None:
    told = set(re.findall(r"`(\w+)`", (DOCS / "operations.md").read_text("utf-8").split("## Alerts")[1]))
    settle = (DOCS.parent / "scheduler" / "settle.py").read_text("utf-8")
    said = set(re.findall(r'"(channel_\w+|template_disabled|template_refused|undeliverable|uncertain)"', settle))
    assert {"channel_stopped", "channel_paused", "template_disabled", "template_refused"} <= said
    assert said | {Reason.CONTENT_REFUSED.value, Reason.RETRIES_SPENT.value, "receipt"} <= told


def test_every_journey_key_is_a_row() -> None:
    models = (Journey, Step, Question, Variant, Occasion, Upkeep)
    told = set(re.findall(r"`([^`]+)`", "\n".join(FIRST_CELL.findall((DOCS / "journeys.md").read_text("utf-8")))))
    assert {key for model in models for key in model.model_fields} - told == set()


def test_every_anchor_and_every_field_of_a_condition_is_a_row() -> None:
    told = set(re.findall(r"`([^`]+)`", "\n".join(FIRST_CELL.findall((DOCS / "journeys.md").read_text("utf-8")))))
    assert ({anchor.value for anchor in Anchor} | set(FIELDS)) - told == set()


def test_every_metric_is_a_row() -> None:
    assert rows("metrics.md") == {f"huifang_{name}" for name in HELP}


def test_every_rule_of_tone_and_every_key_of_its_file_is_a_row() -> None:
    shipped = load_tone(DOCS.parent / "config")
    keys = {*Tone.model_fields, *WordRule.model_fields} - {"zh", "en"}  # those two share a row
    assert rows("tone.md") >= set(shipped.rules) | keys


def test_every_alert_and_every_key_of_a_destination_is_told() -> None:
    told = set(re.findall(r"`([^`]+)`", "\n".join(FIRST_CELL.findall((DOCS / "alerts.md").read_text("utf-8")))))
    assert set(KINDS) | set(AlertConfig.model_fields) | set(Destination.model_fields) == told


def test_every_absence_is_a_row() -> None:
    assert {each.value for each in Absence} <= rows("reasons.md")


@pytest.mark.parametrize(
    "word",
    ["touchpoint", "journey", "occurrence", "turn", "subject", "effect", "outbox", "window", "gate", "case", "consent",
     "repair order", "refusal", "anchor", "verdict", "way", "prompt", "passive reply", "business time", "machine time"],
)  # fmt: skip
def test_the_words_of_the_field_are_in_the_glossary(word: str) -> None:
    assert word in ENTRY.findall((DOCS / "glossary.md").read_text("utf-8"))


def test_every_local_link_in_the_docs_leads_somewhere() -> None:
    for page in [*DOCS.rglob("*.md"), DOCS.parent / "README.md", DOCS.parent / "README.zh-CN.md"]:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
