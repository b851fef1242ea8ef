"""The yearly inspection of a private small car, from the month it was first registered (domain.md §1.3).

For up to nine seats, not commercial, no minibus: a mark every two years for ten years, the test itself only in the
sixth and the tenth, then every year. From 2022-10-01; a person checks the text before a dealer relies on it.
"""

import re
from datetime import date

TESTED = (6, 10)


def inspection_told(registered: str, today: date) -> str:
    """A sentence about the next due month; "" when `registered` is no month (YYYY-MM) of the past."""
    found = re.fullmatch(r"(\d{4})-(\d{1,2})(?:-\d{1,2})?", registered)
    if found is None or not 1 <= int(found[2]) <= 12 or (int(found[1]), int(found[2])) > (today.year, today.month):
        return ""
    year, month = int(found[1]), int(found[2])
    age = next(each for each in due_ages() if (year + each, month) >= (today.year, today.month))
    way = "需要上线检测" if age in TESTED or age > TESTED[-1] else "不用上线，申领检验标志就行"
    return f"您的车{year}年{month}月上牌，下一次是{year + age}年{month}月（第{age}年），{way}。"


def due_ages() -> tuple[int, ...]:
    """Ages in years at which something is due."""
    return (*range(2, 11, 2), *range(11, 100))
