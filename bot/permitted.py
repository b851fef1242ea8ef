"""When a message may go: the hours of its category and the days of its rule, in the store's zone. Pure.

What is allowed changes at the start of a span, at the end of one, at midnight and where the clocks change; so the next
allowed moment is one of a few instants a day, and none of them is missed however the zone turns its clocks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.dealer import Spans, open_at
from bot.journeys import A_YEAR, DayRule, allowed
from bot.messages import Category
from bot.ports import BusinessCalendar

TEN = time(10)  # a step without a time of its own is shifted to this one, like the check-in (design §4)
LOOKED_THROUGH = 8  # days; a clock change may swallow one day's only span, hardly a week of them


@dataclass(frozen=True, slots=True)
class Permit:
    """hours: each must hold; none: any hour. days: each must allow the day. at: where a shifted day begins."""

    zone: str
    calendar: BusinessCalendar
    hours: tuple[Spans, ...] = ()
    days: tuple[DayRule, ...] = ()
    at: time = TEN

    def holds(self, moment: datetime) -> bool:
        return self.on_a_day(moment) and in_hours(self.hours, moment, self.zone)

    def on_a_day(self, moment: datetime) -> bool:
        return self._allows(_local(moment, self.zone).date())

    def guessed(self, moment: datetime) -> bool:
        """A rule asked the calendar about this day, and nobody has published it yet."""
        asks = any(rule is not DayRule.ANY for rule in self.days)
        return asks and self.calendar.projected(_local(moment, self.zone).date())

    def first(self, earliest: datetime) -> datetime:
        """The first permitted moment from `earliest` on; a day that is not allowed is left for the next one that is,
        at the step's own time. Raises ValueError when a year has none.
        """
        moment = earliest
        for _ in range(A_YEAR):
            if not self.on_a_day(moment):
                moment = self._shifted(moment)
            elif not in_hours(self.hours, moment, self.zone):
                moment = next_open(self.hours, moment, self.zone)
            else:
                return moment
        raise ValueError(f"no permitted time after {earliest}")

    def _shifted(self, moment: datetime) -> datetime:
        today = _local(moment, self.zone).date()
        for ahead in range(1, A_YEAR):
            if self._allows(day := today + timedelta(days=ahead)):
                return datetime.combine(day, self.at, ZoneInfo(self.zone)).astimezone(UTC)
        raise ValueError(f"no allowed day after {today}")

    def _allows(self, day: date) -> bool:
        return all(allowed(rule, day, self.calendar) for rule in self.days)


def day_rules(category: Category, rule: DayRule) -> tuple[DayRule, ...]:
    """A survey never lands on a statutory holiday, whatever its step says (design §4)."""
    return (rule, DayRule.NOT_HOLIDAY) if category is Category.SURVEY else (rule,)


def in_hours(hours: tuple[Spans, ...], moment: datetime, zone: str) -> bool:
    local = _local(moment, zone).time()
    return all(open_at(spans, local) for spans in hours)


def next_open(hours: tuple[Spans, ...], moment: datetime, zone: str) -> datetime:
    """The first instant from `moment` on that all hours hold. Raises ValueError when there is none."""
    if in_hours(hours, moment, zone):
        return moment
    day = _local(moment, zone).date()
    for ahead in range(LOOKED_THROUGH):
        for instant in sorted(_edges(hours, day + timedelta(days=ahead), zone)):
            if instant > moment and in_hours(hours, instant, zone):
                return instant
    raise ValueError(f"hours never open after {moment}")


def _edges(hours: tuple[Spans, ...], day: date, zone: str) -> Iterator[datetime]:
    """Where quiet may end on this day: a start, twice when the clock is set back, and the change of the clock."""
    for spans in hours:
        for span in spans:
            start = datetime.combine(day, span.start, ZoneInfo(zone))
            yield from (start.replace(fold=fold).astimezone(UTC) for fold in (0, 1))
    yield from _change(day, zone)


def _change(day: date, zone: str) -> Iterator[datetime]:
    """The instant this day's clock is changed, to the second."""
    begin, end = (
        datetime.combine(each, time(), ZoneInfo(zone)).astimezone(UTC) for each in (day, day + timedelta(days=1))
    )
    before = _offset(begin, zone)
    if _offset(end, zone) == before:
        return
    low, high = 0, int((end - begin).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(begin + timedelta(seconds=middle), zone) == before else (low, middle)
    yield begin + timedelta(seconds=high)


def _offset(moment: datetime, zone: str) -> timedelta | None:
    return _local(moment, zone).utcoffset()


def _local(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(ZoneInfo(zone))
