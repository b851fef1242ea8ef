"""How a recommendation's code looks, and when a message gives one."""

from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.friends import code_of, said
from bot.understanding.normalise import normalise


@given(st.integers(0, 22), st.integers(0, 22), st.integers(0, 9999))
def test_every_code_is_read_as_it_was_drawn(first: int, second: int, number: int) -> None:
    drawn = cycle((first, second, number))
    code = code_of(lambda below: next(drawn) % below)
    assert said(normalise(code)) == code
    assert said(normalise(f"您好，推荐码：{code.lower()}。")) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KM4827", "KM4827"),
        ("我朋友介绍来的 km4827", "KM4827"),
        ("推荐码", ""),
        ("我的推荐码是多少？", ""),
        ("怎么拿推荐码", ""),
        ("邀请码忘了，再发一下", ""),
        ("浙AKM482", None),  # a plate
        ("刹车没了 KM4827", None),  # says more than a code, and the rules read that
        ("推荐一款车", None),
        ("5", None),
        ("13800138000", None),
        ("推荐码用过了还不退钱", None),
    ],
)
def test_only_a_message_that_is_nothing_else_gives_or_asks_for_one(text: str, code: str | None) -> None:
    assert said(normalise(text)) == code
