"""Praise and blame, turned by negation, strengthened by degree, decided by the later clause."""

import pytest

from bot.understanding.verdicts import Verdict, clauses, grade, verdict


@pytest.mark.parametrize(
    ("said", "worth"),
    [
        ("满意", 1),
        ("相当满意", 2),
        ("比较满意", 1),
        ("不满意", -1),
        ("很不满意", -2),
        ("不是很满意", -1),
        ("一点也不满意", -2),
        ("谈不上满意", -1),
        ("没有什么不满意的", 1),
        ("没有不满", 1),
        ("不是不满意", 0),
        ("不得不说很满意", 2),
        ("不差", 1),
        ("太差劲", -2),
        ("不错", 1),
        ("不怎么样", -1),
        ("差不多", 0),
        ("一般", 0),
        ("很一般", -1),
        ("挑不出毛病", 2),
        ("没毛病", 1),
        ("唔满意", -1),
        ("冇问题", 1),
        ("not good", -1),
        ("very good", 2),
        ("好的", None),
        ("出差了", None),
        ("差点迟到", None),
        ("空调滤芯", None),
    ],
)
def test_one_clause(said: str, worth: int | None) -> None:
    assert grade(said) == worth


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("以前不满意,现在满意了", Verdict(1)),
        ("上次满意,这次不满意", Verdict(-1)),
        ("虽然慢,但是满意", Verdict(1)),
        ("服务满意,价格不满意", Verdict(None, mixed=True)),
        ("如果能快点就满意了", Verdict(None)),
        ("满意度调查", Verdict(None)),
        ("你们保证过让我满意", Verdict(None)),
        ("满意才怪", Verdict(None, mocked=True)),
        ("这也叫满意?", Verdict(None, mocked=True)),
        ("能满意吗", Verdict(None, mocked=True)),
        ("谢谢你们把车修坏了", Verdict(None, mocked=True)),
        ("师傅很专业,非常满意", Verdict(2)),
        ("挺满意的,师傅耐心得很", Verdict(1)),
        ("bu manyi", Verdict(-1)),
    ],
)
def test_a_whole_message(text: str, found: Verdict) -> None:
    assert verdict(text) == found


def test_words_of_contrast_begin_a_clause() -> None:
    assert [(part.text, part.turns) for part in clauses("挺好但是贵,3.5公里")] == [
        ("挺好", False),
        ("但是贵", True),
        ("3.5公里", False),
    ]
