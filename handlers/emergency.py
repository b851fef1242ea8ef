"""Danger: the first reply is safety, then a person, around the clock (domain.md §1.10)."""

from collections.abc import Sequence
from datetime import datetime

from bot.effects import Effect, Param, Say
from bot.messages import Category, Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding import under_way
from bot.understanding.normalise import normalise
from bot.understanding.safety import knocked
from bot.understanding.understand import Understanding
from handlers.case_making import take

INTENT = "emergency"
OF_PEOPLE = frozenset({"medical", "accident", "person_trapped"})  # 没事了 says it of them; no car is cool by it
BURNS = frozenset({"smoke_fire", "ev_battery"})
HURT_TOLD = "有人受伤请立即"  # safety.stop, safety.more; where nobody is it says 有人受伤立即


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.intent == INTENT


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """What to do, in full once; then what each line adds or asks, until another kind of danger or an injury is told."""
    kind, injury = str(understood.slots["kind"]), understood.slots.get("injury")
    told_hurt, text = HURT_TOLD in turn.told, normalise(turn.inbound.text)
    said = _said(kind, text)
    begins_anew = under_way.CALLED_OFF in turn.told and said not in ("over", "out", "nothing")
    grew = kind in BURNS and under_way.flames(text)
    other = under_way.told_kind(turn.told) != kind and said != "nothing"
    new = other or (injury is True and not told_hurt) or begins_anew or grew
    params: dict[str, Param] = {"kind": kind, "injury": injury is True or (told_hurt and injury is None)}
    if new or turn.inbound.channel is Channel.SMS:  # no other approved text there
        params |= {"away": under_way.away(text), "past": under_way.recent(text), "knocked": knocked(text)}
        say = Say("safety.stop", params, Category.SAFETY)
    else:
        params |= {"said": said, "location": str(understood.slots.get("location", ""))}
        say = Say("safety.more", params, Category.SAFETY)
    return (say, *take(understood, turn, read, now).effects)


def _said(kind: str, text: str) -> str:
    """人都下来了 ends it for who was shut in; beside a car that smokes it calls nobody off, nor does 没事了 alone."""
    said = under_way.said(text)
    if said not in ("over", "out") or (kind == "person_trapped" and said == "out"):
        return said
    if said == "over" and under_way.was_nothing(text):
        return "nothing"
    well = kind in OF_PEOPLE and "事了" in text
    return "over" if well or under_way.called_off(text) else "stopped"
