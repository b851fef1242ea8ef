"""A question about an event gets its own answer: when, where, what it costs, how many seats are left.

For anything else a person is offered. Who is registered is not invited again.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.effects import Effect, Param, PromptKind, Say
from bot.ports import EventView, Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.handover import answered, offered
from handlers.subject import prompt_of

INTENT = "event_query"
KNOWN = frozenset({"", "time", "places_left", "sign_up", "day"})
FREE = re.compile("0+(?:\\.0+)?元?|免费|不收费")
OTHER_DAY = re.compile(
    "(?:(?:周|星期|礼拜)[一二三四五六日天末]|[明后]天|下[周次期场]|别的|其他)[^,。]{0,6}(?:有没有|有吗|有么|还有|能[来去]|可以[吗么不来]|行[吗么不]|场)|"
    "(?:还有|有没有)[^,。]{0,3}(?:别的|其他|下[一]?)(?:场|时间|日子|期)"
)


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    event, topic = _event(turn, read, now), _topic(understood, turn)
    if event is None:
        wish = "问活动，系统里没有找到他被邀请的活动"
        return offered(Say("human.offer"), understood, turn, read, now, "event_unknown", wish=wish)
    known = topic in KNOWN or bool(topic == "cost" and event.cost) or bool(topic == "place" and event.place)
    facts = _facts(event, topic, turn, read, invites=not understood.wants("event_rsvp"))
    if known:
        return answered(Say("event.info", facts), understood, turn, read, now, wish="问活动")
    says, wish = Say("event.info_person", facts), f"问活动“{event.name}”：{topic}"
    return offered(says, understood, turn, read, now, "event_question", wish=wish)


def _topic(understood: Understanding, turn: Turn) -> str:
    topic = str(understood.slots.get("topic", ""))
    return "day" if topic in ("", "time") and OTHER_DAY.search(normalise(turn.inbound.text)) else topic


def _event(turn: Turn, read: Read, now: datetime) -> EventView | None:
    prompt = prompt_of(turn, PromptKind.EVENT)
    event_id = prompt.ref.get("event_id") if prompt else None
    return read.event(event_id) if event_id else read.invited_event(now)


def _facts(event: EventView, topic: str, turn: Turn, read: Read, *, invites: bool) -> Mapping[str, Param]:
    """invite: how to say yes stands at the end, once and not to who is registered."""
    free, left = FREE.fullmatch(event.cost) is not None, max(0, event.capacity - event.taken)
    return {
        "event": event.name, "starts_at": event.starts_at, "place": event.place, "left": left, "topic": topic,
        "cost": f"{event.cost}元" if event.cost.isdecimal() else event.cost, "free": free,
        "address": read.house().address, "joined": event.my_seats > 0,
        "invite": invites and not event.my_seats and "回复参加和人数" not in turn.told,
    }  # fmt: skip
