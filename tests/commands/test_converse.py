"""`converse`: the contract other tools rely on, and our own conversations through the whole inbound path."""

import argparse
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app import House
from bot.errors import ConfigError
from commands import converse
from commands.conversations import Expectation, load
from commands.expected import misses, slot_holds
from commands.table import COMMANDS
from config.settings import read_settings

CONVERSATIONS = sorted((Path(__file__).parents[1] / "conversations").glob("*.yaml"))
KEYS = ["id", "turn", "intent", "also", "slots", "rating", "escalated", "priority", "case", "reply"]
ONE = {"id": "a", "channel": "wechat", "turns": [{"user": "你好"}]}


def converse_with(file: Path, tmp_path: Path, *, check: bool = False) -> int:
    house = House(read_settings({"HUIFANG_DATA_DIR": str(tmp_path / "data")}, dotenv=tmp_path / ".env"), "converse")
    return converse.run(house, argparse.Namespace(file=file, json=True, check=check))


def written(tmp_path: Path, text: str, name: str = "talk.json") -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("file", CONVERSATIONS, ids=lambda file: file.stem)
def test_our_conversations_go_as_expected(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = converse_with(file, tmp_path, check=True)
    assert capsys.readouterr().err == ""
    assert code == 0


def test_it_prints_one_object_a_turn_and_nothing_else(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = [{**ONE, "turns": [{"user": "你好"}, {"user": "谢谢"}]}, {**ONE, "id": 7, "channel": "sms"}]
    assert converse_with(written(tmp_path, json.dumps(talk)), tmp_path) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], line["turn"]) for line in lines] == [("a", 1), ("a", 2), ("7", 1)]
    assert all(list(line) == KEYS for line in lines)
    assert (lines[1]["also"], lines[1]["slots"], lines[1]["reply"]) == ([], {}, "")
    assert (lines[0]["rating"], lines[0]["case"], lines[0]["priority"]) == (None, None, None)


def test_it_touches_nothing_outside_its_own_store(tmp_path: Path) -> None:
    converse_with(written(tmp_path, json.dumps([ONE])), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["talk.json"]


def test_an_emoji_escaped_as_json_does_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = [{**ONE, "turns": [{"user": "满意\U0001f44d"}]}]
    assert converse_with(written(tmp_path, json.dumps(talk, ensure_ascii=True)), tmp_path) == 0
    assert json.loads(capsys.readouterr().out)["intent"] == "thanks"


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('[\n {"id": "a",\n  "turns": [{"usr": "x"}]}\n]', ":3: 0.turns.0.user: Field required"),
        ('[{"id": "a", "channel": "fax",\n"turns": [{"user": "x"}]}]', ":1: 0.channel: Input should be"),
        ('[{"id": "a", "turns": []}]', ":1: 0.turns: List should have at least 1 item"),
        ('[{"id": "a", "context": {"now": "soon"}, "turns": [{"user": "x"}]}]', "0.context.now: "),
        ('[{"id": "a", "turns": [{"user": "x", "context": {"vehicles": 3}}]}]', ":1: 0.turns"),
        ('[{"id": "a",\n"turn": 1, "turns": [{"user": "x"}]}]', ":2: 0.turn: Extra inputs"),
        ('[{"id": "a", "turns": [{"user": "x",\n"expect": {"escalated": true}}]}]', ":2: 0.turns.0.expect.escalated: "),
        ('[{"id": "a", "context": {\n"survey": 1}, "turns": [{"user": "x"}]}]', ":2: 0.context.survey: "),
        ('[{"id": "a", "turns": [{"user": "x",\n"context": {"pending": 1}}]}]', ":2: 0.turns"),
        ('{"id": "a"}', ":1: (file): Input should be a valid list"),
        ("[\n{]", ":2: (file): "),
    ],
)
def test_a_bad_file_is_named_with_line_and_key(text: str, where: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load(written(tmp_path, text))
    assert where in str(refused.value)


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    for name in ("none.json", "none.yaml"):
        with pytest.raises(ConfigError, match="cannot be read"):
            load(tmp_path / name)


def test_a_miss_is_told_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    talk = [{**ONE, "turns": [{"user": "你好", "expect": {"intent": "complaint", "escalate": True}}]}]
    file = written(tmp_path, json.dumps(talk))
    assert converse_with(file, tmp_path, check=True) == 1
    assert "a turn 1: intent: wanted complaint, got greet; escalate: wanted True" in capsys.readouterr().err
    assert converse_with(file, tmp_path) == 0


def test_a_turns_context_overrides_from_there_on(tmp_path: Path) -> None:
    text = '[{"id":"a","turns":[{"user":"1"},{"user":"2","context":{"now":"2026-09-18T09:00:00"}},{"user":"3"}]}]'
    days = [context.now.date() for context in load(written(tmp_path, text))[0].contexts()]
    assert days == [date(2026, 9, 17), date(2026, 9, 18), date(2026, 9, 18)]


LINE = {"intent": "survey_reply", "also": ["complaint"], "slots": {"a": 1}, "rating": 3, "escalated": True,
        "priority": "high", "reply": "抱歉，韩梅梅会联系您"}  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "count"),
    [
        ({"intent": "survey_reply", "also": ["complaint"], "rating": 3, "escalate": True, "priority": "high"}, 0),
        ({"intent": "unclear", "accept": ["survey_reply"]}, 0),
        ({"intent": "unclear"}, 1),
        ({"also": ["survey_reply"]}, 0),
        ({"also": ["opt_out"]}, 1),
        ({"rating": None}, 1),
        ({"slots": {"b": 1}}, 1),
        ({"reply_must": [["对不起", "抱歉"], ["韩梅梅"]], "reply_must_not": ["优惠"]}, 0),
        ({"reply_must": [["对不起"]], "reply_must_not": ["抱歉"], "reply_must_not_re": ["联系.$"]}, 3),
    ],
)
def test_only_what_is_expected_is_compared(expect: dict[str, Any], count: int) -> None:
    assert len(misses(Expectation.model_validate(expect), LINE)) == count


@pytest.mark.parametrize(
    ("name", "wanted", "got", "holds"),
    [
        ("date", "2026-09-19", "2026-09-19", True),
        ("mileage", 10000, 10400, True),
        ("mileage", 10000, 10600, False),
        ("topic", {"any": ["hours", "address"]}, "hours", True),
        ("purpose", {"all": ["family"]}, ["family", "camping"], True),
        ("reason", {"contains": "等"}, "等太久", True),
        ("reason", {"contains": "等"}, None, False),
        ("budget", {"about": 150000}, {"about": 160000}, True),
        ("budget", {"max": 150000}, {"max": 160000}, False),
        ("approved", [2, 1], [1, 2], True),
    ],
)
def test_slots_compare_by_their_kind(name: str, wanted: Any, got: Any, holds: bool) -> None:
    assert slot_holds(name, wanted, got) is holds


def test_it_is_a_command() -> None:
    assert COMMANDS["converse"].module == "commands.converse"
