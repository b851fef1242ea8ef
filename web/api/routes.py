"""Every route of the API, as one table: the blueprint serves it and openapi.json describes it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from store import files, orders, quote_files, quotes
from store.customers import customer_of, put_customer, put_vehicle
from store.put import Incomplete
from store.tables.people import repair_order
from store.tokens import new_bind_code
from web.api.answers import BindCodeOut, CustomerOut, OrderOut, QuoteOut, TouchpointsOut, VehicleAnswer
from web.api.appointments import APPOINTMENTS
from web.api.bodies import CustomerBody, VehicleBody
from web.api.calls import PUT, Call, Reply, Route, reply
from web.api.cases import CASES
from web.api.facts import customer_facts, order_facts, quote_facts, vehicle_facts
from web.api.file_bodies import RepairOrderBody
from web.api.ownership import OWNERSHIP
from web.api.problems import Problem
from web.api.work_bodies import QuoteBody


def put_customer_route(call: Call, external_id: str, body: CustomerBody) -> Reply:
    put = put_customer(call.conn, call.store_id, customer_facts(external_id, body, call.hearing), call.hearing.now)
    return reply(put.created, files.customer_file(call.conn, call.store_id, external_id, call.file_link))


def get_customer(call: Call, external_id: str) -> Reply:
    return reply(False, files.customer_file(call.conn, call.store_id, external_id, call.file_link), "customer")


def get_touchpoints(call: Call, external_id: str) -> Reply:
    found = files.touchpoints_of(call.conn, call.store_id, external_id)
    return reply(False, None if found is None else {"touchpoints": found}, "customer")


def put_vehicle_route(call: Call, external_id: str, body: VehicleBody) -> Reply:
    owner = customer_of(call.conn, call.store_id, body.customer.external_id) if body.customer else None
    if body.customer is not None and owner is None:
        raise Incomplete("no such customer: put the customer first", "/customer/external_id")
    put = put_vehicle(call.conn, call.store_id, vehicle_facts(external_id, body, call.hearing), owner)
    return reply(put.created, files.vehicle_file(call.conn, put.id))


def put_order_route(call: Call, external_id: str, body: RepairOrderBody) -> Reply:
    facts = order_facts(body, call.hearing)
    put = orders.put_order(call.conn, call.store_id, external_id, facts, call.hearing.now)
    return reply(put.created, files.order_file(call.conn, call.store_id, external_id, call.file_link))


def get_order(call: Call, external_id: str) -> Reply:
    return reply(False, files.order_file(call.conn, call.store_id, external_id, call.file_link), "repair order")


def put_quote_route(call: Call, external_id: str, body: QuoteBody) -> Reply:
    put = quotes.put_quote(call.conn, call.store_id, external_id, quote_facts(body, call.hearing), call.hearing.now)
    return reply(put.created, _quote(call, external_id))


def get_quote(call: Call, external_id: str) -> Reply:
    return reply(False, _quote(call, external_id), "quote")


def _quote(call: Call, external_id: str) -> Mapping[str, Any] | None:
    return quote_files.quote_file(call.conn, call.store_id, external_id, call.links.quote)


def make_bind_code(call: Call, external_id: str) -> Reply:
    own = (repair_order.c.store_id == call.store_id, repair_order.c.external_id == external_id)
    row = call.conn.execute(select(repair_order.c.id, repair_order.c.customer_id).where(*own)).one_or_none()
    if row is None:
        raise Problem(404, "no such repair order")
    code = new_bind_code(call.conn, row.customer_id, row.id, call.hearing.now)
    return Reply(201, {"scene": code.scene, "expires_at": code.expires_at})


ROUTES = (
    Route("PUT", "/customers/{external_id}", "Make or change a customer",
          put_customer_route, CustomerOut, CustomerBody, PUT),
    Route("GET", "/customers/{external_id}", "A customer's file", get_customer, CustomerOut),
    Route("GET", "/customers/{external_id}/touchpoints", "What was planned for a customer and what became of it",
          get_touchpoints, TouchpointsOut),
    Route("PUT", "/vehicles/{external_id}", "Make or change a vehicle",
          put_vehicle_route, VehicleAnswer, VehicleBody, PUT),
    Route("PUT", "/repair-orders/{external_id}", "Make or change a repair order, with its customer and vehicle",
          put_order_route, OrderOut, RepairOrderBody, PUT),
    Route("GET", "/repair-orders/{external_id}", "A repair order", get_order, OrderOut),
    Route("PUT", "/quotes/{external_id}", "Make or change a quote, and ask the customer line by line",
          put_quote_route, QuoteOut, QuoteBody, PUT),
    Route("GET", "/quotes/{external_id}", "A quote as it stands, with the customer's answer to each line",
          get_quote, QuoteOut),
    Route("POST", "/repair-orders/{external_id}/bind-code", "A one-time code for the QR on the receipt",
          make_bind_code, BindCodeOut, statuses=(201,)),
    *OWNERSHIP,
    *APPOINTMENTS,
    *CASES,
)  # fmt: skip
