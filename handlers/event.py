"""Invitations: seats booked, changed, given back, declined (handbook H1.7.4)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Answer, Ask, CancelRsvp, Effect, HandOff, Param, PromptKind, Rsvp, Say
from bot.ports import EventView, Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.subject import ANSWERS_FOR, ATTENTION, prompt_of

INTENT = "event_rsvp"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, PromptKind.EVENT)
    event_id = prompt.ref.get("event_id") if prompt else None
    event = read.event(event_id) if event_id else read.invited_event(now)
    if event is None or event.starts_at <= now:
        return (HandOff("event_unknown", "normal", due_at=now + ATTENTION), Say("human.coming", {"by": None}))
    answered = (Answer(prompt.id, None, "", turn.inbound.text),) if prompt else ()
    if understood.slots["decision"] != "accept":
        return (*answered, *_decline(event))
    return (*answered, *_book(understood, event, _count(prompt.ref.get("seats")) if prompt else 0, now))


def _book(understood: Understanding, event: EventView, offered: int, now: datetime) -> Sequence[Effect]:
    """offered: the seats that were left when more were wanted; a mere yes takes them."""
    seats = _count(understood.slots.get("party_size")) or offered or event.my_seats or 1
    children = _count(understood.slots.get("children"))
    told: dict[str, Param] = {"event": event.name, "seats": seats, "starts_at": event.starts_at, "place": event.place}
    return (Rsvp(event.id, seats, children, otherwise=(_full(event, now),)), Say("event.booked", told))


def _full(event: EventView, now: datetime) -> Effect:
    """What is left is offered, and so a question that waits for its answer."""
    left = max(0, event.capacity - event.taken + event.my_seats)
    told = Say("event.full", {"event": event.name, "left": left})
    until = min(now + ANSWERS_FOR, event.starts_at)
    return Ask(told, PromptKind.EVENT, until, ref={"event_id": event.id, "seats": left}) if left else told


def _decline(event: EventView) -> Sequence[Effect]:
    if event.my_seats:
        return (CancelRsvp(event.id), Say("event.cancelled", {"event": event.name}))
    return (Say("event.declined", {"event": event.name}),)


def _count(said: object) -> int:
    return said if isinstance(said, int) else 0
