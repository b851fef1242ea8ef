"""Finding a time for a visit: only what is missing is asked, three free times are offered, what is free is booked."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.booking import Wanted
from bot.effects import Effect, Param, PromptKind, Say
from bot.ports import Read
from handlers.dialogue import ask_for
from handlers.offering import again_offered
from handlers.times import Day, as_options, day_of, offers, shown, start_of

GIVES_UP = re.compile("算了|不约|不用|不去|(?<!起)不来|不做(?!得)|不试|取消|再说|没空|以后")
DAY_BEFORE = "_day_before"  # slot: the day whose times did not suit
NOTHING_MORE: Mapping[str, Param] = {}
Slots = Mapping[str, object]
Take = Callable[[datetime, tuple[Effect, ...]], Sequence[Effect]]
Give = Callable[[], Sequence[Effect]]


@dataclass(frozen=True, slots=True)
class Plan:
    """kind: of the question while something is missing; intent: what goes on with the answer. what: in words.

    take: books a start, given what to do when it was lost. person: when nothing is free at all.
    change: another time for what stands. stands: when that is; it is not offered.
    """

    kind: PromptKind
    intent: str
    wanted: Wanted
    what: str
    take: Take
    person: Give
    change: bool = False
    stands: datetime | None = None


def arrange(plan: Plan, slots: Slots, read: Read, now: datetime) -> Sequence[Effect]:
    """Who took none of the times offered is asked for one of their own."""
    if "_about" in slots:
        return _spoken_of(plan, slots, read, now)
    if slots.get("_agreed") is False:
        slots = {**_without(slots, "date", "time", "period"), DAY_BEFORE: slots.get("date")}
    slots = _of_the_day_before(slots)
    house, said = read.house(), day_of(slots)
    if said.day is None and said.from_on is None and said.at is None and not said.period:
        return (_when(plan, slots, read, now),)
    if said.day is not None and not _bookable(said, house.time_zone, house.booking.ahead_days, now):
        return (_when(plan, _without(slots, "date", "time", "period"), read, now, out_of_range=True),)
    start = start_of(said, house.time_zone)
    if start is not None and said.day is not None and start in read.free_slots(plan.wanted, said.day, now):
        lost = ask_for(plan.kind, Say("booking.taken"), {**_without(slots, "time"), "intent": plan.intent}, now)
        return plan.take(start, (lost,))
    found = offers(said, plan.wanted, read, now, _but(plan))
    return (offer(plan, found, slots, read, now, full=start is not None),) if found else plan.person()


def _of_the_day_before(slots: Slots) -> Slots:
    """不行, then 下午呢: of the day whose times did not suit."""
    day, hour = {"date", "date_from"} & set(slots), {"time", "period"} & set(slots)
    return {**slots, "date": slots[DAY_BEFORE]} if hour and not day and slots.get(DAY_BEFORE) else slots


def _spoken_of(plan: Plan, slots: Slots, read: Read, now: datetime) -> Sequence[Effect]:
    """Times on offer of which none was chosen: what was asked is said, and they are named again, or others."""
    found, about = again_offered(plan.wanted, slots, read, now, _but(plan)), slots["_about"]
    if not found:
        return plan.person()
    said: dict[str, Param] = {"which": about == "which", "minutes": plan.wanted.minutes if about == "long" else 0}
    if about == "span":
        said |= _span(plan, found[0], read, now)
    return (offer(plan, found, slots, read, now, full=False, said=said),)


def _span(plan: Plan, start: datetime, read: Read, now: datetime) -> dict[str, Param]:
    """The first and the last hour of that day that can be had."""
    zone = ZoneInfo(read.house().time_zone)
    free = read.free_slots(plan.wanted, start.astimezone(zone).date(), now)
    return {"first": f"{free[0].astimezone(zone):%H:%M}", "last": f"{free[-1].astimezone(zone):%H:%M}"} if free else {}


def _but(plan: Plan) -> tuple[datetime, ...]:
    return (plan.stands,) if plan.stands else ()


def gives_up(slots: Slots, text: str) -> bool:
    """No to every time, and to coming at all."""
    return slots.get("_agreed") is False and GIVES_UP.search(text) is not None


def offer(
    plan: Plan,
    starts: Sequence[datetime],
    slots: Slots,
    read: Read,
    now: datetime,
    *,
    full: bool,
    said: Mapping[str, Param] = NOTHING_MORE,
) -> Effect:
    """full: the time that was asked for is not to be had; of a day the store is closed on, that is said instead."""
    named = day_of(slots).day
    closed = named is not None and not read.opens_on(named)
    zone = read.house().time_zone
    options = as_options(starts, zone)
    known = {**_without(slots, "time"), "date": options[0]["date"], "intent": plan.intent, "options": options}
    choices = "\n".join(f"{number}. {shown(each, zone)}" for number, each in enumerate(starts, 1))
    told: dict[str, Param] = {
        "which": False, "minutes": 0, "first": "", "last": "",
        **said,
        "what": plan.what,
        "choices": choices,
        "full": full and not closed,
        "closed": closed,
        "change": plan.change,
        "times": _times(starts, zone),
    }  # fmt: skip
    return ask_for(PromptKind.OPTIONS, Say("booking.options", told), known, now)


def _when(plan: Plan, slots: Slots, read: Read, now: datetime, *, out_of_range: bool = False) -> Effect:
    opening = read.house().opening
    said: dict[str, Param] = {
        "what": plan.what, "opens": opening.start.strftime("%H:%M"), "closes": opening.end.strftime("%H:%M"),
        "out_of_range": out_of_range, "change": plan.change, "days": read.house().booking.ahead_days,
    }  # fmt: skip
    return ask_for(plan.kind, Say("booking.when", said), {**slots, "intent": plan.intent}, now)


def _bookable(said: Day, zone: str, ahead_days: int, now: datetime) -> bool:
    today = now.astimezone(ZoneInfo(zone)).date()
    return said.day is not None and today <= said.day <= today + timedelta(days=ahead_days)


def _times(starts: Sequence[datetime], zone: str) -> str:
    """Short enough for an SMS variable: 9月19日 09:00、10:00."""
    first = starts[0].astimezone(ZoneInfo(zone))
    same = [each.astimezone(ZoneInfo(zone)) for each in starts]
    return f"{first.month}月{first.day}日 " + "、".join(f"{each:%H:%M}" for each in same if each.date() == first.date())


def _without(slots: Slots, *names: str) -> dict[str, object]:
    return {name: value for name, value in slots.items() if name not in names}
