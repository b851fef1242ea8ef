"""Invitations: seats booked, changed, given back, waited for, declined (handbook H1.7.4)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.effects import Answer, Ask, CancelRsvp, Effect, Param, PromptKind, Ref, Rsvp, Say, WaitForSeat
from bot.messages import Channel
from bot.ports import EventView, Read
from bot.turn import Prompt, Turn
from bot.understanding.invitations import head_count, heard, only_children
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from handlers.handover import offered
from handlers.of_an_event import counted_before
from handlers.subject import ANSWERS_FOR, prompt_of

INTENT = "event_rsvp"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    prompt = prompt_of(turn, PromptKind.EVENT)
    event_id = prompt.ref.get("event_id") if prompt else None
    event = read.event(event_id) if event_id else read.invited_event(now)
    if event is None or event.starts_at <= now:
        wish = "想参加或改动活动，系统里没有找到他被邀请的活动"
        return offered(Say("event.unknown"), understood, turn, read, now, "event_unknown", wish=wish)
    if understood.slots.get("_undecided"):
        return () if turn.inbound.channel is Channel.SMS else (Say("event.undecided"),)  # the invitation stays open
    decision = understood.slots.get("decision") or _heard(turn)
    if not decision:
        wish = "对活动邀请的答复没有看懂"
        return offered(Say("human.offer"), understood, turn, read, now, "event_unknown", wish=wish)
    answered = (Answer(prompt.id, None, "", turn.inbound.text),) if prompt else ()
    if decision != "accept":
        return (*answered, *_decline(event))
    seats, children = _party(_counted(understood, turn, event), turn.inbound.text, event, prompt)
    if understood.slots.get("wait"):
        wanted = _count(prompt.ref.get("wanted")) if prompt else 0
        return (*answered, _wait(max(seats, wanted), children, event))
    return (*answered, *_book(seats, children, event, now))


def _heard(turn: Turn) -> str:
    """What the words alone say, where only the subject was read; "" for neither yes nor no."""
    said = heard(normalise(turn.inbound.text))
    return said.decision if said else ""


def _counted(understood: Understanding, turn: Turn, event: EventView) -> Understanding:
    """两大一小 多少钱, then 好的 报名: so many."""
    if understood.slots.get("party_size") or event.my_wish:
        return understood
    seats, children = head_count(counted_before(turn))
    told = {"party_size": seats, **({} if children is None else {"children": children})} if seats else {}
    return replace(understood, slots={**told, **understood.slots})


def _party(understood: Understanding, text: str, event: EventView, prompt: Prompt | None) -> tuple[int, int]:
    """(seats, children among them). What is not said stays as it was; a mere yes takes the seats that were offered
    because more were wanted. 带两个孩子 of a couple that is registered makes a party of four."""
    said, small = _count(understood.slots.get("party_size")), understood.slots.get("children")
    offered = _count(prompt.ref.get("seats")) if prompt else 0
    grown_up = event.my_wish - event.my_children
    if isinstance(small, int) and event.my_wish and only_children(normalise(text)):
        return max(1, grown_up) + small, small
    seats = said or offered or event.my_wish or 1
    if isinstance(small, int) and not said:
        seats = max(seats, 1 + small)  # children come with somebody
    return seats, small if isinstance(small, int) else min(event.my_children, seats - 1)


def _book(seats: int, children: int, event: EventView, now: datetime) -> Sequence[Effect]:
    told: dict[str, Param] = {
        "event": event.name, "seats": seats, "children": children, "starts_at": event.starts_at, "place": event.place,
        "code": Ref("checkin_code"),
    }  # fmt: skip
    return (Rsvp(event.id, seats, children, otherwise=_full(event, seats, children, now)), Say("event.booked", told))


def _full(event: EventView, seats: int, children: int, now: datetime) -> tuple[Effect, ...]:
    """What is left is offered, and so a question that waits for its answer; with nothing left there is the list."""
    left = max(0, event.capacity - event.taken + event.my_seats)
    if 0 < left < seats:
        told = Say("event.full", {"event": event.name, "left": left})
        until = min(now + ANSWERS_FOR, event.starts_at)
        ref = {"event_id": event.id, "seats": left, "wanted": seats}
        return (Ask(told, PromptKind.EVENT, until, ref=ref),)
    return (_wait(seats, children, event),)


def _wait(seats: int, children: int, event: EventView) -> WaitForSeat:
    none = Say("event.full", {"event": event.name, "left": 0})
    waits = Say("event.waiting", {"event": event.name, "seats": seats})
    return WaitForSeat(event.id, seats, children, then=(waits,), otherwise=(none,))


def _decline(event: EventView) -> Sequence[Effect]:
    if event.my_state:
        return (CancelRsvp(event.id), Say("event.cancelled", {"event": event.name}))
    return (CancelRsvp(event.id), Say("event.declined", {"event": event.name}))


def _count(said: object) -> int:
    return said if isinstance(said, int) else 0
