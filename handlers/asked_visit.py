"""The appointment a reminder was about, and another time for one that was missed (handbook H2.2.2)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.booking import Appointment, AppointmentState, Visit, Wanted
from bot.effects import Answer, Book, Effect, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.arranging import Plan, arrange
from handlers.dialogue import settled
from handlers.handover import to_person
from handlers.service_book import booked_params, work
from handlers.subject import prompt_of

WHEN = ("date", "date_from", "time", "period")


def asked_about(turn: Turn, read: Read) -> Appointment | None:
    """Whatever became of it since; None where nothing was asked, or what was asked names none."""
    asked = prompt_of(turn, PromptKind.APPOINTMENT)
    number = asked.ref.get("appointment_id") if asked else None
    return None if number is None else read.appointment(number)


def missed(turn: Turn, read: Read, now: datetime) -> Appointment | None:
    """The one we asked about since nobody came, until there is another of its kind."""
    found = asked_about(turn, read)
    if found is None or found.state is not AppointmentState.NO_SHOW:
        return None
    return None if any(each.kind is found.kind for each in read.appointments(now)) else found


def answered(turn: Turn) -> Sequence[Effect]:
    """Every question about a time, and the reminder's, has its answer."""
    asked = prompt_of(turn, PromptKind.APPOINTMENT)
    reminder = (Answer(asked.id, None, "", turn.inbound.text),) if asked else ()
    return (*reminder, *settled(turn))


def what_of(visit: Appointment, read: Read) -> str:
    if visit.kind is Visit.TEST_DRIVE:
        return f"试驾{visit.model}"
    return work(visit.service, read)[0]


def again(visit: Appointment, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """The same work or drive at another time: the one named, else three free ones are offered."""
    what = what_of(visit, read)
    slots = dict(understood.slots)
    if not set(WHEN) & set(slots):
        tomorrow = now.astimezone(ZoneInfo(read.house().time_zone)).date() + timedelta(days=1)
        slots = {**slots, "date_from": tomorrow.isoformat()}
    slots.pop("_agreed", None)
    wanted = Wanted(visit.kind, visit.minutes, visit.model)

    def take(start: datetime, lost: tuple[Effect, ...]) -> Sequence[Effect]:
        booking = Book(wanted, start, visit.service, visit.vehicle_id, visit.plate, visit.note, lost)
        told = booked_params(start, what, "", read, drive=visit.kind is Visit.TEST_DRIVE)
        return (*answered(turn), booking, Say("booking.done", told))

    plan = Plan(
        PromptKind.BOOKING, "appt_change", wanted, what, take,
        person=lambda: to_person(understood, turn, read, now, "booking", wish=f"上次没来，想再约{what}，近期已约满"),
    )  # fmt: skip
    return arrange(plan, slots, read, now)
