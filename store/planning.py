"""Planning in SQL: what a rule's facts call for, against the touchpoints there are (design §2).

Due times are computed once a day and rule in Python (bot/journeys) and joined from `rule_day`; everything else is
one statement a question, so that a plan of 200,000 customers is repeated every tick and costs little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
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
from store.tables.people import consent, customer, event, repair_order
from store.tables.quotes import quote

PLANNED = touchpoint.c.state == "planned"
Place: TypeAlias = tuple[int, str]  # store, key in rule_day
Times: TypeAlias = tuple[datetime, datetime]  # due, expires


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of one journey, as planning sees it."""

    name: str
    version: str
    anchor: Anchor
    category: str
    case_message: bool


def put_days(conn: Connection, rule: Rule, wanted: Mapping[Place, Times]) -> None:
    """Write the due times that are missing or differ."""
    rows = days_to_put(conn, rule, wanted)
    if rows:
        put = insert_into(conn, rule_day)
        changed = {"due_at": put.excluded.due_at, "expires_at": put.excluded.expires_at}
        unique = ["rule", "version", "store_id", "anchor_key"]
        conn.execute(put.on_conflict_do_update(index_elements=unique, set_=changed), rows)


def days_to_put(conn: Connection, rule: Rule, wanted: Mapping[Place, Times]) -> list[dict[str, Any]]:
    """Rows of rule_day."""
    mine = (rule_day.c.rule == rule.name, rule_day.c.version == rule.version)
    there = {(r.store_id, r.anchor_key): (r.due_at, r.expires_at) for r in conn.execute(select(rule_day).where(*mine))}
    return [
        {"rule": rule.name, "version": rule.version, "store_id": place[0], "anchor_key": place[1], "due_at": times[0],
         "expires_at": times[1]}
        for place, times in wanted.items() if there.get(place) != times
    ]  # fmt: skip


def summary(conn: Connection, anchor: Anchor, keys: Sequence[str]) -> tuple[Any, ...]:
    """What a change of the anchor's facts changes, in a few milliseconds. keys: of the rule days near now.

    Not exact: a customer who becomes known, or is merged, moves nothing here. The planner looks at everything from
    time to time.
    """
    if anchor is Anchor.ORDER_DELIVERED:
        rows = _folded(repair_order.c.id, repair_order.c.delivered_on, repair_order.c.customer_id)
        mine = rows.add_columns(func.sum(repair_order.c.delivery)).where(
            repair_order.c.delivered_on.in_([date.fromisoformat(key) for key in keys]),
            repair_order.c.status == "delivered",
        )
        return tuple(map(tuple, conn.execute(mine.group_by(repair_order.c.delivered_on))))
    if anchor is Anchor.BIRTHDAY:
        near = {key[5:] for key in keys}
        rows = _folded(customer.c.id, customer.c.birthday_md, customer.c.store_id)
        mine = rows.where(customer.c.birthday_md.in_(near), customer.c.known, customer.c.merged_into.is_(None))
        return tuple(map(tuple, conn.execute(mine.group_by(customer.c.birthday_md))))
    if anchor is Anchor.EVENT_PUBLISHED:
        return tuple(conn.execute(select(func.max(each.c.id))).scalar() for each in (consent, customer))
    return ()  # every fixed case, every quote is a day of its own


def _folded(key: Any, day: Any, other: Any) -> Select[Any]:
    return select(day, func.count(), func.sum(key), func.sum(other)).order_by(day)


def settled(conn: Connection, rule: Rule, wanted: Mapping[Place, Times], *, horizon: datetime, since: datetime) -> bool:
    """Nothing is missing, moved or gone. Reads only, so that an idle tick never holds SQLite's one write lock."""
    if days_to_put(conn, rule, wanted):
        return False
    facts, mine = _planned_facts(conn, rule)
    moved = select(touchpoint.c.id).join(facts, mine).where(or_(*_changes(rule, facts).values()))
    checks = (_missing(conn, rule, horizon, since), moved, select(touchpoint.c.id).where(PLANNED, _gone(conn, rule)))
    return not any(conn.execute(check.limit(1)).first() for check in checks)


def insert_missing(conn: Connection, rule: Rule, *, horizon: datetime, since: datetime, now: datetime) -> int:
    """A touchpoint for each fact that has none; how many. Final ones stay as they are: the unique key says so.

    Only what is due before `horizon` and expires after `since`: an import of old orders plans nothing of years ago.
    """
    rows = _missing(conn, rule, horizon, since)
    put = insert_into(conn, touchpoint).from_select(list(rows.selected_columns.keys()), rows)
    made = conn.execute(put.on_conflict_do_nothing().returning(touchpoint.c.id)).scalars().all()
    _note(conn, made, rule.name, "planned", "", now)
    return len(made)


def _missing(conn: Connection, rule: Rule, horizon: datetime, since: datetime) -> Select[Any]:
    """Rows of `touchpoint`."""
    near = (rule_day.c.due_at <= horizon, rule_day.c.expires_at > since)
    wanted = _due_facts(rule, FACTS[rule.anchor](conn)).where(*near).subquery()
    there = exists().where(
        touchpoint.c.customer_id == wanted.c.customer_id, touchpoint.c.rule == rule.name,
        touchpoint.c.occurrence == wanted.c.occurrence,
    )  # fmt: skip
    fixed: dict[str, ColumnElement[Any]] = {
        "rule": literal(rule.name), "rule_version": literal(rule.version), "category": literal(rule.category),
        "case_message": literal(rule.case_message), "state": literal("planned"), "reason": literal(""),
    }  # fmt: skip
    facts = ("store_id", "customer_id", "occurrence", "anchor_key", "due_at", "expires_at", "ref")
    chosen: list[Any] = [wanted.c[name] for name in facts]
    chosen += [wanted.c.due_at.label("planned_for"), *(value.label(name) for name, value in fixed.items())]
    return select(*chosen).where(~there)


def move_changed(conn: Connection, rule: Rule, now: datetime) -> int:
    """Still planned, and its rule version or anchor changed: new due time, version and an audit line."""
    wanted, mine = _planned_facts(conn, rule)
    times = {name: wanted.c[name] for name in ("due_at", "expires_at", "anchor_key")}
    values = times | {
        "planned_for": wanted.c.due_at, "rule_version": rule.version, "category": rule.category,
        "case_message": rule.case_message, "lease_by": None, "lease_until": None,
    }  # fmt: skip
    total = 0
    for reason, differs in _changes(rule, wanted).items():
        change = update(touchpoint).where(mine, differs).values(values)
        moved = conn.execute(change.returning(touchpoint.c.id)).scalars().all()
        _note(conn, moved, rule.name, "moved", reason.value, now)
        total += len(moved)
    return total


def _planned_facts(conn: Connection, rule: Rule) -> tuple[Subquery, ColumnElement[bool]]:
    """(facts with their due times, how a planned touchpoint finds its own)."""
    wanted = _due_facts(rule, STANDING[rule.anchor](conn)).subquery()
    mine = and_(
        touchpoint.c.rule == rule.name, PLANNED,
        touchpoint.c.customer_id == wanted.c.customer_id, touchpoint.c.occurrence == wanted.c.occurrence,
    )  # fmt: skip
    return wanted, mine


def _changes(rule: Rule, wanted: Subquery) -> dict[Reason, ColumnElement[bool]]:
    moved_anchor = or_(
        touchpoint.c.planned_for != wanted.c.due_at, touchpoint.c.expires_at.is_distinct_from(wanted.c.expires_at)
    )
    return {Reason.RULE_CHANGED: touchpoint.c.rule_version != rule.version, Reason.ANCHOR_MOVED: moved_anchor}


def skip_gone(conn: Connection, rule: Rule, now: datetime) -> int:
    """Still planned, and its fact is no more (order reworked, event cancelled, case reopened)."""
    return _skip(conn, _gone(conn, rule), Reason.ANCHOR_GONE, now)


def _gone(conn: Connection, rule: Rule) -> ColumnElement[bool]:
    stands = exists(STANDING[rule.anchor](conn).where(*_of_touchpoint(rule.anchor)))
    return and_(touchpoint.c.rule == rule.name, ~stands)


def any_rule_off(conn: Connection, rules: Sequence[Rule]) -> bool:
    return conn.execute(select(touchpoint.c.id).where(PLANNED, _off(rules)).limit(1)).first() is not None


def skip_rules_off(conn: Connection, rules: Sequence[Rule], now: datetime) -> int:
    """Still planned by a journey that is gone or switched off."""
    return _skip(conn, _off(rules), Reason.RULE_OFF, now)


def _off(rules: Sequence[Rule]) -> ColumnElement[bool]:
    return touchpoint.c.rule.not_in([rule.name for rule in rules])


def _skip(conn: Connection, which: ColumnElement[bool], reason: Reason, now: datetime) -> int:
    final = {"state": "done", "outcome": "skipped", "reason": reason.value, "done_at": now}
    change = update(touchpoint).where(which, PLANNED).values(final)
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


def _due_facts(rule: Rule, found: Select[Any]) -> Select[Any]:
    """Facts of the rule's anchor with their due times."""
    facts = found.subquery()
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
    if anchor is Anchor.QUOTE_SENT:
        return repair_order.c.customer_id == touchpoint.c.customer_id, _quote_key() == touchpoint.c.occurrence
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
    of_marketing = consent.c.purpose.in_(("marketing", "all"))
    newest = select(func.max(consent.c.id)).where(of_marketing).group_by(consent.c.customer_id)
    said = select(consent.c.customer_id).where(consent.c.id.in_(newest), consent.c.given)
    return _known_to_event(conn).where(customer.c.id.in_(said))


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


def _quoted(conn: Connection) -> Select[Any]:
    return _answerable(conn).where(quote.c.state == "sent")


def _answerable(conn: Connection) -> Select[Any]:
    """Answered ones stand too: that nothing is left to ask is the gate's to say, in its own words."""
    ref = _json(conn, quote_id=quote.c.id, order_id=repair_order.c.id)
    return (
        select(
            quote.c.store_id, repair_order.c.customer_id, _quote_key().label("occurrence"),
            _quote_key().label("anchor_key"), ref.label("ref"),
        )
        .join_from(quote, repair_order, repair_order.c.id == quote.c.repair_order_id)
        .where(quote.c.state.in_(("sent", "answered")), repair_order.c.status.not_in(("delivered", "cancelled")))
    )  # fmt: skip


FACTS = {
    Anchor.ORDER_DELIVERED: _orders,
    Anchor.BIRTHDAY: _birthdays,
    Anchor.EVENT_PUBLISHED: _invited,
    Anchor.CASE_FIXED: _fixed,
    Anchor.QUOTE_SENT: _quoted,
}
# What must still stand for a planned one. Consent withdrawn is the gate's to say, in its own words.
STANDING = {**FACTS, Anchor.EVENT_PUBLISHED: _known_to_event, Anchor.QUOTE_SENT: _answerable}


def _order_key() -> ColumnElement[str]:
    """`store.orders.occurrence`, in SQL."""
    again = literal("/").concat(cast(repair_order.c.delivery, Text))
    suffix = case((repair_order.c.delivery > 1, again), else_=literal(""))
    return literal("RO#").concat(repair_order.c.external_id).concat(suffix)


def _event_key() -> ColumnElement[str]:
    return literal("event#").concat(cast(event.c.id, Text))


def _case_key() -> ColumnElement[str]:
    return literal("case#").concat(cast(cases.c.id, Text)).concat("/round").concat(cast(cases.c.round, Text))


def _quote_key() -> ColumnElement[str]:
    """`store.quotes.occurrence`, in SQL."""
    version = literal("/v").concat(cast(quote.c.version, Text))
    return literal("quote#").concat(quote.c.external_id).concat(version)


def _json(conn: Connection, **columns: Any) -> ColumnElement[Any]:
    pairs = [part for name, column in columns.items() for part in (literal(name, literal_execute=True), column)]
    made: ColumnElement[Any] = (
        func.jsonb_build_object(*pairs) if conn.dialect.name == "postgresql" else func.json_object(*pairs)
    )
    return made
