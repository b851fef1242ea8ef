"""What the gate and the router must know of the people a batch of touchpoints is for: a fixed number of queries.

Everything is read at the moment of sending; what was true when the touchpoint was planned does not count.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from bot.customer import Customer, Purpose
from bot.gate import Sent
from bot.messages import Category, Way
from bot.quotes import Quote, QuoteState, total, yuan
from bot.routing import Follower
from bot.turn import WindowView
from store import mass_quota, quotes, subscriptions
from store.tables.cases import cases
from store.tables.contact import prompt, wechat_window
from store.tables.outbound import carries, outbox, touchpoint
from store.tables.people import consent, customer, event, identity, refusal, repair_order, rsvp, store, vehicle
from store.tables.staff import staff
from store.templates import disabled
from store.touchpoints import Due

COUNTED = timedelta(days=31)  # the longest cap's window, and a little
A_DAY = timedelta(days=1)
ANSWERABLE = (QuoteState.SENT, QuoteState.ANSWERED)
LIVING = ("queued", "sending", "accepted", "delivered", "uncertain")  # outbox states that may reach a phone


@dataclass(frozen=True, slots=True)
class Facts:
    """Of one touchpoint. params: the variables its texts may name, instants as datetimes.

    disabled: ids of WeChat templates that were refused for good.
    """

    customer: Customer
    zone: str
    follower: Follower | None
    sms_ok: bool
    callable: bool
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


def hold(conn: Connection, ids: Sequence[int]) -> None:
    """One gate at a time for a customer, or two workers would each find the cap free. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        mine = select(customer.c.id).where(customer.c.id.in_(ids)).order_by(customer.c.id)
        conn.execute(mine.with_for_update(key_share=True))


def load(conn: Connection, due: Sequence[Due], now: datetime) -> dict[int, Facts]:
    """By touchpoint id."""
    ids = sorted({each.customer_id for each in due})
    people = _people(conn, ids)
    followers = _followers(conn, ids, now)
    book = _Book(
        people=people,
        followers=followers,
        words=_consents(conn, people),
        refusals=_refusals(conn, people),
        complaining=set(conn.execute(_complaining(ids)).scalars()),
        sent=_sent(conn, ids, now),
        sms=_count(conn, _sms_since(ids, now - A_DAY)),
        mass=_mass(conn, ids, followers, now),
        orders=_by_id(conn, _orders(_refs(due, "order_id"))),
        events=_by_id(conn, select(event).where(event.c.id.in_(_refs(due, "event_id")))),
        cases=_by_id(conn, _cases(_refs(due, "case_id"))),
        quotes={each.id: each for each in quotes.by_ids(conn, _refs(due, "quote_id"))},
        answered=_answered(conn, ids),
        booked=_booked(conn, ids),
        copies=_copies(conn, [each.id for each in due]),
        disabled=disabled(conn),
    )
    return {each.id: book.facts(each, now) for each in due}


@dataclass(frozen=True, slots=True)
class _Book:
    """The answers of all queries, by customer or by row."""

    people: Mapping[int, Any]
    followers: Mapping[int, Follower]
    words: Mapping[int, frozenset[Purpose]]
    refusals: Mapping[int, frozenset[Purpose]]
    complaining: set[int]
    sent: Mapping[int, list[tuple[int, Sent]]]
    sms: Mapping[int, int]
    mass: Mapping[int, int]
    orders: Mapping[int, Any]
    events: Mapping[int, Any]
    cases: Mapping[int, Any]
    quotes: Mapping[int, Quote]
    answered: set[tuple[int, int]]
    booked: set[tuple[int, int]]
    copies: Mapping[int, list[tuple[Way, str]]]
    disabled: Mapping[str, frozenset[str]]

    def facts(self, due: Due, now: datetime) -> Facts:
        person = self.people[due.customer_id]
        copies, follower = self.copies.get(due.id, []), self.followers.get(person.id)
        return Facts(
            customer=self._customer(person),
            zone=person.time_zone,
            follower=follower,
            sms_ok=person.phone_state == "ok",
            callable=person.phone_state in ("ok", "voice", "blocked"),
            open_case=person.id in self.complaining,
            sent=tuple(each for key, each in self.sent.get(person.id, ()) if key != due.id),
            sms_today=self.sms.get(person.id, 0),
            mass_this_month=self.mass.get(person.id, 0),
            anchor=self._stands(due),
            goals=self._goals(due),
            tried=frozenset(way for way, state in copies if state == "failed"),
            disabled=self.disabled.get(follower.account, frozenset()) if follower else frozenset(),
            copies=len(copies),
            params=self._params(due, person, now),
        )

    def _customer(self, person: Any) -> Customer:
        return Customer(
            id=person.id,
            store_id=person.store_id,
            name=person.name,
            known=person.known,
            phone=person.phone,
            birthday=person.birthday,
            consents=self.words.get(person.id, frozenset()),
            refusals=self.refusals.get(person.id, frozenset()),
        )

    def _stands(self, due: Due) -> bool:
        """The planner asked this in SQL a moment ago; here it is asked once more, at the moment of sending."""
        ref = due.ref
        if self.people[due.customer_id].merged_into is not None:
            return False
        if "case_id" in ref:
            case = self.cases.get(ref["case_id"])
            return case is not None and case.state == "fixed"
        if "quote_id" in ref:
            offer = self.quotes.get(ref["quote_id"])
            return offer is not None and offer.state in ANSWERABLE and not offer.order_closed
        if "order_id" in ref:
            order = self.orders.get(ref["order_id"])
            return order is not None and order.status == "delivered"
        if "event_id" in ref:
            invited = self.events.get(ref["event_id"])
            return invited is not None and invited.state == "published"
        return True

    def _goals(self, due: Due) -> frozenset[str]:
        mine, met = due.customer_id, set()
        if "quote_id" in due.ref:
            offer = self.quotes.get(due.ref["quote_id"])
            return frozenset({"answered"} if offer is not None and not offer.open_lines else ())
        if (mine, due.ref.get("order_id")) in self.answered:
            met.add("answered")
        if (mine, due.ref.get("event_id")) in self.booked:
            met.add("booked")
        return frozenset(met)

    def _params(self, due: Due, person: Any, now: datetime) -> dict[str, object]:
        order = self.orders.get(due.ref.get("order_id", 0))
        invited = self.events.get(due.ref.get("event_id", 0))
        case = self.cases.get(due.ref.get("case_id", 0))
        plate, model = (order.plate or "", order.model or "") if order is not None else ("", "")
        return {
            "name": person.name or "尊敬的车主",
            "plate": plate or model or "车辆",
            "vehicle": model or "爱车",
            "store": person.store_name,
            "hotline": person.hotline,
            "delivered_at": order.delivered_at if order is not None and order.delivered_at else now,
            "event": invited.name if invited is not None else "",
            "starts_at": invited.starts_at if invited is not None else now,
            "place": (invited.place or person.store_name) if invited is not None else "",
            "owner": case.owner if case is not None else "",
            "now": now,
            "zone": person.time_zone,
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
    rows = select(customer, store.c.time_zone, store.c.name.label("store_name"), store.c.hotline)
    return {row.id: row for row in conn.execute(rows.join(store).where(customer.c.id.in_(ids)))}


def _followers(conn: Connection, ids: Sequence[int], now: datetime) -> dict[int, Follower]:
    """The openid that changed last, a following one before one that left."""
    same = and_(
        wechat_window.c.account == identity.c.account,
        wechat_window.c.openid == identity.c.address,
        wechat_window.c.expires_at > now,
    )
    rows = (
        select(identity, wechat_window.c.expires_at, (wechat_window.c.quota - wechat_window.c.used).label("left"))
        .outerjoin(wechat_window, same)
        .where(identity.c.customer_id.in_(ids), identity.c.channel == "wechat")
        .order_by(identity.c.following, identity.c.changed_at, identity.c.id)
    )
    found = {row.customer_id: row for row in conn.execute(rows)}
    subscribed = subscriptions.left_of(conn, [row.address for row in found.values()])
    return {key: _follower(row, subscribed) for key, row in found.items()}


def _follower(row: Any, subscribed: Mapping[tuple[str, str], frozenset[str]]) -> Follower:
    window = WindowView(row.expires_at, row.left) if row.expires_at is not None else None
    consents = subscribed.get((row.account, row.address), frozenset())
    return Follower(row.account, row.address, row.following, row.rejects, window, consents)


def _consents(conn: Connection, people: Mapping[int, Any]) -> dict[int, frozenset[Purpose]]:
    """The newest word of the ledger, over every file that shares the number."""
    phones = {person.phone for person in people.values() if person.phone}
    files = select(customer.c.id, customer.c.phone).where(customer.c.phone.in_(phones))
    sharing: dict[str, list[int]] = defaultdict(list)
    for row in conn.execute(files):
        sharing[row.phone].append(row.id)
    of = {key: {key, *sharing.get(person.phone, ())} for key, person in people.items()}
    words: dict[int, list[Any]] = defaultdict(list)
    everyone = sorted({each for group in of.values() for each in group})
    for row in conn.execute(select(consent).where(consent.c.customer_id.in_(everyone)).order_by(consent.c.id)):
        words[row.customer_id].append(row)
    return {key: _standing([row for each in group for row in words[each]]) for key, group in of.items()}


def _standing(rows: Sequence[Any]) -> frozenset[Purpose]:
    newest = {Purpose(row.purpose): row.given for row in sorted(rows, key=lambda row: row.id)}
    return frozenset(purpose for purpose, given in newest.items() if given)


def _refusals(conn: Connection, people: Mapping[int, Any]) -> dict[int, frozenset[Purpose]]:
    """At the phone or at any openid of the file."""
    owners: dict[str, set[int]] = defaultdict(set)
    for person in people.values():
        if person.phone:
            owners[person.phone].add(person.id)
    openids = select(identity.c.address, identity.c.customer_id).where(identity.c.customer_id.in_(list(people)))
    for row in conn.execute(openids):
        owners[row.address].add(row.customer_id)
    refused: dict[int, set[Purpose]] = defaultdict(set)
    standing = select(refusal).where(refusal.c.address.in_(list(owners)), refusal.c.withdrawn_at.is_(None))
    for row in conn.execute(standing):
        for owner in owners[row.address]:
            refused[owner].add(Purpose(row.purpose))
    return {owner: frozenset(purposes) for owner, purposes in refused.items()}


def _complaining(ids: Sequence[int]) -> Any:
    return select(cases.c.customer_id).where(cases.c.customer_id.in_(ids), cases.c.state != "closed")


def _sent(conn: Connection, ids: Sequence[int], now: datetime) -> dict[int, list[tuple[int, Sent]]]:
    """Sent, or handed over and on its way: both count. A case's own messages do not."""
    on_its_way = touchpoint.c.state == "handed"
    gone = and_(touchpoint.c.outcome.in_(("sent", "uncertain")), touchpoint.c.done_at > now - COUNTED)
    rows = select(touchpoint).where(
        touchpoint.c.customer_id.in_(ids), or_(on_its_way, gone), touchpoint.c.case_message.is_(False)
    )
    found: dict[int, list[tuple[int, Sent]]] = defaultdict(list)
    for row in conn.execute(rows):
        found[row.customer_id].append((row.id, Sent(Category(row.category), row.done_at or now)))
    return found


def _sms_since(ids: Sequence[int], since: datetime) -> Any:
    """SMS of touchpoints; answers, safety and a case's own messages are not counted (design §4)."""
    return _carried(ids).where(
        outbox.c.way == Way.SMS.value, outbox.c.created_at > since, outbox.c.category != Category.SAFETY.value,
        touchpoint.c.case_message.is_(False),
    )  # fmt: skip


def _mass(conn: Connection, ids: Sequence[int], followers: Mapping[int, Follower], now: datetime) -> dict[int, int]:
    """This month's copies of the openid that would get the next one, and batches that have not left yet."""
    openids = [follower.openid for follower in followers.values()]
    used = mass_quota.used(conn, openids, now) if openids else {}
    queued = _count(conn, _carried(ids).where(outbox.c.way == Way.MASS.value, outbox.c.state == "queued"))
    return {
        key: used.get((follower.account, follower.openid), 0) + queued.get(key, 0)
        for key, follower in followers.items()
    }


def _carried(ids: Sequence[int]) -> Any:
    return (
        select(touchpoint.c.customer_id, func.count().label("count"))
        .join_from(outbox, carries, carries.c.outbox_id == outbox.c.id)
        .join(touchpoint, touchpoint.c.id == carries.c.touchpoint_id)
        .where(touchpoint.c.customer_id.in_(ids), outbox.c.state.in_(LIVING))
        .group_by(touchpoint.c.customer_id)
    )


def _count(conn: Connection, rows: Any) -> dict[int, int]:
    return {row[0]: row[1] for row in conn.execute(rows)}


def _refs(due: Sequence[Due], key: str) -> list[int]:
    return sorted({each.ref[key] for each in due if each.ref.get(key) is not None})


def _by_id(conn: Connection, rows: Any) -> dict[int, Any]:
    return {row.id: row for row in conn.execute(rows)}


def _orders(ids: Sequence[int]) -> Any:
    car = vehicle.c.id == repair_order.c.vehicle_id
    return (
        select(repair_order, vehicle.c.plate, vehicle.c.model).outerjoin(vehicle, car).where(repair_order.c.id.in_(ids))
    )


def _cases(ids: Sequence[int]) -> Any:
    return (
        select(cases, staff.c.name.label("owner"))
        .join(staff, staff.c.id == cases.c.owner_id)
        .where(cases.c.id.in_(ids))
    )


def _answered(conn: Connection, ids: Sequence[int]) -> set[tuple[int, int]]:
    """(customer, order) of every survey answered."""
    rows = select(prompt.c.customer_id, prompt.c.ref).where(
        prompt.c.customer_id.in_(ids), prompt.c.state == "answered", prompt.c.kind == "survey"
    )
    return {(row.customer_id, row.ref["order_id"]) for row in conn.execute(rows) if row.ref.get("order_id")}


def _booked(conn: Connection, ids: Sequence[int]) -> set[tuple[int, int]]:
    going = select(rsvp.c.customer_id, rsvp.c.event_id).where(rsvp.c.customer_id.in_(ids), rsvp.c.state == "going")
    return {(row.customer_id, row.event_id) for row in conn.execute(going)}


def _copies(conn: Connection, ids: Sequence[int]) -> dict[int, list[tuple[Way, str]]]:
    """Outbox rows made for a touchpoint before: (way, state)."""
    rows = (
        select(carries.c.touchpoint_id, outbox.c.way, outbox.c.state)
        .join(outbox, outbox.c.id == carries.c.outbox_id)
        .where(carries.c.touchpoint_id.in_(ids))
    )
    found: dict[int, list[tuple[Way, str]]] = defaultdict(list)
    for row in conn.execute(rows):
        found[row.touchpoint_id].append((Way(row.way), row.state))
    return found
