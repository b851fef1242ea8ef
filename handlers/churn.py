"""Why somebody stays away: noted, thanked for, never argued with; what hurt them goes to a person (H1.7.5)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import CHURN, Answer, Effect, Note, PromptKind, Remember, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.dialogue import ask_for
from handlers.handover import answered, summary, to_person
from handlers.subject import prompt_of

INTENT = "churn_reply"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT) and not understood.wants("complaint")


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    given = understood.slots.get("reasons")
    reasons = [str(each) for each in given] if isinstance(given, list | tuple) else []
    asked = prompt_of(turn, PromptKind.CHURN)
    noted: tuple[Effect, ...] = (Answer(asked.id, None, "", turn.inbound.text),) if asked else ()
    noted += tuple(Remember(CHURN, each) for each in reasons)
    if read.content().surveys.hurtful(reasons):
        return (*noted, *_hurt(understood, turn, read, now))
    if understood.slots.get("interest") is True:
        told = Note(summary("流失客户愿意再来", turn, understood.slots, "问哪天方便过来"))
        say = Say("churn.welcome")
        return (*noted, told, ask_for(PromptKind.BOOKING, say, {"service": "maintenance"}, now, priority=1))
    return (*noted, *answered(Say("churn.noted"), understood, turn, read, now, wish="说了不来的原因"))


def _hurt(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    return to_person(
        understood,
        turn,
        read,
        now,
        "churn_hurt",
        wish="因为质量或态度不再来店，请先道歉再了解",
        says=Say("churn.sorry"),
    )
