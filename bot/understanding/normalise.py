"""One way to write what can be typed in many: width, variants, traditional characters, edges."""

import re
import unicodedata
import warnings
from functools import lru_cache

import zhconv

INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\ufe00-\ufe0f\ufeff]"
)
DINGBATS = {ord(mark): str(number) for row in ("❶❷❸❹❺❻❼❽❾", "➊➋➌➍➎➏➐➑➒") for number, mark in enumerate(row, 1)}
EDGES = " \t\r\n。.!?,;:、~…-—_【】[]()<>《》「」『』“”‘’\"'`*#·^"
SPACED_OUT = re.compile(r"(?:[\u4e00-\u9fff] )+[\u4e00-\u9fff]")
QUOTES = str.maketrans("“”‘’「」『』", '""""""""')


def normalise(text: str) -> str:
    """Comparable text: half width, simplified, lower case, without invisible characters; punctuation inside stays."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(DINGBATS).translate(QUOTES)
    plain = re.sub(r"\s+", " ", plain.casefold()).strip()
    if SPACED_OUT.fullmatch(plain):
        plain = plain.replace(" ", "")
    return simplified(plain)


def simplified(text: str) -> str:
    """Traditional → simplified. ASCII skips the dictionary."""
    if text.isascii():
        return text
    _load_dictionary()
    return str(zhconv.convert(text, "zh-cn"))


@lru_cache(maxsize=1)
def _load_dictionary() -> None:
    """zhconv leaves its file to the garbage collector, which warns."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        zhconv.convert("", "zh-cn")


def bare(text: str) -> str:
    """The normalised text without punctuation at its edges."""
    return text.strip(EDGES)
