"""A new car: what papers belong to it (general). When it comes, what is missing: a person looks (H2.4.3)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.effects import Effect, Note, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.normalise import normalise
from bot.understanding.understand import Understanding
from bot.understanding.wishes import asks
from handlers.dialogue import WHEN
from handlers.handover import WORDS, answered, page_of, summary, to_person

INTENT: Final = "delivery_query"
GENERAL = re.compile("哪些|什么(?:材料|资料|证件|手续|东西)|都有啥|要带|带什么|准备什么|清单")
MISSING = re.compile("没给|没有给|没拿|没收|少了|缺|还没|丢|找不到|漏|给我了吗|在哪")

BRINGS = re.compile(
    "(?:要|得|需要?|用)?带(?!着?(?:你|您))[^,。!?]{0,4}(?:什么|啥|哪些|身份证|驾照|驾驶证|户口|证件|材料|吗|不)"
)
ELSE = re.compile("上牌|临牌|临时牌|牌照|保险(?!单)|尾款|贴膜|刷卡|信用卡|付|颜色|漆|选装|加装")  # the consultant's
PAPERS = re.compile("合格证|发票|登记证|绿本|三包|一致性|资料|手续|保单")
TELL_ME = re.compile("(?:到了|来了|有消息|定了|好了)[^,。!?]{0,6}(?:告诉|通知|说一声|[叫喊]我|打|吱)")
WANTS_OTHER = re.compile("提前|早点|早些|之前|以前|前[提拿取能]|催|快点|推迟|晚[点些几]|改|来得及|赶")
ASKS_WHEN = re.compile(
    "什么时候|啥时候|几[时号点]|哪[天日]|何时|多久|多少天|多长时间|到哪|到[了没店货]|来了?[没吗]|进度|日期|时间|定了?没|"
    "消息|动静|生产|排产|下线|发[车货运]|在路上|[提交到]车"
)
TOLD = "登记的预计交车日期"  # order.expected


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    topic, text = str(understood.slots.get("topic", "")), turn.inbound.text
    today = now.astimezone(ZoneInfo(turn.store.time_zone)).date()
    entry = read.answer("brought_along" if BRINGS.search(text) else topic, today, INTENT)
    if (
        entry
        and (not ELSE.search(text) or PAPERS.search(text))
        and (GENERAL.search(text) or asks(normalise(text)))
        and not MISSING.search(text)
    ):
        said = Say("faq.answer", {"answer": entry.answer, "clause": "", "own": "", **page_of(entry)})
        return answered(said, understood, turn, read, now, wish=f"问：{entry.title}")
    if (topic != "documents" or (ELSE.search(text) and not PAPERS.search(text))) and (
        ordered := _expected(turn, read, now)
    ) is not None:
        return _of_the_order(ordered, understood, turn, read, now)
    wish = "交车资料问题，可能缺件" if topic == "documents" else "问新车什么时候到、什么时候交"
    return to_person(
        understood, turn, read, now, "delivery", wish=wish, told="没有说交车日期",
        says=Say("order.delivery", {"topic": topic}),
    )  # fmt: skip


def _of_the_order(told: Say, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """The day is told once; another day, and what else is asked of the car, the consultant arranges."""
    text, at = turn.inbound.text, WHEN & set(understood.slots)
    if TELL_ME.search(text):
        return (Note(summary("新车有消息时要告诉他", turn, understood.slots, "说已记下")), Say("info.noted"))
    heard = TOLD in turn.told
    if WANTS_OTHER.search(text) and not heard and not at:
        return to_person(understood, turn, read, now, "delivery", wish="想知道能否另一天交车", says=told)
    if at or heard or ELSE.search(text) or not ASKS_WHEN.search(text):
        wish = "想定或改交车的日期、时间" if at else f"订了新车，想问：{text[:WORDS]}"
        return to_person(
            understood, turn, read, now, "delivery", wish=wish, told="没有答应",
            says=Say("order.asked", {"model": told.params["model"]}),
        )  # fmt: skip
    return answered(told, understood, turn, read, now, wish="问新车什么时候到")


def _expected(turn: Turn, read: Read, now: datetime) -> Say | None:
    """The day the customer was told, as the DMS has it; None where it is past, or there is none."""
    ordered = read.car_on_order()
    today = now.astimezone(ZoneInfo(turn.store.time_zone)).date()
    if ordered is None or ordered.expected_on is None or ordered.expected_on < today:
        return None
    day = f"{ordered.expected_on.month}月{ordered.expected_on.day}日"
    return Say("order.expected", {"model": ordered.model, "day": day})
