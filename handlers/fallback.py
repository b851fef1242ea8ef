"""Not understood: one clarification, then a person. Never a second one (sms.md §7, point 10)."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.effects import Ask, Effect, HandOff, PromptKind, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.acknowledged import only_acknowledges, opens_an_account, waits_for_us
from handlers.dialogue import ask_for
from handlers.human import due
from handlers.menu import offer
from handlers.of_a_repair import in_the_workshop
from handlers.subject import ANSWERS_FOR, ATTENTION, case_open, scored

INTENT = "unclear"
SOMEBODY_COMES = re.compile("联系您|回复您|给您(?:回|打|来)|转给|转告|通知您|告诉您|同事")
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
        return _waits_in_vain(turn, read, now)
    if opens_an_account(turn.inbound.text) and turn.inbound.channel is not Channel.SMS:
        return (Say("smalltalk.go_on"),)
    if any(prompt.clarified or prompt.kind is PromptKind.CLARIFY for prompt in turn.prompts):
        return (HandOff("not_understood", "normal", due_at=due(read, now)), Say("fallback.person"))
    question = offer(survey) if survey else Say("clarify")
    ref = {"prompt_id": survey.id} if survey else {}
    return (Ask(question, PromptKind.CLARIFY, now + ANSWERS_FOR, ref=ref),)


def _waits_in_vain(turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """行, 那我等电话, of whom nobody was going to call: somebody does, unless something lies open that explains it."""
    if not waits_for_us(turn.inbound.text) or turn.human or turn.waiting or case_open(turn) or turn.prompts:
        return ()
    explained = (
        in_the_workshop(read),
        read.car_on_order(),
        read.appointments(now),
        read.open_quote(now),
        read.invited_event(now),
    )
    if any(explained) or SOMEBODY_COMES.search(turn.told):
        return ()
    by = due(read, now)
    called = HandOff(
        "waits_for_a_call", "normal", due_at=by, summary="客户在等我们的电话或消息，没有查到在办的事，请联系确认"
    )
    return (called, Say("human.coming", {"by": None if by == now + ATTENTION else by}))
