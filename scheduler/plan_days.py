"""The days a rule looks at now: which anchors, and when its step is due for each, for whom.

Dates that many share (a delivery, the end of a policy) are not asked of the database but enumerated: a date is due
near now if it lies as far from now as the step's offset says.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.days import add_months, lunar_keys
from bot.journeys import EVENTS, MILESTONES, VISITS, Anchor, Journey, Step, due
from bot.ports import Calendars
from bot.sticky import BUCKETS
from store import anchors
from store.anchors import AnchorRow
from store.rule_days import Place, Times

HORIZON = timedelta(days=7)  # planned ahead for the schedule page; facts nearer than that are found at the next tick
LOOKBACK = timedelta(days=30)  # facts whose touchpoint expired longer ago than this are history, not silence
SLACK = timedelta(days=16)  # a month's length, and a holiday a step may be moved over
JITTER_STEP = 5  # minutes; a jitter is that fine


@dataclass(frozen=True, slots=True)
class Reach:
    """How far ahead is planned; further for a dry run."""

    now: datetime
    ahead: timedelta = HORIZON

    @property
    def horizon(self) -> datetime:
        return self.now + self.ahead

    @property
    def since(self) -> datetime:
        return self.now - LOOKBACK

    def dates(self, zone: str, behind: timedelta = timedelta(0)) -> tuple[date, date]:
        """Local dates something may be due on."""
        today = self.now.astimezone(ZoneInfo(zone)).date()
        return today - LOOKBACK - behind, today + self.ahead + timedelta(days=1)


def anchor_rows(
    conn: Connection, journey: Journey, step: Step, zones: Mapping[int, str], reach: Reach
) -> Iterable[AnchorRow]:
    now = reach.now
    if journey.anchor in EVENTS:
        return anchors.event_days(conn, journey.anchor, now, now - LOOKBACK)
    if journey.anchor in VISITS:
        return anchors.visit_days(conn, journey.anchor, now - LOOKBACK)
    match journey.anchor:
        case Anchor.ORDER_DELIVERED:
            behind = LOOKBACK + step.expires_after + timedelta(days=step.offset_days + 31 * step.offset_months)
            return anchors.delivery_days(conn, (now - behind).date())
        case Anchor.CASE_FIXED:
            return anchors.fixed_cases(conn)
        case Anchor.QUOTE_SENT:
            return anchors.sent_quotes(conn, now - LOOKBACK)
    return dated_rows(journey, step, zones, reach)


def dated_rows(journey: Journey, step: Step, zones: Mapping[int, str], reach: Reach) -> Iterator[AnchorRow]:
    """Of anchors that are days of a calendar, whoever they belong to."""
    for store_id, zone in zones.items():
        first, last = reach.dates(zone, step.expires_after)
        if journey.anchor is Anchor.OCCASION:
            yield from _occasions(store_id, journey, step, _unshifted(step, first), _unshifted(step, last))
        elif journey.anchor is Anchor.BIRTHDAY:
            yield from _birthdays(store_id, _unshifted(step, first), _unshifted(step, last))
        else:
            days = _days(_unshifted(step, first) - SLACK, _unshifted(step, last) + SLACK)
            yield from (AnchorRow(store_id, day.isoformat(), day.isoformat()) for day in days)


def _unshifted(step: Step, day: date) -> date:
    """About the anchor whose step is meant for `day`; SLACK covers the lengths of months."""
    return add_months(day, -step.offset_months) - timedelta(days=step.offset_days)


def _occasions(store_id: int, journey: Journey, step: Step, first: date, last: date) -> Iterator[AnchorRow]:
    if step.occurs is None:
        return
    for day, occurrence, number in step.occurs.between(first - SLACK, last + SLACK):
        begin = number * journey.sample % BUCKETS
        yield AnchorRow(store_id, occurrence, day.isoformat(), buckets=(begin, begin + journey.sample))


def _birthdays(store_id: int, first: date, last: date) -> Iterator[AnchorRow]:
    """Each day as a key; in a common year 02-29 as well, kept on the 28th, and each lunar day kept on it."""
    for day in _days(first, last):
        yield AnchorRow(store_id, day.isoformat(), day.isoformat())
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
            yield AnchorRow(store_id, f"{day.year}-02-29", day.isoformat())
        yield from (AnchorRow(store_id, key, day.isoformat()) for key in lunar_keys(day))


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=ahead) for ahead in range((last - first).days))


@dataclass(slots=True)
class Known:
    """What one step's times were for each anchor: nothing else decides them, and a calendar is slow to ask."""

    times: dict[tuple[AnchorRow, anchors.Place], list[tuple[int, Times]]] = field(default_factory=dict)


def times_of(
    rows: Iterable[AnchorRow], step: Step, places: Mapping[int, anchors.Place], calendars: Calendars, known: Known
) -> dict[Place, Times]:
    """When the step is due for each, parted by a jitter. known: afterwards that of these rows."""
    found: dict[Place, Times] = {}
    used: dict[tuple[AnchorRow, anchors.Place], list[tuple[int, Times]]] = {}
    for row in rows:
        place = places[row.store_id]
        parts = used[row, place] = known.times.get((row, place)) or _times(row, step, place, calendars)
        found.update(((row.store_id, row.key, begin), times) for begin, times in parts)
    known.times = used
    return found


def _times(row: AnchorRow, step: Step, place: anchors.Place, calendars: Calendars) -> list[tuple[int, Times]]:
    """By the first bucket each is for."""
    at = due(step, row.moment, place.time_zone, calendars.of(place.code))
    found = []
    for begin, end, minutes in _parts(step, row.buckets):
        moment = at + timedelta(minutes=minutes)
        ends = moment + step.expires_after
        found.append((begin, (moment, min(ends, row.ends_at) if row.ends_at else ends, end)))
    return found


def _parts(step: Step, buckets: tuple[int, int]) -> list[tuple[int, int, int]]:
    """(first bucket, first no longer, minutes later); a sample is not jittered as well."""
    count = min(step.jitter_minutes // JITTER_STEP, BUCKETS)
    if count < 2 or buckets != (0, BUCKETS):
        return [(*buckets, 0)]
    edges = [BUCKETS * each // count for each in range(count + 1)]
    return [(edges[each], edges[each + 1], each * JITTER_STEP) for each in range(count)]


def parted(journey: Journey, step: Step) -> bool:
    return journey.sample < BUCKETS or step.jitter_minutes // JITTER_STEP >= 2


def shared_by_many(anchor: Anchor) -> bool:
    """Enumerated, not read: the same all day."""
    return anchor in MILESTONES or anchor in (Anchor.OCCASION, Anchor.BIRTHDAY)
