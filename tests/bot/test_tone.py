"""The tone: how many of our labelled sentences it judges rightly, where it points, what it leaves alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.messages import Category
from bot.tone import Guide, worst_first
from bot.tone_text import fold
from bot.tone_words import Medium, Severity, Tone, WordRule
from config.load import load_tone
from config.yaml_lines import read_yaml

ROOT = Path(__file__).parents[2]
GUIDE = Guide(load_tone(ROOT / "config"))
SENTENCES: dict[str, list[dict[str, Any]]] = read_yaml(ROOT / "tests/data/tone-sentences.yaml")[0]


def rules(text: str, medium: Medium = Medium.WECHAT, category: Category = Category.SERVICE) -> set[str]:
    return {finding.rule for finding in GUIDE.check(text, medium, category)}


@pytest.mark.handbook("H1.2.2", "H1.6.4")
@pytest.mark.parametrize(("half", "at_least"), [("seen", 0.99), ("measured", 0.95)])
def test_precision_and_recall(half: str, at_least: float, record_property: Callable[[str, object], None]) -> None:
    """A bad sentence counts as found only under its own rule; anything at all in a good one is a false alarm."""
    judged = [(row["rule"], rules(row["text"], Medium(row.get("as", "wechat")))) for row in SENTENCES[half]]
    found = sum(rule in said for rule, said in judged if rule)
    false = sum(bool(said) for rule, said in judged if not rule)
    precision, recall = found / (found + false), found / sum(bool(rule) for rule, _ in judged)
    record_property("precision", precision)
    record_property("recall", recall)
    print(f"tone, {half}: {len(judged)} sentences, precision {precision:.3f}, recall {recall:.3f}")
    assert min(precision, recall) >= at_least


def test_there_are_enough_sentences_of_each_kind() -> None:
    rows = SENTENCES["seen"] + SENTENCES["measured"]
    assert len(rows) >= 120
    assert {row["rule"] for row in rows} >= set(load_tone(ROOT / "config").rules)
    assert len({row["text"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [("车好了，赶 紧 来", "赶 紧"), ("趕緊來", "趕緊"), ("ＮＯ．１的店", "ＮＯ．１"), ("满·分最好看", "满·分")],
)
def test_a_finding_points_at_the_words_as_they_were_written(text: str, said: str) -> None:
    found = next(finding for finding in GUIDE.check(text) if finding.rule != "absolute" or "Ｎ" in said)
    assert (found.said, text[found.start : found.end]) == (said, said)


def test_a_line_break_ends_a_word() -> None:
    assert rules("请您满\n分开写") == set()


def test_danger_may_hurry() -> None:
    assert "pressure" in rules("赶紧下车")
    assert "pressure" not in rules("赶紧下车", category=Category.SAFETY)


@pytest.mark.parametrize(
    ("medium", "text", "found"),
    [
        (Medium.PROMOTION, "诚邀您参加讲座。拒收请回复R", False),
        (Medium.PROMOTION, "诚邀您参加讲座。回T退订", True),
        (Medium.NOTIFICATION, "您的车修好了。", False),
        (Medium.NOTIFICATION, "您的车修好了。退订回T", True),
        (Medium.MASS, "诚邀您参加讲座。", True),
        (Medium.MASS, "诚邀您参加讲座。不想再收到，回复“退订”即可。", False),
        (Medium.WECHAT, "您的车修好了。", False),
    ],
)
def test_who_must_offer_a_way_out_and_who_must_not(medium: Medium, text: str, found: bool) -> None:
    assert ("opt_out" in rules(text, medium)) is found


def test_a_part_need_not_end_as_a_whole() -> None:
    assert GUIDE.check("讲座", Medium.PROMOTION, whole=False) == ()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://huifang.example/s/a", True),
        ("weixin://bizmsgmenu?msgmenucontent=a", True),
        ("http://huifang.example/s/a", False),
        ("https://10.0.0.1:8000/s/a", False),
        ("https://[::1]/s/a", False),
        ("https://2130706433/s", False),
        ("https://user@huifang.example/", False),
        ("https://T.CN/A1", False),
        ("https://a.t.cn/A1", False),
        ("https://not.cn/A1", True),
        ("suo.im/5abc", False),
    ],
)
def test_links(url: str, allowed: bool) -> None:
    assert ("link" not in rules(f"详情请看 {url} ，谢谢")) is allowed


@pytest.mark.parametrize(
    ("text", "many"),
    [("好的😊", False), ("好的😊😊", True), ("👨‍👩‍👧‍👦", False), ("🇨🇳", False), ("👍🏽", False), ("[微笑]", False),
     ("[微笑]😊", True), ("1️⃣2️⃣", True), ("❤️", False), ("/:rose/:rose", True)],
)  # fmt: skip
def test_a_picture_made_of_several_signs_counts_once(text: str, many: bool) -> None:
    assert ("emoji" in rules(text)) is many


def test_the_worst_comes_first_and_each_once() -> None:
    found = worst_first(GUIDE.check("最好的服务，给满分，最好的服务"))
    assert [(each.rule, each.severity) for each in found] == [
        ("scores", Severity.ERROR), ("absolute", Severity.WARNING),
    ]  # fmt: skip


@given(some.text(max_size=60))
def test_any_text_is_judged_and_each_place_lies_in_it(text: str) -> None:
    for each in GUIDE.check(text):
        assert 0 <= each.start <= each.end <= len(text)
        assert each.said in ("", text[each.start : each.end])


@given(some.text(max_size=60))
def test_folding_keeps_one_sign_for_one_sign(text: str) -> None:
    folded = fold(text)
    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(set(folded.places))


def test_a_rule_of_the_dealers_own() -> None:
    rule = WordRule(severity=Severity.WARNING, zh="别提对手", en="no rivals", why="总经理", words=["隔壁店"])
    guide = Guide(Tone(rules={"rivals": rule}))
    assert [(each.rule, each.said) for each in guide.check("比隔 壁店好")] == [("rivals", "隔 壁店")]


@pytest.mark.parametrize(
    ("key", "source", "sentence"),
    [("patterns", "(最", "unterminated"), ("patterns", "最*", "everywhere"), ("allow", "[", "unterminated"),
     ("words", " ", "everywhere")],
)  # fmt: skip
def test_a_rule_that_cannot_work_is_refused(key: str, source: str, sentence: str) -> None:
    given = {"severity": "error", "zh": "一", "en": "a", "why": "b", key: [source]}
    with pytest.raises(ValueError, match=sentence):
        WordRule.model_validate(given)
