"""A test drive: which model, when; booked on a car and a consultant, with what to bring (H2.2.2)."""

from collections.abc import Sequence
from datetime import datetime

from bot.booking import Visit, Wanted, can_take
from bot.effects import Book, Effect, Note, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.arranging import Plan, arrange, gives_up
from handlers.dialogue import ask_for, settled
from handlers.handover import offered, summary, to_person
from handlers.service_book import booked_params
from handlers.subject import prompt_of

INTENT = "test_drive_book"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    slots, capacity = understood.slots, read.house().booking
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
            *offered(none, understood, turn, read, now, "test_drive", wish=wish),
        )
    plan = Plan(
        PromptKind.TEST_DRIVE, INTENT, wanted, f"试驾{model}",
        take=lambda start, lost: _take(start, lost, wanted, understood, turn, read),
        person=lambda: to_person(understood, turn, read, now, "test_drive", wish=f"想试驾{model}，近期已约满"),
    )  # fmt: skip
    return arrange(plan, {**slots, "model": model}, read, now)


def _spoken_of(turn: Turn) -> str:
    """The one car the conversation was about."""
    asked = prompt_of(turn, PromptKind.NEEDS)
    models = asked.known.get("_models") if asked else None
    return str(models[0]) if isinstance(models, list) and len(models) == 1 else ""


def _take(
    start: datetime, lost: tuple[Effect, ...], wanted: Wanted, understood: Understanding, turn: Turn, read: Read
) -> Sequence[Effect]:
    people = understood.slots.get("party_size")
    booking = Book(wanted, start, "test_drive", note=f"{people}人" if people else "", otherwise=lost)
    told = booked_params(start, f"试驾{wanted.model}", "", read, drive=True)
    return (*settled(turn), booking, Say("booking.done", told))
