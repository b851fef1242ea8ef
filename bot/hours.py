"""Business time: minutes that count only while the store is open."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.dealer import Span
from bot.ports import BusinessCalendar

LONGEST_CLOSURE = 60  # days; beyond it the calendar is wrong, and a loop that never ends helps nobody


def add_business_time(
    start: datetime, amount: timedelta, opening: Span, zone: ZoneInfo, calendar: BusinessCalendar
) -> datetime:
    """The instant when `amount` of opening time has passed since `start`; aware, in UTC like `start`.

    Closing time itself still counts: nine hours from 08:30 end at 17:30 the same day. Opening hours are
    daily and do not run over midnight. Raises ValueError if the store never opens.
    """
    if opening.start >= opening.end:
        raise ValueError(f"opening {opening.start}–{opening.end} is not a span within one day")
    left, moment = amount, start.astimezone(zone)
    for closed in range(LONGEST_CLOSURE):
        day = moment.date() if closed == 0 else moment.date() + timedelta(days=1)
        moment = moment if closed == 0 else _at(day, opening.start, zone)
        if calendar.is_holiday(day):
            continue
        begin, end = max(moment, _at(day, opening.start, zone)), _at(day, opening.end, zone)
        if begin + left <= end:
            return (begin + left).astimezone(start.tzinfo)
        left -= max(end - begin, timedelta())
    raise ValueError(f"the store does not open within {LONGEST_CLOSURE} days")


def is_open(moment: datetime, opening: Span, zone: ZoneInfo, calendar: BusinessCalendar) -> bool:
    local = moment.astimezone(zone)
    return opening.holds(local.time()) and not calendar.is_holiday(local.date())


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone)
