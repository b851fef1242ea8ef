"""What the gate and the router must know of the people a batch of touchpoints is for: a fixed number of queries.

Everything is read at the moment of sending; what was true when the touchpoint was planned does not count.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from bot.consent import Standing
from bot.customer import Customer
from bot.gate import Sent
from bot.messages import Way
from bot.quotes import Quote, QuoteState, total, yuan
from bot.routing import Follower
from bot.turn import WindowView
from store import event_words, feelings, mass_quota, milestone_words, quotes, subscriptions, visit_facts
from store.among import among, not_by
from store.event_words import EventBook
from store.persons import Persons, everybody
from store.prepared import Prepared
from store.reached import Reached, reached
from store.standing import standing_of
from store.tables.cases import cases
from store.tables.contact import prompt, wechat_window
from store.tables.outbound import carries, outbox, touchpoint
from store.tables.people import customer, fact, identity, repair_order, rsvp, store, vehicle
from store.tables.staff import staff
from store.templates import disabled
from store.touchpoints import Due

ANSWERABLE = (QuoteState.SENT, QuoteState.ANSWERED)


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one touchpoint. params: the variables its texts may name, instants as datetimes. number: customer.phone_state.

    open_case, sent, sms_today, upset_at and quiet_from are the person's, over every file that shares the number.
    store: its code.

    disabled: ids of WeChat templates that were refused for good.
    """

    customer: Customer
    store: str
    zone: str
    follower: Follower | None
    number: str
    no_call: bool
    email_ok: bool
    open_case: bool
    sent: tuple[Sent, ...]
    sms_today: int
    mass_this_month: int
    anchor: bool
    goals: frozenset[str]
    tried: frozenset[Way]
    copies: int
    params: Mapping[str, object] = field(default_factory=dict)
    disabled: frozenset[str] = frozenset()
    upset_at: datetime | None = None
    quiet_from: time | None = None


def load(conn: Connection, due: Sequence[Due], now: datetime, person: Persons, counted: timedelta) -> dict[int, Facts]:
    """By touchpoint id. counted: how far back the longest cap looks."""
    ids, files = sorted({each.customer_id for each in due}), everybody(person)
    people = _people(conn, ids)
    followers = _followers(conn, ids, now)
    book = _Book(
        people=people,
        followers=followers,
        standing=standing_of(conn, ids),
        files=person,
        complaining=set(_COMPLAINING.column(conn, ids=files)),
        before=reached(conn, person, now, now - counted),
        mass=_mass(conn, ids, followers, now),
        orders=_by_id(conn, _ORDERS, _refs(due, "order_id")),
        events=event_words.load(conn, due),
        cases=_by_id(conn, _CASES, _refs(due, "case_id")),
        milestones=milestone_words.by_ids(conn, _refs(due, "milestone_id")),
        visits=visit_facts.by_ids(conn, _refs(due, "appointment_id")),
        quotes={each.id: each for each in quotes.by_ids(conn, _refs(due, "quote_id"))},
        answered=_answered(conn, ids),
        booked=_booked(conn, ids),
        copies=_copies(conn, [each.id for each in due]),
        disabled=disabled(conn),
        no_calls=_no_calls(conn, ids),
        upset=feelings.upset(conn, person),
        quiet=feelings.quiet_from(conn, person),
    )
    return {each.id: book.facts(each, now) for each in due}


@dataclass(frozen=True, slots=True)
class _Book:
    """The answers of all queries, by customer or by row."""

    people: Mapping[int, Any]
    followers: Mapping[int, Follower]
    standing: Mapping[int, Standing]
    files: Persons
    complaining: set[int]
    before: Reached
    mass: Mapping[int, int]
    orders: Mapping[int, Any]
    events: EventBook
    cases: Mapping[int, Any]
    milestones: Mapping[int, Any]
    visits: Mapping[int, Any]
    quotes: Mapping[int, Quote]
    answered: set[tuple[int, int]]
    booked: set[tuple[int, int]]
    copies: Mapping[int, list[tuple[Way, str]]]
    disabled: Mapping[str, frozenset[str]]
    no_calls: set[int]
    upset: Mapping[int, datetime]
    quiet: Mapping[int, time]

    def facts(self, due: Due, now: datetime) -> Facts:
        person, files = self.people[due.customer_id], self.files[due.customer_id]
        copies, follower = self.copies.get(due.id, []), self.followers.get(person.id)
        return Facts(
            customer=self._customer(person),
            store=person.store_code,
            zone=person.time_zone,
            follower=follower,
            number=person.phone_state,
            no_call=person.id in self.no_calls,
            email_ok=person.email_state == "ok",
            open_case=bool(files & self.complaining),
            sent=self.before.sent(person.id, person.phone, but=due.id),
            sms_today=self.before.sms.get(person.phone, 0),
            mass_this_month=self.mass.get(person.id, 0),
            anchor=self._stands(due, asked_before=bool(copies)),
            goals=self._goals(due),
            tried=frozenset(way for way, state in copies if state == "failed"),
            disabled=self.disabled.get(follower.account, frozenset()) if follower else frozenset(),
            copies=len(copies),
            upset_at=self.upset.get(person.id),
            quiet_from=self.quiet.get(person.id),
            params=self._params(due, person, now),
        )

    def _customer(self, person: Any) -> Customer:
        return Customer(
            id=person.id,
            store_id=person.store_id,
            name=person.name,
            known=person.known,
            phone=person.phone,
            email=person.email,
            birthday=person.birthday,
            consents=self.standing[person.id].consents,
            refusals=self.standing[person.id].refusals,
        )

    def _stands(self, due: Due, *, asked_before: bool) -> bool:
        """The planner asked this in SQL a moment ago; here it is asked once more, at the moment of sending.

        asked_before: this very question was accepted, which moved its case on, and then never arrived.
        """
        if self.people[due.customer_id].merged_into is not None:
            return False
        if "event_id" in due.ref:
            return self.events.stands(due)
        if "milestone_id" in due.ref:
            dated = self.milestones.get(due.ref["milestone_id"])
            return dated is not None and dated.customer_id == due.customer_id
        if "appointment_id" in due.ref:
            return visit_facts.stands(self.visits.get(due.ref["appointment_id"]), due.occurrence)
        return self._fact_stands(due.ref, asked_before)

    def _fact_stands(self, ref: Mapping[str, Any], asked_before: bool) -> bool:
        if "case_id" in ref:
            case = self.cases.get(ref["case_id"])
            return case is not None and case.state in ("fixed", *(["recontacted"] if asked_before else []))
        if "quote_id" in ref:
            offer = self.quotes.get(ref["quote_id"])
            return offer is not None and offer.state in ANSWERABLE and not offer.order_closed
        if "order_id" in ref:
            order = self.orders.get(ref["order_id"])
            return order is not None and order.status == "delivered"
        return True

    def _goals(self, due: Due) -> frozenset[str]:
        mine, met = due.customer_id, set()
        if "quote_id" in due.ref:
            offer = self.quotes.get(due.ref["quote_id"])
            return frozenset({"answered"} if offer is not None and not offer.open_lines else ())
        if (mine, due.ref.get("order_id")) in self.answered:
            met.add("answered")
        visit = self.visits.get(due.ref.get("appointment_id", 0))
        if (mine, due.ref.get("event_id")) in self.booked or (visit is not None and visit.again):
            met.add("booked")
        return frozenset(met)

    def _params(self, due: Due, person: Any, now: datetime) -> dict[str, object]:
        order = self.orders.get(due.ref.get("order_id", 0))
        case = self.cases.get(due.ref.get("case_id", 0))
        dated = self.milestones.get(due.ref.get("milestone_id", 0))
        car = order if order is not None else dated
        plate, model = (car.plate or "", car.model or "") if car is not None else ("", "")
        return {
            "name": person.name or "尊敬的车主",
            "plate": plate or model or "车辆",
            "vehicle": model or "爱车",
            "store": person.store_name,
            "hotline": person.hotline,
            "delivered_at": order.delivered_at if order is not None and order.delivered_at else now,
            "event": "",
            "starts_at": now,
            "place": "",
            "owner": case.owner if case is not None else "",
            "now": now,
            "zone": person.time_zone,
            **milestone_words.words_of(dated),
            **self.events.words(due, person.store_name),
            **visit_facts.words_of(self.visits.get(due.ref.get("appointment_id", 0))),
            **_quoted(self.quotes.get(due.ref.get("quote_id", 0))),
        }


def _quoted(offer: Quote | None) -> dict[str, object]:
    """What is still to be answered of a quote. until: the end of its prices."""
    if offer is None:
        return {}
    return {
        "lines": len(offer.open_lines),
        "total": yuan(total(offer.open_lines)),
        "ready_at": offer.ready_at,
        "until": offer.expires_at,
        "advisor": offer.advisor,
    }


def _people(conn: Connection, ids: Sequence[int]) -> dict[int, Any]:
    return {row.id: row for row in _PEOPLE.all(conn, ids=ids)}


# Statements are made once: building and keying one costs more than the database takes to answer it for a batch.
_OF_STORE = (store.c.code.label("store_code"), store.c.name.label("store_name"), store.c.time_zone, store.c.hotline)
_PEOPLE = Prepared.of(select(customer, *_OF_STORE).join(store).where(among(customer.c.id, "ids")))


def _followers(conn: Connection, ids: Sequence[int], now: datetime) -> dict[int, Follower]:
    """The openid that changed last, a following one before one that left."""
    found = {row.customer_id: row for row in _FOLLOWERS.all(conn, ids=ids, now=now)}
    subscribed = subscriptions.left_of(conn, [row.address for row in found.values()])
    return {key: _follower(row, subscribed) for key, row in found.items()}


_WINDOW = and_(
    wechat_window.c.account == identity.c.account,
    wechat_window.c.openid == identity.c.address,
    wechat_window.c.expires_at > bindparam("now"),
)
_FOLLOWERS = Prepared.of(
    select(identity, wechat_window.c.expires_at, (wechat_window.c.quota - wechat_window.c.used).label("left"))
    .outerjoin(wechat_window, _WINDOW)
    .where(among(identity.c.customer_id, "ids"), not_by(identity.c.channel) == "wechat")
    .order_by(identity.c.following, identity.c.changed_at, identity.c.id)
)


def _follower(row: Any, subscribed: Mapping[tuple[str, str], frozenset[str]]) -> Follower:
    window = WindowView(row.expires_at, row.left) if row.expires_at is not None else None
    consents = subscribed.get((row.account, row.address), frozenset())
    return Follower(row.account, row.address, row.following, row.rejects, window, consents, row.stranger)


def _no_calls(conn: Connection, ids: Sequence[int]) -> set[int]:
    """Whose newest word on it is that they want no calls."""
    newest = {row.customer_id: row.value for row in _NO_CALLS.all(conn, ids=ids)}
    return {key for key, value in newest.items() if value.lower() == "true"}


_NO_CALLS = Prepared.of(
    select(fact.c.customer_id, fact.c.value)
    .where(among(fact.c.customer_id, "ids"), fact.c.key == "no_call")
    .order_by(fact.c.id)
)
_COMPLAINING = Prepared.of(
    select(cases.c.customer_id).where(among(cases.c.customer_id, "ids"), cases.c.state != "closed")
)


def _mass(conn: Connection, ids: Sequence[int], followers: Mapping[int, Follower], now: datetime) -> dict[int, int]:
    """This month's copies of the openid that would get the next one, and batches that have not left yet."""
    openids = [follower.openid for follower in followers.values()]
    used = mass_quota.used(conn, openids, now) if openids else {}
    queued = {row.customer_id: row.many for row in _MASS_QUEUED.all(conn, ids=ids)} if openids else {}
    return {
        key: used.get((follower.account, follower.openid), 0) + queued.get(key, 0)
        for key, follower in followers.items()
    }


_MASS_QUEUED = Prepared.of(
    select(touchpoint.c.customer_id, func.count().label("many"))
    .join_from(outbox, carries, carries.c.outbox_id == outbox.c.id)
    .join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id)
    .where(among(touchpoint.c.customer_id, "ids"), outbox.c.way == Way.MASS.value, not_by(outbox.c.state) == "queued")
    .group_by(touchpoint.c.customer_id)
)


def _refs(due: Sequence[Due], key: str) -> list[int]:
    return sorted({each.ref[key] for each in due if each.ref.get(key) is not None})


def _by_id(conn: Connection, rows: Prepared, ids: Sequence[int]) -> dict[int, Any]:
    """Asks nothing for none."""
    return {row.id: row for row in rows.all(conn, ids=ids)} if ids else {}


_ORDERS = Prepared.of(
    select(repair_order, vehicle.c.plate, vehicle.c.model)
    .outerjoin(vehicle, vehicle.c.id == repair_order.c.vehicle_id)
    .where(among(repair_order.c.id, "ids"))
)
_CASES = Prepared.of(
    select(cases, staff.c.name.label("owner"))
    .join(staff, staff.c.id == cases.c.owner_id)
    .where(among(cases.c.id, "ids"))
)


def _answered(conn: Connection, ids: Sequence[int]) -> set[tuple[int, int]]:
    """(customer, order) of every survey answered."""
    rows = _ANSWERED.all(conn, ids=ids)
    return {(row.customer_id, row.ref["order_id"]) for row in rows if row.ref.get("order_id")}


_ANSWERED = Prepared.of(
    select(prompt.c.customer_id, prompt.c.ref).where(
        among(prompt.c.customer_id, "ids"), prompt.c.state == "answered", prompt.c.kind == "survey"
    )
)


def _booked(conn: Connection, ids: Sequence[int]) -> set[tuple[int, int]]:
    """(customer, event): has seats, waits for some, or said no already."""
    return {(row.customer_id, row.event_id) for row in _ANSWERED_EVENT.all(conn, ids=ids)}


_ANSWERED_EVENT = Prepared.of(select(rsvp.c.customer_id, rsvp.c.event_id).where(among(rsvp.c.customer_id, "ids")))


def _copies(conn: Connection, ids: Sequence[int]) -> dict[int, list[tuple[Way, str]]]:
    """Outbox rows made for a touchpoint before: (way, state)."""
    found: dict[int, list[tuple[Way, str]]] = defaultdict(list)
    for row in _COPIES.all(conn, ids=ids):
        found[row.touchpoint_id].append((Way(row.way), row.state))
    return found


_COPIES = Prepared.of(
    select(carries.c.touchpoint_id, outbox.c.way, outbox.c.state)
    .join(outbox, outbox.c.id == carries.c.outbox_id)
    .where(among(carries.c.touchpoint_id, "ids"))
)
