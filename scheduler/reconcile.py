"""Settling an SMS whose outcome nobody knows: its provider is asked (sms.md §1.3, §2.3); it is never sent again."""

from datetime import date, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.errors import SendError
from bot.messages import Channel, Receipt, ReceiptState, Way
from bot.ports import Clock
from channels.receipts import marks_of
from channels.sms_outcome import DELIVERED, FAILED, SentSms
from store import receipts, troubles
from store.engine import reading
from store.outbox import Unsure, unsure_sms
from store.writer import Writer

EVERY_S = 300.0
CALL_BEGAN = timedelta(minutes=10)
LOOKED_FOR = timedelta(days=1)  # afterwards a person has seen to it
CHINA = ZoneInfo("Asia/Shanghai")
STATES = {DELIVERED: ReceiptState.DELIVERED, FAILED: ReceiptState.FAILED}


class Lookup(Protocol):
    def find(self, phone: str, out_id: str, day: date) -> SentSms | None:
        """Raises a SendError."""
        ...


class SmsReconciler:
    """One look every five minutes. What never arrived at the provider stays uncertain: a person decides."""

    def __init__(self, writer: Writer, clock: Clock, sms: Lookup, provider: str = "aliyun") -> None:
        self._writer, self._clock, self._sms, self._provider = writer, clock, sms, provider
        self._next = clock.monotonic() + EVERY_S

    def tick(self) -> int:
        """How many were settled."""
        if self._clock.monotonic() < self._next:
            return 0
        self._next = self._clock.monotonic() + EVERY_S
        with reading(self._writer.engine) as conn:
            left = unsure_sms(conn, self._clock.business() - LOOKED_FOR)
        try:
            settled = sum(self._settle(each) for each in left)
            if left:  # and so it was asked, and answered
                now = self._clock.business()
                self._writer.run(lambda conn: troubles.end_silence(conn, Way.SMS.value, "", now))
            return settled
        except SendError as error:
            structlog.get_logger().warning("sms_lookup_failed", code=error.code)
            return 0

    def _settle(self, left: Unsure) -> bool:
        found = self._found(left)
        state = STATES.get(found.status) if found else None
        if found is None or state is None:
            return False
        receipt = Receipt(
            Channel.SMS,
            self._provider,
            state,
            self._clock.business(),
            out_id=left.out_id,
            code=found.code,
            address=left.address,
        )
        now = self._clock.business()
        return self._writer.run(lambda conn: receipts.settle(conn, receipt, marks_of(receipt), now)) is not None

    def _found(self, left: Unsure) -> SentSms | None:
        """On the day it was given up, or, around midnight, the day before: the call began up to a lease earlier."""
        days = {(left.since - earlier).astimezone(CHINA).date(): None for earlier in (timedelta(), CALL_BEGAN)}
        return next((found for day in days if (found := self._sms.find(left.address, left.out_id, day))), None)
