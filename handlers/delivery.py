"""A new car: what papers belong to it (general). When it comes, what is missing: a person looks (H2.4.3)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.effects import Effect, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from bot.understanding.wishes import asks
from handlers.handover import answered, page_of, to_person

INTENT: Final = "delivery_query"
GENERAL = re.compile("哪些|什么(?:材料|资料|证件|手续|东西)|都有啥|要带|带什么|准备什么|清单")
MISSING = re.compile("没给|没有给|没拿|没收|少了|缺|还没|丢|找不到|漏|给我了吗|在哪")

WANTS_OTHER = re.compile("提前|早点|早些|之前|以前|前[提拿取能]|催|快点|推迟|晚[点些几]|改|来得及|赶")


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    topic, text = str(understood.slots.get("topic", "")), turn.inbound.text
    entry = read.answer(topic, now.astimezone(ZoneInfo(turn.store.time_zone)).date(), INTENT)
    if entry and (GENERAL.search(text) or asks(normalise(text))) and not MISSING.search(text):
        said = Say("faq.answer", {"answer": entry.answer, "clause": "", "own": "", **page_of(entry)})
        return answered(said, understood, turn, read, now, wish=f"问：{entry.title}")
    if topic != "documents" and (told := _expected(turn, read, now)) is not None:
        if not WANTS_OTHER.search(text):
            return answered(told, understood, turn, read, now, wish="问新车什么时候到")
        return to_person(understood, turn, read, now, "delivery", wish="想知道能否另一天交车", says=told)
    wish = "交车资料问题，可能缺件" if topic == "documents" else "问新车什么时候到、什么时候交"
    return to_person(
        understood,
        turn,
        read,
        now,
        "delivery",
        wish=wish,
        told="没有说交车日期",
        says=Say("order.delivery", {"topic": topic}),
    )


def _expected(turn: Turn, read: Read, now: datetime) -> Say | None:
    """The day the customer was told, as the DMS has it; None where it is past, or there is none."""
    ordered = read.car_on_order()
    today = now.astimezone(ZoneInfo(turn.store.time_zone)).date()
    if ordered is None or ordered.expected_on is None or ordered.expected_on < today:
        return None
    day = f"{ordered.expected_on.month}月{ordered.expected_on.day}日"
    return Say("order.expected", {"model": ordered.model, "day": day})
