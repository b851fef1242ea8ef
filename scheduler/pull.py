"""What Tencent's callbacks lost while we were down is pulled, and kept as if it had been pushed (sms.md §2.3)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import structlog

from bot.errors import SendError
from bot.ports import Clock
from channels.sms_items import Item
from channels.sms_tencent import PAGE
from channels.sms_tencent_callbacks import (
    PROVIDER,
    phone_or_nobody,
    pulled_reply,
    pulled_status,
    reply_key,
    report_key,
)
from store import callbacks
from store.writer import Writer

MOST_PAGES = 100  # a tick ends some time; the next one goes on


class Pull(Protocol):
    """`channels.sms_tencent.TencentSms`: each record is given once. Raises a SendError."""

    def pull_statuses(self) -> list[dict[str, Any]]: ...

    def pull_replies(self) -> list[dict[str, Any]]: ...


class PullTick:
    """Pulled and pushed have the same key, so what came both ways is one; the worker does the rest.

    A page is kept before the next is asked for: a page given is not given again.
    """

    def __init__(self, writer: Writer, clock: Clock, sms: Pull) -> None:
        self._writer, self._clock, self._sms = writer, clock, sms

    def tick(self) -> int:
        """How many records were new. Replies first: somebody waits for an answer."""
        replies = self._all("reply", self._sms.pull_replies, pulled_reply, reply_key)
        return replies + self._all("report", self._sms.pull_statuses, pulled_status, report_key)

    def _all(
        self,
        kind: str,
        pull: Callable[[], Sequence[Mapping[str, Any]]],
        form: Callable[[Mapping[str, Any]], Item],
        key: Callable[[Mapping[str, Any]], str],
    ) -> int:
        """One kind may not be enabled at Tencent, or fail, while the other is there."""
        new = 0
        try:
            for _ in range(MOST_PAGES):
                records = pull()
                items = [form(record) for record in records]
                new += self._keep(kind, [(key(item), item, phone_or_nobody(item)) for item in items])
                if len(records) < PAGE:
                    break
        except SendError as error:
            structlog.get_logger().warning("sms_pull_failed", kind=kind, code=error.code)
        return new

    def _keep(self, kind: str, items: Sequence[tuple[str, Item, str]]) -> int:
        if not items:
            return 0
        now = self._clock.business()
        new = self._writer.run(lambda conn: callbacks.keep(conn, PROVIDER, kind, items, now))
        structlog.get_logger().info("sms_pulled", kind=kind, records=len(items), new=new)
        return new
