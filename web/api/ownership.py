"""Sales, insurance and recalls: bodies and routes of what belongs to a car and has a date of its own."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from store import ownership
from store.ownership import PolicyKind, PolicyOutcome, RecallState, SaleState
from web.api.answers import PolicyOut, RecallOut, SaleOut
from web.api.bodies import Body, CustomerIn, Day, ExternalId, Line, VehicleIn, Vin
from web.api.calls import PUT, Call, Reply, Route, reply
from web.api.facts import customer_facts, vehicle_facts


class SaleBody(Body):
    """PUT /sales/{external_id}. customer and vehicle are needed for a new one."""

    state: SaleState
    customer: CustomerIn | None = None
    vehicle: VehicleIn | None = None
    contract_on: Day | None = None
    expected_on: Day | None = Field(None, description="delivery as it was told; who asks is told this day, no other")
    delivered_on: Day | None = Field(None, description="only with state delivered; default: today")
    consultant: Line | None = None

    @field_validator("delivered_on")
    @classmethod
    def delivered_has_its_state(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and info.data.get("state") not in (None, SaleState.DELIVERED):
            raise ValueError("given, but state is not delivered")
        return value


class PolicyBody(Body):
    """PUT /insurance/{external_id}. vehicle (its external id), kind and ends_on are needed for a new one."""

    vehicle: ExternalId | None = None
    kind: PolicyKind | None = None
    insurer: Line | None = None
    ends_on: Day | None = Field(None, description="last day of cover, local")
    outcome: PolicyOutcome | None = Field(None, description="anything but an empty text ends its reminders")


class RecallBody(Body):
    """PUT /recalls/{external_id}. title and vins are needed for a new one; vins replaces the whole list."""

    title: Annotated[Line, Field(max_length=60)] | None = None
    state: RecallState | None = None
    published_on: Day | None = Field(None, description="default: today")
    vins: list[Vin] | None = Field(None, min_length=1, max_length=5000)
    done: dict[Vin, Day] | None = Field(None, description="VIN → the day the workshop saw to it")


def put_sale(call: Call, external_id: str, body: SaleBody) -> Reply:
    facts = ownership.SaleFacts(
        state=body.state,
        customer=customer_facts(body.customer.external_id, body.customer, call.hearing) if body.customer else None,
        vehicle=vehicle_facts(body.vehicle.external_id, body.vehicle, call.hearing) if body.vehicle else None,
        contract_on=body.contract_on,
        delivered_on=body.delivered_on,
        consultant=body.consultant,
        expected_on=body.expected_on,
    )
    hearing = call.hearing
    put = ownership.put_sale(call.conn, call.store_id, external_id, facts, hearing.today, hearing.now)
    return reply(put.created, ownership.sale_file(call.conn, call.store_id, external_id))


def get_sale(call: Call, external_id: str) -> Reply:
    return reply(False, ownership.sale_file(call.conn, call.store_id, external_id), "sale")


def put_insurance(call: Call, external_id: str, body: PolicyBody) -> Reply:
    facts = ownership.PolicyFacts(body.vehicle, body.kind, body.insurer, body.ends_on, body.outcome)
    put = ownership.put_policy(call.conn, call.store_id, external_id, facts)
    return reply(put.created, ownership.policy_file(call.conn, call.store_id, external_id))


def get_insurance(call: Call, external_id: str) -> Reply:
    return reply(False, ownership.policy_file(call.conn, call.store_id, external_id), "insurance policy")


def put_recall(call: Call, external_id: str, body: RecallBody) -> Reply:
    facts = ownership.RecallFacts(body.title, body.state, body.published_on, body.vins, body.done)
    put = ownership.put_recall(call.conn, call.store_id, external_id, facts, call.hearing.today)
    return reply(put.created, ownership.recall_file(call.conn, call.store_id, external_id))


def get_recall(call: Call, external_id: str) -> Reply:
    return reply(False, ownership.recall_file(call.conn, call.store_id, external_id), "recall")


OWNERSHIP = (
    Route("PUT", "/sales/{external_id}", "Make or change a sale, with its customer and vehicle",
          put_sale, SaleOut, SaleBody, PUT),
    Route("GET", "/sales/{external_id}", "A sale", get_sale, SaleOut),
    Route("PUT", "/insurance/{external_id}", "Make or change an insurance policy, and say what became of its renewal",
          put_insurance, PolicyOut, PolicyBody, PUT),
    Route("GET", "/insurance/{external_id}", "An insurance policy", get_insurance, PolicyOut),
    Route("PUT", "/recalls/{external_id}", "Make or change a recall: which cars it concerns, which were seen to",
          put_recall, RecallOut, RecallBody, PUT),
    Route("GET", "/recalls/{external_id}", "A recall", get_recall, RecallOut),
)  # fmt: skip
