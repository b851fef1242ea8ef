"""The five factors: how they are asked, sent in, and which are weak."""

from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.surveys import packed, unpacked
from config.load import load_content

SURVEYS = load_content(Path(__file__).parents[2] / "config").surveys


@pytest.mark.handbook("H1.5.4")
def test_the_five_factors_of_the_handbook_are_asked_beside_the_recommendation_and_nowhere_else() -> None:
    assert [each.name for each in SURVEYS.asked_with("0-10")] == [
        "服务启动",
        "服务顾问",
        "服务设施",
        "交车",
        "服务质量",
    ]
    assert SURVEYS.asked_with("1-5") == []


@pytest.mark.parametrize(
    ("scores", "weak"),
    [
        ({}, ""),
        ({"start": 5, "quality": 3}, ""),
        ({"handover": 2, "quality": 1, "start": 4}, "交车 2分、服务质量 1分"),
        ({"unknown": 1}, ""),
    ],
)
def test_what_was_scored_low_is_named_in_the_order_of_the_page(scores: dict[str, int], weak: str) -> None:
    assert SURVEYS.weak(scores) == weak


@pytest.mark.parametrize(
    ("option", "scores"),
    [
        ("factors:start=5,quality=2", {"start": 5, "quality": 2}),
        ("factors:start=9,quality=0,advisor=x,facility", {}),
        ("", {}),
        ("approve:1,3", {}),
        ("factors:", {}),
    ],
)
def test_scores_are_read_as_they_were_sent(option: str, scores: dict[str, int]) -> None:
    assert unpacked(option) == scores
    assert unpacked(packed(scores)) == scores


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("factors: [{id: a, name: 甲, asks: 好吗}, {id: a, name: 乙, asks: 好吗}]", "surveys.yaml:1: factors"),
        ("low: 5\n", "surveys.yaml:1: low"),
        ("factors:\n  - {id: a, name: 甲}\n", "surveys.yaml:2: factors.0.asks"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "surveys.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=said.replace(".", r"\.")):
        load_content(tmp_path)
