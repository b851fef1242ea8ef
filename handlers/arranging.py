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
from handlers.times import Day, as_options, day_of, offers, shown, start_of

GIVES_UP = re.compile("算了|不约|不用|不去|不来|不做|不试|取消|再说|没空|以后")
Slots = Mapping[str, object]
Take = Callable[[datetime, tuple[Effect, ...]], Sequence[Effect]]
Give = Callable[[], Sequence[Effect]]


@dataclass(frozen=True, slots=True)
class Plan:
    """kind: of the question while something is missing; intent: what goes on with the answer. what: in words.

    take: books a start, given what to do when it was lost. person: when nothing is free at all.
    change: another time for what stands.
    """

    kind: PromptKind
    intent: str
    wanted: Wanted
    what: str
    take: Take
    person: Give
    change: bool = False


def arrange(plan: Plan, slots: Slots, read: Read, now: datetime) -> Sequence[Effect]:
    """Who took none of the times offered is asked for one of their own."""
    if slots.get("_agreed") is False:
        slots = _without(slots, "date", "time", "period")
    house, said = read.house(), day_of(slots)
    if said.day is None and said.from_on is None and said.at is None and not said.period:
        return (_when(plan, slots, read, now),)
    if said.day is not None and not _bookable(said, house.time_zone, house.booking.ahead_days, now):
        return (_when(plan, _without(slots, "date", "time", "period"), read, now, out_of_range=True),)
    start = start_of(said, house.time_zone)
    if start is not None and said.day is not None and start in read.free_slots(plan.wanted, said.day, now):
        lost = ask_for(plan.kind, Say("booking.taken"), {**_without(slots, "time"), "intent": plan.intent}, now)
        return plan.take(start, (lost,))
    found = offers(said, plan.wanted, read, now)
    return (offer(plan, found, slots, read, now, full=start is not None),) if found else plan.person()


def gives_up(slots: Slots, text: str) -> bool:
    """No to every time, and to coming at all."""
    return slots.get("_agreed") is False and GIVES_UP.search(text) is not None


def offer(plan: Plan, starts: Sequence[datetime], slots: Slots, read: Read, now: datetime, *, full: bool) -> Effect:
    """full: the time that was asked for is not to be had; of a day the store is closed on, that is said instead."""
    named = day_of(slots).day
    closed = named is not None and not read.opens_on(named)
    zone = read.house().time_zone
    options = as_options(starts, zone)
    known = {**_without(slots, "time"), "date": options[0]["date"], "intent": plan.intent, "options": options}
    choices = "\n".join(f"{number}. {shown(each, zone)}" for number, each in enumerate(starts, 1))
    said: dict[str, Param] = {
        "what": plan.what,
        "choices": choices,
        "full": full and not closed,
        "closed": closed,
        "change": plan.change,
        "times": _times(starts, zone),
    }
    return ask_for(PromptKind.OPTIONS, Say("booking.options", said), known, now)


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
