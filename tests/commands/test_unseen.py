"""Conversations by somebody who had not read the rules, held to what was measured; and the judge they are held by.

Raise a bar when the measured share rises; never lower one for a sentence. A failure names bars and no turn: the misses
of the frozen file stay unseen. `python -m tests.bars` shows those of the open one.
"""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from app import House
from commands import converse
from config.settings import read_settings
from config.yaml_lines import read_yaml
from tests.bars import bars, confusion, judge
from tests.learnt import data_dir

CONVERSATIONS = Path(__file__).parents[1] / "conversations"
MEASURED: dict[str, dict[str, float]] = read_yaml(Path(__file__).parents[1] / "data" / "unseen-floors.yaml")[0]
# The others run in `make test-all`.
EXAMINATIONS = (
    "unseen_twelfth_d", "unseen_eleventh_b", "unseen_eleventh_i", "unseen_eleventh_details", "unseen_eleventh_quotes",
)  # fmt: skip
TALK = {
    "id": "a",
    "tags": ["opt_out"],
    "turns": [
        {
            "user": "别发了，退两万八",
            "expect": {
                "intent": "opt_out",
                "accept": ["complaint"],
                "also": ["sales_terms"],
                "slots": {"scope": "marketing", "budget": {"about": 28000}, "reason": {"contains": "退"}},
                "rating": None,
                "escalate": True,
                "priority": "high",
                "reply_must": [["抱歉", "对不起"]],
                "reply_must_not_re": ["优惠|会员"],
            },
        }
    ],
}
RIGHT = {
    "id": "a", "turn": 1, "intent": "complaint", "also": ["sales_terms"], "rating": None, "escalated": True,
    "slots": {"scope": "marketing", "budget": {"about": 27000}, "reason": "退两万八"}, "priority": "high",
    "case": "open", "reply": "抱歉打扰您",
}  # fmt: skip


def judged_bars(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, tuple[int, int]]:
    house = House(read_settings({"HUIFANG_DATA_DIR": str(data_dir())}, dotenv=tmp_path / ".env"), "converse")
    assert converse.run(house, argparse.Namespace(file=file, json=True, check=False, score=None)) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return bars(judge(read_yaml(file)[0], lines))


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name in EXAMINATIONS else pytest.mark.again) for name in MEASURED]
)
def test_what_nobody_tuned_for_is_read_as_well_as_measured(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (file,) = CONVERSATIONS.glob(f"{name}.*")
    table = judged_bars(file, tmp_path, capsys)
    least = MEASURED[name]
    fallen = {bar: table[bar] for bar in least if table[bar][0] < least[bar] * table[bar][1]}
    assert fallen == {}
    assert all(table[bar][1] for bar in least)


def test_a_turn_that_is_as_expected_fills_every_bar() -> None:
    table = bars(judge([TALK], [RIGHT]))
    assert {right == of for right, of in table.values()} == {True}
    assert (table["slot"], table["opt_out"], table["escalation recall"]) == ((3, 3), (1, 1), (1, 1))


@pytest.mark.parametrize(
    ("change", "bar"),
    [
        ({"intent": "unclear"}, "intent"),
        ({"also": []}, "also"),
        ({"slots": {"scope": "all", "budget": {"about": 27000}, "reason": "退"}}, "slot"),
        ({"slots": {"scope": "marketing", "budget": {"about": 20000}, "reason": "退"}}, "slot"),
        ({"rating": 2}, "no rating said"),
        ({"escalated": False}, "escalation recall"),
        ({"priority": "normal"}, "emergency or high"),
        ({"reply": "您好"}, "reply"),
        ({"reply": "抱歉，送您优惠"}, "reply"),
    ],
)
def test_each_thing_wrong_lowers_its_own_bar(change: Mapping[str, Any], bar: str) -> None:
    table = bars(judge([TALK], [{**RIGHT, **change}]))
    assert {name for name, (right, of) in table.items() if right < of} - {"opt_out"} == {bar}
    assert (table["opt_out"] == (1, 1)) == (bar == "slot")  # a detail alone fails no class


def test_handing_over_what_needed_nobody_costs_precision() -> None:
    calm = {**TALK, "turns": [{"user": "好", "expect": {"intent": "thanks", "escalate": False}}]}
    assert bars(judge([calm], [RIGHT]))["escalation precision"] == (0, 1)


def test_what_was_confused_is_counted() -> None:
    assert confusion(judge([TALK], [{**RIGHT, "intent": "greet"}])) == [("opt_out", "greet", 1)]


def test_a_line_of_another_turn_is_refused() -> None:
    with pytest.raises(ValueError, match="turn 1"):
        judge([TALK], [{**RIGHT, "turn": 2}])
