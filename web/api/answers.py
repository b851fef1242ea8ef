"""What the API answers: the documents, and how rows become them."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.booking import Visit
from bot.customer import Purpose
from bot.quotes import LineAnswer, LineKind, QuoteState, Urgency
from store.dms_appointments import Word
from store.orders import OrderStatus
from store.ownership import PolicyKind, PolicyOutcome, RecallState, SaleState


class Document(BaseModel):
    model_config = ConfigDict(extra="forbid", from_attributes=True)


class VehicleOut(Document):
    external_id: str | None
    plate: str
    model: str
    vin: str
    mileage: int | None
    energy: str
    first_registration: date | None
    delivered_on: date | None
    warranty_until: date | None
    sold_on: date | None
    serviced_on: date | None
    inspection_until: date | None


class VehicleAnswer(VehicleOut):
    customer: str | None


class WeChatOut(Document):
    account: str
    following: bool
    bound: bool


class OrderOut(Document):
    """customer, vehicle: external ids. file_url: the customer's page of the repair file, null without a file."""

    external_id: str
    status: OrderStatus
    delivered_at: datetime | None
    customer: str | None
    vehicle: str | None
    advisor: str
    items: list[Any]
    file_url: str | None
    updated_at: datetime


class CustomerOut(Document):
    """consents: the last word on each purpose that counts. refusals: what no consent overrules, at any of the
    addresses. consents_without_proof: agreed to by the DMS without wording, time or evidence, so nothing is sent."""

    external_id: str | None
    name: str
    phone: str
    phone_state: str
    email: str
    email_state: str
    birthday: date | str | None
    consents: dict[Purpose, bool]
    refusals: list[Purpose]
    consents_without_proof: list[Purpose]
    wechat: list[WeChatOut]
    vehicles: list[VehicleOut]
    repair_orders: list[OrderOut]


class TouchpointOut(Document):
    """outcome: sent, skipped, failed, uncertain or cancelled; null while planned."""

    rule: str
    occurrence: str
    category: str
    state: str
    due_at: datetime
    planned_for: datetime
    outcome: str | None
    reason: str
    done_at: datetime | None


class TouchpointsOut(Document):
    touchpoints: list[TouchpointOut]


class SaleOut(Document):
    """customer, vehicle: external ids."""

    external_id: str
    state: SaleState
    customer: str | None
    vehicle: str | None
    contract_on: date | None
    expected_on: date | None
    delivered_on: date | None
    consultant: str


class AppointmentOut(Document):
    """customer, vehicle: external ids. confirmed: by the customer. places: our bay or car is kept for it. moves: how
    often it was given another time."""

    external_id: str
    state: Word
    kind: Visit
    customer: str | None
    vehicle: str | None
    starts_at: datetime
    minutes: int
    service: str
    model: str
    note: str
    confirmed: bool
    places: bool
    moves: int


class PolicyOut(Document):
    """outcome: "" while the renewal is open."""

    external_id: str
    vehicle: str | None
    kind: PolicyKind
    insurer: str
    ends_on: date
    outcome: PolicyOutcome


class RecallOut(Document):
    """done: VIN → the day the workshop saw to it."""

    external_id: str
    title: str
    state: RecallState
    published_on: date
    vins: list[str]
    done: dict[str, date]


class BindCodeOut(Document):
    """scene: content of the one-time QR scene; whoever follows through it is bound to the file of this order."""

    scene: str
    expires_at: datetime


class QuoteLineOut(Document):
    """quantity, hours: decimals as text. answer: null while nothing was said to it; channel: where it was said."""

    position: int
    name: str
    kind: LineKind
    part_no: str
    brand: str
    unit_fen: int | None
    quantity: str | None
    rate_fen: int | None
    hours: str | None
    total_fen: int
    warranty_days: int | None
    warranty_km: int | None
    urgency: Urgency
    answer: LineAnswer | None
    answered_at: datetime | None
    channel: str


class QuoteOut(Document):
    """total_fen: the sum of the lines; approved_fen: of those agreed to. url: the customer's page, null for a draft."""

    external_id: str
    version: int
    state: QuoteState
    repair_order: str
    lines: list[QuoteLineOut]
    total_fen: int
    approved_fen: int
    note: str
    ready_at: datetime | None
    valid_until: datetime
    created_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None
    url: str | None
