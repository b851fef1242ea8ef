"""Values as a person here would say them: 今天 14:30, 明天 09:30, 11月26日 10:00."""

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = "Asia/Shanghai"
NAMED_DAYS = {-1: "昨天", 0: "今天", 1: "明天", 2: "后天"}


def as_text(value: object, now: object = None, zone: object = ZONE) -> object:
    """Instants become local text; None is a missing value, never the word None. Undefined stays and raises."""
    if value is None:
        raise ValueError("a variable is None")
    if isinstance(value, datetime):
        return local_time(value, now if isinstance(now, datetime) else None, str(zone))
    return value


def local_time(moment: datetime, now: datetime | None, zone: str = ZONE) -> str:
    """今天 14:30 · 明天 09:30 · 11月26日 10:00, with the year only when it is another one."""
    local = moment.astimezone(ZoneInfo(zone))
    if now is None:
        return f"{local.month}月{local.day}日 {local:%H:%M}"
    today = now.astimezone(ZoneInfo(zone)).date()
    day = NAMED_DAYS.get((local.date() - today).days)
    if day is None:
        year = "" if local.year == today.year else f"{local.year}年"
        day = f"{year}{local.month}月{local.day}日"
    return f"{day} {local:%H:%M}"
