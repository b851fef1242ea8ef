"""How far the repair is: the bound customer's order as the DMS has it, and the time that was promised, no other."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.customer import RepairOrder
from bot.effects import Effect, Param, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers.handover import offered, to_person

INTENT = "repair_status"
STATES = {
    "booked": "已预约，等您到店", "arrived": "已到店，等待接车检查", "inspecting": "正在检查",
    "quoted": "已检查完，正在准备报价", "awaiting_approval": "报价已发给您，等您逐项确认后开工",
    "in_progress": "正在施工", "quality_check": "已做完，正在质检",
    "ready": "已经好了，可以来取车", "delivered": "已经交车", "rework": "正在返修处理",
}  # fmt: skip
ANSWERED = "已收到您对报价的答复，正在安排"  # the workshop has not said yet that it goes on
HURRIES = re.compile(
    "到底|今[天朝日][^。]{0,6}明[天朝日]|一拖再拖|拖到|(?:能|可以|麻烦).{0,4}(?:早|快|提前)|催|加急|等不及|赶时间"
)
READY = frozenset({"ready", "delivered"})
THEIRS = READY | {"booked", "awaiting_approval"}  # the next step is the customer's


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """An unbound follower is told nothing of anybody's car: who they are only a code or a person can say."""
    sure = turn.customer.bound or turn.inbound.channel is Channel.SMS
    order = read.latest_order() if sure else None
    if order is None or order.status not in STATES:
        wish = "问维修进度，系统里没有能说的维修单"
        says_which = turn.before.intent == INTENT and understood.slots.get("plate")
        if HURRIES.search(turn.inbound.text) or says_which:
            return to_person(understood, turn, read, now, "repair_status", wish=wish)
        return offered(Say("order.unknown"), understood, turn, read, now, "repair_status", wish=wish)
    answered = order.status == "awaiting_approval" and read.open_quote(now) is None
    say = Say("order.status", _told(order, now) | ({"state": ANSWERED} if answered else {}))
    hurries = HURRIES.search(turn.inbound.text) is not None
    late = order.promised_at is not None and order.promised_at <= now
    if order.status in THEIRS or (order.promised_at and not late and not hurries):
        return (say,)
    if not late and not hurries:
        says, wish = Say("order.status_offer", _told(order, now)), "问维修进度，系统里没有交车时间"
        return offered(says, understood, turn, read, now, "repair_status", wish=wish)
    wish = "问维修进度，" + ("已过说好的时间" if late else "希望早点取车")
    return to_person(
        understood, turn, read, now, "repair_status", wish=wish, told=f"说了状态：{STATES[order.status]}",
        owner=order.advisor_id, says=Say("order.status_person", _told(order, now)),
    )  # fmt: skip


def _told(order: RepairOrder, now: datetime) -> dict[str, Param]:
    return {
        "state": STATES[order.status],
        "promised": order.promised_at if order.status not in READY else None,
        "ready": order.status in READY,
        "late": order.promised_at is not None and order.promised_at <= now,
        "advisor": order.advisor_name,
    }
