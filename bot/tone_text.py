"""A text as the tone rules read it: one width, simplified, lower case, without blanks that hide a word.

Every sign keeps the place it has in the original, so that a finding can be shown where it stands.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.normalise import INVISIBLE, simplified

HAN = re.compile("[\u3400-\u9fff]")
BLANK = re.compile("[ \t\u3000·•*＊]")  # signs put between the signs of a word: 满 分, 好·评
# Full-width letters, digits and signs that stand in words (ＮＯ．１, １００％); Chinese punctuation stays.
NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F) if chr(wide - 0xFEE0).isalnum()}
NARROW |= {ord("％"): ord("%"), ord("．"): ord("."), ord("／"): ord("/"), ord("＠"): ord("@"), 0x59B3: 0x4F60}
_PICTURE = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b05-\u2b55\u231a-\u23f3\u3030\u303d\u00a9\u00ae]"
EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|"
    f"{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{_PICTURE}[\ufe0f\U0001f3fb-\U0001f3ff]*)*|"
    r"\[[\u4e00-\u9fff]{1,3}\]|\[[A-Z][A-Za-z]{2,9}\]|/:[a-z@<>!,()*~|-]{1,6}"  # WeChat's own: [微笑], [Smile], /:rose
)


@dataclass(frozen=True, slots=True)
class Folded:
    """places[i]: where the i-th sign stands in the original."""

    text: str
    places: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        return self.places[start], self.places[end - 1] + 1


@lru_cache(maxsize=256)  # a dozen rules read the same text
def fold(text: str) -> Folded:
    kept = [place for place, sign in enumerate(text) if not INVISIBLE.match(sign)]
    signs = [(_plain(text[place]), place) for at, place in enumerate(kept) if not _hides(text, kept, at)]
    return Folded("".join(sign for sign, _ in signs), tuple(place for _, place in signs))


def _hides(text: str, kept: list[int], at: int) -> bool:
    """A blank beside a Chinese sign separates nothing. A line break does."""
    if not BLANK.match(text[kept[at]]):
        return False
    beside = [text[kept[near]] for near in (at - 1, at + 1) if 0 <= near < len(kept)]
    return any(HAN.match(sign) for sign in beside)


@lru_cache(maxsize=8192)
def _plain(sign: str) -> str:
    """Always one sign for one sign, or the places would shift."""
    narrow = sign.translate(NARROW)
    plain = simplified(narrow).lower()
    return plain if len(plain) == 1 else narrow
