"""What stands on the phones, oldest first."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select

from sandbox.tables import phone_message

SHANGHAI = ZoneInfo("Asia/Shanghai")  # WeChat and the carriers tell Beijing time
# The rest are events, shown on the page only.
LISTED = ("text", "passive", "custom", "template", "subscription", "mass", "sms")
PAGE_LENGTH = 200


def local(moment: datetime) -> str:
    """ISO 8601 in Beijing time, to the second."""
    return moment.astimezone(SHANGHAI).isoformat(timespec="seconds")


def add(
    connection: Connection,
    channel: str,
    account: str,
    address: str,
    at: datetime,
    **what: Any,
) -> int:
    """what: dir, kind, text, template, data, url. Answers the message's id."""
    row = {"channel": channel, "account": account, "address": address, "at": at, **what}
    kept = connection.execute(insert(phone_message).values(**row).returning(phone_message.c.id))
    return int(kept.scalar_one())


def messages(connection: Connection, channel: str, account: str, address: str) -> list[dict[str, Any]]:
    """Messages both ways, without events, in the shape of the control API."""
    return [line for line in timeline(connection, channel, account, address) if line["kind"] in LISTED]


def timeline(connection: Connection, channel: str, account: str, address: str) -> list[dict[str, Any]]:
    """Everything that happened on this phone, events too: the last 200."""
    here = select(phone_message).where(
        phone_message.c.channel == channel, phone_message.c.account == account, phone_message.c.address == address
    )
    rows = connection.execute(here.order_by(phone_message.c.id.desc()).limit(PAGE_LENGTH)).mappings().all()
    return [_shape(row) for row in reversed(rows)]


def addresses(connection: Connection, channel: str, account: str) -> list[str]:
    """Every address something happened on, the newest first."""
    newest = select(phone_message.c.address).where(
        phone_message.c.channel == channel, phone_message.c.account == account
    )
    rows = connection.execute(newest.order_by(phone_message.c.id.desc())).scalars()
    return list(dict.fromkeys(rows))


def _shape(row: Mapping[Any, Any]) -> dict[str, Any]:
    kept = {name: row[name] for name in ("id", "dir", "kind", "text", "template", "data", "url")}
    return {**kept, "at": local(row["at"])}
