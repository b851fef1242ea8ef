"""The facts rules hang on, as SQL: whom each of them concerns, under which occurrence, and what must still stand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
)

from bot.gate import CONSENTED
from bot.journeys import EVENTS, MILESTONES, VISITS, Anchor
from bot.messages import Category
from store import event_facts, visit_facts
from store.standing import agreeing
from store.tables.booking import appointment
from store.tables.cases import cases
from store.tables.outbound import touchpoint
from store.tables.ownership import milestone
from store.tables.people import customer, repair_order
from store.tables.quotes import quote


@dataclass(frozen=True, slots=True)
class Asking:
    """For which rule. dated: only dates from `first` to `last` (below), of anchors that are one.

    Statements are kept, so what changes from tick to tick is a name in them. dialect: of the database.
    """

    dialect: str
    anchor: Anchor
    category: str
    dated: bool = False


DATES = bindparam("first", type_=Date), bindparam("last", type_=Date)


def of_touchpoint(anchor: Anchor) -> tuple[ColumnElement[bool], ...]:
    """How the rows of `STANDING` find the touchpoint that was planned for them."""
    if anchor in MILESTONES:
        return milestone.c.customer_id == touchpoint.c.customer_id, milestone.c.occurrence == touchpoint.c.occurrence
    if anchor in _KEYS:
        owner, made = _KEYS[anchor]
        return owner == touchpoint.c.customer_id, made() == touchpoint.c.occurrence
    mine = customer.c.id == touchpoint.c.customer_id
    if anchor is Anchor.BIRTHDAY:
        return mine, customer.c.birthday_md == func.substr(touchpoint.c.anchor_key, 6)
    return (mine,)  # an occasion is everybody's


def _orders(asking: Asking) -> Select[Any]:
    """Of each car the newest: who came twice within days is thanked and asked once, about the last time."""
    ref = _json(asking.dialect, order_id=repair_order.c.id)
    found = select(
        repair_order.c.store_id, repair_order.c.customer_id, _order_key().label("occurrence"),
        cast(repair_order.c.delivered_on, Text).label("anchor_key"), ref.label("ref"),
    ).where(repair_order.c.status == "delivered", repair_order.c.delivered_on.is_not(None), ~_came_again())  # fmt: skip
    return found.where(repair_order.c.delivered_on.between(*DATES)) if asking.dated else found


def _came_again() -> ColumnElement[bool]:
    """The same car of the same customer was handed over once more."""
    later = repair_order.alias("later")
    after = or_(
        later.c.delivered_at > repair_order.c.delivered_at,
        and_(later.c.delivered_at == repair_order.c.delivered_at, later.c.id > repair_order.c.id),
    )
    same = (later.c.customer_id == repair_order.c.customer_id, later.c.vehicle_id == repair_order.c.vehicle_id)
    return exists().where(*same, later.c.status == "delivered", after)


def _birthdays(asking: Asking) -> Select[Any]:
    """known_since: who comes into the file after a birthday is not planned for it."""
    return select(
        customer.c.store_id, customer.c.id.label("customer_id"), literal("").label("occurrence"),
        customer.c.birthday_md.label("anchor_key"), _json(asking.dialect).label("ref"),
        customer.c.created_at.label("known_since"),
    ).where(customer.c.birthday_md != "", customer.c.known, customer.c.merged_into.is_(None))  # fmt: skip


def _of_event(asking: Asking) -> Select[Any]:
    return event_facts.facts(asking.anchor, partial(_json, asking.dialect))


def _everybody(asking: Asking) -> Select[Any]:
    """Of a greeting or an advertisement: those who agreed to one, so that nobody is planned only to be skipped."""
    purposes = CONSENTED.get(Category(asking.category))
    found = _in_the_file(asking)
    return found if purposes is None else found.where(or_(*(customer.c.id.in_(agreeing(each)) for each in purposes)))


def _in_the_file(asking: Asking) -> Select[Any]:
    return select(
        customer.c.store_id, customer.c.id.label("customer_id"), literal("").label("occurrence"),
        literal("").label("anchor_key"), _json(asking.dialect).label("ref"), customer.c.created_at.label("known_since"),
    ).where(customer.c.known, customer.c.merged_into.is_(None))  # fmt: skip


def _milestones(asking: Asking) -> Select[Any]:
    ref = _json(asking.dialect, milestone_id=milestone.c.id, vehicle_id=milestone.c.vehicle_id)
    found = (
        select(
            milestone.c.store_id, milestone.c.customer_id, milestone.c.occurrence, milestone.c.vehicle_id,
            cast(milestone.c.on, Text).label("anchor_key"), ref.label("ref"),
        )
        .join_from(milestone, customer, customer.c.id == milestone.c.customer_id)
        .where(milestone.c.kind == asking.anchor.value, customer.c.known, customer.c.merged_into.is_(None))
    )  # fmt: skip
    return found.where(milestone.c.on.between(*DATES)) if asking.dated else found


def _fixed(asking: Asking) -> Select[Any]:
    ref = _json(asking.dialect, case_id=cases.c.id, order_id=cases.c.repair_order_id)
    return select(
        cases.c.store_id, cases.c.customer_id, _case_key().label("occurrence"), _case_key().label("anchor_key"),
        ref.label("ref"),
    ).where(cases.c.state == "fixed", cases.c.fixed_at.is_not(None))  # fmt: skip


def _visits(asking: Asking) -> Select[Any]:
    return visit_facts.facts(asking.anchor, partial(_json, asking.dialect))


def _quoted(asking: Asking) -> Select[Any]:
    return _answerable(asking).where(quote.c.state == "sent")


def _answerable(asking: Asking) -> Select[Any]:
    """Answered ones stand too: that nothing is left to ask is the gate's to say, in its own words."""
    ref = _json(asking.dialect, quote_id=quote.c.id, order_id=repair_order.c.id)
    return (
        select(
            quote.c.store_id, repair_order.c.customer_id, _quote_key().label("occurrence"),
            _quote_key().label("anchor_key"), ref.label("ref"),
        )
        .join_from(quote, repair_order, repair_order.c.id == quote.c.repair_order_id)
        .where(quote.c.state.in_(("sent", "answered")), repair_order.c.status.not_in(("delivered", "cancelled")))
    )  # fmt: skip


FACTS: Mapping[Anchor, Callable[[Asking], Select[Any]]] = {
    Anchor.ORDER_DELIVERED: _orders,
    Anchor.BIRTHDAY: _birthdays,
    **dict.fromkeys(EVENTS, _of_event),
    Anchor.CASE_FIXED: _fixed,
    Anchor.QUOTE_SENT: _quoted,
    Anchor.OCCASION: _everybody,
    **dict.fromkeys(VISITS, _visits),
    **dict.fromkeys(MILESTONES, _milestones),
}
# What must still stand for a planned one. Consent withdrawn is the gate's to say, in its own words.
STANDING: Mapping[Anchor, Callable[[Asking], Select[Any]]] = {
    **FACTS,
    Anchor.QUOTE_SENT: _answerable,
    Anchor.OCCASION: _in_the_file,
}


def _order_key() -> ColumnElement[str]:
    """`store.orders.occurrence`, in SQL."""
    again = literal("/").concat(cast(repair_order.c.delivery, Text))
    suffix = case((repair_order.c.delivery > 1, again), else_=literal(""))
    return literal("RO#").concat(repair_order.c.external_id).concat(suffix)


def _case_key() -> ColumnElement[str]:
    return literal("case#").concat(cast(cases.c.id, Text)).concat("/round").concat(cast(cases.c.round, Text))


def _quote_key() -> ColumnElement[str]:
    """`store.quotes.occurrence`, in SQL."""
    version = literal("/v").concat(cast(quote.c.version, Text))
    return literal("quote#").concat(quote.c.external_id).concat(version)


_KEYS: Mapping[Anchor, tuple[ColumnElement[Any], Callable[[], ColumnElement[str]]]] = {
    Anchor.ORDER_DELIVERED: (repair_order.c.customer_id, _order_key),
    Anchor.CASE_FIXED: (cases.c.customer_id, _case_key),
    Anchor.QUOTE_SENT: (repair_order.c.customer_id, _quote_key),
    **{each: (customer.c.id, partial(event_facts.occurrence, each)) for each in EVENTS},
    **{each: (appointment.c.customer_id, partial(visit_facts.occurrence, each)) for each in VISITS},
}


def _json(dialect: str, **columns: Any) -> ColumnElement[Any]:
    pairs = [part for name, column in columns.items() for part in (literal(name, literal_execute=True), column)]
    made: ColumnElement[Any] = func.jsonb_build_object(*pairs) if dialect == "postgresql" else func.json_object(*pairs)
    return made
