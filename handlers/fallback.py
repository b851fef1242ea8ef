"""Not understood: one clarification, then a person. Never a second one (sms.md §7, point 10)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Ask, Effect, HandOff, PromptKind, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.acknowledged import only_acknowledges
from handlers.human import due
from handlers.menu import offer
from handlers.subject import ANSWERS_FOR, scored

INTENT = "unclear"


def wants(understood: Understanding, turn: Turn) -> bool:
    return True


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if "automatic" in understood.signals or understood.intent not in (INTENT, "survey_reply"):
        return ()
    survey = scored(turn)
    if only_acknowledges(turn.inbound.text) and survey is None:
        return ()
    if any(prompt.clarified or prompt.kind is PromptKind.CLARIFY for prompt in turn.prompts):
        return (HandOff("not_understood", "normal", due_at=due(read, now)), Say("fallback.person"))
    question = offer(survey) if survey else Say("clarify")
    ref = {"prompt_id": survey.id} if survey else {}
    return (Ask(question, PromptKind.CLARIFY, now + ANSWERS_FOR, ref=ref),)
