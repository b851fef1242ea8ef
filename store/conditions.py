"""A journey's conditions (bot/conditions.py) as SQL over the file: one function a field, nothing else can be asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    not_,
    null,
    or_,
    select,
)

from bot.conditions import FIELDS, All, Compare, Condition, Either, Kind, Not
from store.tables import cases as case_tables
from store.tables import contact, people

# Under names of their own, since the statement around may be about the same tables.
cases, message, prompt = (table.alias() for table in (case_tables.cases, contact.message, contact.prompt))
customer, identity, store = (table.alias() for table in (people.customer, people.identity, people.store))
repair_order, vehicle, event = (table.alias() for table in (people.repair_order, people.vehicle, people.event))

OPS: Mapping[str, Callable[[Any, Any], Any]] = {"=": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}  # more days since is an earlier day


@dataclass(frozen=True, slots=True)
class Of:
    """Whom a condition is asked of: columns of the statement it becomes part of. vehicle_id, event_id may be NULL."""

    store_id: ColumnElement[Any]
    customer_id: ColumnElement[Any]
    vehicle_id: ColumnElement[Any]
    event_id: ColumnElement[Any] = field(default_factory=null)


Column: TypeAlias = Callable[[Of], ColumnElement[Any]]


def compiled(condition: Condition, of: Of) -> ColumnElement[bool]:
    """Never NULL, so that `not` means what it says. When it is asked is left open: `moments` gives the values."""
    match condition:
        case All():
            return and_(*(compiled(each, of) for each in condition.all))
        case Either():
            return or_(*(compiled(each, of) for each in condition.any))
        case Not():
            return not_(compiled(condition.not_, of))
        case Compare():
            return _compared(condition, of)


def _compared(test: Compare, of: Of) -> ColumnElement[bool]:
    if FIELDS[test.field] is Kind.TEXTS:
        wanted = list(test.value) if isinstance(test.value, tuple) else [test.value]
        rows = TEXTS[test.field](of)
        return rows.where(rows.selected_columns[0].in_(wanted)).exists()
    column = COLUMNS[test.field](of)
    kind = FIELDS[test.field]
    if kind is Kind.FLAG:
        return column if test.value else not_(column)
    if test.op == "in":
        return func.coalesce(column.in_(list(test.value) if isinstance(test.value, tuple) else []), false())
    if kind is not Kind.DAYS:
        return func.coalesce(OPS[test.op](column, test.value), false())
    since = bindparam(f"{_ago(test)}_{'day' if isinstance(column.type, Date) else 'at'}", type_=column.type)
    never = literal(test.op in (">", ">="))  # of what never happened it is for ever
    return func.coalesce(OPS[MIRRORED[test.op]](column, since), never)


def moments(condition: Condition | None, now: datetime) -> dict[str, datetime | date]:
    """What a statement with this condition in it is executed with."""
    match condition:
        case None:
            return {}
        case All():
            return _all_moments(condition.all, now)
        case Either():
            return _all_moments(condition.any, now)
        case Not():
            return moments(condition.not_, now)
        case Compare():
            return _moment(condition, now) if FIELDS[condition.field] is Kind.DAYS else {}


def _all_moments(conditions: Sequence[Condition], now: datetime) -> dict[str, datetime | date]:
    return {name: value for each in conditions for name, value in moments(each, now).items()}


def _moment(test: Compare, now: datetime) -> dict[str, datetime | date]:
    """As an instant and as a day: which of the two is asked for is the column's to say."""
    assert isinstance(test.value, int)
    moment = now - timedelta(days=test.value)
    return {f"{_ago(test)}_at": moment, f"{_ago(test)}_day": moment.date()}


def _ago(test: Compare) -> str:
    return f"ago_{test.value}"


def _one(rows: Select[Any]) -> ColumnElement[Any]:
    return rows.scalar_subquery()


def _of_car(name: str) -> Column:
    return lambda of: _one(select(vehicle.c[name]).where(vehicle.c.id == of.vehicle_id))


def _visited(of: Of) -> ColumnElement[Any]:
    mine = (repair_order.c.customer_id == of.customer_id, repair_order.c.status == "delivered")
    return _one(select(func.max(repair_order.c.delivered_at)).where(*mine))


def _visits(of: Of) -> ColumnElement[Any]:
    mine = (repair_order.c.customer_id == of.customer_id, repair_order.c.status == "delivered")
    return _one(select(func.count()).select_from(repair_order).where(*mine))


def _cars(of: Of) -> ColumnElement[Any]:
    mine = (vehicle.c.customer_id == of.customer_id, vehicle.c.sold_on.is_(None))
    return _one(select(func.count()).select_from(vehicle).where(*mine))


def _asked(*kinds: str) -> Column:
    def asked(of: Of) -> ColumnElement[Any]:
        mine = (prompt.c.customer_id == of.customer_id, prompt.c.kind.in_(kinds))
        return _one(select(func.max(prompt.c.asked_at)).where(*mine))

    return asked


def _wrote(of: Of) -> ColumnElement[Any]:
    mine = (message.c.customer_id == of.customer_id, message.c.direction == "in")
    return _one(select(func.max(message.c.at)).where(*mine))


def _case_closed(of: Of) -> ColumnElement[Any]:
    return _one(select(func.max(cases.c.closed_at)).where(cases.c.customer_id == of.customer_id))


def _follows(of: Of) -> ColumnElement[Any]:
    mine = (identity.c.customer_id == of.customer_id, identity.c.channel == "wechat", identity.c.following)
    return exists().where(*mine)


def _has_phone(of: Of) -> ColumnElement[Any]:
    return exists().where(customer.c.id == of.customer_id, customer.c.phone != "")


def _open_case(of: Of) -> ColumnElement[Any]:
    return exists().where(cases.c.customer_id == of.customer_id, cases.c.state != "closed")


def _city(of: Of) -> ColumnElement[Any]:
    return _one(select(customer.c.city).where(customer.c.id == of.customer_id))


def _member(of: Of) -> ColumnElement[Any]:
    return exists().where(customer.c.id == of.customer_id, customer.c.member)


def _of_cars(name: str) -> Callable[[Of], Select[Any]]:
    """Of every car they still have."""
    return lambda of: select(vehicle.c[name]).where(
        vehicle.c.customer_id == of.customer_id, vehicle.c.sold_on.is_(None)
    )


def _seats_left(of: Of) -> ColumnElement[Any]:
    return _one(select(event.c.capacity - event.c.taken).where(event.c.id == of.event_id))


def _code(of: Of) -> ColumnElement[Any]:
    return _one(select(store.c.code).where(store.c.id == of.store_id))


def _delivered(of: Of) -> ColumnElement[Any]:
    return _one(select(vehicle.c.delivered_on).where(vehicle.c.id == of.vehicle_id))


COLUMNS: Mapping[str, Column] = {
    "store.code": _code,
    "customer.follows": _follows,
    "customer.has_phone": _has_phone,
    "customer.open_case": _open_case,
    "customer.city": _city,
    "customer.member": _member,
    "customer.vehicles": _cars,
    "customer.visits": _visits,
    "customer.days_since_visit": _visited,
    "customer.days_since_survey": _asked("survey"),
    "customer.days_since_message": _wrote,
    "customer.days_since_membership": _asked("membership"),
    "customer.days_since_case": _case_closed,
    "vehicle.model": _of_car("model"),
    "vehicle.energy": _of_car("energy"),
    "vehicle.lifecycle": _of_car("lifecycle"),
    "vehicle.mileage": _of_car("mileage"),
    "vehicle.days_since_delivery": _delivered,
    "event.seats_left": _seats_left,
}
TEXTS: Mapping[str, Callable[[Of], Select[Any]]] = {
    "customer.models": _of_cars("model"),
    "customer.energies": _of_cars("energy"),
}
