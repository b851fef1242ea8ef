"""What Aliyun pushes: replies and receipts (sms.md §1.5). Nothing in it is signed, so nothing in it is trusted."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BadBody, BodyTooLarge
from bot.messages import Channel, Inbound, InboundKind, Receipt, ReceiptState
from bot.phones import BadPhone, parse_phone

PROVIDER = "aliyun"
MOST_ITEMS = 1000
LONGEST_KEY = 200
BEIJING = ZoneInfo("Asia/Shanghai")
Item = dict[str, Any]


def parse_replies(body: bytes) -> list[tuple[str, Item]]:
    """(item key, item) of each usable entry of SmsUp. Entries without phone or text are left out, never an error.

    Raises BadBody when it is no JSON, BodyTooLarge above 1000 entries.
    """
    found = []
    for item in _items(body):
        phone, content = _text(item, "phone_number"), _text(item, "content")
        if phone and "content" in item:
            key = _text(item, "sequence_id") or _digest(phone, _text(item, "send_time"), content)
            found.append((key[:LONGEST_KEY], item))
    return found


def parse_reports(body: bytes) -> list[tuple[str, Item]]:
    """(item key, item) of each usable entry of SmsReport: one that names a message of ours. Raises as above."""
    found = []
    for item in _items(body):
        names = _text(item, "biz_id") or _text(item, "out_id")
        if names and "success" in item:
            status = f"{_is_true(item['success'])}|{_text(item, 'err_code')}"
            found.append((_digest(names, _text(item, "phone_number"), status), item))
    return found


def to_inbound(item: Mapping[str, Any], key: str, received_at: datetime) -> Inbound:
    """A reply as an inbound message. Raises BadBody when its number is none."""
    return Inbound(
        channel=Channel.SMS,
        account=PROVIDER,
        address=phone_of(item),
        kind=InboundKind.TEXT,
        provider_key=key,
        sent_at=_time(item, "send_time", received_at),
        text=_text(item, "content"),
    )


def to_receipt(item: Mapping[str, Any], received_at: datetime) -> Receipt:
    """A receipt; out_id is ours, biz_id theirs, err_code verbatim (an open set). The address may be empty."""
    return Receipt(
        channel=Channel.SMS,
        account=PROVIDER,
        state=ReceiptState.DELIVERED if _is_true(item.get("success")) else ReceiptState.FAILED,
        at=_time(item, "report_time", received_at),
        out_id=_text(item, "out_id"),
        provider_id=_text(item, "biz_id"),
        code=_text(item, "err_code"),
        address=phone_or_nobody(item),
    )


def phone_of(item: Mapping[str, Any]) -> str:
    """E.164. Raises BadBody."""
    try:
        return parse_phone(_text(item, "phone_number")).e164
    except BadPhone as error:
        raise BadBody(f"phone_number: {error}") from error


def phone_or_nobody(item: Mapping[str, Any]) -> str:
    """E.164, or "" where the item names no number we understand."""
    try:
        return phone_of(item)
    except BadBody:
        return ""


def _items(body: bytes) -> list[Item]:
    """An array, or one object alone; what is no object is left out."""
    try:
        read = json.loads(body or b"[]")
    except (ValueError, RecursionError) as error:
        raise BadBody("no JSON") from error
    entries = read if isinstance(read, list) else [read]
    if len(entries) > MOST_ITEMS:
        raise BodyTooLarge(f"{len(entries)} entries, {MOST_ITEMS} allowed")
    return [entry for entry in entries if isinstance(entry, dict)]


def _text(item: Mapping[str, Any], name: str) -> str:
    """Strings and numbers alike: older documents give sequence_id and sms_size as numbers."""
    value = item.get(name)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.strip().lower() == "true")


def _time(item: Mapping[str, Any], name: str, otherwise: datetime) -> datetime:
    """`2026-01-01 10:05:00`, Beijing without a zone."""
    text = _text(item, name)
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", text):
        return otherwise
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError:
        return otherwise


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()
