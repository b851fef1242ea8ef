"""The providers of a simulation: they take what is sent at once, now and then refuse or fall silent, and keep a log."""

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from bot.ports import Clock

SILENT, BUSY, REFUSED, CONTENT = 0.002, 0.004, 0.006, 0.0065  # cumulated; of one call


@dataclass(slots=True)
class Providers:
    """Implements `Sender` for every way. arrived: when and out_id of what left, or may have.

    dead, blocked: numbers nobody holds, and numbers whose carrier lets no such SMS through.
    """

    seed: int
    clock: Clock
    dead: Collection[str] = ()
    blocked: Collection[str] = ()
    arrived: list[tuple[datetime, str]] = field(default_factory=list)

    def send(self, out: Outgoing) -> str:
        error = self._answer(out)
        if error is None or isinstance(error, Uncertain):
            self.arrived.append((self.clock.business(), out.out_id))
        if error is not None:
            raise error
        return f"sim-{out.out_id}"

    def _answer(self, out: Outgoing) -> SendError | None:
        if out.way is Way.SMS and out.address in self.dead:
            return Undeliverable("dead", "空号", Mark.BAD_ADDRESS)
        if out.way is Way.SMS and out.address in self.blocked:
            return Undeliverable("blocked", "运营商黑名单", Mark.REFUSED_ALL)
        drawn = random.Random(f"{self.seed}:call:{out.address}:{out.attempt}:{self.clock.business()}").random()
        if drawn < SILENT:
            return Uncertain("timeout", "没有回应")
        if drawn < BUSY:
            return TryLater("busy", "平台繁忙", 60.0, costs=True)
        if drawn < REFUSED:
            return Undeliverable("refused", "对方暂不接收")
        return ContentRefused("content", "内容被拒") if drawn < CONTENT else None


class FreeBucket:
    """Implements `Bucket`: rates are the worker's business; here an hour's sends leave at its beginning."""

    def take(self, name: str, rate: float, burst: int) -> float:
        return 0.0
