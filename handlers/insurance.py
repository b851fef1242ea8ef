"""Insurance: what a cover is for and when to renew, from approved answers.

For an offer, a claim and the own policy a colleague is offered.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.effects import Effect, Note, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.dialogue import settled
from handlers.handover import answered, offered, page_of, summary

INTENT = "insurance_query"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """An offer is the insurer's: a colleague is offered, not called unasked."""
    if understood.slots.get("_insured"):
        return _elsewhere(turn)
    topic = str(understood.slots.get("topic", ""))
    today = now.astimezone(ZoneInfo(turn.store.time_zone)).date()
    entry = read.answer(topic, today, "insurance_query") or read.answer(topic, today)
    if entry is None or "third_party" in understood.slots:
        return offered(
            Say("terms.insurance"), understood, turn, read, now, "insurance", wish="保险问题：报价、续保或理赔"
        )
    said = Say("faq.answer", {"answer": entry.answer, "clause": "", "own": "", **page_of(entry)})
    return answered(said, understood, turn, read, now, wish=f"问：{entry.title}")


def _elsewhere(turn: Turn) -> Sequence[Effect]:
    """我保险在别家买了: noted, and the renewal is spoken of no more; a colleague records it."""
    note = Note(summary("说保险已经买好，请登记续保结果，不用再催", turn, {}, "说已记下，不再催"))
    said = "info.noted" if turn.inbound.channel is Channel.SMS else "insurance.renewed"
    return (*settled(turn), note, Say(said))
