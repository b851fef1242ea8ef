"""Number plates and VINs, also as they are spoken: 浙a八八六六八."""

import re

from bot.understanding.slots.numerals import DIGITS, figures

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
SPOKEN = "".join(DIGITS)
PLATE = re.compile(f"(?P<head>[{PROVINCES}]\\s?[a-z])[\\s·.\\-]?(?P<tail>(?:[a-z\\d{SPOKEN}][\\s·]?){{5,6}})")
VIN = re.compile(r"(?<![a-z\d])(?=[a-z\d]*\d)(?=[a-z\d]*[a-z])[a-hj-npr-z\d]{17}(?![a-z\d])")
SHORT = 5
GAPS = re.compile(r"[\s·.\-]")


def plate(text: str) -> str | None:
    """Upper case, without the dot: 浙A12345, 浙AD12345."""
    found = PLATE.search(text)
    if not found:
        return None
    tail = figures(GAPS.sub("", found["tail"]))
    if len(tail) > SHORT and not (tail[0].isalpha() or tail[-1].isalpha()):
        tail = tail[:SHORT]  # six signs are a new energy car's, and one at an end is a letter
    return (GAPS.sub("", found["head"]) + tail).upper() if any(sign.isdecimal() for sign in tail) else None


def vin(text: str) -> str | None:
    found = VIN.search(text)
    return found[0].upper() if found else None
