"""What we hold about somebody: shown, corrected or deleted by a person, after who asks is known (PIPL art. 44–47).

About somebody else: refused, nothing is kept of the asking, and nobody is called but for an answer by SMS.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Remember, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.slots.contact import asks_source
from bot.understanding.understand import Understanding
from handlers.handover import answered, to_person

INTENT = "privacy_request"
OTHERS = "other"  # somebody else's data, whoever asks
WITHDRAWN = "withdraw"
SOURCE = "了解个人信息的来源"
WISHES = {"export": "查阅或复制个人信息", "delete": "删除个人信息", "correct": "更正个人信息"}


def wants(understood: Understanding, turn: Turn) -> bool:
    """Of somebody who is not the customer there is nothing to delete but this address (handlers/wrong_person.py)."""
    removes = turn.customer.stranger and understood.wants("wrong_person")
    return understood.wants(INTENT) and not removes


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    action = str(understood.slots.get("action", "export"))
    if action == OTHERS:
        return answered(Say("privacy.others"), understood, turn, read, now, wish="要别人的信息，不能提供")
    if action == WITHDRAWN:
        return _withdrawn(understood, turn, read, now)
    wish = SOURCE if asks_source(normalise(turn.inbound.text)) else WISHES.get(action, WISHES["export"])
    says = Say("privacy.noted", {"wish": wish})
    if understood.slots.get("_asks"):
        says = Say("privacy.question")
    elif turn.before.intent == INTENT and f"（{wish}）" in turn.told:
        says = Say("privacy.standing", {"wish": wish})
    handed = to_person(
        understood, turn, read, now, "privacy", wish=f"个人信息请求：{wish}。请核实身份后办理并记录",
        told="说已登记、有人核实身份后办理，没有给出任何个人信息", says=says,
    )  # fmt: skip
    return (Remember("privacy_request", action), *handed)


def _withdrawn(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """算了先别删: nothing is deleted; a colleague, who has the wish before them, is told at once."""
    handed = to_person(
        understood, turn, read, now, "privacy", wish="撤回删除个人信息的要求，请不要删除", told="说先保留",
        says=Say("privacy.withdrawn", {"stood": bool(understood.slots.get("_stood"))}),
    )  # fmt: skip
    return (Remember("privacy_request", WITHDRAWN), *handed)
