"""The code by which who came to an event recommends the house to a friend (handbook H2.5.4): its shape, how it is said.

Two letters and four digits: no plate, no phone number and no score looks like it. I, O and Q are taken for figures, so
there are none.
"""

import re
from collections.abc import Callable
from typing import Final

LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ"
NUMBERS: Final = 10_000
REFERRED_BY: Final = "referred_by"  # the fact a friend's file keeps: the code, with the message that said so

_FILL = (
    "你好|您好|推荐码|邀请码|朋友|推荐|介绍|给我|让我|叫我|来的|过来|告诉|他|她|我|你们|的|是|说|报|这个|这|码|用|有|了|"
    "吗|呢"
)
_SPACE = "[\\s,。!?:;、~]"
SAYS = re.compile(f"(?:{_FILL}|{_SPACE})*([a-hj-npr-z]{{2}}\\d{{4}})(?:{_FILL}|{_SPACE})*")
ASKS = re.compile(
    f"(?:{_FILL}|{_SPACE}|请问|想|要|怎么|如何|哪里|在哪|查|看|看看|一下|一个|多少|什么|发|再|能|可以|领|拿|拿到|给)*"
    f"(?:推荐码|邀请码)(?:{_FILL}|{_SPACE}|怎么|哪里|在哪|查|看|多少|什么|发|再|能|可以|领|拿|一下|给|忘|不)*"
)


def code_of(draw: Callable[[int], int]) -> str:
    """draw(n): a number below n, as `secrets.randbelow`."""
    return f"{LETTERS[draw(len(LETTERS))]}{LETTERS[draw(len(LETTERS))]}{draw(NUMBERS):04}"


def said(text: str) -> str | None:
    """Of a whole normalised message: the code it gives, "" when it asks for one's own, None of anything else."""
    if found := SAYS.fullmatch(text):
        return found[1].upper()
    return "" if ASKS.fullmatch(text) else None
