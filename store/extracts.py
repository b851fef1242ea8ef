"""The house's data as tables to take away: customers, conversations, cases and the rest, read a page at a time.

No long transaction: a page is one short read, the next begins behind its last id, so that a download of an hour holds
nothing open on either database.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Engine, Select, Table, select

from bot.customer import StaffMember
from store.engine import reading
from store.tables.cases import case_step, cases
from store.tables.contact import message
from store.tables.outbound import call_task, call_try, outbox, touchpoint, verdict
from store.tables.people import consent, customer, identity, repair_order, store, vehicle
from store.tables.staff import audit, staff
from store.tables.visits import visit, visit_step
from store.visibility import visible_to

PAGE = 500  # rows of one read
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hanging:
    """Rows under a row, e.g. the cars under a customer: named `name`, of `table`, found by the column `on`."""

    name: str
    table: Table
    on: Column[int]
    columns: Sequence[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """query: its labelled columns, `id` and `store` first. since: the column --since is about."""

    table: Table
    since: Column[datetime]
    query: Callable[[], Select[Any]]
    hanging: Sequence[Hanging] = field(default=())

    @property
    def columns(self) -> list[str]:
        return [*(str(each.name) for each in self.query().selected_columns), *(each.name for each in self.hanging)]


def rows(engine: Engine, name: str, user: StaffMember | None, since: datetime) -> Iterator[Row]:
    """Oldest first. user: who asks, and sees their store or all; None: whoever runs commands. Raises KeyError."""
    kind, last = KINDS[name], 0
    while True:
        with reading(engine) as conn:
            page = _page(conn, kind, user, since, last)
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]["id"]


def stores(conn: Connection) -> list[int]:
    return list(conn.execute(select(store.c.id).order_by(store.c.id)).scalars())


def _page(conn: Connection, kind: Kind, user: StaffMember | None, since: datetime, last: int) -> list[Row]:
    which = [kind.table.c.id > last, kind.since >= since]
    if user is not None:
        which.append(visible_to(user, kind.table))
    found = conn.execute(kind.query().where(*which).order_by(kind.table.c.id).limit(PAGE))
    page: list[Row] = [dict(row._mapping) for row in found]
    for each in kind.hanging:
        _hang(conn, page, each)
    return page


def _hang(conn: Connection, page: Sequence[Row], what: Hanging) -> None:
    """In one question a page."""
    found: dict[int, list[Row]] = {row["id"]: [] for row in page}
    columns = [what.table.c[name] for name in what.columns]
    under = select(what.on.label("on_id"), *columns).where(what.on.in_(found)).order_by(what.table.c.id)
    for each in conn.execute(under):
        found[each.on_id].append({name: each._mapping[name] for name in what.columns})
    for row in page:
        row[what.name] = found[row["id"]]


def _of(table: Table, *columns: Any) -> Select[Any]:
    """With the name of the store."""
    return select(table.c.id, store.c.name.label("store"), *columns).join(store, store.c.id == table.c.store_id)


def _of_somebody(table: Table, *columns: Any) -> Select[Any]:
    """With whose it is; of nobody's file where the row names none."""
    whose = (customer.c.id.label("customer_id"), customer.c.external_id.label("customer"), customer.c.name)
    return _of(table, *whose, *columns).outerjoin(customer, customer.c.id == table.c.customer_id)


def _customers() -> Select[Any]:
    names = ("external_id", "name", "phone", "phone_state", "email", "birthday", "city", "member", "known")
    return _of(customer, *(customer.c[name] for name in names), customer.c.merged_into, customer.c.created_at)


def _conversations() -> Select[Any]:
    names = ("at", "direction", "channel", "kind", "author", "text", "intent", "touchpoint_id", "case_id")
    said = _of_somebody(message, *(message.c[name] for name in names))
    said = said.add_columns(staff.c.name.label("staff"), outbox.c.state.label("delivery"), outbox.c.code)
    return said.outerjoin(staff, staff.c.id == message.c.staff_id).outerjoin(outbox, outbox.c.id == message.c.outbox_id)


def _cases() -> Select[Any]:
    owner, about = staff.alias(), staff.alias()
    names = ("external_id", "level", "category", "state", "round", "text", "plan", "fix", "opened_at", "fixed_at",
             "closed_at", "ended_as", "close_reason")  # fmt: skip
    told = _of_somebody(cases, *(cases.c[name] for name in names))
    told = told.add_columns(owner.c.name.label("owner"), about.c.name.label("about"))
    return told.outerjoin(owner, owner.c.id == cases.c.owner_id).outerjoin(about, about.c.id == cases.c.about_staff_id)


def _touchpoints() -> Select[Any]:
    names = ("rule", "occurrence", "rule_version", "category", "planned_for", "due_at", "expires_at", "state",
             "outcome", "reason", "done_at")  # fmt: skip
    return _of_somebody(touchpoint, *(touchpoint.c[name] for name in names))


def _visits() -> Select[Any]:
    consultant = staff.alias()
    names = ("way", "spot", "need", "state", "arrived_at", "due_at", "nudged_at", "escalated_at", "attended_at",
             "ended_at")  # fmt: skip
    came = _of_somebody(visit, visit.c.name.label("said_name"), *(visit.c[name] for name in names))
    return came.add_columns(consultant.c.name.label("consultant")).outerjoin(
        consultant, consultant.c.id == visit.c.consultant_id
    )


def _calls() -> Select[Any]:
    names = ("phone", "why", "rule", "category", "priority", "state", "tries", "next_at", "result", "reason", "note",
             "created_at", "done_at")  # fmt: skip
    made = _of_somebody(call_task, *(call_task.c[name] for name in names)).add_columns(staff.c.name.label("staff"))
    return made.outerjoin(staff, staff.c.id == call_task.c.staff_id)


def _audit() -> Select[Any]:
    who = (staff.c.username.label("login"), staff.c.name.label("who"))
    did = _of(audit, audit.c.at, *who, audit.c.action, audit.c.ref)
    return did.outerjoin(staff, staff.c.id == audit.c.staff_id)


CARS = ("external_id", "plate", "model", "vin", "mileage", "first_registration", "warranty_until", "inspection_until")
ORDERS = ("external_id", "vehicle_id", "status", "advisor_name", "promised_at", "delivered_at", "items", "amount_fen")
WORDS = ("purpose", "given", "source", "channel", "address", "wording", "version", "evidence", "at")
KINDS: dict[str, Kind] = {
    "customers": Kind(
        customer, customer.c.created_at, _customers,
        (
            Hanging("vehicles", vehicle, vehicle.c.customer_id, CARS),
            Hanging("repair_orders", repair_order, repair_order.c.customer_id, ORDERS),
            Hanging("consents", consent, consent.c.customer_id, WORDS),
            Hanging("identities", identity, identity.c.customer_id, ("channel", "account", "address", "following")),
        ),
    ),
    "conversations": Kind(message, message.c.at, _conversations),
    "cases": Kind(
        cases, cases.c.opened_at, _cases, (Hanging("steps", case_step, case_step.c.case_id, ("at", "kind", "text")),)
    ),
    "touchpoints": Kind(
        touchpoint, touchpoint.c.planned_for, _touchpoints,
        (Hanging("why", verdict, verdict.c.touchpoint_id, ("at", "step", "name", "verdict", "reason")),),
    ),
    "visits": Kind(
        visit, visit.c.arrived_at, _visits, (Hanging("steps", visit_step, visit_step.c.visit_id, ("at", "kind")),)
    ),
    "calls": Kind(
        call_task, call_task.c.created_at, _calls,
        (Hanging("attempts", call_try, call_try.c.call_task_id, ("at", "result", "note", "rating")),),
    ),
    "audit": Kind(audit, audit.c.at, _audit),
}  # fmt: skip
