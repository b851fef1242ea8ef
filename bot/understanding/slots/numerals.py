"""Numbers as people write and say them: 15, 1.5万, 一万二, 十五六, 三百多, 幺三九."""

import re

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0, "两": 2, "俩": 2, "幺": 1, "壹": 1, "贰": 2, "叁": 3, "肆": 4, "伍": 5, "陆": 6, "柒": 7, "捌": 8, "玖": 9,
}  # fmt: skip
UNITS = {"十": 10, "拾": 10, "百": 100, "千": 1000, "k": 1000, "万": 10_000, "w": 10_000}
CHINESE = f"[{''.join(DIGITS)}十拾百千万]"
MIXED = r"\d+[万w]\d[千k]?(?![\d.年月号点座门个人口岁成分])"  # 6万8, 1万2千
NUMBER = (
    rf"(?:{MIXED}|\d+(?:\.\d+)?\s*[十百千万wk]?(?:[{''.join(DIGITS)}](?![十百千万]))?|{CHINESE}+|[几数]十?[十百千万])"
)


def value(written: str) -> float | None:
    """一万二 → 12000 (the last sign counts tenths of the unit before), 十五六 → 15.5, 几万 → None."""
    text = written.strip().lower()
    mixed = re.fullmatch(r"(\d+)[万w](\d)[千k]?", text)
    if mixed:
        return int(mixed[1]) * 10_000.0 + int(mixed[2]) * 1000
    plain = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([十百千万wk]?)(.*)", text)
    if plain:
        unit = UNITS.get(plain[2], 1)
        rest = DIGITS.get(plain[3], 0) * unit / 10 if len(plain[3]) == 1 else 0
        return float(plain[1]) * unit + rest if len(plain[3]) <= 1 else None
    if not text or any(sign not in DIGITS and sign not in UNITS for sign in text):
        return None
    return _spoken_digits(text) if all(sign in DIGITS for sign in text) and len(text) > 2 else _summed(text)


def _spoken_digits(text: str) -> float:
    """一二三四五: number plates, years, telephone numbers."""
    return float("".join(str(DIGITS[sign]) for sign in text))


def _summed(text: str) -> float:
    total, section, digit, last = 0.0, 0.0, 0.0, 1
    for place, sign in enumerate(text):
        if sign in DIGITS:
            if place and text[place - 1] in DIGITS and DIGITS[text[place - 1]] + 1 == DIGITS[sign]:
                digit += 0.5  # 八九万: between the two
                continue
            digit = float(DIGITS[sign])
            continue
        unit = UNITS[sign]
        if unit == UNITS["万"]:
            total, section, digit = total + (section + digit or 1) * unit, 0.0, 0.0
        else:
            section, digit = section + (digit or 1) * unit, 0.0
        last = unit
    tenths = last > 10 and len(text) > 1 and text[-1] in DIGITS and text[-2] not in "零〇" and _ends_at_unit(text)
    return total + section + digit * (last / 10 if tenths else 1)


def _ends_at_unit(text: str) -> bool:
    """一万二, 一万八九: what follows the last unit is one figure."""
    return text[-2] in UNITS or (len(text) > 2 and text[-3] in UNITS)


def figures(text: str) -> str:
    """Spoken figures as digits: 浙a八八六六八 → 浙a88668, 幺三九 → 139."""
    return re.sub(f"[{''.join(DIGITS)}]", lambda sign: str(DIGITS[sign[0]]), text)
