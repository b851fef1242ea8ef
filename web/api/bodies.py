"""What the DMS sends. Strict: an unknown key is an error with its place, since a typing mistake would lose a date."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    StringConstraints,
    Tag,
    ValidationInfo,
    field_validator,
)

from bot.customer import Purpose
from bot.emails import BadEmail, parse_email
from bot.phones import BadPhone, parse_phone
from store.orders import OrderStatus


def _printable(text: str) -> str:
    if any(sign < " " or sign == "\x7f" for sign in text):
        raise ValueError("control characters are not allowed")
    return text


def _known_phone(written: str) -> str:
    try:
        parse_phone(written)
    except BadPhone as error:
        raise ValueError(str(error)) from error
    return written


def _known_email(written: str) -> str:
    """ "" takes the address away."""
    try:
        return written and parse_email(written)
    except BadEmail as error:
        raise ValueError(str(error)) from error


def _text_only(value: Any) -> Any:
    """Dates as text: a bare number would be read as seconds since 1970."""
    if value is not None and not isinstance(value, str):
        raise ValueError("an ISO 8601 text is expected")
    return value


def _upper(text: str) -> str:
    return text.replace(" ", "").replace("·", "").upper()


def _day(text: str) -> str:
    """2000 is a leap year: 02-29 is a birthday. A lunar month has 29 or 30 days, a leap one counts as its plain one."""
    if text.startswith("L"):
        if not ("01" <= text[1:3] <= "12" and "01" <= text[4:] <= "30"):
            raise ValueError("no such day of the lunar calendar")
        return text
    date.fromisoformat(text if len(text) == 10 else f"2000-{text}")
    return text


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(_printable)
]
ExternalId = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_printable)]
# Longer than a number: it may hold blanks and marks of a spreadsheet, which are taken away.
PhoneText = Annotated[str, StringConstraints(max_length=80), AfterValidator(_known_phone)]
EmailText = Annotated[str, StringConstraints(max_length=300), AfterValidator(_known_email)]
Plate = Annotated[Line, StringConstraints(max_length=16), AfterValidator(_upper)]
Vin = Annotated[Line, StringConstraints(max_length=32), AfterValidator(_upper)]
Moment = Annotated[datetime, BeforeValidator(_text_only)]
Birthday = Annotated[str, StringConstraints(pattern=r"^((\d{4}-)?\d{2}-\d{2}|L\d{2}-\d{2})$"), AfterValidator(_day)]
Day = Annotated[date, BeforeValidator(_text_only)]
Asked = Literal[Purpose.SERVICE, Purpose.SURVEY, Purpose.GREETING, Purpose.MARKETING]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Proof(Body):
    """One answer of the customer and where it is proved."""

    given: Annotated[bool, Strict()]
    at: Moment | None = Field(default=None, description="when the customer said so; default: now")
    channel: Line | None = Field(default=None, description="paper, counter, phone, web …")
    wording: Line | None = Field(default=None, description="the text agreed to, or its version")
    evidence: Line | None = Field(
        default=None, description="where the proof is kept: number of the form, of the recording"
    )


def _form(value: Any) -> str:
    forms = {bool: "<bool>", list: "<list>", tuple: "<list>", dict: "<object>"}
    return forms.get(type(value), "<bool>")


Answer = Annotated[
    Annotated[bool, Strict(), Tag("<bool>")] | Annotated[Proof, Tag("<object>")],
    Discriminator(_form),
]
Consent = Annotated[
    Annotated[bool, Strict(), Tag("<bool>")]
    | Annotated[list[Asked], Tag("<list>")]
    | Annotated[dict[Asked, Answer], Tag("<object>")],
    Discriminator(_form),
    Field(
        description=(
            "purpose → true, false or a proof; a list of purposes agreed to; or one true or false for "
            "survey, greeting and marketing together. False is a refusal of the phone number and e-mail address."
        )
    ),
]


class CustomerBody(Body):
    """PUT /customers/{external_id}. A new one needs name, and phone or email; null means left out."""

    name: Line | None = None
    phone: PhoneText | None = None
    email: EmailText | None = Field(None, description='e-mail address; "" takes it away')
    birthday: Birthday | None = Field(
        None, description="YYYY-MM-DD, MM-DD when the year is not known, L08-15 by the lunar calendar"
    )
    city: Annotated[Line, StringConstraints(max_length=40)] | None = Field(None, description="where they live")
    member: Annotated[bool, Strict()] | None = Field(None, description="of the store's club")
    consent: Consent | None = None


class CustomerIn(CustomerBody):
    external_id: ExternalId


class CustomerRef(Body):
    external_id: ExternalId


class Car(Body):
    plate: Plate | None = None
    model: Line | None = None
    vin: Vin | None = None
    mileage: int | None = Field(None, ge=0, le=5_000_000, description="km")
    mileage_on: Day | None = Field(None, description="when it was read; default: today")
    energy: Literal["petrol", "hybrid", "plug_in", "electric"] | None = None
    first_registration: Day | None = Field(None, description="of the registration certificate")
    warranty_until: Day | None = Field(None, description="where it differs from delivery and the dealer's own years")
    sold_on: Day | None = Field(None, description="the customer no longer has it: nothing more is said of it")
    serviced_on: Day | None = Field(None, description="last service elsewhere; ours are repair orders")
    inspection_until: Day | None = Field(None, description="as the inspection mark says; default: worked out")


class VehicleBody(Car):
    """PUT /vehicles/{external_id}. customer, plate and model are needed for a new one."""

    customer: CustomerRef | None = None


class VehicleIn(Car):
    external_id: ExternalId


class Item(BaseModel):
    """One line of the order; further keys are kept as they are."""

    model_config = ConfigDict(extra="allow", frozen=True)
    name: Line


Entry = Annotated[
    Annotated[Line, Tag("<text>")] | Annotated[Item, Tag("<object>")],
    Discriminator(lambda value: "<text>" if isinstance(value, str) else "<object>"),
]


class OrderBody(Body):
    """PUT /repair-orders/{external_id}. customer and vehicle are needed for a new one."""

    status: OrderStatus
    delivered_at: Moment | None = Field(
        None, description="only with status delivered; without an offset: local time of the store; default: now"
    )
    promised_at: Moment | None = Field(None, description="when the customer was told the car would be ready")
    customer: CustomerIn | None = None
    vehicle: VehicleIn | None = None
    advisor: Line | None = Field(default=None, description="log-in or name of the service advisor")
    items: list[Entry] | None = Field(None, max_length=500)

    @field_validator("delivered_at")
    @classmethod
    def delivered_has_its_status(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        if value is not None and info.data.get("status") not in (None, OrderStatus.DELIVERED):
            raise ValueError("given, but status is not delivered")
        return value
