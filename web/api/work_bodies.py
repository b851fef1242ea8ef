"""Lines of work with their prices, as quotes and repair files carry them. Money in fen, whole; never a float."""

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, Strict, StringConstraints, ValidationInfo, field_validator

from bot.quotes import LineKind, Urgency, Work, priced
from web.api.bodies import Body, ExternalId, Line, Moment

DEAREST, DEAREST_SUM = 100_000_000, 1_000_000_000  # fen; a line over a million yuan is a typing mistake


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("a number is expected")
    return value


Fen = Annotated[int, Strict(), Field(ge=0, le=DEAREST)]
Sum = Annotated[int, Strict(), Field(ge=0, le=DEAREST_SUM)]
Amount = Annotated[Decimal, BeforeValidator(_no_truth), Field(gt=0, max_digits=7, decimal_places=3)]
Count = Annotated[int, Strict(), Field(ge=0, le=1_000_000)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]


class WorkBody(Body):
    """unit_fen × quantity + rate_fen × hours is the line's total, to the fen (half up); without either, total_fen."""

    name: Line
    kind: LineKind
    part_no: Line | None = None
    brand: Line | None = None
    unit_fen: Fen | None = Field(None, description="price of one, in fen")
    quantity: Amount | None = Field(None, description="default 1; at most three decimals")
    rate_fen: Fen | None = Field(None, description="price of an hour, in fen")
    hours: Amount | None = Field(None, description="default 1; at most three decimals")
    warranty_days: Count | None = None
    warranty_km: Count | None = None
    total_fen: Fen | None = Field(None, validate_default=True, description="needed where no price is given")

    @field_validator("total_fen")
    @classmethod
    def adds_up(cls, value: int | None, info: ValidationInfo) -> int:
        given = info.data
        if not {"unit_fen", "quantity", "rate_fen", "hours"} <= set(given):
            return value or 0  # one of them is wrong and says so itself
        made = priced(given["unit_fen"], given["quantity"], given["rate_fen"], given["hours"])
        if made is None and value is None:
            raise ValueError("needed: the line has no unit_fen and no rate_fen")
        if made is not None and value is not None and made != value:
            raise ValueError(f"price × quantity + rate × hours is {made}")
        total = made if made is not None else value or 0
        if total > DEAREST:
            raise ValueError(f"more than {DEAREST}")
        return total


class QuoteLine(WorkBody):
    """A line the customer agrees to or not."""

    urgency: Urgency = Field(description="why: must, advised, or can wait")


class QuoteBody(Body):
    """PUT /quotes/{external_id}. repair_order and lines are needed for a new one."""

    repair_order: ExternalId | None = Field(None, description="external id of the repair order")
    state: Literal["draft", "sent", "withdrawn"] = Field(
        "sent", description="draft: the customer does not see it yet; withdrawn: nothing is asked any more"
    )
    lines: list[QuoteLine] | None = Field(None, min_length=1, max_length=200)
    total_fen: Sum | None = Field(None, description="a check: must be the sum of the lines")
    ready_at: Moment | None = Field(None, description="when the car is ready if all is agreed to")
    valid_until: Moment | None = Field(None, description="until when the prices hold; default: seven days")
    note: Words | None = None

    @field_validator("total_fen")
    @classmethod
    def is_the_sum(cls, value: int | None, info: ValidationInfo) -> int | None:
        lines = info.data.get("lines")
        if value is not None and lines is not None and (made := sum_of(lines)) != value:
            raise ValueError(f"the lines add up to {made}")
        return value

    @field_validator("lines")
    @classmethod
    def is_affordable(cls, value: list[QuoteLine] | None) -> list[QuoteLine] | None:
        if value is not None and sum_of(value) > DEAREST_SUM:
            raise ValueError(f"the lines add up to more than {DEAREST_SUM}")
        return value


def sum_of(lines: list[QuoteLine] | list[WorkBody]) -> int:
    return sum(line.total_fen or 0 for line in lines)


def work_of(line: QuoteLine) -> Work:
    return Work(
        name=line.name,
        kind=line.kind,
        total_fen=line.total_fen or 0,
        urgency=line.urgency,
        part_no=line.part_no or "",
        brand=line.brand or "",
        unit_fen=line.unit_fen,
        quantity=plain(line.quantity),
        rate_fen=line.rate_fen,
        hours=plain(line.hours),
        warranty_days=line.warranty_days,
        warranty_km=line.warranty_km,
    )


def plain(amount: Decimal | None) -> str | None:
    """1.50 and 1.5 are the same: "1.5"; 100 stays "100"."""
    return None if amount is None else f"{amount.normalize():f}"
