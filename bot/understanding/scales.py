"""The scale a question was asked on decides what a number, or a word, is worth."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.understanding.normalise import normalise
from bot.understanding.verdicts import grade

UNDONE = re.compile("未|没|不|否|仍")  # 1=已解决, 2=未解决: neither is praise, one is bad
SATISFIED, NEUTRAL, DISSATISFIED = "satisfied", "neutral", "dissatisfied"


@dataclass(frozen=True, slots=True)
class Scale:
    """grades: each number of the scale → how good it is, from -2 to +2. coarse: words cannot name its numbers."""

    grades: Mapping[int, int]
    coarse: bool = False

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
    """ "1-5" (5 best), "0-10" (10 best), or spelled out: "1=满意,2=一般,3=不满意". None when there is no scale."""
    spelled = re.findall(r"(\d+)\s*[=:、.]?\s*([^\W\d_]+)", normalise(text))
    if spelled:
        grades = {int(number): grade(word) for number, word in spelled}
        known = {number: worth for number, worth in grades.items() if worth is not None} or {
            int(number): -1 if UNDONE.search(word) else 1 for number, word in spelled
        }
        return Scale(known) if known else None
    span = re.fullmatch(r"(\d+)\s*[-–~到]\s*(\d+)(?:分)?", normalise(text))
    return _numbers(int(span[1]), int(span[2])) if span else None


def _numbers(low: int, high: int) -> Scale:
    if high <= 5:
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
