"""What a dealer may write in a journey, and every reason, stands in the docs."""

import re
from pathlib import Path

import pytest

from bot.journeys import Anchor, DayRule, Late
from bot.reasons import Absence, Reason

DOCS = Path(__file__).parents[2] / "docs"


def first_column(page: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)` \|", (DOCS / page).read_text("utf-8"), re.MULTILINE)


def test_every_reason_is_explained_and_no_other() -> None:
    assert sorted(first_column("reasons.md")) == sorted(each.value for each in (*Reason, *Absence))


@pytest.mark.parametrize("word", [*Anchor, *DayRule, *Late])
def test_every_word_a_key_takes_is_named(word: str) -> None:
    assert f"`{word}`" in (DOCS / "journeys.md").read_text("utf-8")
