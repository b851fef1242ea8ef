"""A question about an event: when, where, how many seats are left. For anything else a person is offered."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Param, PromptKind, Say
from bot.ports import EventView, Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.handover import answered, offered
from handlers.subject import prompt_of

INTENT = "event_query"
KNOWN = frozenset({"", "time", "place", "places_left", "sign_up"})


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    event, topic = _event(turn, read, now), str(understood.slots.get("topic", ""))
    if event is None:
        wish = "问活动，系统里没有找到他被邀请的活动"
        return offered(Say("human.offer"), understood, turn, read, now, "event_unknown", wish=wish)
    told = Say("event.info", _facts(event))
    if topic in KNOWN or (topic == "cost" and event.cost):
        return answered(told, understood, turn, read, now, wish="问活动")
    says, wish = Say("event.info_person", _facts(event)), f"问活动“{event.name}”：{topic}"
    return offered(says, understood, turn, read, now, "event_question", wish=wish)


def _event(turn: Turn, read: Read, now: datetime) -> EventView | None:
    prompt = prompt_of(turn, PromptKind.EVENT)
    event_id = prompt.ref.get("event_id") if prompt else None
    return read.event(event_id) if event_id else read.invited_event(now)


def _facts(event: EventView) -> dict[str, Param]:
    left = max(0, event.capacity - event.taken)
    return {"event": event.name, "starts_at": event.starts_at, "place": event.place, "left": left, "cost": event.cost}
