"""Alerts to people: how grave each reason is, in which words it leaves the house, and who is concerned.

What leaves the house holds no telephone number, no plate and nobody's words: group robots are read by many.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from bot.customer import Role, StaffMember


class Level(StrEnum):
    """note: shown in the page only. page: repeated until somebody says they have it."""

    NOTE = "note"
    NORMAL = "normal"
    URGENT = "urgent"
    PAGE = "page"


RANK = {level: rank for rank, level in enumerate(Level)}
MERGES = timedelta(minutes=2)  # the same about the same customer within this is one alert
MASKED = "客户"
RINGS_ITSELF = "p0_alarm"  # repeated by the case's own alarm (scheduler/escalate.py) until somebody acknowledges it
GRAVE = frozenset({"P0", "P1"})  # case levels whose chain is told as urgent


class Kind(NamedTuple):
    level: Level
    sentence: str


OTHER = Kind(Level.NORMAL, "有一条提醒，请到收件箱查看")
KINDS: Mapping[str, Kind] = {
    "emergency": Kind(Level.PAGE, "紧急情况，请立刻联系客户"),
    "p0_alarm": Kind(Level.PAGE, "P0 投诉单，请立刻联系客户"),
    "escalation": Kind(Level.NORMAL, "投诉单请跟进"),
    "deadline_breach": Kind(Level.NORMAL, "投诉单已超过时限"),
    "deadline_warning": Kind(Level.NORMAL, "投诉单的时限快到了"),
    "waiting_long": Kind(Level.URGENT, "客户等了三分钟，还没有人回复"),
    "waiting": Kind(Level.NORMAL, "客户等了两分钟，请马上回复"),
    "visit_long": Kind(Level.URGENT, "到店客户等了三分钟，还没有人接待"),
    "visit_waiting": Kind(Level.NORMAL, "到店客户等了两分钟，请马上过去"),
    "visit_new": Kind(Level.NORMAL, "有客户到店，请去接待"),
    "visit_call": Kind(Level.URGENT, "到店客户呼叫顾问，请马上过去"),
    "assigned": Kind(Level.NORMAL, "有一条会话分给您"),
    "turn_failed": Kind(Level.URGENT, "一条客户消息没能自动处理，请人工回复"),
    "channel_stopped": Kind(Level.URGENT, "一个发送渠道停了，请到收件箱看横幅"),
    "channel_paused": Kind(Level.NORMAL, "一个发送渠道暂停了，请到收件箱看横幅"),
    "template_disabled": Kind(Level.NORMAL, "一个消息模板被平台停用"),
    "undeliverable": Kind(Level.NORMAL, "一条消息没有可用的渠道，请打电话"),
    "retries_spent": Kind(Level.NORMAL, "一条消息多次发送没有成功，请人工处理"),
    "content_refused": Kind(Level.NORMAL, "一条消息被平台拒绝，请改写"),
    "quote_answered": Kind(Level.NORMAL, "客户答复了报价"),
    "user_authorization_revoke": Kind(Level.NORMAL, "客户撤回了微信授权，请核对档案"),
    "user_authorization_cancellation": Kind(Level.NORMAL, "客户注销了微信授权，请核对档案"),
    "user_info_modified": Kind(Level.NORMAL, "客户修改了微信授权，请核对档案"),
    "template_refused": Kind(Level.NOTE, "一个模板字段被平台拒绝"),
    "uncertain": Kind(Level.NOTE, "一条消息是否送达不确定"),
    "receipt": Kind(Level.NOTE, "一条消息没有送达"),
    "test": Kind(Level.NORMAL, "这是一条测试提醒，不用处理"),
}


def reason_of(ref: Mapping[str, Any]) -> str:
    """Of a feed row; those without a word of their own say it by what they point to."""
    if "reason" in ref:
        return str(ref["reason"])
    return "quote_answered" if "quote_id" in ref else "turn_failed" if "message_id" in ref else "other"


def kind_of(ref: Mapping[str, Any]) -> Kind:
    """The house's own sentence (an account's news) stands as it is."""
    known = KINDS.get(reason_of(ref), OTHER)
    if reason_of(ref) == "escalation" and ref.get("level") in GRAVE:
        known = known._replace(level=Level.URGENT)
    return known._replace(sentence=str(ref["sentence"])) if "sentence" in ref else known


def masked_name(name: str) -> str:
    """张**: enough for who knows the day, nothing for others."""
    return f"{name[:1]}**" if name else MASKED


def named(ref: Mapping[str, Any]) -> tuple[int, ...]:
    """Members of staff an alert is meant for."""
    given = ref.get("staff", ref.get("staff_ids"))
    return tuple(int(each) for each in given) if isinstance(given, list) else ()


def about(ref: Mapping[str, Any], customer_id: int | None) -> str:
    """What tells one alert of a reason from another: whom or what it is about, and for whom it is."""
    thing = f"visit:{ref['visit_id']}" if "visit_id" in ref else f"customer:{customer_id}" if customer_id else ""
    return "|".join([thing, *(str(each) for each in named(ref))])


def rings(ref: Mapping[str, Any], reader: StaffMember) -> bool:
    """Whether an open page of this reader makes itself heard: their own, all pages, what is urgent and nobody's."""
    level, meant = kind_of(ref).level, named(ref)
    if level is Level.PAGE or reader.id in meant:
        return True
    return level is Level.URGENT and (not meant or reader.role in (Role.MANAGER, Role.ADMIN))


def concerned(
    level: Level, round_: int, meant: Collection[int], staff: Sequence[StaffMember], on_duty: Collection[int]
) -> frozenset[int]:
    """Whose own destinations are told. meant: named, or the owner. A page goes up: those on duty, managers, all."""
    told = set(meant)
    managers = {each.id for each in staff if each.role is Role.MANAGER}
    if level is Level.URGENT:
        told |= managers
    if level is Level.PAGE:
        told |= set(on_duty) & {each.id for each in staff}
        told |= managers if round_ >= 1 or not told else set()
        told |= {each.id for each in staff} if round_ >= 2 else set()
    return frozenset(told)


@dataclass(frozen=True, slots=True)
class Burst:
    """What of the waiting copies leaves now: each for itself, the rest in one summary; later: nothing may leave yet."""

    alone: int
    summed: int


def burst(waiting: int, left: int) -> Burst:
    """left: messages this destination still takes this minute. The last one is kept for the summary of the others."""
    if waiting <= left:
        return Burst(waiting, 0)
    if left <= 0:
        return Burst(0, 0)
    return Burst(left - 1, waiting - left + 1)


@dataclass(frozen=True, slots=True)
class Told:
    """One alert as it stands in a message. times: how often the same was raised and merged."""

    level: Level
    sentence: str
    customer: str
    store: str
    link: str
    times: int = 1
    round: int = 0
    receipt: str = ""


SIGN = {Level.PAGE: "【危急】", Level.URGENT: "【紧急】", Level.NORMAL: "【提醒】", Level.NOTE: "【提醒】"}


def text_of(told: Told) -> str:
    """What one alert says: whom to see about what, where, and how to say that one has it."""
    again = f"（第 {told.round + 1} 次提醒）" if told.round else ""
    often = f"，共 {told.times} 次" if told.times > 1 else ""
    about = f"：{told.customer}" if told.customer else ""
    lines = [f"{SIGN[told.level]}{told.store} {told.sentence}{about}{often}{again}", f"处理：{told.link}"]
    return "\n".join([*lines, *([f"收到请点：{told.receipt}"] if told.receipt else [])])


def summary_of(count: int, gravest: Level, inbox: str) -> str:
    """For what came faster than the robot may speak."""
    return f"{SIGN[gravest]}另有 {count} 条提醒，请打开收件箱逐条处理：{inbox}"
