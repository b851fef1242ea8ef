"""What an account may ask about itself: templates, quotas, addresses, whether its callback is reached (wechat.md §3.1).

The answers of callback/check and of the two lists of addresses are as SDKs read them; not verified on a real account.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from sandbox.tables import phone_message, quota_clearing
from sandbox.wechat_call import Call
from sandbox.wechat_rules import Refused

CHINA = ZoneInfo("Asia/Shanghai")
CLEARINGS_A_MONTH = 10
# cgi_path → calls a day, and the kind of message that counts.
QUOTAS = {
    "/cgi-bin/message/custom/send": (500_000, "custom"),
    "/cgi-bin/message/template/send": (100_000, "template"),
    "/cgi-bin/message/mass/send": (100, "mass"),
}
OPERATORS = ("DEFAULT", "CHINANET", "UNICOM", "CAP")
WECHATS_ADDRESSES = ["101.226.103.0", "101.226.62.77"]


def templates(call: Call) -> dict[str, Any]:
    more = {"primary_industry": "", "deputy_industry": "", "example": ""}
    known = call.account.templates.items()
    return {
        "template_list": [
            {"template_id": template_id, "title": template_id, "content": _content(fields), **more}
            for template_id, fields in known
        ]
    }


def notices(call: Call) -> dict[str, Any]:
    """Subscription notifications; type 2: one tap, one message."""
    known = call.account.subscriptions.items()
    return {
        "data": [
            {"priTmplId": template_id, "title": template_id, "content": _content(fields), "example": "", "type": 2}
            for template_id, fields in known
        ]
    }


def _content(fields: Sequence[str]) -> str:
    """Each field as `{{thing1.DATA}}`, as the console shows it."""
    return "\n".join(f"项目{number}:{{{{{name}.DATA}}}}" for number, name in enumerate(fields, 1))


def quota(call: Call) -> dict[str, Any]:
    """76022: not an interface whose quota can be asked."""
    path = str(call.body.get("cgi_path") or "")
    if path not in QUOTAS:
        raise Refused(76022, "invalid cgi_path")
    limit, kind = QUOTAS[path]
    day = call.now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    since = max([day, *_clearings(call, day)])
    mine = (phone_message.c.account == call.account.name, phone_message.c.kind == kind)
    rows = select(func.count()).select_from(phone_message).where(*mine, phone_message.c.at >= since)
    used = int(call.connection.execute(rows).scalar_one())
    return {"quota": {"daily_limit": limit, "used": used, "remain": limit - used}}


def clear_quota(call: Call) -> dict[str, Any]:
    """40013 another account's app id; 48006 the eleventh time in a month."""
    if call.body.get("appid") != call.account.app_id:
        raise Refused(40013, "invalid appid")
    month = call.now.astimezone(CHINA).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if len(_clearings(call, month)) >= CLEARINGS_A_MONTH:
        raise Refused(48006, "forbid to clear quota because of reaching the limit")
    call.connection.execute(insert(quota_clearing).values(account=call.account.name, at=call.now))
    return {}


def rid(call: Call) -> dict[str, Any]:
    """76021: no such rid, or older than seven days. The sandbox gives all its refusals the same."""
    if call.body.get("rid") != "sandbox":
        raise Refused(76021, "rid not found")
    asked = {"invoke_time": int((call.now - timedelta(minutes=1)).timestamp()), "cost_in_ms": 12}
    return {"request": {**asked, "request_url": "", "request_body": "", "response_body": "", "client_ip": "127.0.0.1"}}


def callback_check(call: Call) -> dict[str, Any]:
    """The sandbox reaches only this machine; 40201 an operator or action there is not."""
    if call.body.get("action") not in ("dns", "ping", "all") or call.body.get("check_operator") not in OPERATORS:
        raise Refused(40201, "invalid action or operator")
    dns = [{"ip": "127.0.0.1", "real_operator": "UNICOM"}]
    ping = [{"ip": "127.0.0.1", "from_operator": "UNICOM", "package_loss": "0%", "time": "1.000ms"}]
    return {"dns": dns, "ping": ping}


def addresses(_call: Call) -> dict[str, Any]:
    return {"ip_list": WECHATS_ADDRESSES}


def _clearings(call: Call, since: datetime) -> list[datetime]:
    mine = (quota_clearing.c.account == call.account.name, quota_clearing.c.at >= since)
    return list(call.connection.execute(select(quota_clearing.c.at).where(*mine)).scalars())
