"""Days and times a customer named, held against what is free: a start, or what to offer instead."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.booking import Wanted
from bot.ports import Read

OFFERED = 3
DAYS_ON = 7  # how many days the store opens an offer looks at, beyond the day that was asked for
LONGEST_HOLIDAY = 10  # days; the Spring Festival of 2026 has nine
PERIODS: Mapping[str, tuple[time, time]] = {
    "morning": (time(0), time(12)),
    "noon": (time(11), time(14)),
    "afternoon": (time(12), time(18)),
    "evening": (time(17), time(23, 59)),
}
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Day:
    """day: None when none was named. from_on: any day from then. at: local time, None when none was named."""

    day: date | None
    from_on: date | None
    at: time | None
    period: str


def day_of(slots: Mapping[str, object]) -> Day:
    """What the slots say of day and time; what cannot be read is as if it were not said."""
    named, later = _date(slots.get("date")), _date(slots.get("date_from"))
    return Day(named, later if named is None else None, _time(slots.get("time")), str(slots.get("period") or ""))


def start_of(said: Day, zone: str) -> datetime | None:
    if said.day is None or said.at is None:
        return None
    return datetime.combine(said.day, said.at, ZoneInfo(zone))


def offers(
    said: Day, wanted: Wanted, read: Read, now: datetime, besides: Collection[datetime] = ()
) -> tuple[datetime, ...]:
    """Up to three free starts: of the day and part of the day named, nearest to the time; else of the next days.

    besides: not these.
    """
    zone = ZoneInfo(read.house().time_zone)
    first = said.day or said.from_on or now.astimezone(zone).date()
    free = [each for each in read.free_slots(wanted, first, now) if in_period(each.astimezone(zone), said.period)]
    free = [each for each in free if each not in besides]
    if said.at is not None:
        asked = datetime.combine(first, said.at, zone)
        free = sorted(sorted(free, key=lambda each: abs(each - asked))[:OFFERED])
    if free:
        return tuple(spread(free)) if said.at is None else tuple(free)
    for day in _open_days(first, read):
        if free := [each for each in read.free_slots(wanted, day, now) if each not in besides]:
            return tuple(spread(free))
    return ()


def _open_days(after: date, read: Read) -> list[date]:
    """The next days the store opens, over a holiday too."""
    days = (after + timedelta(days=later) for later in range(1, DAYS_ON + LONGEST_HOLIDAY + 1))
    return [day for day in days if read.opens_on(day)][:DAYS_ON]


def as_options(starts: Sequence[datetime], zone: str) -> list[dict[str, object]]:
    """[{n, date, time}] in local time, as they are offered and picked."""
    local = [each.astimezone(ZoneInfo(zone)) for each in starts]
    return [
        {"n": number, "date": each.date().isoformat(), "time": each.strftime("%H:%M")}
        for number, each in enumerate(local, 1)
    ]


def day_shown(day: date) -> str:
    """9月20日（周日）."""
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


def shown(moment: datetime, zone: str) -> str:
    """9月19日（周六）09:00: never 后天, which is another day tomorrow."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_shown(local.date())}{local:%H:%M}"


def spread(free: Sequence[datetime]) -> list[datetime]:
    """The first, the middle and the last rather than three in a row: one of them suits most people."""
    if len(free) <= OFFERED:
        return list(free)
    return [free[0], free[len(free) // 2], free[-1]]


def in_period(local: datetime, period: str) -> bool:
    start, end = PERIODS.get(period, (time(0), time(23, 59)))
    return start <= local.time() < end


def _date(value: object) -> date | None:
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        return None


def _time(value: object) -> time | None:
    try:
        return value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError:
        return None
