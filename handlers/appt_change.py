"""Another time for a standing appointment; the old one is kept until the new one is sure."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.booking import Appointment, Visit, Wanted
from bot.effects import ChangeBooking, Effect, Note, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots.times import SAME, shifted
from bot.understanding.understand import Understanding
from handlers import service_book, test_drive
from handlers.arranging import Plan, arrange
from handlers.asked_visit import again, answered, asked_about, missed, what_of
from handlers.dialogue import WHEN, settled
from handlers.handover import offered, summary, to_person
from handlers.of_a_visit import TOLD
from handlers.service_book import booked_params
from handlers.times import in_period
from handlers.told_of_a_visit import told_of

INTENT = "appt_change"
WANTS_ANOTHER = re.compile("[改换挪推调延]|提前|取消|别的|[去来]不|不[去来行]|早一?点|晚一?点|有事|没空|能不能")
TO_A_PART = re.compile(
    "[改换挪调](?:成|到|为|在)?[^,。]{0,4}(?:上午|下午|早上|中午|傍晚|晚上)"
)  # 改下午吧, of what stands at 12:30


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if (absent := missed(turn, read, now)) is not None:
        return again(absent, understood, turn, read, now)
    standing = meant(read.appointments(now), understood, asked_about(turn, read))
    if standing is None and turn.before.intent == "appt_cancel":  # 改下周一吧, of what was just called off
        drives = "model" in understood.slots and "service" not in understood.slots
        return _anew(drives, understood, turn, read, now)
    if standing is None:
        wish = "想改预约时间，系统里没有找到他的预约"
        return (
            Note(summary(wish, turn, understood.slots, "问要不要同事核对")),
            *offered(Say("booking.unknown"), understood, turn, read, now, "booking", wish=wish),
        )
    if standing.kind is Visit.TEST_DRIVE and test_drive.other_car(understood, read, now):
        return test_drive.handle(understood, turn, read, now)
    return _moved(standing, understood, turn, read, now)


def _anew(drives: bool, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if drives:
        return test_drive.handle(understood, turn, read, now)
    return service_book.handle(understood, turn, read, now)


def _moved(standing: Appointment, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if TOLD in understood.slots:
        return told_of(standing, understood, turn, read)
    local = standing.starts_at.astimezone(ZoneInfo(read.house().time_zone))
    slots = _moved_to(understood.slots, turn.inbound.text, local)
    if _keeps(understood.slots, turn.inbound.text, local):
        kept = booked_params(standing.starts_at, what_of(standing, read), "", read)
        return (*settled(turn), Say("booking.kept", kept))
    what = what_of(standing, read)
    plan = Plan(
        PromptKind.BOOKING, INTENT, Wanted(standing.kind, standing.minutes, standing.model), what,
        take=lambda start, lost: (
            *answered(turn),
            ChangeBooking(standing.id, start, lost),
            Say("booking.changed", booked_params(start, what, "", read, drive=standing.kind is Visit.TEST_DRIVE)),
        ),
        person=lambda: to_person(understood, turn, read, now, "booking", wish=f"想改{what}的时间，近期已约满"),
        change=True, stands=standing.starts_at,
    )  # fmt: skip
    return arrange(plan, slots, read, now)


def _keeps(slots: Mapping[str, object], text: str, local: datetime) -> bool:
    """No to another time, or 时间不变 and no other day: what stands is kept."""
    refuses = slots.get("_agreed") is False and not slots.get("time")
    plain = normalise(text)
    names_it = _only_names_it(slots, local)
    return refuses or (names_it and (SAME.search(plain) is not None or _says_it_again(slots, plain)))


def _says_it_again(slots: Mapping[str, object], plain: str) -> bool:
    """还是十点, where it stands at ten: no other time is wished for."""
    return bool(slots.get("date") and slots.get("time")) and not WANTS_ANOTHER.search(plain)


def _moved_to(said: Mapping[str, object], text: str, local: datetime) -> dict[str, object]:
    """The slots with the day and hour meant; what was not said of them is as it stands."""
    slots = dict(said)
    if slots.get("_about") == "any" and not WHEN & set(slots):
        return {**slots, "date_from": local.date().isoformat()}
    if not WHEN & set(slots) and (moved := shifted(text)):
        later = local + moved
        slots |= {"date": later.date().isoformat(), "time": later.strftime("%H:%M")}
    only_names_it = _only_names_it(slots, local) and not (slots.get("period") and TO_A_PART.search(normalise(text)))
    if only_names_it and "_about" not in slots:
        return {name: value for name, value in slots.items() if name not in WHEN}
    if "date" not in slots and "date_from" not in slots and ("time" in slots or "period" in slots):
        slots["date"] = local.date().isoformat()
    elif "date" in slots and "time" not in slots and "period" not in slots:
        slots["time"] = local.strftime("%H:%M")  # the same time on another day, unless it was said
    return slots


def _only_names_it(slots: Mapping[str, object], local: datetime) -> bool:
    """下周一那个保养我去不了了, 能换一天吗: the day, maybe the hour, that stands; no new one is said yet."""
    at, part = slots.get("time"), str(slots.get("period") or "")
    same_time = at == local.strftime("%H:%M") if at else not part or in_period(local, part)
    return slots.get("date") == local.date().isoformat() and same_time


def meant(
    standing: Sequence[Appointment], understood: Understanding, asked: Appointment | None = None
) -> Appointment | None:
    """The one the words fit (试驾, a model), else the one a reminder asked about, else the soonest."""
    slots = understood.slots
    drive = "试驾" in str(slots.get("service", "")) or slots.get("service") == "test_drive"
    fitting = [each for each in standing if drive and each.kind is Visit.TEST_DRIVE]
    fitting += [each for each in standing if slots.get("service") and not drive and each.kind is Visit.SERVICE]
    reminded = [each for each in standing if asked is not None and each.id == asked.id]
    return next(iter([*fitting, *reminded, *standing]), None)
