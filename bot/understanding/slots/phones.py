"""A telephone number inside a message: digits only, as it was given."""

import re

from bot.understanding.slots.numerals import DIGITS, figures

SPOKEN = f"[{''.join(DIGITS)}]"
MOBILE = re.compile(r"(?<!\d)(?:\+?86[-\s]?)?(1[3-9]\d(?:[-\s]?\d{4}){2})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}[-\s]?\d{7,8})(?!\d)")


def phone(text: str) -> str | None:
    plain = re.sub(f"{SPOKEN}{{7,}}|(?<=\\d){SPOKEN}+(?=\\d)", lambda run: figures(run[0]), text)
    found = MOBILE.search(plain) or LANDLINE.search(plain)
    return re.sub(r"[-\s]", "", found[1]) if found else None
