"""What a batch of touchpoints' journeys must know at the moment of sending: a fixed number of queries a journey."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, or_, select

from bot.conditions import Condition
from bot.journey_state import WENT_OUT, Before, JourneyState
from bot.journeys import Journey, Step
from store.among import among
from store.approvals import Approved
from store.conditions import Of, compiled, moments
from store.prepared import Prepared
from store.tables.contact import message, prompt
from store.tables.outbound import touchpoint
from store.touchpoints import Due


@dataclass(frozen=True, slots=True)
class Member:
    """A touchpoint with the journey and step its rule names."""

    due: Due
    journey: Journey
    step: Step


def load(conn: Connection, members: Sequence[Member], approved: Approved, now: datetime) -> dict[int, JourneyState]:
    """By touchpoint id."""
    if not members:
        return {}
    waiting, paused = approved.waiting(conn), approved.paused(conn)
    siblings = _siblings(conn, members)
    words = _Words.of(conn, members)
    true_of = _conditions(conn, members, now)
    tired = _tired(conn, members, now)
    return {
        each.due.id: JourneyState(
            approved=each.journey.id not in waiting,
            paused=each.journey.id in paused,
            entered=each.due.id in true_of["audience"],
            left=each.due.id in true_of["exit"],
            held=each.due.id in true_of["hold"],
            replied=_replied(each, siblings, words),
            rested=each.due.id not in tired,
            before=_before(each, siblings, words),
        )
        for each in members
    }


Siblings = Mapping[tuple[int, str], Mapping[str, Any]]  # (customer, occurrence) → rule → touchpoint


def _siblings(conn: Connection, members: Sequence[Member]) -> Siblings:
    """Of the same occurrence, for journeys that look back at an earlier step or at an answer."""
    looking = [each for each in members if len(each.journey.steps) > 1]
    found: dict[tuple[int, str], dict[str, Any]] = defaultdict(dict)
    if looking:
        files = sorted({each.due.customer_id for each in looking})
        occurrences = sorted({each.due.occurrence for each in looking})
        for row in _SIBLINGS.all(conn, ids=files, occurrences=occurrences):
            found[row.customer_id, row.occurrence][row.rule] = row
    return found


# Statements are made once: building and keying one costs more than the database takes to answer it for a batch.
_LOOKED_AT = ("id", "customer_id", "occurrence", "rule", "state", "outcome", "done_at")
_SIBLINGS = Prepared.of(
    select(*(touchpoint.c[name] for name in _LOOKED_AT)).where(
        among(touchpoint.c.customer_id, "ids"), among(touchpoint.c.occurrence, "occurrences")
    )
)


@dataclass(frozen=True, slots=True)
class _Words:
    """last: customer → the newest thing they sent. answered: touchpoints whose question was answered."""

    last: Mapping[int, datetime] = field(default_factory=dict)
    answered: frozenset[int] = frozenset()

    @classmethod
    def of(cls, conn: Connection, members: Sequence[Member]) -> "_Words":
        ids = sorted({each.due.customer_id for each in members if len(each.journey.steps) > 1})
        if not ids:
            return cls()
        answered = (ref.get("touchpoint_id") for ref in _TOLD.column(conn, ids=ids))
        last = _LAST.all(conn, ids=ids)
        return cls({row[0]: row[1] for row in last}, frozenset(each for each in answered if each))

    def since(self, row: Any) -> bool:
        """Anything heard since this touchpoint went out."""
        if row.id in self.answered:
            return True
        last = self.last.get(row.customer_id)
        return last is not None and row.done_at is not None and last > row.done_at


_LAST = Prepared.of(
    select(message.c.customer_id, func.max(message.c.at))
    .where(among(message.c.customer_id, "ids"), message.c.direction == "in")
    .group_by(message.c.customer_id)
)
_TOLD = Prepared.of(select(prompt.c.ref).where(among(prompt.c.customer_id, "ids"), prompt.c.answered_at.is_not(None)))


def _before(member: Member, siblings: Siblings, words: _Words) -> Before | None:
    if not member.step.after:
        return None
    rule = f"{member.journey.id}.{member.step.after}"
    row = siblings.get((member.due.customer_id, member.due.occurrence), {}).get(rule)
    return None if row is None else Before(row.state, row.outcome, row.done_at, words.since(row))


def _replied(member: Member, siblings: Siblings, words: _Words) -> bool:
    rules = {member.journey.rule(step) for step in member.journey.steps}
    mine = siblings.get((member.due.customer_id, member.due.occurrence), {})
    sent = [row for rule, row in mine.items() if rule in rules and row.outcome in WENT_OUT]
    return any(words.since(row) for row in sent)


def _conditions(conn: Connection, members: Sequence[Member], now: datetime) -> Mapping[str, set[int]]:
    """By kind of condition: touchpoints it is true of. A journey without an audience takes everybody."""
    found: dict[str, set[int]] = {"audience": set(), "exit": set(), "hold": set()}
    by_journey: dict[str, list[Member]] = defaultdict(list)
    for each in members:
        by_journey[each.journey.id].append(each)
    for group in by_journey.values():
        journey, ids = group[0].journey, [each.due.id for each in group]
        asked = {"audience": journey.audience, "exit": journey.exit, "hold": journey.hold}
        for kind, condition in asked.items():
            if condition is not None:
                found[kind] |= _true_of(conn, condition, ids, now)
            elif kind == "audience":
                found[kind] |= set(ids)
    return found


def _true_of(conn: Connection, condition: Condition, ids: Sequence[int], now: datetime) -> set[int]:
    return set(_meeting(condition).column(conn, ids=ids, **moments(condition, now)))


@lru_cache(maxsize=256)
def _meeting(condition: Condition) -> Prepared:
    """Kept: writing and keying it costs more than the answer for a batch."""
    vehicle_id, event_id = (touchpoint.c.ref[name].as_integer() for name in ("vehicle_id", "event_id"))
    of = Of(touchpoint.c.store_id, touchpoint.c.customer_id, vehicle_id, event_id)
    return Prepared.of(select(touchpoint.c.id).where(among(touchpoint.c.id, "ids"), compiled(condition, of)))


def _tired(conn: Connection, members: Sequence[Member], now: datetime) -> set[int]:
    """Those whose customer another occurrence of the same journey reached within its rest."""
    tired: set[int] = set()
    resting = [each for each in members if each.journey.rest_days]
    for journey in {each.journey.id: each.journey for each in resting}.values():
        mine = [each for each in resting if each.journey.id == journey.id]
        asked = {
            "rules": [journey.rule(step) for step in journey.steps],
            "ids": sorted({each.due.customer_id for each in mine}),
            "since": now - timedelta(days=journey.rest_days),
        }
        reached: dict[int, set[str]] = defaultdict(set)
        for row in _REACHED.all(conn, **asked):
            reached[row.customer_id].add(row.occurrence)
        tired |= {each.due.id for each in mine if reached[each.due.customer_id] - {each.due.occurrence}}
    return tired


_GONE = and_(touchpoint.c.outcome.in_(WENT_OUT), touchpoint.c.done_at > bindparam("since"))
_REACHED = Prepared.of(
    select(touchpoint.c.customer_id, touchpoint.c.occurrence).where(
        among(touchpoint.c.rule, "rules"), among(touchpoint.c.customer_id, "ids"),
        or_(_GONE, touchpoint.c.state == "handed"),
    )
)  # fmt: skip
