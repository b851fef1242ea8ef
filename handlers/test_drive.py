"""A test drive: which model, when; booked on a car and a consultant, with what to bring (H2.2.2)."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.booking import Appointment, Visit, Wanted, can_take
from bot.effects import Book, Effect, Note, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.arranging import Plan, arrange, gives_up
from handlers.dialogue import ask_for, settled
from handlers.handover import offered, summary, to_person
from handlers.service_book import booked_params
from handlers.subject import prompt_of

INTENT = "test_drive_book"
INSTEAD_OF = "_instead_of"  # slot: the drive given up once the other is sure
SWAPS = re.compile("[改换](?!个?时间|一?天)|不试|还是(?:想|要)?[试看开]")
WITHOUT_A_CAR = "_without_a_car"  # the model asked for of which no car stands ready


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    slots, capacity = _with_what_stands(understood, turn, read, now), read.house().booking
    found = read.content().catalogue.find(str(slots.get("model", "")) or _spoken_of(turn))
    if gives_up(slots, turn.inbound.text):
        return (*settled(turn), Say("booking.later"))
    if found is None and not slots.get("model") and capacity.drive_cars:
        said = Say("drive.which", {"cars": "、".join(capacity.drive_cars)})
        return (ask_for(PromptKind.TEST_DRIVE, said, slots, now),)
    model = found.name if found else str(slots.get("model", ""))
    wanted = Wanted(Visit.TEST_DRIVE, capacity.drive_minutes, model)
    if not can_take(wanted, capacity):
        none, wish = Say("drive.none", {"model": model}), f"想试驾{model}，店里没有试驾车"
        return (
            Note(summary(wish, turn, slots, "问要不要顾问联系")),
            *offered(none, understood, turn, read, now, "test_drive", wish=wish, about={WITHOUT_A_CAR: model}),
        )
    plan = Plan(
        PromptKind.TEST_DRIVE, INTENT, wanted, f"试驾{model}",
        take=lambda start, lost: _take(start, lost, wanted, slots, turn, read),
        person=lambda: to_person(understood, turn, read, now, "test_drive", wish=f"想试驾{model}，近期已约满"),
    )  # fmt: skip
    return arrange(plan, {**slots, "model": model}, read, now)


def other_car(understood: Understanding, read: Read, now: datetime) -> Appointment | None:
    """改成牧野: the one drive that stands, where another model is named."""
    drives = [each for each in read.appointments(now) if each.kind is Visit.TEST_DRIVE]
    found = read.content().catalogue.find(str(understood.slots.get("model", "")))
    return drives[0] if len(drives) == 1 and found is not None and drives[0].model not in ("", found.name) else None


def _with_what_stands(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Mapping[str, object]:
    """The other car at the day and hour that stand, unless others are named."""
    slots, before = understood.slots, other_car(understood, read, now)
    if before is None or INSTEAD_OF in slots or not SWAPS.search(normalise(turn.inbound.text)):
        return slots
    at = before.starts_at.astimezone(ZoneInfo(read.house().time_zone))
    day = {} if {"date", "date_from"} & set(slots) else {"date": at.date().isoformat()}
    hour = {} if {"time", "period"} & set(slots) else {"time": f"{at:%H:%M}"}
    return {**slots, **day, **hour, INSTEAD_OF: before.id}


def _spoken_of(turn: Turn) -> str:
    """The one car the conversation was about, also the one that stands here for no drive."""
    if (without := prompt_of(turn, PromptKind.READ_BACK)) and turn.prompt is without and WITHOUT_A_CAR in without.known:
        return str(without.known[WITHOUT_A_CAR])
    asked = prompt_of(turn, PromptKind.NEEDS)
    models = asked.known.get("_models") if asked else None
    return str(models[0]) if isinstance(models, list) and len(models) == 1 else ""


def _take(
    start: datetime,
    lost: tuple[Effect, ...],
    wanted: Wanted,
    slots: Mapping[str, object],
    turn: Turn,
    read: Read,
) -> Sequence[Effect]:
    people, before = slots.get("party_size"), slots.get(INSTEAD_OF)
    given_up = before if isinstance(before, int) else None
    note = f"{people}人" if people else ""
    booking = Book(wanted, start, "test_drive", note=note, otherwise=lost, instead_of=given_up)
    told = booked_params(start, f"试驾{wanted.model}", "", read, drive=True)
    return (*settled(turn), booking, Say("booking.changed" if given_up else "booking.done", told))
