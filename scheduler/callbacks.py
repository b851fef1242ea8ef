"""What providers pushed becomes turns and receipts; the web process only kept it, Aliyun waits 700 ms (sms.md §1.5)."""

from collections.abc import Callable
from datetime import timedelta

import structlog
from sqlalchemy import Connection

from bot.errors import BadBody
from bot.messages import Inbound, Receipt
from bot.ports import Clock
from channels.receipts import from_kept, marks_of, receipt_key, to_kept
from channels.sms_pushes import PUSHES
from store import callbacks, receipts
from store.callbacks import TRIES, Pushed
from store.engine import reading
from store.writer import Writer

HOUR = timedelta(hours=1)
PER_HOUR = 20  # of one number; the rest is stored only (sms.md §5.4)
AGAIN_S = 30.0  # between looks at what failed or matched nothing


class CallbackTick:
    """take: one inbound turn; a message already taken changes nothing, so two workers may run this at once."""

    def __init__(self, writer: Writer, clock: Clock, take: Callable[[Inbound], object]) -> None:
        self._writer, self._clock, self._take = writer, clock, take
        self._again_at = clock.monotonic()

    def tick(self) -> int:
        """Works off what is new, and now and then what waits; returns how many items were looked at."""
        with reading(self._writer.engine) as conn:
            items = callbacks.fresh(conn)
            if self._clock.monotonic() >= self._again_at:
                self._again_at = self._clock.monotonic() + AGAIN_S
                items += callbacks.waiting(conn, self._clock.business())
        for pushed in items:
            self._work_off(pushed)
        return len(items)

    def _work_off(self, pushed: Pushed) -> None:
        try:
            state = self._reply(pushed) if pushed.kind == "reply" else self._writer.run(self._report(pushed))
            note = ""
        except BadBody as error:
            state, note = "failed", str(error)
        except Exception as error:  # noqa: BLE001  one bad item must not hold up the others; it is tried again
            structlog.get_logger().error("callback_failed", callback_id=pushed.id, error=type(error).__name__)
            state, note = ("failed" if pushed.tries + 1 >= TRIES else "again"), type(error).__name__
        self._writer.run(lambda conn: callbacks.settle(conn, pushed, state, note))

    def _reply(self, pushed: Pushed) -> str:
        since = pushed.received_at - HOUR
        if self._writer.run(lambda conn: callbacks.replies_taken(conn, pushed.address, since)) >= PER_HOUR:
            structlog.get_logger().warning("replies_over_limit", callback_id=pushed.id)
            return "kept"
        self._take(PUSHES[pushed.provider].to_inbound(pushed.body, pushed.key, pushed.received_at))
        return "done"

    def _report(self, pushed: Pushed) -> Callable[[Connection], str]:
        receipt = _receipt(pushed)
        return lambda conn: "done" if _settle(conn, receipt, self._clock) else "unmatched"


def _receipt(pushed: Pushed) -> Receipt:
    if pushed.provider == "wechat":
        return from_kept(pushed.body)
    return PUSHES[pushed.provider].to_receipt(pushed.body, pushed.received_at)


def settle_wechat(writer: Writer, clock: Clock) -> Callable[[Receipt], None]:
    """For the WeChat webhook: written down at once, or kept when the report was faster than the answer to the call."""

    def settle(receipt: Receipt) -> None:
        writer.run(lambda conn: _settle_or_keep(conn, receipt, clock))

    return settle


def _settle_or_keep(conn: Connection, receipt: Receipt, clock: Clock) -> None:
    if not _settle(conn, receipt, clock):
        item = (receipt_key(receipt), to_kept(receipt), receipt.address)
        callbacks.keep(conn, "wechat", "report", [item], clock.business(), state="unmatched")


def _settle(conn: Connection, receipt: Receipt, clock: Clock) -> bool:
    return receipts.settle(conn, receipt, marks_of(receipt), clock.business()) is not None
