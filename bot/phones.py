"""Phone numbers as dealers' files hold them, brought to E.164 (sms.md §6). One number or an error, never a guess."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from bot.errors import HuifangError

# Left by spreadsheets and address books: an apostrophe, direction marks (U+202A …), zero-width and hard blanks.
_DEBRIS: Final = re.compile(r"['’‘\s\u00a0\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_FULL_WIDTH: Final = {
    ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９＋－（）／．", "0123456789+-()/.", strict=True)
}
_SPREADSHEET: Final = re.compile(r"[+]?\d(?:\.\d+)?[eE][+]?\d+|\d+\.0*")
_SEVERAL: Final = re.compile(r"[/、,，;；|]|或|转")
_LABEL: Final = re.compile(r"^[^\d+(]{1,8}")  # 手机139…
_IP_CALL: Final = re.compile(r"^0?1(?:7951|7911|2593|7909)(?=1\d{10}$)")
MOBILE: Final = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Phone:
    """sms: a mainland mobile number. Else (landline, 400, Hong Kong …) only a person can call it."""

    e164: str
    sms: bool


class BadPhone(HuifangError):
    """code: empty | several | cut | not_a_number; str(error) is the sentence for whoever sent it."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def parse_phone(written: str) -> Phone:
    """Raises BadPhone. The number is never repeated in the error: errors are logged, numbers are not."""
    text = _tidy(written)
    if not text:
        raise BadPhone("empty", "the number is empty")
    if len(text) > LONGEST or _SEVERAL.search(text):
        raise BadPhone("several", "more than one number, or an extension: send exactly one number")
    try:
        number = phonenumbers.parse(_IP_CALL.sub("", _LABEL.sub("", _from_spreadsheet(text))), "CN")
    except phonenumbers.NumberParseException as error:
        raise BadPhone("not_a_number", "not a phone number") from error
    if not phonenumbers.is_valid_number(number):
        raise BadPhone("not_a_number", "no such phone number exists")
    mainland = number.country_code == 86 and not number.extension
    return Phone(
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        sms=mainland and phonenumbers.number_type(number) in MOBILE,
    )


def _tidy(written: str) -> str:
    return _DEBRIS.sub("", written.translate(_FULL_WIDTH))


def _from_spreadsheet(text: str) -> str:
    """`1.3900000001E10` and `13900000001.0` are whole numbers; `1.39E+10` has lost its digits for good."""
    if not _SPREADSHEET.fullmatch(text):
        return text
    try:
        value = Decimal(text)
    except InvalidOperation as error:  # pragma: no cover - the pattern admits decimals only
        raise BadPhone("not_a_number", "not a phone number") from error
    digits = str(int(value))
    if "e" in text.lower() and len(text.lower().partition("e")[0].replace(".", "").lstrip("+")) < len(digits):
        raise BadPhone("cut", "a spreadsheet has cut the number: format the column as text and send it again")
    return digits
