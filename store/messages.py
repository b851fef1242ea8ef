"""Messages of touchpoints in the conversation's log; those of a turn are written by the turn."""

from datetime import datetime

from sqlalchemy import Connection

from bot.messages import Way
from store.prepared import Prepared, adding
from store.tables.contact import message
from store.touchpoints import Due

CHANNEL = {Way.SMS: "sms", Way.CALL: "call", Way.EMAIL: "email"}


def keep(conn: Connection, due: Due, outbox_id: int, way: Way, text: str, now: datetime) -> None:
    """One line in the customer's thread, in the transaction that queues the message."""
    row = {
        "store_id": due.store_id, "customer_id": due.customer_id, "direction": "out",
        "channel": CHANNEL.get(way, "wechat"), "kind": way.value, "author": "bot", "text": text, "at": now,
        "outbox_id": outbox_id, "touchpoint_id": due.id, "case_id": due.ref.get("case_id"),
    }  # fmt: skip
    _KEEP.all(conn, **row)


_KEPT = (
    "store_id", "customer_id", "direction", "channel", "kind", "author", "text", "at", "outbox_id", "touchpoint_id",
    "case_id",
)  # fmt: skip
_KEEP = Prepared(lambda _conn: adding(message, _KEPT))
