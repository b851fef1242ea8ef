"""Whether the store is open on the day, the festival or at the hour somebody asks about."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots import dates, times
from bot.understanding.slots.festivals import days_of
from handlers.times import day_shown

COMES_THEN = re.compile("[去来到]|还有人|有人吗|开着|关门了?吗|下班了?吗")  # 晚上七点去还有人吗
RIGHT_NOW = re.compile(
    "(?:今天|现在|这会儿|此刻)[^,。!?]{0,4}(?:还|在|有)?(?:开|营业|上班|有人)|还(?:开着|有人|在不在|上班|营业)"
)


def opening_told(turn: Turn, read: Read, now: datetime) -> str:
    """国庆放假吗 → 10月1日（周四）至10月7日（周三）期间休息…，其余照常营业。 "" where no day is asked about."""
    text, house = normalise(turn.inbound.text), read.house()
    local = now.astimezone(ZoneInfo(house.time_zone))
    if days := days_of(text, local.date()):
        return _festival(days, read)
    named = dates.day(text, local.date())
    if named is not None and named.on is not None and named.on != local.date():
        return f"{day_shown(named.on)}{'照常营业' if read.opens_on(named.on) else '休息'}。"
    hour = next(iter(times.named(text, house.opening)), None) if COMES_THEN.search(text) else None
    if hour and (named is None or named.on in (None, local.date())):
        inside = house.opening.start <= hour <= house.opening.end
        return f"{hour:%H:%M}店里{'有人' if inside else '已经下班了，没有人接待'}。"
    return _today(local, read) if named is not None or RIGHT_NOW.search(text) else ""


def _today(local: datetime, read: Read) -> str:
    opening = read.house().opening
    if not read.opens_on(local.date()):
        return "今天休息。"
    if local.time() < opening.start:
        return "今天照常营业，还没到开门时间。"
    return "现在正在营业。" if local.time() < opening.end else "今天已经下班了。"


def _festival(days: Sequence[date], read: Read) -> str:
    shut = [each for each in days if not read.opens_on(each)]
    span = f"{day_shown(days[0])}至{day_shown(days[-1])}" if len(days) > 1 else day_shown(days[0])
    if not shut:
        return f"{span}照常营业。"
    if len(shut) == len(days):
        return f"{span}休息。"
    return f"{span}期间休息{'、'.join(f'{each.month}月{each.day}日' for each in shut)}，其余照常营业。"
