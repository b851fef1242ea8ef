"""An appointment given up: its places are free again; no reason is asked, another day is only mentioned."""

import re
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.booking import Appointment
from bot.effects import CancelBooking, Effect, Note, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.appt_change import meant
from handlers.asked_visit import answered, asked_about, missed, what_of
from handlers.dialogue import arranging, ask_for, settled
from handlers.handover import offered, summary
from handlers.service_book import booked_params
from handlers.times import shown

INTENT = "appt_cancel"
# 周六可能来不了: nothing is cancelled on a perhaps.
MAYBE = re.compile(
    "可能|说不定|不一定|不确定|没准|也许|兴许|估计|恐怕|怕是|大概率?[^,。]{0,2}[来去]不|不知道能不能|看情况"
)
PERHAPS_GIVEN_UP = re.compile("(?:可能|说不定|也许|估计|没准)[^,。]{0,4}(?:取消|不约)")
SURE = re.compile("取消|[改换挪推]|不约|退掉|下次再|算了|别留|不用留|给别人")
ILL = re.compile(
    "发[高低]?烧|高烧|生病|病了|住院|手术|受伤|骨折|摔[了着伤]|不舒服|急诊|肺炎|去世|过世|走了人|白事|奔丧"
)


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
    return _given_up(given_up, turn, read)


def _given_up(visit: Appointment, turn: Turn, read: Read) -> Sequence[Effect]:
    """可能来不了 keeps it, and asks for nothing."""
    plain = normalise(turn.inbound.text)
    ill = ILL.search(plain) is not None
    told = {**booked_params(visit.starts_at, what_of(visit, read), "", read), "ill": ill}
    if MAYBE.search(plain) and not SURE.search(PERHAPS_GIVEN_UP.sub(" ", plain)):
        return (Say("booking.standing" if turn.inbound.channel is Channel.SMS else "booking.maybe", told),)
    gone = CancelBooking(visit.id, otherwise=(Say("booking.none"),))
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
