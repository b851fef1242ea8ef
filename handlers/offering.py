"""Which times are named after some were, and none was chosen: the same again, later or earlier ones, or others."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.booking import Wanted
from bot.ports import Read
from handlers.times import Day, day_of, offers, spread

Slots = Mapping[str, object]


def again_offered(
    wanted: Wanted, slots: Slots, read: Read, now: datetime, besides: Collection[datetime]
) -> Sequence[datetime]:
    """slots: _about; where times were on offer _listed, _of (an hour), _elsewhere: another day was named."""
    zone, said, about = ZoneInfo(read.house().time_zone), day_of(slots), slots["_about"]
    listed = _starts(slots.get("_listed"), zone)
    if not listed:
        return offers(_from_today(said, now, zone), wanted, read, now, besides)
    day = said.day or listed[0].date()
    free = [each for each in read.free_slots(wanted, day, now) if each not in besides]
    there = set(free)
    if about in ("which", "long") or (about == "span" and not slots.get("_elsewhere")):
        return [each for each in listed if each in there] or offers(said, wanted, read, now, besides)
    if about in ("later", "earlier"):
        found = _beyond(free, str(slots.get("_of") or ""), listed, later=about == "later")
        return spread(found) if found else offers(Day(None, day + timedelta(days=1), None, ""), wanted, read, now)
    besides = {*besides, *listed} if about == "other" else besides
    return offers(replace(said, day=day, at=None), wanted, read, now, besides)


def _from_today(said: Day, now: datetime, zone: ZoneInfo) -> Day:
    return said if said.day or said.from_on else replace(said, from_on=now.astimezone(zone).date())


def _beyond(free: Sequence[datetime], of: str, listed: Sequence[datetime], *, later: bool) -> list[datetime]:
    """Later or earlier than the hour spoken of, else than the first or the last of those named."""
    hour = time.fromisoformat(of) if of else None
    edge = datetime.combine(listed[0].date(), hour, listed[0].tzinfo) if hour else listed[0] if later else listed[-1]
    return [each for each in free if (each > edge if later else each < edge)]


def _starts(listed: object, zone: ZoneInfo) -> list[datetime]:
    if not isinstance(listed, list):
        return []
    return [
        datetime.combine(date.fromisoformat(each["date"]), time.fromisoformat(each["time"]), zone) for each in listed
    ]
