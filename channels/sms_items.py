"""The entries of a provider's push, whoever pushed it. Nothing in them is signed, so nothing in them is trusted."""

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BadBody, BodyTooLarge
from bot.phones import BadPhone, parse_phone

MOST_ITEMS = 1000
BEIJING = ZoneInfo("Asia/Shanghai")
Item = dict[str, Any]


def items(body: bytes) -> list[Item]:
    """An array, or one object alone; what is no object is left out.

    Raises BadBody when it is no JSON, BodyTooLarge above 1000 entries.
    """
    try:
        read = json.loads(body or b"[]")
    except (ValueError, RecursionError) as error:
        raise BadBody("no JSON") from error
    entries = read if isinstance(read, list) else [read]
    if len(entries) > MOST_ITEMS:
        raise BodyTooLarge(f"{len(entries)} entries, {MOST_ITEMS} allowed")
    return [_storable(entry) for entry in entries if isinstance(entry, dict)]


def _storable(value: Any) -> Any:
    """Half an emoji, as a carrier may cut it, and a zero byte are text no database takes; NaN is no JSON there."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_storable(name): _storable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_storable(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def text(item: Mapping[str, Any], name: str) -> str:
    """Strings and numbers alike: documents of different years differ in it."""
    value = item.get(name)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def beijing_time(item: Mapping[str, Any], name: str, otherwise: datetime) -> datetime:
    """`2026-01-01 10:05:00`, Beijing without a zone."""
    found = text(item, name)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", found):
        return otherwise
    try:
        return datetime.strptime(found, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        return otherwise


def phone(item: Mapping[str, Any], name: str, prefix: str = "") -> str:
    """E.164. Raises BadBody, without the number."""
    try:
        return parse_phone(prefix + text(item, name)).e164
    except BadPhone as error:
        raise BadBody(f"{name}: {error}") from error


def digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
