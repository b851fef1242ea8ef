"""A visit to the workshop: which car, what for, when; booked on a bay with an advisor to take the car in."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.booking import Appointment, Visit, Wanted, can_take
from bot.content import Content
from bot.customer import Vehicle
from bot.effects import Book, Effect, NoteBooking, Param, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.arranging import Plan, arrange, gives_up
from handlers.cars import own_car
from handlers.dialogue import WHEN, ask_for, settled
from handlers.handover import to_person
from handlers.times import shown

INTENT = "service_book"
WORK: Mapping[str, tuple[str, int]] = {
    "maintenance": ("保养", 60),
    "repair": ("检查维修", 120),
    "inspection": ("检测", 60),
    "other": ("到店服务", 60),
}


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    slots, cars = understood.slots, read.vehicles()
    name, minutes = work(str(slots.get("service", "")), read)
    wanted = Wanted(Visit.SERVICE, minutes)
    if gives_up(slots, turn.inbound.text):
        return (*settled(turn), Say("booking.later"))
    if not can_take(wanted, read.house().booking):
        return to_person(understood, turn, read, now, "booking", wish=f"预约{name}")
    car = own_car(understood, read)
    if (before := _standing(car, read, now)) is not None:
        return _beside(before, understood, turn, read, now)
    if car is None and len(cars) > 1:
        choice = "、".join(f"{each.model}{each.plate}" for each in cars)
        return (ask_for(PromptKind.BOOKING, Say("booking.which_car", {"cars": choice}), slots, now),)
    plan = Plan(
        PromptKind.BOOKING, INTENT, wanted, name,
        take=lambda start, lost: _take(start, lost, wanted, name, car, understood, turn, read),
        person=lambda: to_person(understood, turn, read, now, "booking", wish=f"预约{name}，近期已约满"),
    )  # fmt: skip
    return arrange(plan, slots, read, now)


def work(service: str, read: Read) -> tuple[str, int]:
    """`work_of` for a turn."""
    return work_of(service, read.content())


def work_of(service: str, content: Content) -> tuple[str, int]:
    """(name, minutes) of a kind of work or of an item of the price list."""
    item = content.services.item(service)
    return (item.name, item.minutes) if item else WORK.get(service, WORK["other"])


def booked_params(
    start: datetime, what: str, car: str, read: Read, *, drive: bool = False, repair: bool = False
) -> dict[str, Param]:
    when = shown(start, read.house().time_zone)
    return {"when": when, "what": what, "car": car, "drive": drive, "repair": repair}


def _take(
    start: datetime,
    lost: tuple[Effect, ...],
    wanted: Wanted,
    name: str,
    car: Vehicle | None,
    understood: Understanding,
    turn: Turn,
    read: Read,
) -> Sequence[Effect]:
    slots = understood.slots
    plate, model = str(slots.get("plate", "")), str(slots.get("model", ""))
    note = "；".join(str(slots[each]) for each in ("symptom", "mileage") if slots.get(each))
    service = str(slots.get("service", ""))
    booking = Book(wanted, start, service, car.id if car else None, plate if car is None else "", note, lost)
    shown = f"{car.model}{car.plate}" if car else f"{model}{plate}"
    told = booked_params(start, name, shown, read, repair=service == "repair")
    return (*settled(turn), booking, Say("booking.done", told))


def _standing(car: Vehicle | None, read: Read, now: datetime) -> Appointment | None:
    """Of that car, or of none we know of: two cars have two appointments."""
    visits = [each for each in read.appointments(now) if each.kind is Visit.SERVICE]
    return next((each for each in visits if not car or each.vehicle_id in (None, car.id)), None)


def _beside(before: Appointment, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """到时候顺便看下天窗 is one thing more at the visit that stands; a day or an hour may move it."""
    slots = understood.slots
    told = booked_params(before.starts_at, work(before.service, read)[0], "", read)
    if WHEN & set(slots):
        return (_already(before, slots, read, now),)
    if not (more := _more(understood, turn, read)):
        return (Say("booking.standing", told),)
    return (NoteBooking(before.id, more), Say("booking.noted", {**told, "more": more}))


def _more(understood: Understanding, turn: Turn, read: Read) -> str:
    """What else is to be done, in words; "" for nothing new."""
    slots = understood.slots
    items = [read.content().services.item(str(slots.get(each) or "")) for each in ("item", "service")]
    named = next((each.name for each in items if each), "")
    asked = "_more" in slots or slots.get("service") in ("repair", "other", "inspection") or "party_size" in slots
    return str(slots.get("symptom") or named or (turn.inbound.text if asked else ""))


def _already(before: Appointment, slots: Mapping[str, object], read: Read, now: datetime) -> Effect:
    """A second visit beside the first is rarely meant: asked, not guessed."""
    told = booked_params(before.starts_at, work(before.service, read)[0], "", read)
    return ask_for(PromptKind.READ_BACK, Say("booking.already", told), {**slots, "intent": "appt_change"}, now)
