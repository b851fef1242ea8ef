"""Every provider whose pushes we take: how each is read, and the words it wants to hear (sms.md §1.5, §2.3)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.messages import Inbound, Receipt
from channels import sms_callbacks, sms_tencent_callbacks
from channels.sms_items import Item

Parse = Callable[[bytes], list[tuple[str, Item]]]


@dataclass(frozen=True, slots=True)
class Pushes:
    """parse: kind (`reply`, `report`) → (item key, item) of each usable entry; raises BadBody, BodyTooLarge.

    says: the answer with a code of ours, 0 for taken.
    """

    parse: Mapping[str, Parse]
    phone_or_nobody: Callable[[Mapping[str, Any]], str]
    to_inbound: Callable[[Mapping[str, Any], str, datetime], Inbound]
    to_receipt: Callable[[Mapping[str, Any], datetime], Receipt]
    says: Callable[[int], Mapping[str, object]]


def _aliyun_hears(code: int) -> Mapping[str, object]:
    return {"code": code, "msg": "无法接收" if code else "接收成功"}


def _tencent_hears(code: int) -> Mapping[str, object]:
    return {"result": code, "errmsg": "refused" if code else "OK"}


PUSHES: Mapping[str, Pushes] = {
    "aliyun": Pushes(
        {"reply": sms_callbacks.parse_replies, "report": sms_callbacks.parse_reports},
        sms_callbacks.phone_or_nobody,
        sms_callbacks.to_inbound,
        sms_callbacks.to_receipt,
        _aliyun_hears,
    ),
    "tencent": Pushes(
        {"reply": sms_tencent_callbacks.parse_replies, "report": sms_tencent_callbacks.parse_reports},
        sms_tencent_callbacks.phone_or_nobody,
        sms_tencent_callbacks.to_inbound,
        sms_tencent_callbacks.to_receipt,
        _tencent_hears,
    ),
}
