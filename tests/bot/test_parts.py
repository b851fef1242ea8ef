"""Long texts as the messages WeChat takes: nothing lost, nothing too long, no link cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.parts import LINK, TEXT_BYTES, as_messages, split

LINKS = st.builds(
    lambda where, words: f'<a href="https://h.example/{where}">{words}</a>',
    st.text("abc123", max_size=12),
    st.text("点这里看预约，时间。", max_size=8),
)
PLAIN = st.text(st.characters(exclude_characters="<>", exclude_categories=["Cs"]), max_size=60)
TEXTS = st.lists(PLAIN | LINKS | st.sampled_from(["。", "，", "！\n", "😀", "\n\n", "<", "</a>"]), max_size=40).map(
    "".join
)
MOST = st.integers(90, 400)


@given(TEXTS, MOST)
def test_joined_the_parts_are_the_text(text: str, most: int) -> None:
    assert "".join(split(text, most)) == text


@given(TEXTS, MOST)
def test_no_part_is_too_long(text: str, most: int) -> None:
    assert all(len(part.encode()) <= most for part in split(text, most))


@given(TEXTS, st.integers(250, 500))
def test_no_link_is_cut(text: str, most: int) -> None:
    """One that fits a message stays whole, address and words."""
    whole = [found.group() for found in LINK.finditer(text) if len(found.group().encode()) <= most]
    parts = split(text, most)
    for link in whole:
        assert any(link in part for part in parts), (link, parts)


@given(TEXTS, MOST)
def test_what_is_sent_is_never_empty(text: str, most: int) -> None:
    sent = as_messages(text, most)
    assert all(part == part.strip() != "" for part in sent)
    assert re.sub(r"\s", "", "".join(sent)) == re.sub(r"\s", "", text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("短", ["短"]),
        ("", [""]),
        ("一二三四五。六七八九十，一二", ["一二三四五。", "六七八九十，一二"]),
        ("一二三四五，六七八九十一二", ["一二三四五，", "六七八九十一二"]),
        ("一二三四五六七八九十一二", ["一二三四五六七八九十", "一二"]),
        ("他说“一二三！”然后四五六七八", ["他说“一二三！”", "然后四五六七八"]),
        # a full stop so early would waste a message
        ("一。二三四五六七八，九十一二", ["一。二三四五六七八，", "九十一二"]),
        ("一二三\n四五六七八九十一", ["一二三\n", "四五六七八九十一"]),
        ("一😀二😀三😀四五😀", ["一😀二😀三😀四五", "😀"]),
    ],
)
def test_it_is_cut_where_a_reader_pauses(text: str, parts: list[str]) -> None:
    """30 bytes: ten of our characters."""
    assert split(text, 30) == parts


def test_a_link_moves_to_the_next_part_whole() -> None:
    link = '<a href="https://h.example/s/1">点开评价</a>'
    assert split(f"一二三四五六七八九十{link}", 60) == ["一二三四五六七八九十", link]


def test_a_link_longer_than_a_message_is_cut_rather_than_never_sent() -> None:
    text = f'<a href="https://h.example/{"x" * 3000}">点</a>'
    assert [len(part.encode()) <= TEXT_BYTES for part in split(text)] == [True, True]


def test_2048_bytes_are_one_message() -> None:
    assert len(split("字" * 682 + "ab")) == 1
    assert len(split("字" * 683)) == 2
