"""An appointment given up: its places are free again; no reason is asked, another day is only mentioned."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.booking import Appointment
from bot.effects import CancelBooking, Effect, Note, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.appt_change import meant
from handlers.asked_visit import answered, asked_about, missed, what_of
from handlers.dialogue import arranging, ask_for, settled
from handlers.handover import offered, summary
from handlers.service_book import booked_params
from handlers.times import shown

INTENT = "appt_cancel"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    standing, zone, asked = read.appointments(now), ZoneInfo(read.house().time_zone), asked_about(turn, read)
    if missed(turn, read, now) is not None:
        return (*answered(turn), Say("booking.later"))
    on_day = [each for each in standing if _day(each, zone) == str(understood.slots.get("date", ""))]
    if not standing and arranging(turn):
        return (*settled(turn), Say("booking.later"))
    if not standing:
        wish = "想取消预约，系统里没有找到他的预约"
        return (
            Note(summary(wish, turn, understood.slots, "问要不要同事核对")),
            *offered(Say("booking.unknown"), understood, turn, read, now, "booking", wish=wish),
        )
    if understood.slots.get("_agreed") is False:
        return (*settled(turn), Say("booking.later"))
    reminded = [each for each in standing if asked is not None and each.id == asked.id]
    if len(standing) > 1 and len(on_day) != 1 and not reminded:
        return (_which(standing, read, now, zone),)
    given_up = on_day[0] if len(on_day) == 1 else meant(standing, understood, asked)
    assert given_up is not None
    told = booked_params(given_up.starts_at, what_of(given_up, read), "", read)
    gone = CancelBooking(given_up.id, otherwise=(Say("booking.none"),))
    return (*answered(turn), gone, Say("booking.cancelled", told))


def _which(standing: Sequence[Appointment], read: Read, now: datetime, zone: ZoneInfo) -> Effect:
    options: list[dict[str, object]] = [
        {"n": number, "date": _day(each, zone)} for number, each in enumerate(standing, 1)
    ]
    lines = [
        f"{number}. {shown(each.starts_at, read.house().time_zone)} {what_of(each, read)}"
        for number, each in enumerate(standing, 1)
    ]
    known = {"intent": INTENT, "options": options}
    return ask_for(PromptKind.OPTIONS, Say("booking.which", {"choices": "\n".join(lines)}), known, now)


def _day(each: Appointment, zone: ZoneInfo) -> str:
    return each.starts_at.astimezone(zone).date().isoformat()
