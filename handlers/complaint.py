"""A grievance nobody asked for: the same case, apology and deadlines as after a low score."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, Effect, PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers import survey
from handlers.case_making import apology, knows_of_it, noted, take
from handlers.of_a_case import OF_IT
from handlers.subject import prompt_of

INTENT = "complaint"


def wants(understood: Understanding, turn: Turn) -> bool:
    """谁给你们我号码的, of somebody who is not the customer: whoever looks that up tells them; nobody else calls."""
    if OF_IT in understood.slots:
        return False
    if turn.customer.stranger and understood.wants("privacy_request"):
        return False
    return understood.wants(INTENT) and understood.intent != "emergency" and not survey.wants(understood, turn)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    taken = take(understood, turn, read, now)
    reason = prompt_of(turn, PromptKind.REASON)
    answered = (Answer(reason.id, None, "", turn.inbound.text),) if reason else ()
    if knows_of_it(turn):
        return (*answered, *taken.effects, *noted(turn))
    return (*answered, *taken.effects, apology(taken, turn, now, told=True))
