"""A pushed body or decrypted document → its fields, in XML or JSON (wechat.md §2.1), refused before it can do harm.

Whoever reads a field asks for its type: what is not what WeChat sends is a BadBody, wherever it stands.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NoReturn

import xmltodict

from bot.errors import BadBody, BodyTooLarge

LARGEST = 64 * 1024  # before any parsing: nested elements are cheap to send and dear to read (§1.4)
LONGEST_WORD = 64  # of what WeChat itself names: kinds, events, ids of templates
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # by XML, and by the database
OPENID = re.compile(r"[^\s<>\]]{1,128}")  # it goes back into XML
SECONDS = re.compile(r"[0-9]{1,10}", re.ASCII)
CDATA = re.compile(r"<!\[CDATA\[.*?\]\]>", re.DOTALL)

Fields = Mapping[str, Any]


def plausible(body: bytes) -> None:
    """Cheap looks before any signature is computed. Raises BodyTooLarge or BadBody."""
    if len(body) > LARGEST:
        raise BodyTooLarge(f"{len(body)} bytes")
    if not body.strip():
        raise BadBody("the body is empty")
    _no_doctype(body.decode("utf-8", "replace"))


def is_json(document: str) -> bool:
    return document.lstrip()[:1] in ("{", "[")


def fields_of(document: str) -> Fields:
    """The fields of a document, nested where WeChat nests. Raises BadBody."""
    try:
        found = json.loads(document, parse_constant=_no_number) if is_json(document) else _xml(document)
    except BadBody:
        raise
    except Exception as error:  # the parsers let several kinds through, RecursionError among them
        raise BadBody(f"not a message: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise BadBody("not a message")
    return found


def word(fields: Fields, name: str, longest: int = LARGEST) -> str:
    """A field's text; "" when it is missing or empty. JSON may bring numbers."""
    value = fields.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise BadBody(f"{name} is no text")
    text = UNWRITABLE.sub("", str(value))
    if len(text) > longest:
        raise BadBody(f"{name} is too long")
    return text


def needed(fields: Fields, name: str, longest: int = LARGEST) -> str:
    text = word(fields, name, longest)
    if not text:
        raise BadBody(f"{name} is missing")
    return text


def inner(fields: Fields, name: str) -> Fields:
    """A nested element; empty when it is missing."""
    value = fields.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BadBody(f"{name} has no fields")
    return value


def entries(fields: Fields, name: str) -> Sequence[Fields]:
    """A repeated element: a single one is a dict for xmltodict, several are a list (wechat.md §2.8)."""
    value = fields.get(name) or []
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(each, dict) for each in found):
        raise BadBody(f"{name} has no fields")
    return found


def openid(fields: Fields, name: str = "FromUserName") -> str:
    found = word(fields, name)
    if not OPENID.fullmatch(found):
        raise BadBody("no sender")
    return found


def moment(fields: Fields, name: str = "CreateTime") -> datetime:
    """In seconds (courier reads milliseconds, §7.2)."""
    stamp = word(fields, name)
    if not SECONDS.fullmatch(stamp):
        raise BadBody(f"{name} is no time")
    return datetime.fromtimestamp(int(stamp), UTC)


def _xml(document: str) -> object:
    _no_doctype(document)
    return xmltodict.parse(document)["xml"]


def _no_doctype(document: str) -> None:
    if "<!doctype" in document.lower() and "<!DOCTYPE" in CDATA.sub("", document).upper():
        raise BadBody("a document type is not accepted")


def _no_number(name: str) -> NoReturn:
    raise BadBody(f"{name} is no number")
