"""Told of an appointment that stands: when they will be there, who comes. It stays as it is, and colleagues read it."""

from collections.abc import Sequence

from bot.booking import Appointment
from bot.effects import Effect, Note, NoteBooking, Param, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.asked_visit import what_of
from handlers.of_a_visit import ARRIVES, TOLD
from handlers.service_book import booked_params

WORDS = 60  # signs of the customer's own


def told_of(visit: Appointment, understood: Understanding, turn: Turn, read: Read) -> Sequence[Effect]:
    """By SMS there is an approved text for what was noted, none for an hour."""
    at = str(understood.slots.get(ARRIVES) or "")
    late = understood.slots.get(TOLD) == "late"
    words = turn.inbound.text[:WORDS]
    note = f"客户说大约{at}到（{words}）" if late and at else f"客户说：{words}"
    told: dict[str, Param] = {
        **booked_params(visit.starts_at, what_of(visit, read), "", read), "arrives": at, "late": late,
    }  # fmt: skip
    said = "booking.noted" if turn.inbound.channel is Channel.SMS else "booking.told"
    return (NoteBooking(visit.id, note), Note(f"{told['when']}的{told['what']}：{note}"), Say(said, told))
