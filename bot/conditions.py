"""The words in which a journey says whom it is for: a few fields of the file, compared, joined by all, any, not.

Checked here, compiled to SQL in store/conditions.py. No SQL, no code: what is not in FIELDS cannot be asked.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    ConfigDict,
    Discriminator,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    Tag,
    model_validator,
)

from bot.dealer import Strict


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAYS = "days"  # since something; of what never happened, for ever
    TEXTS = "texts"  # several at once (the models of all their cars): true when one of them is


FIELDS: Mapping[str, Kind] = {
    "store.code": Kind.TEXT,
    "customer.follows": Kind.FLAG,
    "customer.has_phone": Kind.FLAG,
    "customer.open_case": Kind.FLAG,
    "customer.city": Kind.TEXT,
    "customer.member": Kind.FLAG,
    "customer.models": Kind.TEXTS,
    "customer.energies": Kind.TEXTS,
    "customer.vehicles": Kind.NUMBER,
    "customer.visits": Kind.NUMBER,
    "customer.days_since_visit": Kind.DAYS,
    "customer.days_since_survey": Kind.DAYS,
    "customer.days_since_message": Kind.DAYS,
    "customer.days_since_membership": Kind.DAYS,
    "customer.days_since_case": Kind.DAYS,
    "vehicle.model": Kind.TEXT,
    "vehicle.energy": Kind.TEXT,
    "vehicle.lifecycle": Kind.TEXT,
    "vehicle.mileage": Kind.NUMBER,
    "vehicle.days_since_delivery": Kind.DAYS,
    "event.seats_left": Kind.NUMBER,
}
ORDERED = ("=", "!=", "<", "<=", ">", ">=")
OPS: Mapping[Kind, tuple[str, ...]] = {
    Kind.TEXT: ("=", "!=", "in"),
    Kind.NUMBER: ORDERED,
    Kind.FLAG: ("=",),
    Kind.DAYS: ("<", "<=", ">", ">="),
    Kind.TEXTS: ("=", "in"),
}
Value: TypeAlias = StrictBool | StrictInt | StrictFloat | StrictStr | tuple[StrictStr, ...]


class Compare(Strict):
    """One comparison, `{field: vehicle.energy, op: "=", value: electric}`."""

    field: str
    op: Literal["=", "!=", "<", "<=", ">", ">=", "in"] = "="
    value: Value

    @model_validator(mode="after")
    def known(self) -> "Compare":
        kind = FIELDS.get(self.field)
        if kind is None:
            raise ValueError(f"no such field: {self.field}; there are {', '.join(FIELDS)}")
        if self.op not in OPS[kind]:
            raise ValueError(f"{self.field} is compared with {', '.join(OPS[kind])}, not {self.op}")
        if not _fits(kind, self.op, self.value):
            raise ValueError(f"{self.field} is no {type(self.value).__name__}")
        return self


class All(Strict):
    all: tuple["Condition", ...] = Field(min_length=1)


class Either(Strict):
    any: tuple["Condition", ...] = Field(min_length=1)


class Not(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    not_: "Condition" = Field(alias="not")


def _form(given: object) -> str:
    """By the one key only it has, so that an error is about the form that was meant."""
    names = (
        set(given) if isinstance(given, dict) else set(type(given).model_fields) if isinstance(given, Strict) else ()
    )
    return next((form for form, key in FORMS if key in names), "<test>")


FORMS = (("<all>", "all"), ("<any>", "any"), ("<not>", "not"), ("<not>", "not_"))
Condition: TypeAlias = Annotated[
    Annotated[Compare, Tag("<test>")]
    | Annotated[All, Tag("<all>")]
    | Annotated[Either, Tag("<any>")]
    | Annotated[Not, Tag("<not>")],
    Discriminator(_form),
]
for _model in (All, Either, Not):
    _model.model_rebuild()


def fields_of(condition: "Condition") -> Iterator[str]:
    match condition:
        case Compare():
            yield condition.field
        case Not():
            yield from fields_of(condition.not_)
        case All():
            yield from (name for each in condition.all for name in fields_of(each))
        case Either():
            yield from (name for each in condition.any for name in fields_of(each))


def _fits(kind: Kind, op: str, value: Value) -> bool:
    if op == "in":
        return isinstance(value, tuple) and bool(value)
    if kind in (Kind.TEXT, Kind.TEXTS):
        return isinstance(value, str)
    if kind is Kind.FLAG:
        return isinstance(value, bool)
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole or (kind is Kind.NUMBER and isinstance(value, float))
