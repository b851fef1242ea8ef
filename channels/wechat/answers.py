"""Reading WeChat's answer: success is in the body, errors come as HTTP 200 (wechat.md §3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.errors import SendError
from channels.wechat.errors import Reaction, error_of, rule_of

RID = re.compile(r"rid:\s*([\w-]+)")
# Of an errmsg only what staff need and what is no secret: the IP WeChat saw, the template field it refused.
NAMED = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|data\.\w+\.value")
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Reading:
    """code 0: accepted. error: what to raise when code is not 0 and the caller has no better answer."""

    code: int
    body: Mapping[str, Any]
    error: SendError
    refresh: bool
    sent_before: bool


def read_answer(body: Mapping[str, Any], api: str, out_id: str, now: datetime) -> Reading:
    """Logs a refusal with code, rid, api and out_id; never the errmsg itself, which may repeat what we sent."""
    code, message = _code(body.get("errcode", 0)), str(body.get("errmsg") or "")
    if code:
        rid = RID.search(message)
        structlog.get_logger().warning("wechat_refused", api=api, code=code, rid=rid[1] if rid else "", out_id=out_id)
    named = NAMED.search(message)
    reaction = rule_of(code).reaction
    return Reading(
        code,
        body,
        error_of(code, named[0] if named else "", seconds_to_midnight(now)),
        refresh=reaction is Reaction.REFRESH,
        sent_before=reaction is Reaction.SENT,
    )


def seconds_to_midnight(now: datetime) -> float:
    """Until quotas start anew in China."""
    local = now.astimezone(CHINA)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return (midnight - local).total_seconds()


def _code(value: object) -> int:
    """An errcode that is no number is no success either."""
    text = str(value)
    return int(text) if re.fullmatch(r"-?\d+", text) else -2
