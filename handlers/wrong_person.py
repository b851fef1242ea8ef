"""Somebody else at this number or openid: an apology, nothing more goes there, and one question: remove it?

Nothing of the customer's is said to them, not even a name. Staff find the right number; it is asked for at the next
visit. Whoever turns out to be the customer after all is served again at once.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, Ask, Effect, Note, PromptKind, Say, Stranger
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import strangers
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.subject import ANSWERS_FOR, is_words, prompt_of

INTENT = "wrong_person"
STOPPED = "不会再发消息到这里"  # stranger.heard


def wants(understood: Understanding, turn: Turn) -> bool:
    silence = turn.customer.stranger and understood.wants("opt_out")
    return understood.wants(INTENT) or silence or _returns(turn)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    asked = prompt_of(turn, PromptKind.STRANGER)
    answered = (Answer(asked.id, None, "", turn.inbound.text),) if asked else ()
    decision = strangers.MINE if _returns(turn) else understood.slots.get("decision")
    if decision == strangers.MINE:
        return (*answered, Stranger(is_one=False), Say("stranger.welcome"))
    if decision == strangers.REMOVE or understood.wants("opt_out"):
        return (*answered, Stranger(is_one=True, remove=True), _find_the_right_number(), Say("stranger.removed"))
    if decision == strangers.KEEP:
        return answered
    if asked or turn.customer.stranger:
        return (Stranger(is_one=True), *_once_more(turn))
    question = Ask(Say("stranger.sorry"), PromptKind.STRANGER, now + ANSWERS_FOR, priority=6)
    return (Stranger(is_one=True), _find_the_right_number(), question)


def _once_more(turn: Turn) -> Sequence[Effect]:
    """我没买过你们车啊, after the question: heard, and how to be rid of us, said once."""
    said = turn.inbound.channel is not Channel.SMS and STOPPED not in turn.told
    return (Say("stranger.heard"),) if said else ()


def _returns(turn: Turn) -> bool:
    """Who once said they are somebody else says that they are the customer."""
    return turn.customer.stranger and is_words(turn) and strangers.claims_to_be_them(normalise(turn.inbound.text))


def _find_the_right_number() -> Note:
    """Nobody waits for an answer, so nobody is called: it stands in the thread, and the number is asked for at the
    next visit."""
    return Note("这个号码或微信不是客户本人，已停止发送。下次来店或通话时请核对新号码")
