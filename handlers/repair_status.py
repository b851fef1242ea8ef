"""How far the repair is: the bound customer's order as the DMS has it, and the time that was promised, no other."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.customer import RepairOrder
from bot.effects import AnswerQuote, Effect, Note, Param, Say
from bot.messages import Channel
from bot.ports import Read
from bot.turn import Turn
from bot.understanding.understand import Understanding
from handlers import quote_chat
from handlers.handover import offered, summary, to_person
from handlers.of_a_repair import BILL, FETCHED_AT, FETCHED_ON, TO_BE_TOLD
from handlers.times import day_shown

INTENT = "repair_status"
STATES = {
    "booked": "已预约，等您到店", "arrived": "已到店，等待接车检查", "inspecting": "正在检查",
    "quoted": "已检查完，正在准备报价", "awaiting_approval": "报价已发给您，等您逐项确认后开工",
    "in_progress": "正在施工", "waiting_parts": "正在等配件", "quality_check": "已做完，正在质检",
    "ready": "已经好了，可以来取车", "delivered": "已经交车", "rework": "正在返修处理",
}  # fmt: skip
IN_WORDS = {
    "ready": re.compile("[可待能]取|完工|竣工|已好|ready|finished|done"),
    "waiting_parts": re.compile("待[件料]|等[件料配]|缺件|订件|parts"),
    "quality_check": re.compile("质检|总检|路试"),
    "in_progress": re.compile("[维在施]修|施工|作业|repair|progress|working"),
}  # fmt: skip
ELSE = "正在店里"  # what a DMS calls by a word of its own
ANSWERED = "已收到您对报价的答复，正在安排"  # the workshop has not said yet that it goes on
HURRIES = re.compile(
    "到底|今[天朝日][^。]{0,6}明[天朝日]|一拖再拖|拖到|(?:能|可以|麻烦).{0,4}(?:早|快|提前)|催|加急|等不及|赶时间"
)
CANCELLED = frozenset({"cancelled"})
READY = frozenset({"ready", "delivered"})
THEIRS = READY | {"booked", "awaiting_approval"}  # the next step is the customer's


def _known(order: RepairOrder) -> RepairOrder:
    """A DMS may say it in words of its own: 可取车, 维修中, 待料."""
    found = next((code for code, words in IN_WORDS.items() if words.search(order.status)), order.status)
    return order if order.status in STATES else replace(order, status=found)


def wants(understood: Understanding, turn: Turn) -> bool:
    return understood.wants(INTENT)


def handle(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    """An unbound follower is told nothing of anybody's car: who they are only a code or a person can say."""
    sure = turn.customer.bound or turn.inbound.channel is Channel.SMS
    order = read.latest_order() if sure else None
    if order is None or order.status in CANCELLED:
        return _unknown(understood, turn, read, now)
    order = _known(order)
    fetches = None if turn.inbound.channel is Channel.SMS else _of_fetching(order, understood, turn, read, now)
    return fetches or _how_far(order, understood, turn, read, now)


def _unknown(understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    wish = "问维修进度，系统里没有能说的维修单"
    says_which = turn.before.intent == INTENT and understood.slots.get("plate")
    if HURRIES.search(turn.inbound.text) or says_which:
        return to_person(understood, turn, read, now, "repair_status", wish=wish)
    return offered(Say("order.unknown"), understood, turn, read, now, "repair_status", wish=wish)


def _how_far(order: RepairOrder, understood: Understanding, turn: Turn, read: Read, now: datetime) -> Sequence[Effect]:
    answered = order.status == "awaiting_approval" and _quote_answered(understood, turn, read, now)
    say = Say("order.status", _told(order, now) | ({"state": ANSWERED} if answered else {}))
    hurries = HURRIES.search(turn.inbound.text) is not None
    late = order.promised_at is not None and order.promised_at <= now
    if order.status in THEIRS or (order.promised_at and not late and not hurries):
        return _unless_told(say, order, understood, turn, read, now)
    if not late and not hurries:
        says, wish = Say("order.status_offer", _told(order, now)), "问维修进度，系统里没有交车时间"
        return offered(says, understood, turn, read, now, "repair_status", wish=wish)
    wish = "问维修进度，" + ("已过说好的时间" if late else "希望早点取车")
    return to_person(
        understood, turn, read, now, "repair_status", wish=wish, told=f"说了状态：{_told(order, now)['state']}",
        owner=order.advisor_id, says=Say("order.status_person", _told(order, now)),
    )  # fmt: skip


def _of_fetching(
    order: RepairOrder, understood: Understanding, turn: Turn, read: Read, now: datetime
) -> Sequence[Effect] | None:
    """那我五点来接, 好了告诉我一声: said of a car that stands here. None: something else is asked."""
    if order.status not in READY and understood.slots.get(TO_BE_TOLD):
        return (Say("order.will_tell"),)
    if understood.slots.get(BILL):
        wish, says = "问这次维修的费用", Say("order.bill", {"advisor": order.advisor_name})
        return to_person(understood, turn, read, now, "repair_status", wish=wish, owner=order.advisor_id, says=says)
    at, hour = _comes(understood, read, now), understood.slots.get(FETCHED_AT)
    if at is None or order.status == "delivered":
        return None
    house, today = read.house(), at.date() == now.astimezone(at.tzinfo).date()
    when = f"{'' if today else day_shown(at.date())}{hour or ''}"
    hours: dict[str, Param] = {"opens": f"{house.opening.start:%H:%M}", "closes": f"{house.opening.end:%H:%M}"}
    told: dict[str, Param] = {"at": when, **hours, **_told(order, now)}
    if not read.opens_on(at.date()):
        return (Say("order.comes_shut", {**told, "at": day_shown(at.date())}),)
    if hour and not house.opening.start <= at.time() <= house.opening.end:
        wish, says = f"想 {when} 来取车，不在营业时间", Say("order.comes_late", told)
    elif order.status in READY or (
        order.promised_at and now < order.promised_at and (order.promised_at <= at or not today)
    ):
        note = Note(summary(f"{when} 来取车", turn, understood.slots, "说可以"))
        return (note, Say("order.comes", told))
    else:
        wish, says = f"想 {when} 来取车，说好的时间更晚或没有登记", Say("order.comes_early", told)
    return to_person(
        understood, turn, read, now, "repair_status", wish=wish, told="没有答应时间", owner=order.advisor_id, says=says
    )


def _comes(understood: Understanding, read: Read, now: datetime) -> datetime | None:
    """When they say they come, local; noon of a day without an hour. None: they do not say."""
    on, hour = understood.slots.get(FETCHED_ON), understood.slots.get(FETCHED_AT)
    if not isinstance(on, str) and not isinstance(hour, str):
        return None
    zone = ZoneInfo(read.house().time_zone)
    day = date.fromisoformat(on) if isinstance(on, str) else now.astimezone(zone).date()
    return datetime.combine(day, time.fromisoformat(hour) if isinstance(hour, str) else time(12), zone)


def _unless_told(
    say: Say, order: RepairOrder, understood: Understanding, turn: Turn, read: Read, now: datetime
) -> Sequence[Effect]:
    """Who is told the same once more wants to know more than stands here: the advisor is offered."""
    same = turn.before.intent == INTENT and f"您的车{say.params['state']}" in turn.told
    if not same or order.status in THEIRS or turn.inbound.channel is Channel.SMS:
        return (say,)
    wish = "问维修进度，状态已说过，想知道更多"
    return offered(Say("order.status_still", say.params), understood, turn, read, now, "repair_status", wish=wish)


def _quote_answered(understood: Understanding, turn: Turn, read: Read, now: datetime) -> bool:
    """Before, or by this very line: 都做, 今天能取吗."""
    if read.open_quote(now) is None:
        return True
    now_said = quote_chat.handle(understood, turn, read, now) if quote_chat.wants(understood, turn) else ()
    return any(isinstance(each, AnswerQuote) for each in now_said)


def _told(order: RepairOrder, now: datetime) -> dict[str, Param]:
    return {
        "state": STATES.get(order.status, ELSE),
        "promised": order.promised_at if order.status not in READY else None,
        "ready": order.status in READY,
        "late": order.promised_at is not None and order.promised_at <= now,
        "advisor": order.advisor_name,
    }
