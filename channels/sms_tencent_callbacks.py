"""What Tencent pushes, and the same as it is pulled after downtime: replies and statuses (sms.md §2.3).

A pulled record is turned into the form of the push and gets the key of the push, so that both are one.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.errors import BadBody
from bot.messages import Channel, Inbound, InboundKind, Receipt, ReceiptState
from channels.sms_items import BEIJING, Item, beijing_time, digest, items, phone, text

PROVIDER = "tencent"
PULLED_REPLY = {
    "extend": "ExtendCode",
    "nationcode": "CountryCode",
    "mobile": "SubscriberNumber",
    "sign": "SignName",
    "text": "ReplyContent",
    "time": "ReplyTime",
}
PULLED_STATUS = {
    "nationcode": "CountryCode",
    "mobile": "SubscriberNumber",
    "report_status": "ReportStatus",
    "errmsg": "Description",
    "sid": "SerialNo",
    "ext": "SessionContext",
}


def parse_replies(body: bytes) -> list[tuple[str, Item]]:
    """(item key, item) of each usable reply; Tencent pushes one object, an array is taken too.

    Tencent gives a reply no id: who, when and what is its key. Raises BadBody when it is no JSON, BodyTooLarge
    above 1000 entries.
    """
    return [(reply_key(item), item) for item in items(body) if text(item, "mobile") and "text" in item]


def parse_reports(body: bytes) -> list[tuple[str, Item]]:
    """(item key, item) of each usable status: one that names a message of ours. Raises as above."""
    return [(report_key(item), item) for item in items(body) if _names(item) and text(item, "report_status")]


def reply_key(item: Mapping[str, Any]) -> str:
    return digest(phone_or_nobody(item) or text(item, "mobile"), text(item, "time"), text(item, "text"))


def report_key(item: Mapping[str, Any]) -> str:
    """Without `errmsg`, which a push and a pull may word differently."""
    return digest(_names(item), text(item, "report_status"))


def pulled_reply(record: Mapping[str, Any]) -> Item:
    """A record of PullSmsReplyStatus in the form of the push."""
    return {ours: record.get(theirs, "") for ours, theirs in PULLED_REPLY.items()}


def pulled_status(record: Mapping[str, Any]) -> Item:
    """A record of PullSmsSendStatus in the form of the push; its time comes in Unix seconds."""
    item = {ours: record.get(theirs, "") for ours, theirs in PULLED_STATUS.items()}
    received = _seconds(record, "UserReceiveTime")
    if received is not None:
        item["user_receive_time"] = received.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")
    return item


def to_inbound(item: Mapping[str, Any], key: str, received_at: datetime) -> Inbound:
    """A reply as an inbound message. Raises BadBody when its number is none."""
    return Inbound(
        channel=Channel.SMS,
        account=PROVIDER,
        address=phone_of(item),
        kind=InboundKind.TEXT,
        provider_key=key,
        sent_at=_seconds(item, "time") or received_at,
        text=text(item, "text"),
    )


def to_receipt(item: Mapping[str, Any], received_at: datetime) -> Receipt:
    """A receipt; ext is our id where the account carries it, sid theirs, errmsg verbatim. The address may be empty."""
    return Receipt(
        channel=Channel.SMS,
        account=PROVIDER,
        state=ReceiptState.DELIVERED if text(item, "report_status") == "SUCCESS" else ReceiptState.FAILED,
        at=beijing_time(item, "user_receive_time", received_at),
        out_id=text(item, "ext"),
        provider_id=text(item, "sid"),
        code=text(item, "errmsg"),
        address=phone_or_nobody(item),
    )


def phone_of(item: Mapping[str, Any]) -> str:
    """E.164. Raises BadBody."""
    nation = text(item, "nationcode")
    return phone(item, "mobile", f"+{nation.removeprefix('+')}" if nation else "")


def phone_or_nobody(item: Mapping[str, Any]) -> str:
    """E.164, or "" where the item names no number we understand."""
    try:
        return phone_of(item)
    except BadBody:
        return ""


def _names(item: Mapping[str, Any]) -> str:
    return text(item, "sid") or text(item, "ext")


def _seconds(item: Mapping[str, Any], name: str) -> datetime | None:
    found = text(item, name)
    try:
        return datetime.fromtimestamp(int(found), UTC) if found.isdecimal() else None
    except (ValueError, OverflowError, OSError):
        return None
