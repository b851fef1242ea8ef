"""E-mail addresses as one text each: checked, and folded so that a refusal finds every file that shares one."""

import re

from bot.errors import HuifangError

LONGEST, LONGEST_NAME = 254, 64  # RFC 5321 §4.5.3.1
NAME = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")  # a dot-atom; nobody quotes
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


class BadEmail(HuifangError):
    """The sentence says what is wrong without saying the address."""


def parse_email(written: str) -> str:
    """The address in small letters. Raises BadEmail.

    RFC 5321 §2.4 lets the part before @ differ by case, but no provider in use does; two spellings would be two people.
    Addresses beyond ASCII (RFC 6531) are refused: few relays take them.
    """
    text = written.strip().lower()
    name, at, domain = text.rpartition("@")
    if not at:
        raise BadEmail("not an e-mail address: there is no @")
    if not text.isascii():
        raise BadEmail("an e-mail address beyond ASCII letters cannot be used")
    if len(text) > LONGEST or len(name) > LONGEST_NAME:
        raise BadEmail(f"not an e-mail address: longer than {LONGEST} characters, or {LONGEST_NAME} before the @")
    if not NAME.fullmatch(name):
        raise BadEmail("not an e-mail address: wrong before the @")
    labels = domain.split(".")
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdecimal():
        raise BadEmail("not an e-mail address: no domain after the @")
    return text
