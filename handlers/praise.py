"""Praise nobody asked for: thanked for, and passed on where it names somebody or says that it shall be."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Note, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots.people import staff
from bot.understanding.understand import Understanding
from bot.understanding.verdicts import praises_somebody
from handlers.subject import case_open

INTENT = "thanks"
PASSED_ON = "一定转达"  # praise.noted


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent == INTENT and praises_somebody(normalise(turn.inbound.text)) and not case_open(turn)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    note = Note(f"客户表扬，请转达。原话：{turn.inbound.text}")
    silent = turn.inbound.channel is Channel.SMS or PASSED_ON in turn.told  # no approved text; thanked for already
    return (note,) if silent else (note, Say("praise.noted", {"staff": staff(normalise(turn.inbound.text)) or ""}))
