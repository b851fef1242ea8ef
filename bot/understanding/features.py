"""What the classifier sees of a sentence: runs of one to three signs, names and numbers masked, and what is open."""

import re
from collections.abc import Iterable, Iterator

from bot.understanding.concepts import MODEL, concepts

NAMELESS = re.compile("(?!)")  # of a dealer whose catalogue is empty: found nowhere
LETTERS = re.compile("[^\\W\\d_]")
PLATE = re.compile("[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][a-z0-9]{5,6}")
LONG_NUMBER = re.compile(r"\d{7,}")
NUMBER = re.compile(r"\d+(?:[.:]\d+)*|[零〇一二两三四五六七八九十百千万]{2,}")
WEEKDAY = re.compile("(?:周|星期|礼拜)(?=[一二三四五六日天1-6末])")
EDGE = re.compile(r"[^\w\u4e00-\u9fff@]+")
LONGEST = 3
SHORT = 6  # signs; an answer rather than a sentence


def called(names: Iterable[str]) -> re.Pattern[str]:
    """Finds the dealer's models. names: normalised; one sign (元, 汉) or digits alone may mean too much else."""
    longest = sorted(
        {each for each in names if len(each) > 1 and LETTERS.search(each)}, key=lambda each: (-len(each), each)
    )
    return re.compile("|".join(map(_whole, longest))) if longest else NAMELESS


def features(text: str, opened: Iterable[str] = (), names: re.Pattern[str] = NAMELESS) -> Iterator[str]:
    """Each once. text is normalised; opened: kinds of the questions open, newest first; names: made by `called`."""
    words, plain = of_text(text, names)
    yield from words
    yield from of_questions(plain, opened)


def of_text(text: str, names: re.Pattern[str] = NAMELESS) -> tuple[tuple[str, ...], str]:
    """The features that stay the same whatever is open, and the masked text: learning reads each sentence twice."""
    named = names.sub(MODEL, text)
    plain = _masked(named)
    return tuple(_of_words(named, plain)), plain


def of_questions(plain: str, opened: Iterable[str]) -> Iterator[str]:
    size = "short" if len(plain) <= SHORT + 2 else "long"
    for kind in opened:
        yield f"@{kind}"
        yield f"@{kind}:{size}"
    yield f"@{size}"


def _of_words(named: str, plain: str) -> Iterator[str]:
    found = dict.fromkeys(plain[i : i + n] for n in range(1, LONGEST + 1) for i in range(len(plain) - n + 1))
    found.pop(" ", None)
    yield from found
    touched = concepts(named)
    for place, one in enumerate(touched):
        yield f"#{one}"
        yield from (f"#{one}+{other}" for other in touched[place + 1 :])


def masked(text: str, names: re.Pattern[str] = NAMELESS) -> str:
    """周六上午10点 → " 周六上午0点 ": which day, car or number it is says nothing of what is wanted."""
    return _masked(names.sub(MODEL, text))


def _masked(named: str) -> str:
    plain = NUMBER.sub("0", LONG_NUMBER.sub("L", WEEKDAY.sub("周", PLATE.sub("P", named))))
    return f" {EDGE.sub(' ', plain).strip()} "


def _whole(name: str) -> str:
    """x5 stands in 买x5, not in x50."""
    before = r"(?<![a-z0-9])" if name[0].isascii() and name[0].isalnum() else ""
    after = r"(?![a-z0-9])" if name[-1].isascii() and name[-1].isalnum() else ""
    return f"{before}{re.escape(name)}{after}"
