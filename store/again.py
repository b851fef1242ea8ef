"""Sending once more what a provider refused: a new message under today's window and consents, never the old one."""

from datetime import datetime

from sqlalchemy import Connection, select

from bot.customer import StaffMember
from bot.errors import RuleBroken
from bot.messages import Way
from store import replies
from store.replies import Sent
from store.tables.contact import message
from store.tables.outbound import outbox
from store.visibility import visible_to

SENDABLE = frozenset({Way.CUSTOM.value, Way.SMS.value})


def once_more(conn: Connection, user: StaffMember, customer_id: int, message_id: int, now: datetime) -> Sent:
    """Pressed twice it is one message. Raises RuleBroken not_failed and those of the reply it becomes."""
    query = (
        select(message.c.text, outbox.c.state, outbox.c.way, outbox.c.payload)
        .join(outbox, outbox.c.id == message.c.outbox_id)
        .where(message.c.id == message_id, message.c.customer_id == customer_id, message.c.author == "staff")
        .where(visible_to(user, message))
    )
    row = conn.execute(query).first()
    if row is None or row.state != "failed" or row.way not in SENDABLE or "image" in row.payload:
        raise RuleBroken("not_failed", "这条消息不能重发")
    key = f"again-{message_id:08}"
    if row.way == Way.SMS.value:
        return replies.staff_sms(conn, user, customer_id, row.payload, key, now)
    return replies.staff_reply(conn, user, customer_id, row.text, key, now)
