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

from bot.call_words import result_in_words
from bot.reason_words import reason_in_words
from web.inbox import taught_words
from web.inbox.case_words import CATEGORIES, DEADLINES, ENDED, RUNGS, STAGES, STEPS
from web.inbox.office_words import OFFICE
from web.inbox.rule_words import JOURNEYS, rule_name
from web.inbox.word_tables import BEST_WHY, CALL_GROUPS, CALL_STATES, PRESENCES, VISIT_STATES
from web.login import me

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
SOURCES = {
    "word": lazy_gettext("客户说的"),
    "link": lazy_gettext("退订链接"),
    "menu": lazy_gettext("公众号菜单"),
    "event": lazy_gettext("微信通知"),
    "provider_code": lazy_gettext("短信平台退订"),
    "dms": lazy_gettext("系统导入"),
    "follow": lazy_gettext("关注"),
    "booking": lazy_gettext("报名"),
    "qr": lazy_gettext("到店扫码"),
    "staff": lazy_gettext("同事"),
}
AUTHORS = {"bot": lazy_gettext("机器人"), "system": lazy_gettext("系统"), "staff": lazy_gettext("同事")}
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
    "journey": lazy_gettext("旅程在运行"),
    "time": lazy_gettext("没有过期"),
    "refusal": lazy_gettext("没有拒收"),
    "consent": lazy_gettext("已经同意"),
    "complaint": lazy_gettext("没有未结投诉"),
    "emotion": lazy_gettext("近期没有生气"),
    "quiet": lazy_gettext("允许的时段"),
    "holiday": lazy_gettext("不在法定假日"),
    "greeting": lazy_gettext("当天没有问候过"),
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
    "handed": lazy_gettext("交给同事"),
    "reached": lazy_gettext("已联系上"),
    "not_reached": lazy_gettext("没有联系上"),
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
NEEDS = {
    "purpose": lazy_gettext("用途"),
    "budget": lazy_gettext("预算"),
    "body": lazy_gettext("车身"),
    "energy": lazy_gettext("能源"),
    "seats_min": lazy_gettext("座位"),
    "home_charger": lazy_gettext("充电条件"),
}
VISITS = {"service": lazy_gettext("保养维修"), "test_drive": lazy_gettext("试驾")}
APPOINTMENTS = {
    "booked": lazy_gettext("已预约"),
    "confirmed": lazy_gettext("客户已确认"),
    "arrived": lazy_gettext("已到店"),
    "no_show": lazy_gettext("未到店"),
}
LIFECYCLES = {
    "active": lazy_gettext("活跃"),
    "warning": lazy_gettext("预警"),
    "lost": lazy_gettext("流失"),
    "asleep": lazy_gettext("沉睡"),
    "sold": lazy_gettext("已不在名下"),
}
ANCHOR = re.compile(r'<a href="[^"]*">([^<]*)</a>')
TABLES = {
    **OFFICE,
    "presence": PRESENCES, "visit_state": VISIT_STATES,
    "call": CALL_STATES, "call_group": CALL_GROUPS, "best_why": BEST_WHY,
    "stage": STAGES, "rung": RUNGS, "category": CATEGORIES,
    "deadline": DEADLINES, "ended": ENDED, "step": STEPS, "thread": THREADS, "channel": CHANNELS,
    "order": ORDERS, "purpose": PURPOSES, "outcome": OUTCOMES, "event": EVENTS,
    "rsvp": RSVPS,
    "quote": QUOTES,
    "answer": ANSWERS,
    "chain": CHAIN,
    "journey": JOURNEYS,
    "verdict": VERDICTS,
    "name": NAMES,
    "author": AUTHORS,
    "source": SOURCES,
    "preview": PREVIEWS,
    "need": NEEDS,
    "visit": VISITS,
    "appointment": APPOINTMENTS,
    "lifecycle": LIFECYCLES,
    **taught_words.TABLES,
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
            "masked_email": masked_email,
            "host_of": host_of,
            "left": lambda due: left(due, moment),
            "at": lambda instant: f"{instant.astimezone(zone):%H:%M}",
            "day": lambda instant: day(instant, moment, zone),
            "when": lambda instant: when(instant, moment, zone),
            "because": because,
            "result": result,
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
    if table == "rule":
        return rule_name(code)
    return str(TABLES[table].get(code, code))


def delivery(state: str, channel: str) -> tuple[str, str]:
    """(class, words). An SMS taken by the provider has not arrived yet: its receipt decides. Of an e-mail no more is
    ever known."""
    if state == "accepted" and channel == "sms":
        return "going", gettext("运营商已接收")
    if channel == "call" and state in ("accepted", "delivered"):
        return ("going", gettext("等同事拨打")) if state == "accepted" else ("there", gettext("已联系上"))
    if state == "accepted" and channel == "email":
        return "there", gettext("邮件服务器已接收")
    kind, words = DELIVERY.get(state, ("", ""))
    return kind, str(words)


def because(code: str) -> str:
    """A reason in words; a provider's own code stands for itself."""
    return reason_in_words(code, "en" if get_locale().language == "en" else "zh") or code


def result(code: str) -> str:
    """What became of a call."""
    return result_in_words(code, "en" if get_locale().language == "en" else "zh")


def detail(given: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What a step of the chain adds, for people: until when, and what was wrong."""
    if until := given.get("until"):
        return str(gettext("推迟到 %(at)s", at=f"{datetime.fromisoformat(until).astimezone(zone):%Y-%m-%d %H:%M}"))
    if "result" in given:
        return result(str(given["result"]))
    if "total" in given:
        counts = {name: given.get(name) or 0 for name in ("total", "sent", "failed")}
        return str(gettext("群发 %(total)s 人，发出 %(sent)s，失败 %(failed)s", **counts))
    return " ".join(f"{name}={value}" for name, value in given.items() if name != "outbox_id")


def masked(phone: str) -> str:
    """138****0001: enough to recognise, not to call."""
    digits = phone.removeprefix("+86")
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) >= 7 else digits


def masked_email(address: str) -> str:
    """l****@example.com"""
    name, _, domain = address.partition("@")
    return f"{name[:1]}****@{domain}"


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
        return str(gettext("剩 %(span)s", span=span_in_words(span)))
    return str(gettext("超时 %(span)s", span=span_in_words(-span)))


def span_in_words(span: timedelta) -> str:
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
