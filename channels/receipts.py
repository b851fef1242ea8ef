"""What a receipt teaches, and a receipt as JSON and back: one that came too soon is kept until its message is there."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.errors import Mark
from bot.messages import Channel, Receipt, ReceiptState
from channels.sms_errors import receipt_marks


def marks_of(receipt: Receipt) -> tuple[Mark, ...]:
    """`failed:user block` on WeChat: the person turned the account's messages off (spaces vary, wechat.md §2.8)."""
    if receipt.state is ReceiptState.DELIVERED:
        return ()
    if receipt.channel is Channel.WECHAT:
        return (Mark.REJECTS_ACCOUNT,) if "user block" in receipt.code else ()
    return receipt_marks(receipt.code)


def to_kept(receipt: Receipt) -> dict[str, Any]:
    return {
        "channel": receipt.channel.value,
        "account": receipt.account,
        "state": receipt.state.value,
        "at": receipt.at.isoformat(),
        "out_id": receipt.out_id,
        "provider_id": receipt.provider_id,
        "code": receipt.code,
        "address": receipt.address,
        "counts": dict(receipt.counts),
    }


def from_kept(kept: Mapping[str, Any]) -> Receipt:
    return Receipt(
        channel=Channel(kept["channel"]),
        account=kept["account"],
        state=ReceiptState(kept["state"]),
        at=datetime.fromisoformat(kept["at"]),
        out_id=kept["out_id"],
        provider_id=kept["provider_id"],
        code=kept["code"],
        address=kept["address"],
        counts=kept.get("counts", {}),
    )


def receipt_key(receipt: Receipt) -> str:
    """One for every message and state, so that a repeated report is kept once."""
    named = (receipt.account, receipt.provider_id, receipt.out_id, receipt.address, receipt.state.value, receipt.code)
    return hashlib.sha256("\x00".join(named).encode()).hexdigest()
