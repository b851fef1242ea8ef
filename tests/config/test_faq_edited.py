"""The file with approved edits in place: what was not edited stays sign for sign."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.faq import Entry, Faq
from config.faq_edited import edited
from config.load import load_content
from tests.learnt import CONFIG

SHIPPED = load_content(CONFIG).faq


def with_entry(faq: Faq, *new: Entry) -> Faq:
    keys = {(each.about, each.id): each for each in new}
    kept = [keys.pop((each.about, each.id), each) for each in faq.entries]
    return faq.model_copy(update={"entries": (*kept, *keys.values())})


def test_nothing_edited_is_the_file_itself() -> None:
    path = CONFIG / "faq.yaml"
    assert edited(path, SHIPPED, SHIPPED) == path.read_text("utf-8")


@pytest.mark.parametrize("place", [0, 2, len(SHIPPED.entries) - 1])
def test_one_entry_changes_in_its_place(place: int) -> None:
    path, old = CONFIG / "faq.yaml", SHIPPED.entries[place]
    new = old.model_copy(update={"answer": "新的话：有冒号 # 有井号，“有引号”。", "valid_until": date(2027, 1, 31)})
    text = edited(path, SHIPPED, with_entry(SHIPPED, new))
    assert Faq.model_validate(yaml.safe_load(text)) == with_entry(SHIPPED, new)
    before, after = path.read_text("utf-8").splitlines(), text.splitlines()
    assert set(before) - set(after) == {f"    answer: {old.answer}"}


@pytest.mark.parametrize("file", [None, "entries: []\n", "# ours\nreview_days: 90\nentries:\n- id: a\n  title: 甲\n"
                                  "  answer: 甲的答案\n  source: 手册\n  reviewed: 2026-01-01\n"])  # fmt: skip
def test_files_of_other_shapes(file: str | None, tmp_path: Path) -> None:
    path = tmp_path / "faq.yaml"
    if file is not None:
        path.write_text(file, "utf-8")
    base = load_content(tmp_path).faq
    new = Entry(id="b", title="乙", answer="乙的答案", source="手册", reviewed=date(2026, 9, 1))
    path.write_text(edited(path, base, with_entry(base, new)), "utf-8")
    assert load_content(tmp_path).faq == with_entry(base, new)
