"""Owner events as rules: what kinds there are, in which waves is invited, how long an offered seat is kept. Pure."""

import hashlib
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.errors import RuleBroken

MORNING, EVENING = time(8), time(21)  # hours of service messages (design §4): nobody answers what comes at night
DOORS: Final = timedelta(minutes=30)  # before the beginning nobody is moved up any more; who comes then walks in
SHORTEST_OFFER: Final = timedelta(minutes=30)
AFTER_DOORS: Final = timedelta(days=2)  # a page with a code on it must open at the door, and a little after
CODES = range(1000, 10000)
CONVERTS_WITHIN: Final = timedelta(days=30)  # domain.md §1.8


class EventKind(StrEnum):
    LECTURE = "lecture"
    DRIVE = "drive"
    SALON = "salon"
    FAMILY = "family"
    TEST_DRIVE = "test_drive"
    SERVICE = "service"
    OTHER = "other"


class RsvpState(StrEnum):
    """HELD below: those whose seats count as taken."""

    GOING = "going"
    WAITING = "waiting"
    OFFERED = "offered"  # a seat came free and is kept until `offered_until`
    LAPSED = "lapsed"  # it was not confirmed in time
    DECLINED = "declined"
    CANCELLED = "cancelled"


HELD = (RsvpState.GOING.value, RsvpState.OFFERED.value)
CONCERNED = (*HELD, RsvpState.WAITING.value)


def shares_of(text: str) -> tuple[int, ...]:
    """ "40 30 30" → (40, 30, 30). Raises RuleBroken bad_shares unless they are positive and come to 100."""
    parts = text.replace(",", " ").replace("，", " ").replace("、", " ").replace("%", " ").split()
    shares = tuple(int(part) for part in parts if part.isdecimal() and len(part) <= 3)
    if len(shares) != len(parts) or sum(shares) != 100 or not all(shares):
        raise RuleBroken("bad_shares", "各批比例要是正整数，合计 100，例如 40 30 30")
    return shares


def wave_size(shares: tuple[int, ...], number: int, audience: int) -> int | None:
    """How many the wave (from 1) invites; the last one everybody left: None. Rounded up, so that a small file is not
    left out of the first."""
    return None if number >= len(shares) else -(-audience * shares[number - 1] // 100)


def offer_until(now: datetime, starts_at: datetime, hours: int, zone: str) -> datetime | None:
    """Counted from when the message may go out. None: too near to the beginning to ask anybody."""
    until = min(_told_at(now, zone) + timedelta(hours=hours), starts_at - DOORS)
    return until if until - _told_at(now, zone) >= SHORTEST_OFFER else None


def _told_at(now: datetime, zone: str) -> datetime:
    local = now.astimezone(ZoneInfo(zone))
    if MORNING <= local.time() < EVENING:
        return now
    day = local.date() + timedelta(days=local.time() >= EVENING)
    return datetime.combine(day, MORNING, ZoneInfo(zone)).astimezone(now.tzinfo)


def checkin_code(event_id: int, customer_id: int, turn: int = 0) -> int:
    """Four digits without a leading zero. turn: another one, when this is somebody else's. No secret: only staff who
    are logged in can use it, and they see the name."""
    drawn = hashlib.sha256(f"{event_id}/{customer_id}/{turn}".encode()).digest()
    return CODES[int.from_bytes(drawn[:4]) % len(CODES)]
