"""A quote of the workshop: its lines in fen, what the customer may answer, and what stays agreed when it changes.

Vague words are no consent: a line is agreed to by its own answer only (handbook H1.4.2, H1.4.3).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

SHOWN_AFTER = timedelta(days=30)  # the link still opens after the quote's end, to say what became of it


class LineKind(StrEnum):
    PART = "part"
    LABOUR = "labour"
    OTHER = "other"


class Urgency(StrEnum):
    MUST = "must"
    ADVISED = "advised"
    CAN_WAIT = "can_wait"


class LineAnswer(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"


class QuoteState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    ANSWERED = "answered"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Work:
    """What one line offers. Money in fen; quantity and hours as decimals in text ("1.5"), None when not said."""

    name: str
    kind: LineKind
    total_fen: int
    urgency: Urgency
    part_no: str = ""
    brand: str = ""
    unit_fen: int | None = None
    quantity: str | None = None
    rate_fen: int | None = None
    hours: str | None = None
    warranty_days: int | None = None
    warranty_km: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """position: from 1, as the customer reads it. answer None: still open."""

    id: int
    position: int
    work: Work
    answer: LineAnswer | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """state: as stored; `open_at` also looks at the clock and the order."""

    id: int
    external_id: str
    version: int
    state: QuoteState
    order_id: int
    customer_id: int
    advisor_id: int | None
    advisor: str
    order_closed: bool
    expires_at: datetime
    lines: tuple[Line, ...]
    ready_at: datetime | None = None
    note: str = ""

    def open_at(self, now: datetime) -> bool:
        """May still be answered."""
        return self.state is QuoteState.SENT and not self.order_closed and now < self.expires_at

    @property
    def open_lines(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.answer is None)

    def answered(self, answer: LineAnswer) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.answer is answer)

    @property
    def total_fen(self) -> int:
        return total(self.lines)


def total(lines: Iterable[Line]) -> int:
    return sum(line.work.total_fen for line in lines)


def priced(unit_fen: int | None, quantity: Decimal | None, rate_fen: int | None, hours: Decimal | None) -> int | None:
    """price × quantity + rate × hours, each rounded to the fen, half up; None when neither is said."""
    if unit_fen is None and rate_fen is None:
        return None
    return _times(unit_fen, quantity or Decimal(1)) + _times(rate_fen, hours or Decimal(1))


def _times(fen: int | None, amount: Decimal) -> int:
    return int((Decimal(fen or 0) * amount).quantize(Decimal(1), ROUND_HALF_UP))


def carried(before: Sequence[Line], works: Sequence[Work]) -> list[Line | None]:
    """For each line of the new version the old line it repeats word for word, whose answer stays; None: asked anew.

    A line may move, it may not change: another price, part or warranty is another offer.
    """
    left = list(before)
    found: list[Line | None] = []
    for work in works:
        same = next((line for line in left if line.work == work), None)
        if same is not None:
            left.remove(same)
        found.append(same)
    return found


def yuan(fen: int) -> str:
    """128050 → "1280.50", exact: no float between."""
    return f"{fen // 100}.{fen % 100:02}"
