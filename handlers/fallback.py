"""Not understood: one clarification, then a person. Never a second one (sms.md §7, point 10)."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Ask, Effect, HandOff, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.acknowledged import only_acknowledges
from handlers.dialogue import ask_for
from handlers.human import due
from handlers.menu import offer
from handlers.subject import ANSWERS_FOR, scored

INTENT = "unclear"
TOO_MANY = re.compile(
    "(?:消息|短信|信息|微信|广告|推送|活动)[^,。，]{0,8}(?:太多|好多|这么多|太频繁|天天|老是?|一直|不停|没完)"
)


def wants(understood: Understanding, turn: Turn) -> bool:
    return True


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    if "automatic" in understood.signals or understood.intent not in (INTENT, "survey_reply"):
        return ()
    if TOO_MANY.search(turn.inbound.text) and turn.inbound.channel is not Channel.SMS:
        known = {"intent": "opt_out", "scope": "marketing"}
        return (ask_for(PromptKind.READ_BACK, Say("optout.offer"), known, now),)
    survey = scored(turn)
    if only_acknowledges(turn.inbound.text) and survey is None:
        return ()
    if any(prompt.clarified or prompt.kind is PromptKind.CLARIFY for prompt in turn.prompts):
        return (HandOff("not_understood", "normal", due_at=due(read, now)), Say("fallback.person"))
    question = offer(survey) if survey else Say("clarify")
    ref = {"prompt_id": survey.id} if survey else {}
    return (Ask(question, PromptKind.CLARIFY, now + ANSWERS_FOR, ref=ref),)
