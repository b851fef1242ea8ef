"""Business time: minutes that count only while the store is open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.dealer import Span, StoreConfig
from bot.ports import BusinessCalendar

LONGEST_CLOSURE = 60  # days; beyond it the calendar is wrong, and a loop that never ends helps nobody


@dataclass(frozen=True, slots=True)
class Opening:
    """When a store works: spans of a day in order, lunch left out, and which days.

    workdays: closed at weekends, save the make-up workdays of the calendar; else only statutory holidays are closed.
    Spans are daily and do not run over midnight.
    """

    spans: tuple[Span, ...]
    zone: ZoneInfo
    calendar: BusinessCalendar
    workdays: bool = False

    def __post_init__(self) -> None:
        for span in self.spans:
            if span.start >= span.end:
                raise ValueError(f"opening {span.start}–{span.end} is not a span within one day")

    def is_open(self, moment: datetime) -> bool:
        local = moment.astimezone(self.zone)
        return self._works(local.date()) and any(span.holds(local.time()) for span in self.spans)

    def after(self, start: datetime, amount: timedelta) -> datetime:
        """The instant when `amount` of opening time has passed since `start`; in the zone of `start`.

        Closing time itself still counts: nine hours from 08:30 end at 17:30 the same day. Raises ValueError if the
        store never opens.
        """
        left = amount
        for begin, end in self._open_from(start):
            if begin + left <= end:
                return (begin + left).astimezone(start.tzinfo)
            left -= end - begin
        raise ValueError(f"the store does not open within {LONGEST_CLOSURE} days")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much opening time lies between two instants; nothing when `end` is not after `start`."""
        passed = timedelta()
        for opens, closes in self._open_from(start):
            if opens >= end:
                break
            passed += min(closes, end) - opens
        return passed

    def _open_from(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """What is left of each open span from `start` on; ends after LONGEST_CLOSURE days without an open one."""
        moment = start.astimezone(self.zone)
        day, closed = moment.date(), 0
        while closed < LONGEST_CLOSURE:
            works = self._works(day)
            closed = 0 if works else closed + 1
            for span in self.spans if works else ():
                begin, end = max(moment, _at(day, span.start, self.zone)), _at(day, span.end, self.zone)
                if begin <= end:
                    yield begin, end
            day += timedelta(days=1)

    def _works(self, day: date) -> bool:
        return self.calendar.is_workday(day) if self.workdays else not self.calendar.is_holiday(day)


def opening_of(store: StoreConfig, calendar: BusinessCalendar) -> Opening:
    return Opening(store.open_spans, ZoneInfo(store.time_zone), calendar, store.open_days == "workdays")


def add_business_time(
    start: datetime, amount: timedelta, opening: Span, zone: ZoneInfo, calendar: BusinessCalendar
) -> datetime:
    """`Opening.after` for a store without lunch that opens on every day but holidays."""
    return Opening((opening,), zone, calendar).after(start, amount)


def is_open(moment: datetime, opening: Span, zone: ZoneInfo, calendar: BusinessCalendar) -> bool:
    return Opening((opening,), zone, calendar).is_open(moment)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone)
