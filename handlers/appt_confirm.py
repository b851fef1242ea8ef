"""Yes, I will come: noted on the appointment, and said back with its time."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.booking import Visit
from bot.effects import Answer, ConfirmBooking, Effect, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.appt_change import meant
from handlers.asked_visit import again, asked_about, missed, what_of
from handlers.of_a_visit import TOLD
from handlers.service_book import booked_params
from handlers.subject import prompt_of
from handlers.told_of_a_visit import told_of

ASKS = re.compile("几点|什么时候|哪天|几号|多少号|[吗么嘛?？]$")  # who asks when it was has not said they come
INTENT = "appt_confirm"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if (absent := missed(turn, read, now)) is not None:
        return again(absent, understood, turn, read, now)
    asked = prompt_of(turn, PromptKind.APPOINTMENT)
    answered = (Answer(asked.id, None, "", turn.inbound.text),) if asked else ()
    standing = meant(read.appointments(now), understood, asked_about(turn, read))
    if standing is None:
        return answered
    if TOLD in understood.slots:
        return (*answered, *told_of(standing, understood, turn, read))
    if "_asks" in understood.slots or ASKS.search(turn.inbound.text):
        return (
            *answered,
            Say("booking.standing", booked_params(standing.starts_at, what_of(standing, read), "", read)),
        )
    drive = standing.kind is Visit.TEST_DRIVE
    told = booked_params(standing.starts_at, what_of(standing, read), "", read, drive=drive)
    return (*answered, ConfirmBooking(standing.id), Say("booking.confirmed", told))
