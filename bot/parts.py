"""One text as the messages WeChat takes: 2048 UTF-8 bytes each, cut where a reader would pause (wechat.md §3.2).

Counted in bytes, since 45002 is: 682 characters of ours, but 512 emoji.
"""

import re
from collections.abc import Callable

TEXT_BYTES = 2048
LEAST = 4  # a part that ends at a pause fills at least this fraction of a message, or slots of the window are wasted
PAUSES = (re.compile(r"[。！？\n][”’）」]?"), re.compile("，"))
LINK = re.compile(r"<a\b[^>]*>.*?</a>", re.DOTALL | re.IGNORECASE)


def split(text: str, most: int = TEXT_BYTES) -> list[str]:
    """Joined they are the text again. Cut after a sentence, else after a comma, else anywhere but inside a link."""
    found = []
    while len(text.encode()) > most:
        at = _cut(text, most)
        found.append(text[:at])
        text = text[at:]
    return [*found, text]


def as_messages(text: str, most: int = TEXT_BYTES) -> list[str]:
    """The parts as they are sent, without white space at the ends; none of an empty text."""
    return [part.strip() for part in split(text, most) if part.strip()]


def _cut(text: str, most: int) -> int:
    reach = len(text.encode()[:most].decode("utf-8", "ignore"))
    links = [found.span() for found in LINK.finditer(text)]

    def whole(at: int) -> bool:
        return not any(start < at < end for start, end in links)

    return _pause(text, reach, whole) or next((at for at in range(reach, 0, -1) if whole(at)), reach)


def _pause(text: str, reach: int, whole: Callable[[int], bool]) -> int:
    """Behind the last pause within reach; 0 where there is none worth it."""
    for pause in PAUSES:
        ends = [found.end() for found in pause.finditer(text, 0, reach) if whole(found.end())]
        if ends and ends[-1] * LEAST >= reach:
            return ends[-1]
    return 0
