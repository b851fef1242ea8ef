"""A provider's report on a sent message: the outbox row, the chain behind `why`, what it teaches about the person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from bot.errors import Mark
from bot.messages import Receipt, ReceiptState, Way
from bot.reasons import Reason
from store import feed, late_receipts, marks, numbers, touchpoints
from store.outbox import apply_receipt, receipt_row, state_of, touchpoints_of
from store.tables.outbound import verdict

BATCH = "batch"


def settle(conn: Connection, receipt: Receipt, teaches: Sequence[Mark], now: datetime) -> int | None:
    """The outbox row it speaks of; None when no row matches. Repeated or late contrary ones undo nothing.

    teaches: remembered of the address the message went to, never of the one the report names: reports are not signed.
    """
    row = receipt_row(conn, receipt)
    if row is None:
        return None
    apply_receipt(conn, receipt, now)
    for mark in teaches:
        marks.remember(conn, mark, Way(row.way), row.account, row.address, now, receipt.code)
    state = state_of(conn, row.id)
    if state != row.state:
        if state == "failed" and row.way == Way.SMS.value and numbers.bounces(conn, row.address):
            numbers.ask_to_confirm(conn, numbers.sharing(conn, row.address), Reason.BOUNCED.value, now)
        _tell(conn, row, receipt, now)
        ref = {"outbox_id": row.id, "reason": "receipt", "code": receipt.code}
        kind = "outbox" if receipt.state is ReceiptState.DELIVERED else "alert"  # it was shown as sent until now
        feed.tell(conn, row.store_id, kind, ref, row.customer_id, now)
    elif receipt.state is ReceiptState.DELIVERED and not receipt.counts:
        late_receipts.arrived(conn, row, receipt.channel, now)
    return int(row.id)


def _tell(conn: Connection, row: Any, receipt: Receipt, now: datetime) -> None:
    """One line a touchpoint; what has no outcome yet, or an uncertain one, now has it."""
    ids = touchpoints_of(conn, row.id)
    line = {"at": now, "step": "receipt", "name": receipt.channel.value, "verdict": receipt.state.value}
    # A mass send reports counts, not people: for each of them the receipt is `batch` (design §4).
    line |= {"reason": receipt.code or (BATCH if receipt.counts else ""), "detail": dict(receipt.counts) or None}
    if ids:
        conn.execute(insert(verdict), [{**line, "touchpoint_id": each} for each in ids])
    if receipt.state is ReceiptState.FAILED and late_receipts.another_way(conn, row, ids, now):
        return
    if ids:
        outcome = "sent" if receipt.state is ReceiptState.DELIVERED else "failed"
        touchpoints.finish(conn, ids, outcome, "receipt", now)
