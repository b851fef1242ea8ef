"""To a person, with what colleagues need to go on: the wish, the customer's words, what is known, what was said."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.effects import Effect, HandOff, Param, PromptKind, Say
from bot.faq import Entry
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import LEANS, Understanding
from handlers.dialogue import ask_for
from handlers.human import due
from handlers.subject import ATTENTION

NOTHING = "只说会有同事联系，没有答应任何事"
WORDS = 80  # characters of the customer's message a summary quotes
NAMES = {
    "model": "车型", "plate": "车牌", "mileage": "里程", "date": "日期", "date_from": "最早日期", "time": "时间",
    "period": "时段", "service": "项目", "symptom": "现象", "location": "位置", "topic": "问题", "party_size": "人数",
    "budget": "预算", "purpose": "用途", "body": "车身", "energy": "能源", "seats_min": "座位", "home_charger": "家充",
    "phone": "电话", "pickup_person": "取车人", "reasons": "原因", "action": "要求", "third_party": "三者险",
    "decision": "意见", "approved": "同意", "rejected": "不做", "first_reg": "上牌",
}  # fmt: skip
# Answers with an approved text or a link of their own for who wrote by SMS (config/dealer.yaml).
BY_SMS = frozenset(
    {"faq.answer", "house.hours", "event.info", "order.expected", "order.status", "price.item", "churn.noted",
     "privacy.others"}
)  # fmt: skip
COMING = frozenset({"human.coming", "fallback.person"})
COMING_SAID = re.compile("转给同事|请同事|转告|再提醒同事")
REMINDED = "已再提醒同事"  # human.again
Values = Mapping[str, object]
NOTHING_ABOUT: Values = {}


def to_person(
    understood: Understanding,
    turn: Turn,
    read: Read,
    now: datetime,
    reason: str,
    *,
    wish: str,
    told: str = NOTHING,
    priority: str = "normal",
    owner: int | None = None,
    says: Say | None = None,
) -> Sequence[Effect]:
    """wish: in words for colleagues. says: instead of the plain "a colleague answers by then"; {"by"} is added."""
    by = due(read, now)
    handed = HandOff(reason, priority, owner, by, summary(wish, turn, understood.slots, told))
    later: dict[str, Param] = {"by": None if by == now + ATTENTION else by}
    said = says or Say("human.coming")
    if turn.inbound.channel is Channel.SMS:
        said = Say("human.coming")  # no free text by SMS, and this one is approved
    return (handed, Say(said.message_id, {**said.params, **later}, said.category))


def answered(
    say: Say, understood: Understanding, turn: Turn, read: Read, now: datetime, *, wish: str
) -> Sequence[Effect]:
    """A fact. SMS carries no free text: there it is an approved text, or a link; what has neither a person tells."""
    if turn.inbound.channel is not Channel.SMS or say.message_id in BY_SMS:
        return (say,)
    return to_person(understood, turn, read, now, "sms_question", wish=wish)


def offered(
    say: Say,
    understood: Understanding,
    turn: Turn,
    read: Read,
    now: datetime,
    reason: str,
    *,
    wish: str,
    about: Values = NOTHING_ABOUT,
) -> Sequence[Effect]:
    """What has no approved answer is said to have none; a colleague is offered, and a yes calls one (human.py).

    Nobody is called for idle curiosity, and nothing is made up. Words that sound like a grievance or a call for help
    go to a person at once (`leans`, bot/understanding/understand.py).
    """
    if LEANS in understood.signals or turn.human is not None:
        return to_person(understood, turn, read, now, reason, wish=wish)
    known = {
        **about,
        "intent": "human_request",
        "_wish": summary(wish, turn, understood.slots, "说了没有现成的答案，问要不要同事"),
    }
    said = Say("human.offer") if turn.inbound.channel is Channel.SMS else say
    return (ask_for(PromptKind.READ_BACK, said, known, now, priority=2),)


def not_word_for_word(effect: Effect, turn: Turn) -> Effect:
    """Who was told that a colleague comes, and writes again, is told what is new: reminded, and the house's number."""
    if not isinstance(effect, Say) or effect.message_id not in COMING or turn.inbound.channel is Channel.SMS:
        return effect
    if not turn.waiting or not COMING_SAID.search(turn.told):
        return effect
    often = REMINDED in turn.told
    params: dict[str, Param] = {"by": None, **effect.params, "often": often, "hotline": turn.store.hotline}
    return Say("human.again", params, effect.category)


def page_of(entry: Entry) -> dict[str, Param]:
    """By SMS an answer is a link to its page (web/answer_page.py)."""
    return {"title": entry.title, "topic": entry.id}


def summary(wish: str, turn: Turn, slots: Values, told: str) -> str:
    known = "；".join(f"{NAMES[name]} {_plain(value)}" for name, value in slots.items() if name in NAMES and value)
    lines = [f"客户需要：{wish}", f"原话：{turn.inbound.text[:WORDS]}"]
    return "\n".join([*lines, *([f"已知：{known}"] if known else []), f"已答复：{told}"])


def _plain(value: object) -> str:
    if isinstance(value, Mapping):
        names = {"about": "约", "max": "不超过", "min": "不低于"}
        return " ".join(f"{names.get(str(name), name)}{each}" for name, each in value.items())
    if isinstance(value, list | tuple):
        return "、".join(str(each) for each in value)
    return "是" if value is True else str(value)
