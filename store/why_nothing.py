"""Why a rule has no touchpoint for a customer: the fact it hangs on, looked for in the words of `planning.FACTS`."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, exists, select

from bot.customer import Purpose
from bot.journeys import MILESTONES, Anchor, Journey
from bot.reasons import Absence, Reason
from store import visit_facts
from store.approvals import Approved
from store.standing import agreeing
from store.tables.booking import appointment
from store.tables.cases import cases
from store.tables.ownership import milestone
from store.tables.people import customer, event, repair_order
from store.tables.quotes import quote


def absent_of(
    conn: Connection, customer_id: int, journeys: Sequence[Journey], there: Collection[str], now: datetime
) -> list[dict[str, str]]:
    """{"rule","reason"} of each configured rule that is not `there`: that never planned anything for this customer."""
    rules = [(journey.rule(step), journey) for journey in journeys for step in journey.steps]
    facts = _facts(conn, customer_id, journeys, now)
    paused = Approved(journeys).paused(conn)
    return [
        {"rule": rule, "reason": Reason.PAUSED.value if journey.id in paused else _why(journey, facts)}
        for rule, journey in rules
        if rule not in there
    ]


def _facts(conn: Connection, customer_id: int, journeys: Sequence[Journey], now: datetime) -> dict[str, Any]:
    """One question for all rules. A milestone's anchor and `approved <journey>` are facts of their own."""
    mine = customer.c.id == customer_id
    asked: dict[str, ColumnElement[bool]] = {
        "known": customer.c.known,
        "merged": customer.c.merged_into.is_not(None),
        "birthday": customer.c.birthday_md != "",
        "delivered": exists().where(repair_order.c.customer_id == customer_id, repair_order.c.status == "delivered"),
        "coming": exists().where(
            event.c.store_id == customer.c.store_id, event.c.state == "published", event.c.starts_at > now
        ),
        "agreed": customer.c.id.in_(agreeing(Purpose.MARKETING, customer_id)),
        "quoted": exists().where(
            quote.c.repair_order_id == repair_order.c.id,
            repair_order.c.customer_id == customer_id,
            quote.c.state == "sent",
        ),
        "booked": exists().where(appointment.c.customer_id == customer_id, appointment.c.state.in_(visit_facts.COMES)),
        "missed": exists().where(appointment.c.customer_id == customer_id, appointment.c.state == "no_show"),
        "fixed": exists().where(cases.c.customer_id == customer_id, cases.c.state == "fixed"),
        **{f"approved {name}": given for name, given in Approved(journeys).given().items()},
    }
    for anchor in sorted({journey.anchor for journey in journeys} & set(MILESTONES)):
        asked[anchor.value] = exists().where(milestone.c.customer_id == customer_id, milestone.c.kind == anchor.value)
    row = conn.execute(select(*(each.label(name) for name, each in asked.items())).where(mine)).one()
    return dict(row._mapping)


def _why(journey: Journey, facts: Mapping[str, Any]) -> str:
    if not journey.enabled:
        return Reason.RULE_OFF.value
    if facts["merged"]:
        return Absence.MERGED.value
    if not facts.get(f"approved {journey.id}", True):
        return Reason.UNAPPROVED.value
    if journey.anchor in MILESTONES:
        return (Absence.NOT_NEAR if facts[journey.anchor.value] else Absence.NO_DATE).value
    lacking: list[tuple[str, Absence | Reason]]
    match journey.anchor:
        case Anchor.ORDER_DELIVERED:
            lacking = [("delivered", Absence.NO_ORDER)]
        case Anchor.CASE_FIXED:
            lacking = [("fixed", Absence.NO_FIX)]
        case Anchor.APPOINTMENT_BOOKED:
            lacking = [("booked", Absence.NO_BOOKING)]
        case Anchor.APPOINTMENT_MISSED:
            lacking = [("missed", Absence.NO_MISSED)]
        case Anchor.QUOTE_SENT:
            lacking = [("quoted", Absence.NO_QUOTE)]
        case Anchor.BIRTHDAY:
            lacking = [("known", Absence.NOT_IN_FILE), ("birthday", Absence.NO_BIRTHDAY)]
        case Anchor.OCCASION:
            lacking = [("known", Absence.NOT_IN_FILE)]
        case _:
            lacking = [("known", Absence.NOT_IN_FILE), ("coming", Absence.NO_EVENT), ("agreed", Reason.NO_CONSENT)]
    return next((why.value for name, why in lacking if not facts[name]), Absence.NOT_NEAR.value)
