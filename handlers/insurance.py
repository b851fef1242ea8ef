"""Insurance: what a cover is for and when to renew, from approved answers.

For an offer, a claim and the own policy a colleague is offered.
"""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.effects import Effect, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.handover import answered, offered, page_of

INTENT = "insurance_query"


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """An offer is the insurer's: a colleague is offered, not called unasked."""
    topic = str(understood.slots.get("topic", ""))
    today = now.astimezone(ZoneInfo(turn.store.time_zone)).date()
    entry = read.answer(topic, today, "insurance_query") or read.answer(topic, today)
    if entry is None or "third_party" in understood.slots:
        return offered(
            Say("terms.insurance"), understood, turn, read, now, "insurance", wish="保险问题：报价、续保或理赔"
        )
    said = Say("faq.answer", {"answer": entry.answer, "clause": "", "own": "", **page_of(entry)})
    return answered(said, understood, turn, read, now, wish=f"问：{entry.title}")
