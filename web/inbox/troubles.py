"""The banner over every page: what a provider refuses to everybody, and what to do about it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from flask import Blueprint, render_template
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from sqlalchemy import Connection

from bot.customer import Role, StaffMember
from bot.dealer import WeChatAccount
from bot.ports import Clock
from store import templates, troubles
from store.stores import code_of
from web.answers import Answer
from web.login import me, user

T = TypeVar("T")
IP = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}")
WAYS = {
    "*": lazy_gettext("微信已停止发送"),
    "custom": lazy_gettext("微信客服消息暂停"),
    "template": lazy_gettext("微信模板消息暂停"),
    "subscription": lazy_gettext("微信订阅通知暂停"),
    "mass": lazy_gettext("微信群发暂停"),
    "sms": lazy_gettext("短信已停止发送"),
    "email": lazy_gettext("邮件已停止发送"),
}
SECRET = lazy_gettext("AppID 或 AppSecret 不正确。请在公众平台核对后改好设置，再重启。")
CONFIRM = lazy_gettext("服务器 IP 等待公众号管理员确认。请管理员在微信里确认。")
WHAT = {
    "silent": lazy_gettext("平台一直没有回应。消息先等着，恢复后自动继续。"),
    "40001": SECRET,
    "40013": SECRET,
    "40125": SECRET,
    "40164": lazy_gettext("服务器 IP 不在白名单。请在公众平台「开发接口管理」里添加，约十分钟后生效。"),
    "40243": lazy_gettext("AppSecret 已被冻结。请在公众平台解冻。"),
    "45009": lazy_gettext("今天的调用次数已用完。零点自动恢复，急用可让技术人员清零。"),
    "45011": lazy_gettext("调用太频繁。一分钟后自动恢复，无需处理。"),
    "48001": lazy_gettext("公众号没有这项接口权限。请在公众平台查看认证是否过期。"),
    "48004": lazy_gettext("接口因违规被封禁。请立即登录公众平台查看站内信。"),
    "89501": CONFIRM,
    "89503": CONFIRM,
    "89506": CONFIRM,
    "89507": CONFIRM,
    "isv.AMOUNT_NOT_ENOUGH": lazy_gettext("短信余额不足。请充值。"),
    "isv.OUT_OF_SERVICE": lazy_gettext("短信账号已停机。请充值。"),
}


class Desk(Protocol):
    @property
    def clock(self) -> Clock: ...

    @property
    def accounts(self) -> Mapping[str, WeChatAccount]: ...

    def read(self, fn: Callable[[Connection], T]) -> T: ...


@dataclass(frozen=True, slots=True)
class Banner:
    """loud: nothing leaves any more; else it mends itself, or messages take another way. about: account, IP, code."""

    loud: bool
    title: str
    what: str
    about: str
    since: datetime


def register(pages: Blueprint, desk: Desk) -> None:
    @pages.context_processor
    def banners() -> dict[str, Any]:
        return {"troubles": (lambda: desk.read(_load)) if current_user.is_authenticated and me().troubles else list}

    @pages.get("/inbox/troubles")
    def troubles_part() -> Answer:
        return render_template("pages/inbox/_troubles.html")

    def _load(conn: Connection) -> list[Banner]:
        return shown(conn, user(), desk.accounts, desk.clock.machine())


def shown(
    conn: Connection, member: StaffMember, accounts: Mapping[str, WeChatAccount], machine_now: datetime
) -> list[Banner]:
    """Of the accounts of one's own store, and of SMS, which is everybody's; an administrator sees all."""
    mine = accounts_of(conn, member, accounts)
    found = [_banner(row) for row in troubles.standing(conn, machine_now, mine)]
    disabled = templates.rows(conn)
    return found + [banner for name in mine for banner in _templates(disabled, name, accounts.get(name))]


def accounts_of(conn: Connection, member: StaffMember, accounts: Mapping[str, WeChatAccount]) -> Sequence[str]:
    if member.role is Role.ADMIN:
        return list(accounts)
    code = code_of(conn, member.store_id)
    return [name for name, account in accounts.items() if account.store == code]


def _banner(row: Any) -> Banner:
    address = IP.search(row.sentence)
    about = " · ".join(each for each in (row.account, address[0] if address else "", row.code) if each)
    return Banner(row.stops, str(WAYS.get(row.way, row.way)), str(WHAT.get(row.code, row.sentence)), about, row.since)


def _templates(disabled: Sequence[Any], name: str, account: WeChatAccount | None) -> list[Banner]:
    """Only those dealer.yaml still names: another id there is another template."""
    bound = account.message_of if account else {}
    rows = [row for row in disabled if row.account == name and row.template_id in bound]
    what = gettext("公众平台已删除或停用它，消息改走其他方式。请重新添加模板，再请技术人员启用。")
    return [
        Banner(False, gettext("微信模板已停用"), what, f"{bound[row.template_id]} · {row.code}", row.since)
        for row in rows
    ]
