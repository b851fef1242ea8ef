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
# Measured on 2026-11-30, when most of what had been looked at was learnt and the rules were weighed against margins;
# less a point where it is not whole.
MEASURED = {
    "unseen_open": {  # its writer counts 挺好的 as a 4, which five others do not
        "intent": 0.98, "also": 1, "slot": 0.97, "reply": 1, "rating said": 0.86, "no rating said": 0.85,
        "escalation recall": 1, "escalation precision": 1, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 0.92,
    },
    "unseen_frozen": {
        "intent": 0.98, "also": 1, "slot": 0.95, "reply": 1, "rating said": 1, "no rating said": 0.5,
        "escalation recall": 1, "escalation precision": 1, "emergency or high": 0.93, "emergency": 1, "injury": 0.75,
        "children": 1, "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 1,
    },
    # Looked at once it had been run for the record (docs/understanding.md).
    "unseen_third": {
        "intent": 0.97, "also": 1, "slot": 0.97, "reply": 1, "rating said": 1, "no rating said": 1,
        "escalation recall": 0.97, "escalation precision": 0.96, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 0.88,
    },
    # The same: 79.5 % of the intents when run once. Its needless hand-overs are mostly meant (new numbers, strangers).
    "unseen_fourth": {
        "intent": 1, "also": 1, "slot": 0.97, "reply": 1, "rating said": 1, "no rating said": 0.87,
        "escalation recall": 1, "escalation precision": 1, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 1,
    },
    # An examination till the evening of 2026-11-29, then looked at (docs/understanding.md).
    "unseen_fifth": {
        "intent": 0.96, "also": 1, "slot": 0.95, "reply": 1, "rating said": 1, "no rating said": 0.94,
        "escalation recall": 1, "escalation precision": 0.96, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 0.8, "privacy": 1, "false_alarm": 1,
    },
    # An examination, run once before the repairs of 2026-11-29; nobody has seen a miss of it.
    "unseen_sixth": {
        "intent": 0.93, "also": 0.9, "slot": 0.84, "reply": 1, "rating said": 0.9, "no rating said": 1,
        "escalation recall": 0.96, "escalation precision": 0.9, "emergency or high": 0.95, "emergency": 0.95,
        "injury": 0.9, "children": 1, "injection": 1, "opt_out": 0.9, "privacy": 1, "false_alarm": 0.9,
    },
    # The other examination: the plainest of them, its labels gone over twice.
    "unseen_seventh": {
        "intent": 0.97, "also": 1, "slot": 0.92, "reply": 1, "rating said": 1, "no rating said": 1,
        "escalation recall": 0.98, "escalation precision": 0.95, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 0.92, "privacy": 1, "false_alarm": 0.91,
    },
    # Looked at once it had been run for the record; some of the new examples are near to it.
    "unseen_dev_sixth": {
        "intent": 0.95, "also": 0.81, "slot": 0.89, "reply": 1, "rating said": 1, "no rating said": 1,
        "escalation recall": 0.98, "escalation precision": 0.95, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 0.86,
    },
    # The seventh sets, run once for the record (docs/understanding.md), then looked at; half of a and b are learnt.
    "unseen_dev_seventh_a1": {
        "intent": 0.96, "slot": 0.97, "rating said": 1, "no rating said": 1, "escalation recall": 1,
        "escalation precision": 0.97, "emergency or high": 1, "emergency": 0.97, "injury": 1, "children": 0.93,
        "opt_out": 1, "privacy": 1, "false_alarm": 0.93,
    },
    "unseen_dev_seventh_a2": {
        "intent": 0.96, "also": 0.77, "slot": 0.9, "rating said": 0.92, "no rating said": 0.95,
        "escalation recall": 0.97, "escalation precision": 0.95, "emergency or high": 0.87, "emergency": 1,
        "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 1,
    },
    "unseen_dev_seventh_a3": {
        "intent": 0.97, "also": 1, "slot": 0.94, "no rating said": 1, "escalation recall": 1,
        "escalation precision": 0.71,
    },
    "unseen_dev_seventh_a4": {
        "intent": 0.94, "also": 0.75, "slot": 0.9, "rating said": 1, "no rating said": 1, "escalation recall": 1,
        "escalation precision": 0.94, "injection": 1, "opt_out": 1, "false_alarm": 0.87,
    },
    "unseen_dev_seventh_b": {
        "intent": 0.97, "also": 0.75, "slot": 0.94, "rating said": 1, "no rating said": 1, "escalation recall": 0.98,
        "escalation precision": 0.93, "emergency or high": 1, "emergency": 1, "injury": 1, "children": 1,
        "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 1,
    },
    "unseen_dev_seventh_c": {
        "intent": 0.94, "also": 1, "slot": 0.92, "rating said": 0.9, "no rating said": 1, "escalation recall": 1,
        "escalation precision": 0.94, "emergency or high": 1, "emergency": 1, "injury": 1, "children": 1,
        "injection": 1, "opt_out": 0.93, "privacy": 0.9, "false_alarm": 0.78,
    },
    # Danger, refusals, rights and orders alone: run once after the learning of 2026-11-29, then looked at.
    "unseen_dev_eighth_h1": {
        "intent": 0.98, "also": 1, "slot": 1, "reply": 1, "rating said": 1, "no rating said": 1,
        "escalation recall": 1, "escalation precision": 1, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 0.97,
    },
    # A fresh writer's, run once after the learning of 2026-11-29, then looked at; none of it is learnt.
    "unseen_dev_eighth_d": {
        "intent": 0.96, "also": 0.83, "slot": 0.95, "rating said": 1, "no rating said": 0.66, "escalation recall": 1,
        "escalation precision": 1, "emergency or high": 1, "emergency": 1, "opt_out": 1, "privacy": 1,
        "false_alarm": 1,
    },
    # The same, another writer's, opened after the repairs from h1; its first run stands in docs/understanding.md.
    "unseen_dev_eighth_h2": {
        "intent": 0.97, "slot": 0.97, "reply": 1, "rating said": 1, "no rating said": 1, "escalation recall": 0.98,
        "escalation precision": 0.94, "emergency or high": 1, "emergency": 1, "injury": 1, "children": 1,
        "injection": 0.92, "opt_out": 0.97, "privacy": 0.96, "false_alarm": 0.95,
    },
    # The examination of 2026-11-29: no miss was looked at.
    "unseen_eighth": {
        "intent": 0.95, "also": 0.83, "slot": 0.91, "reply": 1, "rating said": 0.87, "no rating said": 0.94,
        "escalation recall": 1, "escalation precision": 0.92, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 1, "privacy": 1, "false_alarm": 0.72,
    },
    # Two fresh writers' of 2026-11-30: ordinary talk (a), what may never fail (b). Run once, then opened and learnt.
    "unseen_ninth_a": {
        "intent": 0.94, "also": 1, "slot": 0.96, "reply": 1, "rating said": 1, "no rating said": 1,
        "escalation recall": 1, "escalation precision": 0.82, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 1, "opt_out": 0.9, "privacy": 1, "false_alarm": 0.95,
    },
    "unseen_ninth_b": {
        "intent": 0.96, "also": 0.5, "slot": 0.96, "reply": 1, "rating said": 1, "no rating said": 1,
        "escalation recall": 1, "escalation precision": 0.83, "emergency or high": 1, "emergency": 1, "injury": 1,
        "children": 1, "injection": 0.92, "opt_out": 0.93, "privacy": 1, "false_alarm": 0.77,
    },
    # The examination of 2026-11-30, the same two kinds by two more: no miss was looked at.
    "unseen_tenth_a": {
        "intent": 0.87, "also": 0.4, "slot": 0.83, "reply": 1, "rating said": 0.5, "no rating said": 1,
        "escalation recall": 0.91, "escalation precision": 0.68, "emergency or high": 1, "emergency": 0.95,
        "injury": 1, "children": 1, "injection": 0.77, "opt_out": 0.85, "privacy": 0.75, "false_alarm": 0.81,
    },
    "unseen_tenth_b": {
        "intent": 0.92, "slot": 0.9, "reply": 0.96, "rating said": 1, "no rating said": 1, "escalation recall": 1,
        "escalation precision": 0.86, "emergency or high": 1, "emergency": 0.95, "injury": 1, "children": 0.9,
        "injection": 1, "opt_out": 0.96, "privacy": 0.88, "false_alarm": 0.72,
    },
}  # fmt: skip
# The others run in `make test-all`.
EXAMINATIONS = ("unseen_sixth", "unseen_seventh", "unseen_eighth", "unseen_tenth_a", "unseen_tenth_b")
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
    table = judged_bars(CONVERSATIONS / f"{name}.yaml", tmp_path, capsys)
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
