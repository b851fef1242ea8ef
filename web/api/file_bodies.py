"""The repair file of an order: what the law wants in it (三包 rule, art. 17), as far as the DMS knows it."""

from typing import Annotated, Literal

from pydantic import Field, Strict, StringConstraints, ValidationInfo, field_validator

from web.api.bodies import Body, Line, Moment, OrderBody
from web.api.work_bodies import Sum, Words, WorkBody, sum_of

Flag = Annotated[bool, Strict()]


class Certificate(Body):
    """竣工出厂合格证, due after level-two maintenance, overhaul and repair of an assembly or the whole car."""

    issued: Flag
    number: Annotated[Line, StringConstraints(max_length=64)] | None = None


class Check(Body):
    """One line of the final check sheet."""

    item: Line
    result: Literal["ok", "attention", "replaced"]
    note: Line | None = None


class RepairFile(Body):
    """All of it may be left out: the page then says that there is no data. What is sent replaces the whole file."""

    number: Annotated[Line, StringConstraints(max_length=64)] | None = Field(
        None, description="settlement list (结算单)"
    )
    arrived_at: Moment | None = Field(None, description="when the car came in")
    finished_at: Moment | None = Field(None, description="when the work was done")
    mileage: int | None = Field(None, ge=0, le=5_000_000, description="km, when the car came in")
    statement: Words | None = Field(None, description="what the customer said")
    findings: Words | None = Field(None, description="what the inspection found")
    work_type: Literal["overhaul", "level_two", "level_one", "minor", "special"] | None = Field(
        None, description="decides the statutory quality period"
    )
    work: list[WorkBody] | None = Field(None, max_length=500)
    towing_fen: Sum | None = None
    total_fen: Sum | None = Field(None, description="a check: must be the sum of work and towing")
    courtesy: Words | None = Field(None, description="loan car, or transport money paid")
    certificate: Certificate | None = None
    checks: list[Check] | None = Field(None, max_length=200)
    road_test: Words | None = None
    signed_by_customer: Flag | None = None
    signed_by_store: Flag | None = None

    @field_validator("total_fen")
    @classmethod
    def is_the_sum(cls, value: int | None, info: ValidationInfo) -> int | None:
        work = info.data.get("work")
        if value is not None and work is not None:
            made = sum_of(work) + (info.data.get("towing_fen") or 0)
            if made != value:
                raise ValueError(f"work and towing add up to {made}")
        return value


class RepairOrderBody(OrderBody):
    """PUT /repair-orders/{external_id}. customer and vehicle are needed for a new one."""

    file: RepairFile | None = Field(None, description="the repair file the customer reads by `file_url`")
