"""Planning in SQL: what a rule's facts call for, against the touchpoints there are (design §2).

Due times are computed in Python (bot/journeys) and joined from `rule_day` (store/rule_days.py); everything else is
one statement a question, written once a rule and kept: writing and keying it costs more than an idle tick's reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Engine,
    Select,
    Subquery,
    Text,
    and_,
    bindparam,
    cast,
    exists,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    true,
    update,
)  # fmt: skip

from bot.conditions import Condition
from bot.journeys import EVENTS, MILESTONES, Anchor
from bot.reasons import Reason
from bot.sticky import BUCKETS, PRIME, sticky
from store import event_facts
from store.conditions import Of, compiled, moments
from store.dialects import insert_for
from store.engine import count_anew
from store.plan_facts import FACTS, STANDING, Asking, of_touchpoint
from store.rule_days import Place, Times
from store.tables.base import Instant
from store.tables.outbound import rule_day, touchpoint, verdict
from store.tables.ownership import milestone
from store.tables.people import consent, customer, repair_order

PLANNED = touchpoint.c.state == "planned"
DATED = MILESTONES | {Anchor.ORDER_DELIVERED}  # whose anchor is a date
HORIZON, SINCE = bindparam("horizon", type_=Instant), bindparam("since", type_=Instant)
kept = lru_cache(maxsize=1024)  # a statement a rule and dialect
YEARLY = (Anchor.BIRTHDAY, Anchor.OCCASION)  # of everybody in the file; the occurrence is the year's


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of one journey, as planning sees it. parted: not everybody has the same time; by buckets of `salt`."""

    name: str
    version: str
    anchor: Anchor
    category: str
    case_message: bool
    salt: str = ""
    parted: bool = False
    audience: Condition | None = None


@dataclass(frozen=True, slots=True)
class Near:
    """What is looked at: due before `horizon`, not expired before `since`, so that an import of old orders plans
    nothing of years ago. days: first and last of the rule's days, None when they are no dates.
    """

    now: datetime
    horizon: datetime
    since: datetime
    days: tuple[date, date] | None = None


def much_planned(engine: Engine) -> None:
    """Or the database would go on joining as if there were few."""
    with engine.connect() as conn, conn.begin():
        count_anew(conn, touchpoint)


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
    if anchor in MILESTONES:
        rows = _folded(milestone.c.id, milestone.c.on, milestone.c.customer_id)
        mine = rows.where(
            milestone.c.kind == anchor.value, milestone.c.on.in_([date.fromisoformat(key) for key in keys])
        )
        return tuple(map(tuple, conn.execute(mine.group_by(milestone.c.on))))
    if anchor in EVENTS:
        return event_facts.summary(conn)
    if anchor is Anchor.OCCASION:
        return tuple(conn.execute(select(func.max(each.c.id))).scalar() for each in (consent, customer))
    return ()  # every fixed case, every quote is a day of its own


def _folded(key: Any, day: Any, other: Any) -> Select[Any]:
    return select(day, func.count(), func.sum(key), func.sum(other)).order_by(day)


def milestones_off_their_days(conn: Connection, rule: Rule) -> list[tuple[int, date]]:
    """(store, day) of milestones that have moved away from what is still planned for them, maybe far from now."""
    found = conn.execute(_OFF_THEIR_DAYS, {"name": rule.name, "anchor": rule.anchor.value})
    return [(row[0], row[1]) for row in found]


_SAME_MILESTONE = and_(
    milestone.c.customer_id == touchpoint.c.customer_id, milestone.c.kind == bindparam("anchor"),
    milestone.c.occurrence == touchpoint.c.occurrence,
)  # fmt: skip
_OFF_THEIR_DAYS = (
    select(milestone.c.store_id, milestone.c.on)
    .join_from(touchpoint, milestone, _SAME_MILESTONE)
    .where(touchpoint.c.rule == bindparam("name"), PLANNED, touchpoint.c.anchor_key != cast(milestone.c.on, Text))
    .distinct()
)


def settled(conn: Connection, rule: Rule, wanted: Mapping[Place, Times], near: Near) -> bool:
    """Nothing is missing, moved or gone. Reads only, so that an idle tick never holds SQLite's one write lock."""
    if any_due(wanted, near) and conn.execute(_any_missing(conn.dialect.name, rule), _soon(rule, near)).first():
        return False
    checks = _stirred(conn.dialect.name, rule) if any_planned(conn, rule) else ()
    return not any(conn.execute(check).first() for check in checks)


@kept
def _stirred(dialect: str, rule: Rule) -> Sequence[Select[Any]]:
    """Of what is planned: the first that moved, the first whose fact is gone."""
    facts, mine = _planned_facts(dialect, rule)
    moved = select(touchpoint.c.id).join(facts, mine).where(or_(*_changes(rule, facts).values()))
    return moved.limit(1), select(touchpoint.c.id).where(PLANNED, _gone(dialect, rule)).limit(1)


def any_due(wanted: Mapping[Place, Times], near: Near) -> bool:
    """Most rules have no day near now: a festival's, eleven months of the year."""
    return any(due <= near.horizon and expires > near.since for due, expires, _ in wanted.values())


def any_planned(conn: Connection, rule: Rule) -> bool:
    return conn.execute(_ANY_PLANNED, {"name": rule.name}).first() is not None


_ANY_PLANNED = select(touchpoint.c.id).where(touchpoint.c.rule == bindparam("name"), PLANNED).limit(1)


def insert_missing(conn: Connection, rule: Rule, near: Near) -> int:
    """A touchpoint for each fact that has none; how many. Final ones stay as they are: the unique key says so."""
    made = conn.execute(_insert(conn.dialect.name, rule), _soon(rule, near)).scalars().all()
    _note(conn, made, rule.name, "planned", "", near.now)
    return len(made)


@kept
def _insert(dialect: str, rule: Rule) -> Any:
    rows = _missing(dialect, rule)
    put = insert_for(dialect, touchpoint).from_select(list(rows.selected_columns.keys()), rows)
    return put.on_conflict_do_nothing().returning(touchpoint.c.id)


@kept
def _any_missing(dialect: str, rule: Rule) -> Select[Any]:
    return _missing(dialect, rule).limit(1)


@kept
def _missing(dialect: str, rule: Rule) -> Select[Any]:
    """Rows of `touchpoint`."""
    wanted = _near_facts(dialect, rule)
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
    return select(*chosen).where(~there, _entering(rule, wanted))


def _near_facts(dialect: str, rule: Rule) -> Subquery:
    """Those that have their day in the time looked at; `_soon` says which time that is."""
    soon = (rule_day.c.due_at <= HORIZON, rule_day.c.expires_at > SINCE)
    asking = Asking(dialect, rule.anchor, rule.category, dated=rule.anchor in DATED)
    return _due_facts(rule, FACTS[rule.anchor](asking)).where(*soon).subquery()


def _soon(rule: Rule, near: Near) -> dict[str, Any]:
    first, last = near.days or (None, None)
    dates = {"first": first, "last": last} if rule.anchor in DATED else {}
    return {"horizon": near.horizon, "since": near.since, **dates, **moments(rule.audience, near.now)}


def _entering(rule: Rule, facts: Any) -> ColumnElement[bool]:
    if rule.audience is None:
        return true()
    vehicle_id = facts.c.vehicle_id if "vehicle_id" in facts.c else null()
    return compiled(rule.audience, Of(facts.c.store_id, facts.c.customer_id, vehicle_id))


def outside(conn: Connection, rule: Rule, near: Near) -> int:
    """How many facts have their day in this time and are not of the audience."""
    wanted = _near_facts(conn.dialect.name, rule)
    rows = select(func.count()).select_from(wanted).where(~_entering(rule, wanted))
    return int(conn.execute(rows, _soon(rule, near)).scalar_one()) if rule.audience is not None else 0


def move_changed(conn: Connection, rule: Rule, now: datetime) -> int:
    """Still planned, and its rule version or anchor changed: new due time, version and an audit line."""
    total = 0
    for reason, change in _moves(conn.dialect.name, rule):
        moved = conn.execute(change).scalars().all()
        _note(conn, moved, rule.name, "moved", reason.value, now)
        total += len(moved)
    return total


@kept
def _moves(dialect: str, rule: Rule) -> Sequence[tuple[Reason, Any]]:
    wanted, mine = _planned_facts(dialect, rule)
    times = {name: wanted.c[name] for name in ("due_at", "expires_at", "anchor_key")}
    values = times | {
        "planned_for": wanted.c.due_at, "rule_version": rule.version, "category": rule.category,
        "case_message": rule.case_message, "lease_by": None, "lease_until": None,
    }  # fmt: skip
    return [
        (reason, update(touchpoint).where(mine, differs).values(values).returning(touchpoint.c.id))
        for reason, differs in _changes(rule, wanted).items()
    ]


def _planned_facts(dialect: str, rule: Rule) -> tuple[Subquery, ColumnElement[bool]]:
    """(facts with their due times, how a planned touchpoint finds its own)."""
    standing = STANDING[rule.anchor](Asking(dialect, rule.anchor, rule.category))
    if dialect == "sqlite":
        # Said twice, so that few touchpoints find their facts, instead of all facts looking for a touchpoint.
        # PostgreSQL sees that by itself, and would pair each of these customers with each of the rule's days.
        theirs = select(touchpoint.c.customer_id).where(touchpoint.c.rule == rule.name, PLANNED)
        standing = standing.where(standing.selected_columns.customer_id.in_(theirs))
    wanted = _due_facts(rule, standing).subquery()
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
    return _skip(conn, _skip_gone(conn.dialect.name, rule), Reason.ANCHOR_GONE, now)


@kept
def _skip_gone(dialect: str, rule: Rule) -> Any:
    return _skipping(_gone(dialect, rule))


def _gone(dialect: str, rule: Rule) -> ColumnElement[bool]:
    stands = exists(
        STANDING[rule.anchor](Asking(dialect, rule.anchor, rule.category)).where(*of_touchpoint(rule.anchor))
    )
    return and_(touchpoint.c.rule == rule.name, ~stands)


def any_rule_off(conn: Connection, rules: Sequence[Rule]) -> bool:
    return conn.execute(select(touchpoint.c.id).where(PLANNED, _off(rules)).limit(1)).first() is not None


def skip_rules_off(conn: Connection, rules: Sequence[Rule], now: datetime) -> int:
    """Still planned by a journey that is gone or switched off."""
    return _skip(conn, _skipping(_off(rules)), Reason.RULE_OFF, now)


def _off(rules: Sequence[Rule]) -> ColumnElement[bool]:
    return touchpoint.c.rule.not_in([rule.name for rule in rules])


def _skipping(which: ColumnElement[bool]) -> Any:
    final = {"state": "done", "outcome": "skipped", "reason": bindparam("why"), "done_at": bindparam("now")}
    return update(touchpoint).where(which, PLANNED).values(final).returning(touchpoint.c.id)


def _skip(conn: Connection, change: Any, reason: Reason, now: datetime) -> int:
    ended = conn.execute(change, {"why": reason.value, "now": now}).scalars().all()
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
    yearly = rule.anchor in YEARLY
    # + 0: else SQLite finds facts by their store, which is all of them, instead of by their day or customer.
    store_id = facts.c.store_id + 0
    same = and_(
        rule_day.c.rule == rule.name, rule_day.c.version == rule.version, rule_day.c.store_id == store_id,
        _day_of(rule.anchor, facts), _part_of(rule, facts),
    )  # fmt: skip
    occurrence = _occurrence_of(rule.anchor, facts)
    known_then = facts.c.known_since <= rule_day.c.due_at if yearly else literal(True)
    chosen = [
        facts.c.store_id, facts.c.customer_id, occurrence.label("occurrence"), rule_day.c.anchor_key,
        rule_day.c.due_at, rule_day.c.expires_at, facts.c.ref,
    ]  # fmt: skip
    chosen += [facts.c.vehicle_id] if "vehicle_id" in facts.c else []
    return select(*chosen).join_from(facts, rule_day, same).where(known_then)


def _day_of(anchor: Anchor, facts: Any) -> ColumnElement[bool]:
    """Birthdays join on the day of the year ("2026-09-17" from place 6), occasions are everybody's."""
    if anchor is Anchor.OCCASION:
        return true()
    key: Any = func.substr(rule_day.c.anchor_key, 6) if anchor is Anchor.BIRTHDAY else rule_day.c.anchor_key
    same: ColumnElement[bool] = key == facts.c.anchor_key
    return same


def _part_of(rule: Rule, facts: Any) -> ColumnElement[bool]:
    if not rule.parted:
        return true()
    place = bucket_of(rule.salt, facts.c.customer_id)
    return and_(place >= rule_day.c.from_bucket, place < rule_day.c.below_bucket)


def bucket_of(salt: str, number: ColumnElement[Any]) -> ColumnElement[int]:
    """`bot.sticky.bucket`, in SQL."""
    a, b = sticky(salt)
    place: ColumnElement[int] = (cast(number, BigInteger) * a + b) % PRIME % BUCKETS
    return place


def _occurrence_of(anchor: Anchor, facts: Any) -> ColumnElement[str]:
    key: Any = rule_day.c.anchor_key
    if anchor is Anchor.OCCASION:
        return key  # type: ignore[no-any-return]  # a column of text
    occurrence: ColumnElement[str] = facts.c.occurrence
    return func.substr(key, 1, 4).concat("-birthday") if anchor is Anchor.BIRTHDAY else occurrence
