"""Discount, deposit, contract: the clause from the approved texts; money and the own case: a person (H2.3.1)."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.customer import Role
from bot.effects import Effect, Say
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.handover import answered, offered, page_of, to_person

INTENT: Final = "sales_terms"
OWN_CASE = re.compile(
    "我(?:的|们|都|已|在|上|刚|交|付|签|订|定|买)|交了|付了|签了|订了|定了|退|取消|不想要|不要了|写的|写着|少写|漏|"
    "不(?:认|同意|接受)|凭什么|霸王|扣我"
)
CONTRACT = re.compile("合同|条款|协议|签[约字]|订单|配置单|写[进明]")
MONEY = frozenset({"discount", "finance", "trade_in", "payment"})  # asked by who may have signed nothing yet
WISHES = {
    "discount": "想谈优惠或价格",
    "deposit": "定金订金问题",
    "contract": "合同问题",
    "contract_item": "问合同里的某一项",
    "order_cancel": "想取消订单",
    "finance": "想了解贷款分期",
    "trade_in": "想了解旧车置换",
}


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    topic = str(understood.slots.get("topic", "")) or ("contract" if CONTRACT.search(turn.inbound.text) else "")
    today = now.astimezone(ZoneInfo(turn.store.time_zone)).date()
    entry = read.answer(topic, today, INTENT)
    if entry and not OWN_CASE.search(turn.inbound.text):
        said = Say("faq.answer", {"answer": entry.answer, "clause": entry.clause, "own": "", **page_of(entry)})
        return answered(said, understood, turn, read, now, wish=f"问：{entry.title}")
    if not topic and not OWN_CASE.search(turn.inbound.text):
        return offered(Say("human.offer"), understood, turn, read, now, "sales_terms", wish="购车问题，没有现成答案")
    signed = topic not in MONEY or read.car_on_order() is not None
    says = Say("terms.own_case") if signed else Say("terms.discount")
    return to_person(
        understood, turn, read, now, "sales_terms", wish=WISHES.get(topic, WISHES["contract"]), owner=_consultant(read),
        told="没有答应优惠、退款或条件", says=says,
    )  # fmt: skip


def _consultant(read: Read) -> int | None:
    """Sales are a consultant's; where a store has only one, they are theirs."""
    found = [each for each in read.staff() if each.role is Role.CONSULTANT]
    return found[0].id if len(found) == 1 else None
