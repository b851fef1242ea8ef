"""Asking an account about itself: its templates, quotas, what became of a call, whether its callback is reached.

All raise a SendError, and change nothing but `clear_quota`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from channels.wechat.send import WeChatApi

Fields: TypeAlias = Mapping[str, tuple[str, ...]]  # template id → names of its fields, in the order of its text
FIELD = re.compile(r"\{\{\s*(\w+)\.DATA\s*\}\}")


@dataclass(frozen=True, slots=True)
class Quota:
    """Calls of one interface a day."""

    limit: int
    used: int
    left: int


@dataclass(frozen=True, slots=True)
class Reach:
    """What WeChat's network check saw of our callback. lost: the worst loss of packets, 0–100, None without a ping."""

    addresses: tuple[str, ...]
    lost: int | None


def library(api: WeChatApi) -> Fields:
    """Of the account's template messages."""
    found = api.look("template/get_all_private_template").body.get("template_list") or ()
    return _fields(found, "template_id")


def notices(api: WeChatApi) -> Fields:
    """Of its subscription notifications (wechat.md §3.4); not verified on a real account."""
    return _fields(api.look("/wxaapi/newtmpl/gettemplate").body.get("data") or (), "priTmplId")


def _fields(found: Iterable[Mapping[str, Any]], name: str) -> Fields:
    return {str(each.get(name)): tuple(FIELD.findall(str(each.get("content") or ""))) for each in found}


def quota(api: WeChatApi, path: str) -> Quota:
    """path: `/cgi-bin/message/custom/send`, also without the leading part."""
    whole = path if path.startswith("/") else f"/cgi-bin/{path.removeprefix('cgi-bin/')}"
    told: Mapping[str, Any] = api.call("openapi/quota/get", {"cgi_path": whole}).body.get("quota") or {}
    limit, used = int(told.get("daily_limit") or 0), int(told.get("used") or 0)
    return Quota(limit, used, int(told.get("remain", limit - used)))


def clear_quota(api: WeChatApi, app_id: str) -> None:
    """All interfaces of the account; ten times a month (48006 beyond)."""
    api.call("clear_quota", {"appid": app_id})


def told_of(api: WeChatApi, rid: str) -> Mapping[str, Any]:
    """{"invoke_time","cost_in_ms","client_ip",…}; WeChat keeps it for seven days. It may hold what we sent."""
    found = api.call("openapi/rid/get", {"rid": rid}).body.get("request")
    return found if isinstance(found, Mapping) else {}


def reach(api: WeChatApi) -> Reach:
    """Takes WeChat some seconds. The shape of the answer is not verified on a real account."""
    told = api.call("callback/check", {"action": "all", "check_operator": "DEFAULT"}).body
    losses = [_percent(each.get("package_loss")) for each in told.get("ping") or ()]
    return Reach(tuple(str(each.get("ip")) for each in told.get("dns") or ()), max(losses) if losses else None)


def _percent(value: object) -> int:
    found = re.search(r"\d+", str(value or ""))
    return int(found[0]) if found else 100
