"""What Aliyun pushes: replies and receipts (sms.md §1.5)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import BadBody
from bot.messages import Channel, Inbound, InboundKind, Receipt, ReceiptState
from channels.sms_items import Item, beijing_time, digest, items, phone, text

PROVIDER = "aliyun"
LONGEST_KEY = 200
NO_RECEIPT_YET = "REQUEST_SUCCESS"


def parse_replies(body: bytes) -> list[tuple[str, Item]]:
    """(item key, item) of each usable entry of SmsUp. Entries without phone or text are left out, never an error.

    Raises BadBody when it is no JSON, BodyTooLarge above 1000 entries.
    """
    found = []
    for item in items(body):
        number, content = text(item, "phone_number"), text(item, "content")
        if number and "content" in item:
            key = text(item, "sequence_id") or digest(number, text(item, "send_time"), content)
            found.append((key[:LONGEST_KEY], item))
    return found


def parse_reports(body: bytes) -> list[tuple[str, Item]]:
    """(item key, item) of each usable entry of SmsReport: one that names a message of ours. Raises as above."""
    found = []
    for item in items(body):
        names = text(item, "biz_id") or text(item, "out_id")
        if names and "success" in item and text(item, "err_code") != NO_RECEIPT_YET:
            status = f"{_is_true(item['success'])}|{text(item, 'err_code')}"
            found.append((digest(names, text(item, "phone_number"), status), item))
    return found


def to_inbound(item: Mapping[str, Any], key: str, received_at: datetime) -> Inbound:
    """A reply as an inbound message. Raises BadBody when its number is none."""
    return Inbound(
        channel=Channel.SMS,
        account=PROVIDER,
        address=phone_of(item),
        kind=InboundKind.TEXT,
        provider_key=key,
        sent_at=beijing_time(item, "send_time", received_at),
        text=text(item, "content"),
    )


def to_receipt(item: Mapping[str, Any], received_at: datetime) -> Receipt:
    """A receipt; out_id is ours, biz_id theirs, err_code verbatim (an open set). The address may be empty."""
    return Receipt(
        channel=Channel.SMS,
        account=PROVIDER,
        state=ReceiptState.DELIVERED if _is_true(item.get("success")) else ReceiptState.FAILED,
        at=beijing_time(item, "report_time", received_at),
        out_id=text(item, "out_id"),
        provider_id=text(item, "biz_id"),
        code=text(item, "err_code"),
        address=phone_or_nobody(item),
    )


def phone_of(item: Mapping[str, Any]) -> str:
    """E.164. Raises BadBody."""
    return phone(item, "phone_number")


def phone_or_nobody(item: Mapping[str, Any]) -> str:
    """E.164, or "" where the item names no number we understand."""
    try:
        return phone_of(item)
    except BadBody:
        return ""


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")
