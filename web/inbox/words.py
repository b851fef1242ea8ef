"""Words and times of the pages: codes of the house in the reader's language, instants in the store's time."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint
from flask_babel import get_locale, gettext, lazy_gettext
from flask_login import current_user

from bot.reason_words import reason_in_words
from web.login import me

STAGES = {
    "open": lazy_gettext("待认领"),
    "assigned": lazy_gettext("已认领"),
    "contacted": lazy_gettext("已联系"),
    "planned": lazy_gettext("已定方案"),
    "fixing": lazy_gettext("整改中"),
    "fixed": lazy_gettext("已整改"),
    "recontacted": lazy_gettext("已回访"),
    "closed": lazy_gettext("已结案"),
}
DEADLINES = {"contact": lazy_gettext("首次联系"), "plan": lazy_gettext("方案"), "close": lazy_gettext("结案")}
ENDED = {
    "satisfied": lazy_gettext("客户满意"),
    "declined": lazy_gettext("客户不再联系"),
    "manager": lazy_gettext("经理结案"),
}
STEPS = {
    "opened": lazy_gettext("客户不满意，已立单"),
    "reopened": lazy_gettext("客户仍不满意，升级重开"),
    "added": lazy_gettext("客户补充"),
    "claimed": lazy_gettext("认领"),
    "contacted": lazy_gettext("首次人工联系"),
    "planned": lazy_gettext("记录方案"),
    "fixing": lazy_gettext("开始整改"),
    "fixed": lazy_gettext("记录整改"),
    "recontacted": lazy_gettext("已再次回访"),
    "closed_satisfied": lazy_gettext("客户满意，结案"),
    "closed_declined": lazy_gettext("客户不再联系，结案"),
    "closed_manager": lazy_gettext("经理结案"),
}
THREADS = {
    "bot": lazy_gettext("机器人接待"),
    "waiting": lazy_gettext("待认领"),
    "human": lazy_gettext("人工处理"),
    "closed": lazy_gettext("已结案"),
}
CHANNELS = {
    "wechat": lazy_gettext("微信"),
    "sms": lazy_gettext("短信"),
    "call": lazy_gettext("电话"),
    "page": lazy_gettext("网页"),
    "email": lazy_gettext("邮件"),
    "note": lazy_gettext("备注"),
}
ROLES = {
    "advisor": lazy_gettext("服务顾问"),
    "consultant": lazy_gettext("销售顾问"),
    "care": lazy_gettext("客服"),
    "manager": lazy_gettext("经理"),
    "admin": lazy_gettext("管理员"),
}
ORDERS = {
    "booked": lazy_gettext("已预约"),
    "arrived": lazy_gettext("已到店"),
    "inspecting": lazy_gettext("检查中"),
    "quoted": lazy_gettext("已报价"),
    "awaiting_approval": lazy_gettext("待确认"),
    "in_progress": lazy_gettext("施工中"),
    "quality_check": lazy_gettext("质检中"),
    "ready": lazy_gettext("可取车"),
    "delivered": lazy_gettext("已交车"),
    "cancelled": lazy_gettext("已取消"),
    "rework": lazy_gettext("返修"),
}
PURPOSES = {
    "service": lazy_gettext("服务通知"),
    "survey": lazy_gettext("满意度回访"),
    "greeting": lazy_gettext("节日生日问候"),
    "marketing": lazy_gettext("活动与优惠"),
    "all": lazy_gettext("全部消息"),
}
AUTHORS = {"bot": lazy_gettext("机器人"), "system": lazy_gettext("系统"), "staff": lazy_gettext("同事")}
RULES = {
    "checkin.question": lazy_gettext("交车三天回访"),
    "birthday.greeting": lazy_gettext("生日问候"),
    "event_invitation.invitation": lazy_gettext("活动邀请"),
    "recontact.question": lazy_gettext("整改后回访"),
    "quote.sent": lazy_gettext("维修报价"),
}
OUTCOMES = {
    "": lazy_gettext("计划中"),
    "sent": lazy_gettext("已发出"),
    "skipped": lazy_gettext("未发"),
    "failed": lazy_gettext("失败"),
    "uncertain": lazy_gettext("未确认"),
    "cancelled": lazy_gettext("已取消"),
}
CHAIN = {
    "plan": lazy_gettext("计划"),
    "gate": lazy_gettext("关卡"),
    "route": lazy_gettext("选渠道"),
    "send": lazy_gettext("发送"),
    "receipt": lazy_gettext("回执"),
    "outcome": lazy_gettext("结果"),
}
NAMES = {  # gates (bot/gate.py) and ways (bot/messages.py)
    "rule": lazy_gettext("规则有效"),
    "anchor": lazy_gettext("依据仍在"),
    "time": lazy_gettext("没有过期"),
    "refusal": lazy_gettext("没有拒收"),
    "consent": lazy_gettext("已经同意"),
    "complaint": lazy_gettext("没有未结投诉"),
    "quiet": lazy_gettext("允许的时段"),
    "holiday": lazy_gettext("不在法定假日"),
    "cap": lazy_gettext("频次没有超"),
    "reachable": lazy_gettext("联系得上"),
    "custom": lazy_gettext("微信客服消息"),
    "template": lazy_gettext("微信模板消息"),
    "subscription": lazy_gettext("微信订阅通知"),
    "mass": lazy_gettext("微信群发"),
    "sms": lazy_gettext("短信"),
    "email": lazy_gettext("邮件"),
    "call": lazy_gettext("电话任务"),
}
VERDICTS = {
    "planned": lazy_gettext("已计划"),
    "moved": lazy_gettext("改期"),
    "pass": lazy_gettext("通过"),
    "send": lazy_gettext("可以发"),
    "defer": lazy_gettext("推迟"),
    "skip": lazy_gettext("不发"),
    "chosen": lazy_gettext("选用"),
    "passed_over": lazy_gettext("不可用"),
    "accepted": lazy_gettext("平台已接收"),
    "delivered": lazy_gettext("已送达"),
    "waits": lazy_gettext("等待同批"),
    "refused": lazy_gettext("被平台拒绝"),
    "later": lazy_gettext("稍后重试"),
    "again": lazy_gettext("重新发送"),
    "channel_stopped": lazy_gettext("渠道暂停"),
    "taken_back": lazy_gettext("收回重新判断"),
    "failed": lazy_gettext("失败"),
    "sent": lazy_gettext("已发出"),
    "skipped": lazy_gettext("未发"),
    "uncertain": lazy_gettext("未确认"),
    "cancelled": lazy_gettext("已取消"),
}
EVENTS = {"draft": lazy_gettext("草稿"), "published": lazy_gettext("已发布"), "cancelled": lazy_gettext("已取消")}
RSVPS = {"going": lazy_gettext("参加"), "declined": lazy_gettext("不参加"), "cancelled": lazy_gettext("已取消")}
QUOTES = {
    "sent": lazy_gettext("等客户确认"),
    "answered": lazy_gettext("客户已答复"),
    "withdrawn": lazy_gettext("已撤回"),
}
ANSWERS = {"approved": lazy_gettext("已同意"), "declined": lazy_gettext("暂不做"), "": lazy_gettext("待确认")}
DELIVERY = {
    "queued": ("going", lazy_gettext("发送中")),
    "sending": ("going", lazy_gettext("发送中")),
    "accepted": ("there", lazy_gettext("已送达")),
    "delivered": ("there", lazy_gettext("已送达")),
    "uncertain": ("unknown", lazy_gettext("未确认")),
    "failed": ("failed", lazy_gettext("失败")),
    "suppressed": ("failed", lazy_gettext("失败")),
    "cancelled": ("failed", lazy_gettext("已取消")),
}
PREVIEWS = {
    "wechat": lazy_gettext("微信消息"),
    "menu": lazy_gettext("微信选项消息"),
    "template": lazy_gettext("微信模板消息"),
    "subscription": lazy_gettext("微信订阅通知"),
    "sms": lazy_gettext("短信"),
    "mass": lazy_gettext("微信群发"),
    "page": lazy_gettext("网页"),
    "email": lazy_gettext("邮件"),
}
ANCHOR = re.compile(r'<a href="[^"]*">([^<]*)</a>')
TABLES = {
    "stage": STAGES, "deadline": DEADLINES, "ended": ENDED, "step": STEPS, "thread": THREADS, "channel": CHANNELS,
    "role": ROLES, "order": ORDERS, "purpose": PURPOSES, "rule": RULES, "outcome": OUTCOMES, "event": EVENTS,
    "rsvp": RSVPS,
    "quote": QUOTES,
    "answer": ANSWERS,
    "chain": CHAIN,
    "verdict": VERDICTS,
    "name": NAMES,
    "author": AUTHORS,
    "preview": PREVIEWS,
}  # fmt: skip


def register(pages: Blueprint, now: Callable[[], datetime]) -> None:
    """Template words: `word(table, code)`, `at`, `day`, `when`, `left`, `masked`, and who is asking."""

    @pages.context_processor
    def common() -> dict[str, Any]:
        if not current_user.is_authenticated:
            return {}
        zone, moment = ZoneInfo(me().time_zone), now()
        return {
            "me": me(),
            "now": moment,
            "word": word,
            "delivery": delivery,
            "masked": masked,
            "host_of": host_of,
            "left": lambda due: left(due, moment),
            "at": lambda instant: f"{instant.astimezone(zone):%H:%M}",
            "day": lambda instant: day(instant, moment, zone),
            "when": lambda instant: when(instant, moment, zone),
            "because": because,
            "pieces": pieces,
            "detail": lambda given: detail(given or {}, zone),
            "date_of": lambda instant: f"{instant.astimezone(zone):%Y-%m-%d %H:%M}",
        }


def pieces(text: str) -> list[tuple[str, bool]]:
    """A text cut where it holds links: (words, whether they can be tapped)."""
    cut = ANCHOR.split(text)
    return [(words, bool(at % 2)) for at, words in enumerate(cut) if words]


def word(table: str, code: str) -> str:
    """The word for a code; the code itself where the house has none yet."""
    return str(TABLES[table].get(code, code))


def delivery(state: str, channel: str) -> tuple[str, str]:
    """(class, words). An SMS taken by the provider has not arrived yet: its receipt decides."""
    if state == "accepted" and channel == "sms":
        return "going", gettext("运营商已接收")
    kind, words = DELIVERY.get(state, ("", ""))
    return kind, str(words)


def because(code: str) -> str:
    """A reason in words; a provider's own code stands for itself."""
    return reason_in_words(code, "en" if get_locale().language == "en" else "zh") or code


def detail(given: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What a step of the chain adds, for people: until when, and what was wrong."""
    if until := given.get("until"):
        return str(gettext("推迟到 %(at)s", at=f"{datetime.fromisoformat(until).astimezone(zone):%Y-%m-%d %H:%M}"))
    if "total" in given:
        counts = {name: given.get(name) or 0 for name in ("total", "sent", "failed")}
        return str(gettext("群发 %(total)s 人，发出 %(sent)s，失败 %(failed)s", **counts))
    return " ".join(f"{name}={value}" for name, value in given.items() if name != "outbox_id")


def masked(phone: str) -> str:
    """138****0001: enough to recognise, not to call."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 7 else digits


def host_of(url: str) -> str:
    """The host of a web address somebody sent; "" for whatever is none, which is then no link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in {"http", "https"} else ""


def left(due: datetime, now: datetime) -> str:
    """剩 1:42, 超时 0:35, 剩 2小时5分; the page's script goes on from the absolute time in the same words."""
    span = due - now
    if span >= timedelta():
        return str(gettext("剩 %(span)s", span=_span(span)))
    return str(gettext("超时 %(span)s", span=_span(-span)))


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    if seconds < 3600:
        return f"{seconds // 60}:{seconds % 60:02}"
    if seconds < 86400:
        return str(gettext("%(h)s小时%(m)s分", h=seconds // 3600, m=seconds % 3600 // 60))
    return str(gettext("%(d)s天%(h)s小时", d=seconds // 86400, h=seconds % 86400 // 3600))


def day(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    local, today = instant.astimezone(zone).date(), now.astimezone(zone).date()
    named = {0: gettext("今天"), -1: gettext("昨天"), 1: gettext("明天")}.get((local - today).days)
    if named:
        return str(named)
    short = str(gettext("%(m)s月%(d)s日", m=local.month, d=local.day))
    return short if local.year == today.year else f"{local.year}-{local:%m-%d}"


def when(instant: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As short as can be: the time today, the day otherwise."""
    local = instant.astimezone(zone)
    return f"{local:%H:%M}" if local.date() == now.astimezone(zone).date() else day(instant, now, zone)
