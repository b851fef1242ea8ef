"""Spans as the control API writes them: `3d2h`, `90s`, `45m`."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

SPAN = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def span(text: str) -> timedelta:
    """ValueError unless `text` is days, hours, minutes, seconds in this order, at least one of them."""
    found = SPAN.fullmatch(text.strip())
    if not found or not any(found.groups()):
        raise ValueError(f"not a span like 3d2h, 90s or 45m: {text!r}")
    days, hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def instant(text: str) -> datetime:
    """ISO 8601; without a zone it is Beijing time. ValueError otherwise."""
    moment = datetime.fromisoformat(text.strip())
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
