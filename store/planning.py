"""Planning in SQL: what a rule's facts call for, against the touchpoints there are (design §2).

Due times are computed once a day and rule in Python (bot/journeys) and joined from `rule_day`; everything else is
one statement a question, so that a plan of 200,000 customers is repeated every tick and costs little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    case,
    cast,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)  # fmt: skip

from bot.journeys import Anchor
from bot.reasons import Reason
from store.dialects import insert_into
from store.tables.cases import cases
from store.tables.outbound import rule_day, touchpoint, verdict
from store.tables.people import consent, customer, event, repair_order, store

BY_JOURNEY = touchpoint.c.rule_version != "turn"  # what a conversation planned itself has no journey behind it


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of one journey, as planning sees it."""

    name: str
    version: str
    anchor: Anchor
    category: str
    case_message: bool


@dataclass(frozen=True, slots=True)
class AnchorRow:
    """An anchor that stands: its key in rule_day, what `due` computes from, and an end of its own, if it has one."""

    store_id: int
    key: str
    moment: str
    ends_at: datetime | None = None


def stores(conn: Connection) -> dict[int, str]:
    """id → time zone."""
    return {row.id: row.time_zone for row in conn.execute(select(store.c.id, store.c.time_zone))}


def delivery_days(conn: Connection, since: date) -> list[AnchorRow]:
    """Days on which a car was handed over and the order still stands as delivered."""
    rows = select(repair_order.c.store_id, repair_order.c.delivered_on).where(
        repair_order.c.status == "delivered", repair_order.c.delivered_on >= since
    )
    return [
        AnchorRow(row.store_id, str(row.delivered_on), str(row.delivered_on)) for row in conn.execute(rows.distinct())
    ]


def published_events(conn: Connection, since: datetime) -> list[AnchorRow]:
    rows = select(event).where(event.c.state == "published", event.c.starts_at > since)
    return [
        AnchorRow(row.store_id, f"event#{row.id}", row.published_at.isoformat(), row.starts_at)
        for row in conn.execute(rows)
    ]


def fixed_cases(conn: Connection) -> list[AnchorRow]:
    rows = select(cases).where(cases.c.state == "fixed", cases.c.fixed_at.is_not(None))
    return [
        AnchorRow(row.store_id, f"case#{row.id}/round{row.round}", row.fixed_at.isoformat())
        for row in conn.execute(rows)
    ]


def put_days(conn: Connection, rule: Rule, wanted: Mapping[tuple[int, str], tuple[datetime, datetime]]) -> int:
    """Write the due times that are missing or differ; how many. wanted: (store, key) → (due, expires)."""
    mine = (rule_day.c.rule == rule.name, rule_day.c.version == rule.version)
    there = {(r.store_id, r.anchor_key): (r.due_at, r.expires_at) for r in conn.execute(select(rule_day).where(*mine))}
    rows = [
        {"rule": rule.name, "version": rule.version, "store_id": place[0], "anchor_key": place[1], "due_at": times[0],
         "expires_at": times[1]}
        for place, times in wanted.items() if there.get(place) != times
    ]  # fmt: skip
    if rows:
        put = insert_into(conn, rule_day)
        changed = {"due_at": put.excluded.due_at, "expires_at": put.excluded.expires_at}
        unique = ["rule", "version", "store_id", "anchor_key"]
        conn.execute(put.on_conflict_do_update(index_elements=unique, set_=changed), rows)
    return len(rows)


def insert_missing(conn: Connection, rule: Rule, *, horizon: datetime, since: datetime, now: datetime) -> int:
    """A touchpoint for each fact that has none; how many. Final ones stay as they are: the unique key says so.

    Only what is due before `horizon` and expires after `since`: an import of old orders plans nothing of years ago.
    """
    wanted = _due_facts(conn, rule).where(rule_day.c.due_at <= horizon, rule_day.c.expires_at > since).subquery()
    there = exists().where(
        touchpoint.c.customer_id == wanted.c.customer_id, touchpoint.c.rule == rule.name,
        touchpoint.c.occurrence == wanted.c.occurrence,
    )  # fmt: skip
    fixed = {
        "rule": literal(rule.name), "rule_version": literal(rule.version), "category": literal(rule.category),
        "case_message": literal(rule.case_message), "state": literal("planned"), "reason": literal(""),
    }  # fmt: skip
    facts = ("store_id", "customer_id", "occurrence", "anchor_key", "due_at", "expires_at", "ref")
    columns = [*facts, "planned_for", *fixed]
    chosen: list[Any] = [*(wanted.c[name] for name in facts), wanted.c.due_at, *fixed.values()]
    rows = select(*chosen).where(~there)
    put = insert_into(conn, touchpoint).from_select(columns, rows)
    made = conn.execute(put.on_conflict_do_nothing().returning(touchpoint.c.id)).scalars().all()
    _note(conn, made, rule.name, "planned", "", now)
    return len(made)


def move_changed(conn: Connection, rule: Rule, now: datetime) -> int:
    """Still planned, and its rule version or anchor changed: new due time, version and an audit line."""
    wanted = _due_facts(conn, rule).subquery()
    mine = (
        touchpoint.c.rule == rule.name, touchpoint.c.state == "planned",
        touchpoint.c.customer_id == wanted.c.customer_id, touchpoint.c.occurrence == wanted.c.occurrence,
    )  # fmt: skip
    times = {name: wanted.c[name] for name in ("due_at", "expires_at", "anchor_key")}
    values = times | {
        "planned_for": wanted.c.due_at, "rule_version": rule.version, "category": rule.category,
        "case_message": rule.case_message, "lease_by": None, "lease_until": None,
    }  # fmt: skip
    moved_anchor = or_(
        touchpoint.c.planned_for != wanted.c.due_at, touchpoint.c.expires_at.is_distinct_from(wanted.c.expires_at)
    )
    changes = ((touchpoint.c.rule_version != rule.version, Reason.RULE_CHANGED), (moved_anchor, Reason.ANCHOR_MOVED))
    total = 0
    for differs, reason in changes:
        change = update(touchpoint).where(*mine, differs).values(values)
        moved = conn.execute(change.returning(touchpoint.c.id)).scalars().all()
        _note(conn, moved, rule.name, "moved", reason.value, now)
        total += len(moved)
    return total


def skip_gone(conn: Connection, rule: Rule, now: datetime) -> int:
    """Still planned, and its fact is no more (order reworked, event cancelled, case reopened)."""
    stands = exists(STANDING[rule.anchor](conn).where(*_of_touchpoint(rule.anchor)))
    return _skip(conn, and_(touchpoint.c.rule == rule.name, ~stands), Reason.ANCHOR_GONE, now)


def skip_rules_off(conn: Connection, rules: Sequence[Rule], now: datetime) -> int:
    """Still planned by a journey that is gone or switched off."""
    active = [rule.name for rule in rules]
    return _skip(conn, and_(BY_JOURNEY, touchpoint.c.rule.not_in(active)), Reason.RULE_OFF, now)


def _skip(conn: Connection, which: ColumnElement[bool], reason: Reason, now: datetime) -> int:
    final = {"state": "done", "outcome": "skipped", "reason": reason.value, "done_at": now}
    change = update(touchpoint).where(which, touchpoint.c.state == "planned").values(final)
    ended = conn.execute(change.returning(touchpoint.c.id)).scalars().all()
    _note(conn, ended, "plan", "skipped", reason.value, now)
    return len(ended)


def _note(conn: Connection, ids: Sequence[int], name: str, said: str, reason: str, now: datetime) -> None:
    rows = [
        {"touchpoint_id": each, "at": now, "step": "plan", "name": name, "verdict": said, "reason": reason}
        for each in ids
    ]
    if rows:
        conn.execute(insert(verdict), rows)


def _due_facts(conn: Connection, rule: Rule) -> Select[Any]:
    """Facts of the rule's anchor with their due times."""
    facts = FACTS[rule.anchor](conn).subquery()
    # + 0: else SQLite finds customers by their store, which is all of them, instead of by their day.
    store_id = facts.c.store_id + 0 if rule.anchor is Anchor.BIRTHDAY else facts.c.store_id
    same = and_(
        rule_day.c.rule == rule.name, rule_day.c.version == rule.version, rule_day.c.store_id == store_id,
        _day_of(rule.anchor, facts),
    )  # fmt: skip
    occurrence = _birthday_of(rule_day.c.anchor_key) if rule.anchor is Anchor.BIRTHDAY else facts.c.occurrence
    known_then = facts.c.known_since <= rule_day.c.due_at if rule.anchor is Anchor.BIRTHDAY else literal(True)
    return (
        select(
            facts.c.store_id, facts.c.customer_id, occurrence.label("occurrence"), rule_day.c.anchor_key,
            rule_day.c.due_at, rule_day.c.expires_at, facts.c.ref,
        )
        .join_from(facts, rule_day, same)
        .where(known_then)
    )  # fmt: skip


def _day_of(anchor: Anchor, facts: Any) -> ColumnElement[bool]:
    """Birthdays join on the day of the year ("2026-09-17" from place 6), everything else on the whole key."""
    key: Any = func.substr(rule_day.c.anchor_key, 6) if anchor is Anchor.BIRTHDAY else rule_day.c.anchor_key
    same: ColumnElement[bool] = key == facts.c.anchor_key
    return same


def _birthday_of(key: Any) -> ColumnElement[str]:
    made: ColumnElement[str] = func.substr(key, 1, 4).concat("-birthday")
    return made


def _of_touchpoint(anchor: Anchor) -> tuple[ColumnElement[bool], ...]:
    if anchor is Anchor.BIRTHDAY:
        return customer.c.id == touchpoint.c.customer_id, customer.c.birthday_md == func.substr(
            touchpoint.c.anchor_key, 6
        )
    if anchor is Anchor.ORDER_DELIVERED:
        return repair_order.c.customer_id == touchpoint.c.customer_id, _order_key() == touchpoint.c.occurrence
    if anchor is Anchor.CASE_FIXED:
        return cases.c.customer_id == touchpoint.c.customer_id, _case_key() == touchpoint.c.occurrence
    return customer.c.id == touchpoint.c.customer_id, _event_key() == touchpoint.c.occurrence


def _orders(conn: Connection) -> Select[Any]:
    ref = _json(conn, order_id=repair_order.c.id)
    return select(
        repair_order.c.store_id, repair_order.c.customer_id, _order_key().label("occurrence"),
        cast(repair_order.c.delivered_on, Text).label("anchor_key"), ref.label("ref"),
    ).where(repair_order.c.status == "delivered", repair_order.c.delivered_on.is_not(None))  # fmt: skip


def _birthdays(conn: Connection) -> Select[Any]:
    """known_since: who comes into the file after a birthday is not planned for it."""
    return select(
        customer.c.store_id, customer.c.id.label("customer_id"), literal("").label("occurrence"),
        customer.c.birthday_md.label("anchor_key"), _json(conn).label("ref"),
        customer.c.created_at.label("known_since"),
    ).where(customer.c.birthday_md != "", customer.c.known, customer.c.merged_into.is_(None))  # fmt: skip


def _invited(conn: Connection) -> Select[Any]:
    """The audience is everybody whose newest word on marketing is yes; who refused since is skipped at the gate."""
    newest = (
        select(func.max(consent.c.id))
        .where(consent.c.customer_id == customer.c.id, consent.c.purpose.in_(("marketing", "all")))
        .correlate(customer)
        .scalar_subquery()
    )
    return _known_to_event(conn).where(exists().where(consent.c.id == newest, consent.c.given))


def _known_to_event(conn: Connection) -> Select[Any]:
    return (
        select(
            event.c.store_id, customer.c.id.label("customer_id"), _event_key().label("occurrence"),
            _event_key().label("anchor_key"), _json(conn, event_id=event.c.id).label("ref"),
        )
        .join_from(event, customer, customer.c.store_id == event.c.store_id)
        .where(event.c.state == "published", customer.c.known, customer.c.merged_into.is_(None))
    )  # fmt: skip


def _fixed(conn: Connection) -> Select[Any]:
    ref = _json(conn, case_id=cases.c.id, order_id=cases.c.repair_order_id)
    return select(
        cases.c.store_id, cases.c.customer_id, _case_key().label("occurrence"), _case_key().label("anchor_key"),
        ref.label("ref"),
    ).where(cases.c.state == "fixed", cases.c.fixed_at.is_not(None))  # fmt: skip


FACTS = {
    Anchor.ORDER_DELIVERED: _orders,
    Anchor.BIRTHDAY: _birthdays,
    Anchor.EVENT_PUBLISHED: _invited,
    Anchor.CASE_FIXED: _fixed,
}
# What must still stand for a planned one. Consent withdrawn is the gate's to say, in its own words.
STANDING = {**FACTS, Anchor.EVENT_PUBLISHED: _known_to_event}


def _order_key() -> ColumnElement[str]:
    """`store.orders.occurrence`, in SQL."""
    again = literal("/").concat(cast(repair_order.c.delivery, Text))
    suffix = case((repair_order.c.delivery > 1, again), else_=literal(""))
    return literal("RO#").concat(repair_order.c.external_id).concat(suffix)


def _event_key() -> ColumnElement[str]:
    return literal("event#").concat(cast(event.c.id, Text))


def _case_key() -> ColumnElement[str]:
    return literal("case#").concat(cast(cases.c.id, Text)).concat("/round").concat(cast(cases.c.round, Text))


def _json(conn: Connection, **columns: Any) -> ColumnElement[Any]:
    pairs = [part for name, column in columns.items() for part in (literal(name, literal_execute=True), column)]
    made: ColumnElement[Any] = (
        func.jsonb_build_object(*pairs) if conn.dialect.name == "postgresql" else func.json_object(*pairs)
    )
    return made
