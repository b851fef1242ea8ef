"""What a customer with an open case writes belongs to the case."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import AddToCase, Answer, Effect, PromptKind
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.acknowledged import only_acknowledges
from handlers.case_making import noted
from handlers.subject import case_open, is_words, prompt_of

INTENT = "unclear"


def wants(understood: Understanding, turn: Turn) -> bool:
    if not case_open(turn) or not is_words(turn) or "automatic" in understood.signals:
        return False
    return understood.intent == INTENT and not only_acknowledges(turn.inbound.text)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    assert turn.case is not None
    reason = prompt_of(turn, PromptKind.REASON)
    answered = (Answer(reason.id, None, "", turn.inbound.text),) if reason else ()
    return (*answered, AddToCase(turn.case.id, turn.inbound.text), *noted(turn))
