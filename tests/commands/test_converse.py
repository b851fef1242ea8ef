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
from commands.expected import compared, slot_holds
from commands.table import COMMANDS
from config.settings import read_settings
from tests.learnt import data_dir

# Those nobody tuned for are held to bars, not to every turn: test_unseen.py.
CONVERSATIONS = sorted((Path(__file__).parents[1] / "conversations").glob("[!u]*.yaml"))
KEYS = ["id", "turn", "intent", "also", "slots", "rating", "escalated", "priority", "case", "reply"]
ONE = {"id": "a", "channel": "wechat", "turns": [{"user": "你好"}]}


def converse_with(file: Path, tmp_path: Path, *, check: bool = False, score: Path | None = None) -> int:
    house = House(read_settings({"HUIFANG_DATA_DIR": str(data_dir())}, dotenv=tmp_path / ".env"), "converse")
    return converse.run(house, argparse.Namespace(file=file, json=True, check=check, score=score))


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
    talk = [{**ONE, "turns": [{"user": "你好"}, {"user": "👍"}]}, {**ONE, "id": 7, "channel": "sms"}]
    assert converse_with(written(tmp_path, json.dumps(talk)), tmp_path) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["id"], line["turn"]) for line in lines] == [("a", 1), ("a", 2), ("7", 1)]
    assert all(list(line) == KEYS for line in lines)
    assert (lines[1]["also"], lines[1]["slots"]) == ([], {})
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


def test_a_miss_is_told_as_a_difference_and_exits_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expect = {"intent": "complaint", "escalate": True, "reply_must": [["抱歉"]], "reply_must_not": ["您好"]}
    talk = [{**ONE, "tags": ["greet"], "turns": [{"user": "你好", "expect": expect}]}]
    file = written(tmp_path, json.dumps(talk))
    assert converse_with(file, tmp_path, check=True) == 1
    captured = capsys.readouterr()
    said = json.loads(captured.out)["reply"]
    assert captured.err.splitlines() == [
        "a turn 1  [greet]  「你好」",
        "  - intent: complaint", "  + intent: greet",
        "  - escalate: true", "  + escalate: false",
        '  - reply lacks ["抱歉"]', "  + reply must not hold '您好'",
        *(f"    | {line}" for line in said.splitlines()),
    ]  # fmt: skip
    assert converse_with(file, tmp_path) == 0


SCORED = [
    {**ONE, "tags": ["greet", "first"], "turns": [{"user": "你好", "expect": {"intent": "greet", "escalate": False}}]},
    {
        **ONE,
        "id": "b",
        "tags": ["person"],
        "turns": [
            {"user": "转人工", "expect": {"intent": "human_request", "escalate": True, "rating": None}},
            {"user": "谢谢", "expect": {"intent": "greet", "escalate": False}},
        ],
    },
]


def test_the_score_by_tag_leaves_standard_output_to_the_turns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, kept = written(tmp_path, json.dumps(SCORED)), tmp_path / "score.json"
    assert converse_with(file, tmp_path, score=kept) == 0
    assert len([json.loads(line) for line in capsys.readouterr().out.splitlines()]) == 3
    score = json.loads(kept.read_text("utf-8"))
    assert list(score) == ["(all)", "first", "greet", "person"]
    assert (score["(all)"]["turns"], score["(all)"]["intent"]) == ([2, 3], [2, 3])
    assert score["greet"] == {"turns": [1, 1], "intent": [1, 1], "slots": [0, 0], "rating": [0, 0], "reply": [0, 0],
                              "esc. recall": [0, 0], "esc. precision": [0, 0]}  # fmt: skip
    assert (score["person"]["esc. recall"], score["person"]["esc. precision"]) == ([1, 1], [1, 2])
    assert score["person"]["rating"] == [1, 1]


def test_the_score_is_a_table_on_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert converse_with(written(tmp_path, json.dumps(SCORED)), tmp_path, score=Path("-")) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 3
    head, *rows = captured.err.splitlines()
    assert head.split()[:4] == ["tag", "turns", "intent", "slots"]
    assert rows[3].split()[:4] == ["person", "1/2", "50%", "of"]


def test_a_turns_context_overrides_from_there_on(tmp_path: Path) -> None:
    text = '[{"id":"a","turns":[{"user":"1"},{"user":"2","context":{"now":"2026-09-18T09:00:00"}},{"user":"3"}]}]'
    days = [context.now.date() for context in load(written(tmp_path, text))[0].contexts()]
    assert days == [date(2026, 9, 17), date(2026, 9, 18), date(2026, 9, 18)]


EVERY = {
    "store": {"name": "远禾滨江店", "hours": "8:30-17:30", "hotline": "0571-1", "rescue": "400-1"},
    "customer": {"known": True, "name": "王女士", "consent": {"service": True, "marketing": True}},
    "vehicles": [{"model": "长风", "plate": "浙X1A001", "mileage": 100}],
    "repair_order": {"id": "R1", "status": "in_progress", "promised": "17:00"},
    "repair_history": "换过机油",
    "pending_survey": {"kind": "service_3d", "scale": "1-5", "order": "R1"},
    "pending_quote": {"id": "Q1", "items": ["机油", {"name": "滤芯", "price": 80}], "total": 400},
    "pending_options": [{"n": 1, "date": "2026-09-19", "time": "09:00"}],
    "event": {"name": "讲堂", "date": "2026-09-26", "capacity": 20},
    "appointments": [{"id": "A1", "kind": "保养", "date": "2026-09-20", "time": "10:00"}],
    "order": {"id": "S1", "model": "云栖", "status": "contract", "delivery_date": "2026-10-01"},
    "last_outbound": "您看周六上午方便吗？",
}  # fmt: skip
LATER = {
    "vehicles": [{"model": "长风", "plate": "浙X1A001", "mileage": 900}, {"model": "牧野", "plate": "浙X2B002"}],
    "repair_order": {"id": "R1", "status": "delivered", "finished": "2026-09-17"},
    "pending_quote": {"id": "Q1", "items": ["刹车片"], "total": 600},
    "pending_survey": None,
    "event": {"name": "自驾", "date": "2026-10-10"},
}


@pytest.mark.parametrize("key", [*EVERY, "all of them"])
def test_a_context_told_of_again_goes_on(key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same order is done a turn later, the same car has been driven on, the same quote has another line."""
    again = EVERY if key == "all of them" else {key: EVERY[key]}
    later = {name: LATER.get(name, value) for name, value in again.items()}
    turns = [{"user": "你好"}, {"user": "好的", "context": again}, {"user": "谢谢", "context": later}]
    talk = [{"id": number, "context": EVERY, "turns": turns} for number in (1, 2)]
    assert converse_with(written(tmp_path, json.dumps(talk)), tmp_path) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6


@pytest.mark.parametrize(
    ("promised", "told"), [("17:00", "今天 17:00"), ("2026-09-18", "明天 16:00"), ("2026-09-18T11:30", "明天 11:30")]
)
def test_a_promise_is_a_time_of_today_a_day_or_a_moment(
    promised: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order = {"id": "R1", "status": "in_progress", "promised": promised}
    talk = [{"id": 1, "context": {"repair_order": order}, "turns": [{"user": "车修好了没"}]}]
    converse_with(written(tmp_path, json.dumps(talk)), tmp_path)
    assert told in json.loads(capsys.readouterr().out)["reply"]


LINE = {"intent": "survey_reply", "also": ["complaint"], "slots": {"a": 1}, "rating": 3, "escalated": True,
        "priority": "high", "case": "open", "reply": "抱歉，韩梅梅会联系您"}  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "count"),
    [
        ({"intent": "survey_reply", "also": ["complaint"], "rating": 3, "escalate": True, "priority": "high"}, 0),
        ({"intent": "unclear", "accept": ["survey_reply"]}, 0),
        ({"intent": "unclear"}, 1),
        ({"also": ["survey_reply"]}, 0),
        ({"also": ["opt_out"]}, 1),
        ({"rating": None}, 1),
        ({"case": "open"}, 0),
        ({"case": "closed"}, 1),
        ({"case": None}, 1),
        ({"intent": "unclear", "accept": "survey_reply", "also": "complaint"}, 0),
        ({"reply_must": "对不起", "reply_must_not": "抱歉", "reply_must_not_re": "联系.$"}, 3),
        ({"reply_must": ["抱歉"]}, 0),
        ({"slots": {"b": 1}}, 1),
        ({"reply_must": [["对不起", "抱歉"], ["韩梅梅"]], "reply_must_not": ["优惠"]}, 0),
        ({"reply_must": [["对不起"]], "reply_must_not": ["抱歉"], "reply_must_not_re": ["联系.$"]}, 3),
    ],
)
def test_only_what_is_expected_is_compared(expect: dict[str, Any], count: int) -> None:
    assert sum(not each.right for each in compared(Expectation.model_validate(expect), LINE)) == count


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
