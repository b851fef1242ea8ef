"""Settling an SMS whose outcome nobody knows: Aliyun is asked (sms.md §1.3); it is never sent again."""

from datetime import date, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.errors import SendError
from bot.messages import Channel, Receipt, ReceiptState
from bot.ports import Clock
from channels.receipts import marks_of
from channels.sms_aliyun import DELIVERED, FAILED, SentSms
from store import receipts
from store.engine import reading
from store.outbox import Unsure, unsure_sms
from store.writer import Writer

EVERY_S = 300.0
LOOKED_FOR = timedelta(days=1)  # afterwards a person has seen to it
CHINA = ZoneInfo("Asia/Shanghai")
STATES = {DELIVERED: ReceiptState.DELIVERED, FAILED: ReceiptState.FAILED}


class Lookup(Protocol):
    def find(self, phone: str, out_id: str, day: date) -> SentSms | None:
        """Raises a SendError."""
        ...


class SmsReconciler:
    """One look every five minutes. What never arrived at the provider stays uncertain: a person decides."""

    def __init__(self, writer: Writer, clock: Clock, sms: Lookup) -> None:
        self._writer, self._clock, self._sms = writer, clock, sms
        self._next = clock.monotonic() + EVERY_S

    def tick(self) -> int:
        """How many were settled."""
        if self._clock.monotonic() < self._next:
            return 0
        self._next = self._clock.monotonic() + EVERY_S
        with reading(self._writer.engine) as conn:
            left = unsure_sms(conn, self._clock.business() - LOOKED_FOR)
        try:
            return sum(self._settle(each) for each in left)
        except SendError as error:
            structlog.get_logger().warning("sms_lookup_failed", code=error.code)
            return 0

    def _settle(self, left: Unsure) -> bool:
        found = self._sms.find(left.address, left.out_id, left.since.astimezone(CHINA).date())
        state = STATES.get(found.status) if found else None
        if found is None or state is None:
            return False
        receipt = Receipt(
            Channel.SMS,
            "aliyun",
            state,
            self._clock.business(),
            out_id=left.out_id,
            code=found.code,
            address=left.address,
        )
        now = self._clock.business()
        return self._writer.run(lambda conn: receipts.settle(conn, receipt, marks_of(receipt), now)) is not None
