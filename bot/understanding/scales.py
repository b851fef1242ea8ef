"""The scale a question was asked on decides what a number, or a word, is worth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from bot.understanding.normalise import normalise
from bot.understanding.verdicts import grade

FEW = 5  # up to here words can name the numbers
UNDONE = re.compile("未|没|不|否|仍")  # 1=已解决, 2=未解决: neither is praise, one is bad
# 1=没问题, 2=还有问题; 2=部分解决: bad without a word of blame.
AMISS = re.compile("部分|一半|还有|仍有|有(?:问题|毛病|异|故障)|异常|故障|又|反复|需要?(?:返|再)")
SATISFIED, NEUTRAL, DISSATISFIED = "satisfied", "neutral", "dissatisfied"


@dataclass(frozen=True, slots=True)
class Scale:
    """grades: each number of the scale → how good it is, from -2 to +2. coarse: words cannot name its numbers.

    labels: the words spelled out for its numbers; empty when it is told in numbers alone.
    """

    grades: Mapping[int, int]
    coarse: bool = False
    labels: Mapping[int, str] = field(default_factory=dict)

    def holds(self, number: int) -> bool:
        return number in self.grades

    @property
    def best(self) -> int:
        return max(self.grades, key=lambda number: (self.grades[number], number))

    @property
    def worst(self) -> int:
        return min(self.grades, key=lambda number: (self.grades[number], number))

    def satisfaction(self, number: int) -> str:
        return satisfaction(self.grades[number])

    def rating(self, grade: int) -> int | None:
        """The number a word of this grade stands for; never one of the other side of the scale."""
        if self.coarse:
            return None
        same = [
            number for number, worth in self.grades.items() if (worth > 0) - (worth < 0) == (grade > 0) - (grade < 0)
        ]
        return min(same, key=lambda number: (abs(self.grades[number] - grade), number), default=None)


def satisfaction(grade: int) -> str:
    return SATISFIED if grade > 0 else DISSATISFIED if grade < 0 else NEUTRAL


@lru_cache(maxsize=64)
def scale_of(text: str) -> Scale | None:
    """ "1-5" (5 best), "0-10" (10 best), "1-5 (1最好)", or spelled out: "1=满意,2=一般,3=不满意". None: no scale."""
    plain = normalise(text)
    if span := SPAN.match(plain):
        low, high = int(span[1]), int(span[2])
        return _turned_round(low, high) if high <= low or _first_is_best(low, plain) else numbers(low, high)
    labels = {int(number): word for number, word in re.findall(r"(\d+)\s*[=:、.]?\s*([^\W\d_]+)", plain)}
    return _spelled(labels) if labels else None


SPAN = re.compile(r"\s*(\d+)分?\s*[-–~到至]\s*(\d+)分?")


def _first_is_best(low: int, text: str) -> bool:
    return re.search(f"(?<!\\d){low}分?(?:为|是)?(?:最(?:好|高|满意)|非常满意)", text) is not None


def _turned_round(high: int, low: int) -> Scale:
    """1 is the best of 5: each number is worth what its mirror image is."""
    top, bottom = max(low, high), min(low, high)
    grades = numbers(bottom, top).grades
    return Scale({number: grades[top + bottom - number] for number in grades}, coarse=top > FEW)


# Words that stand for a grade only where a scale is made of them.
BARE_GRADES = {"好": 1, "良": 1, "良好": 1, "优": 2, "优秀": 2, "中": 0, "中等": 0, "差": -1, "较差": -1}


def _spelled(labels: Mapping[int, str]) -> Scale | None:
    grades = {number: worth for number, word in labels.items() if (worth := _of_a_word(word)) is not None}
    if any(each >= 0 for each in grades.values()):
        return Scale(_filled(grades, labels), labels=labels)
    return Scale(
        {number: grades.get(number, -1 if UNDONE.search(word) else 1) for number, word in labels.items()}, labels=labels
    )


def _filled(grades: Mapping[int, int], labels: Mapping[int, str]) -> dict[int, int]:
    """1=没问题, 2=有点小问题, 3=问题很大: a label no word tells of lies opposite or between."""
    order, known = list(labels), dict(grades)
    for end, other in ((order[-1], order[0]), (order[0], order[-1])):
        worth = known.get(other, 0)
        if end not in known and worth and all(each * worth >= 0 for each in known.values()):
            known[end] = -1 if worth > 0 else 1
    return {number: known.get(number, 0) for number in order}


def _of_a_word(word: str) -> int | None:
    worth = BARE_GRADES.get(word, grade(word))
    return -1 if worth is None and AMISS.search(word) else worth


def numbers(low: int, high: int) -> Scale:
    """A scale told in numbers alone, the highest best."""
    if high <= FEW:
        steps = high - low or 1
        return Scale({number: round((number - low) * 4 / steps) - 2 for number in range(low, high + 1)})
    # Ten-point answers follow the promoter convention: 9–10 satisfied, 7–8 neutral (domain.md §1.7).
    return Scale(
        {
            n: 2 if n == high else 1 if n >= high - 1 else 0 if n >= high - 3 else -1 if n > high // 3 else -2
            for n in range(low, high + 1)
        },
        coarse=True,
    )
