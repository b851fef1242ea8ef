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
# Homophones of voice and thumbs, and Cantonese words that have a plain twin.
MISTYPED = (
    (re.compile("[满蔓][意义亿易](?![义外])|满一(?![年百千个天月岁次点])|[慢瞒漫]意|蛮意(?![外思])"), "满意"),
    (re.compile("(?:非长|飞常|灰常|菲常|非尝|飞长|灰长)(?=[满不好快差])"), "非常"),
    (re.compile("唔[係系]"), "不是"),
    (re.compile("唔好(?=再|send|发|打|[俾畀给])"), "别"),
    (re.compile("唔(?!该)"), "不"),
    (re.compile("[俾畀]"), "给"),
    (re.compile("嚟"), "来"),
    (re.compile("咗|喇"), "了"),
    (re.compile("嘅"), "的"),
    (re.compile("哋"), "们"),
)
READ_ALREADY = 256  # a turn reads the same words several times, once before it takes the database's lock
QUOTES = str.maketrans("“”‘’「」『』", '""""""""')


@lru_cache(maxsize=READ_ALREADY)
def normalise(text: str) -> str:
    """Comparable text: half width, simplified, lower case, without invisible characters; punctuation inside stays."""
    plain = INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(DINGBATS).translate(QUOTES)
    plain = re.sub(r"\s+", " ", plain.casefold()).strip()
    if SPACED_OUT.fullmatch(plain):
        plain = plain.replace(" ", "")
    return _as_meant(simplified(plain))


def _as_meant(plain: str) -> str:
    if plain.isascii():
        return plain
    for typed, meant in MISTYPED:
        plain = typed.sub(meant, plain)
    return plain


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
