"""Cases in SQL: every step is a rule of `bot/cases.py` first, then one update, one history line, one feed row.

The thread row is locked before the case: turns and pages take them in the same order.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from bot import cases as rules
from bot.cases import PRIORITY, CaseFacts, CaseState, Ended
from bot.customer import StaffMember
from bot.effects import OpenCase, ReopenCase
from bot.errors import NotThere
from bot.ports import Due
from store import alarms, escalations, evidence, feed, threads
from store.evidence import Proof
from store.tables.cases import case_step, cases, deadline

KINDS = ("contact", "plan", "close")
WARN_SHARE = 0.75  # a warning when three quarters of the time are gone


def open_case(
    conn: Connection, store_id: int, customer_id: int, case: OpenCase, now: datetime, external_id: str | None = None
) -> int:
    """The thread then waits for a person; deadlines come with the effect, since the reply has named them."""
    threads.lock(conn, customer_id, store_id, {"last_at": now})
    row = {
        "store_id": store_id,
        "customer_id": customer_id,
        "repair_order_id": case.order_id,
        "level": case.level,
        "category": case.category,
        "owner_id": case.owner_id,
        "about_staff_id": case.about_staff_id,
        "text": case.text,
        "opened_at": now,
        "external_id": external_id,
    }
    made: int = conn.execute(insert(cases).values(row).returning(cases.c.id)).scalar_one()
    _deadlines(conn, made, 1, now, case.contact_by, case.plan_by, case.close_by)
    facts = load(conn, made)
    _call_people(conn, facts, now)
    _step(conn, facts, "opened", now, case.text)
    threads.hand_off(
        conn, customer_id, store_id, reason="case", priority=PRIORITY[case.level], at=now, to_staff_id=case.owner_id
    )
    return made


def reopen(conn: Connection, case: ReopenCase, now: datetime) -> None:
    """Round + 1 under a new owner; plan and fix of the last round stay in the history."""
    facts = _locked(conn, case.case_id)
    _again(conn, facts, rules.reopened(facts, now), case, now)


def reopen_for(conn: Connection, case: ReopenCase, staff: StaffMember, now: datetime) -> None:
    """A member of staff heard it; one level graver is the caller's to say (`rules.raised`)."""
    facts = _locked(conn, case.case_id)
    _again(conn, facts, rules.reopened_by(facts, staff, case.text, now), case, now, staff)


def _again(
    conn: Connection, facts: CaseFacts, state: CaseState, case: ReopenCase, now: datetime, by: StaffMember | None = None
) -> None:
    fresh = {"level": case.level, "owner_id": case.owner_id, "round": facts.round + 1, "plan": "", "fix": ""}
    undone = {"fixed_at": None, "closed_at": None, "ended_as": None, "close_reason": ""}
    _set(conn, facts, state, fresh | undone | {"plan_staff_id": None, "plan_due_at": None})
    _deadlines(conn, facts.id, facts.round + 1, now, case.contact_by, case.plan_by, case.close_by)
    alarms.end(conn, facts.id)
    _call_people(conn, load(conn, facts.id), now)
    _step(conn, facts, "reopened", now, case.text, by)
    if case.level != facts.level:
        _step(conn, facts, f"level_{case.level}", now, facts.level, by)
    threads.release(conn, facts.customer_id, "bot", now)
    threads.hand_off(
        conn,
        facts.customer_id,
        facts.store_id,
        reason="case",
        priority=PRIORITY[case.level],
        at=now,
        to_staff_id=case.owner_id,
    )


def add_text(conn: Connection, case_id: int, text: str, now: datetime) -> None:
    """What the customer adds, in the customer's own words."""
    facts = _locked(conn, case_id)
    words = select(cases.c.text).where(cases.c.id == case_id)
    told = "\n".join(part for part in (conn.execute(words).scalar_one(), text) if part)
    _set(conn, facts, facts.state, {"text": told})
    _step(conn, facts, "added", now, text)


def close_by_customer(conn: Connection, case_id: int, ended: str, now: datetime) -> None:
    """ended: satisfied | declined."""
    facts = _locked(conn, case_id)
    _close(conn, facts, rules.closed_by_customer(facts, ended), Ended(ended), "", None, now)


def close_by_manager(conn: Connection, case_id: int, staff: StaffMember, reason: str, now: datetime) -> None:
    facts = _locked(conn, case_id)
    _close(conn, facts, rules.closed_by_manager(facts, staff, reason), Ended.MANAGER, reason.strip(), staff, now)


def close_for_customer(
    conn: Connection, case_id: int, staff: StaffMember, ended: str, words: str, now: datetime
) -> None:
    """ended: satisfied | declined, as the customer told a person."""
    facts = _locked(conn, case_id)
    state = rules.closed_for_customer(facts, staff, ended, words)
    _close(conn, facts, state, Ended(ended), words.strip(), staff, now)


def acknowledge(conn: Connection, case_id: int, staff: StaffMember, now: datetime) -> None:
    """The P0's calling ends; a second acknowledgement changes nothing."""
    facts = _locked(conn, case_id)
    rules.acknowledged(facts, staff)
    if alarms.acknowledge(conn, case_id, staff.id, now):
        _step(conn, facts, "acknowledged", now, "", staff)


def assign(conn: Connection, case_id: int, staff: StaffMember, to: StaffMember, now: datetime) -> None:
    """The thread goes with it, whoever had it."""
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.assigned(facts, staff, to), {"owner_id": to.id})
    threads.give_to(conn, facts.customer_id, to.id)
    _step(conn, facts, "assigned", now, to.name, staff)


def change_level(
    conn: Connection, case_id: int, staff: StaffMember, level: str, reason: str, due: Due, now: datetime
) -> None:
    """due: of the new level, from `now` when it is raised, else from the opening. What is met stays met."""
    facts = _locked(conn, case_id)
    rules.releveled(facts, staff, level, reason)
    _set(conn, facts, facts.state, {"level": level})
    mine = (deadline.c.case_id == case_id, deadline.c.round == facts.round, deadline.c.met_at.is_(None))
    for kind, at in zip(KINDS, due, strict=True):
        open_one = (*mine, deadline.c.kind == kind, deadline.c.breached_at.is_(None))
        moved = {"due_at": at, "warn_at": now + max(at - now, timedelta()) * WARN_SHARE, "warned_at": None}
        conn.execute(update(deadline).where(*open_one).values(**moved))
    _call_people(conn, replace(facts, level=level), now)
    _step(conn, facts, f"level_{level}", now, f"{facts.level}：{reason.strip()}", staff)


def claim(conn: Connection, case_id: int, staff: StaffMember, now: datetime) -> None:
    """The case follows its thread: whoever claimed it is the owner from now on."""
    facts = _locked(conn, case_id)
    alarms.acknowledge(conn, case_id, staff.id, now)
    _set(conn, facts, rules.claimed(facts, staff), {"owner_id": staff.id})
    _step(conn, facts, "claimed", now, "", staff)


def claim_if_open(conn: Connection, case_id: int, staff: StaffMember, now: datetime) -> None:
    """Who answers an unclaimed case has claimed it. Raises RuleBroken `about_you` whoever owns it."""
    facts = _locked(conn, case_id)
    rules.claimed(facts, staff)
    if facts.state is CaseState.OPEN:
        claim(conn, case_id, staff, now)


def record_contact(conn: Connection, case_id: int, staff: StaffMember, how: str, now: datetime) -> None:
    """The first human word in this round, written or by telephone, meets the deadline; later ones change nothing."""
    facts = _locked(conn, case_id)
    if not _meet(conn, facts, "contact", now):
        return
    alarms.acknowledge(conn, case_id, staff.id, now)
    _set(conn, facts, rules.contacted(facts), {})
    _step(conn, facts, "contacted", now, how, staff)


def set_plan(
    conn: Connection,
    case_id: int,
    staff: StaffMember,
    text: str,
    now: datetime,
    doer: StaffMember | None = None,
    by: datetime | None = None,
) -> None:
    """doer: who does it, else who plans it. by: when it is to be done, else when the case is to be closed."""
    facts = _locked(conn, case_id)
    state = rules.planned(facts, staff, text)
    rules.planned_for(facts, doer or staff, by, now)
    until = by or conn.execute(_due_of(facts, "close")).scalar()
    done = {"plan": text.strip(), "plan_staff_id": (doer or staff).id, "plan_due_at": until}
    _set(conn, facts, state, done)
    _meet(conn, facts, "plan", now)
    _step(conn, facts, "planned", now, text.strip(), staff)


def start_fixing(conn: Connection, case_id: int, staff: StaffMember, now: datetime) -> None:
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.fixing(facts, staff), {})
    _step(conn, facts, "fixing", now, "", staff)


def record_fix(
    conn: Connection, case_id: int, staff: StaffMember, text: str, now: datetime, photos: Sequence[Proof] = ()
) -> None:
    """From here on the journey `recontact` may ask the customer again. photos: kept in the folder already."""
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.fixed(facts, staff, text), {"fix": text.strip(), "fixed_at": now})
    for photo in photos:
        evidence.put(conn, facts.id, facts.round, photo, staff.id, now)
    _step(conn, facts, "fixed", now, text.strip(), staff)


def recontact_for(conn: Connection, case_id: int, staff: StaffMember, words: str, now: datetime) -> None:
    """A person asked the customer again, and what was said."""
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.recontacted_by(facts, staff), {})
    _step(conn, facts, "recontacted", now, words.strip(), staff)


def record_recontact(conn: Connection, case_id: int, now: datetime) -> None:
    """The re-contact question went out. Raises RuleBroken `not_fixed` without a fix in this round."""
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.recontacted(facts), {})
    _step(conn, facts, "recontacted", now, "")


def load(conn: Connection, case_id: int) -> CaseFacts:
    """The case, held until the commit; rows that only point to it may still be written. Raises RuleBroken `no_case`."""
    return _facts(conn, select(cases).where(cases.c.id == case_id).with_for_update(key_share=True))


def facts_of(conn: Connection, case_id: int) -> CaseFacts:
    """As it is now; a step asks again under its lock. Raises RuleBroken `no_case`."""
    return _facts(conn, select(cases).where(cases.c.id == case_id))


def _facts(conn: Connection, query: Select[Any]) -> CaseFacts:
    row = conn.execute(query).first()
    if row is None:
        raise NotThere("no_case", "没有这张单")
    return CaseFacts(
        row.id, row.store_id, row.customer_id, CaseState(row.state), row.level, row.round, row.owner_id,
        row.about_staff_id, row.plan, row.fixed_at, row.closed_at,
    )  # fmt: skip


def round_began(conn: Connection, facts: CaseFacts) -> datetime:
    """When the present round was opened."""
    mine = (case_step.c.case_id == facts.id, case_step.c.kind.in_(["opened", "reopened"]))
    begun: datetime | None = conn.execute(select(func.max(case_step.c.at)).where(*mine)).scalar()
    assert begun is not None, "a case is opened with its first step"
    return begun


def open_case_of(conn: Connection, customer_id: int) -> int | None:
    found = select(cases.c.id).where(cases.c.customer_id == customer_id, cases.c.state != "closed")
    return conn.execute(found.order_by(cases.c.id.desc()).limit(1)).scalar()


def _locked(conn: Connection, case_id: int) -> CaseFacts:
    whose = conn.execute(select(cases.c.customer_id, cases.c.store_id, cases.c.opened_at).where(cases.c.id == case_id))
    if (row := whose.first()) is not None:
        threads.lock(conn, row.customer_id, row.store_id, {"last_at": row.opened_at})
    return load(conn, case_id)


def _set(conn: Connection, facts: CaseFacts, state: CaseState, values: dict[str, object]) -> None:
    changed = values | {"state": state.value, "version": cases.c.version + 1}
    conn.execute(update(cases).where(cases.c.id == facts.id).values(**changed))


def _close(
    conn: Connection,
    facts: CaseFacts,
    state: CaseState,
    ended: Ended,
    reason: str,
    staff: StaffMember | None,
    now: datetime,
) -> None:
    _set(conn, facts, state, {"closed_at": now, "ended_as": ended.value, "close_reason": reason})
    for kind in KINDS:
        _meet(conn, facts, kind, now)
    alarms.end(conn, facts.id)
    threads.release(conn, facts.customer_id, at=now)
    _step(conn, facts, f"closed_{ended.value}", now, reason, staff)


def _step(
    conn: Connection, facts: CaseFacts, kind: str, now: datetime, text: str, staff: StaffMember | None = None
) -> None:
    line = {"case_id": facts.id, "at": now, "kind": kind, "text": text, "staff_id": staff.id if staff else None}
    conn.execute(insert(case_step).values(line))
    threads.refresh_due(conn, facts.customer_id)
    feed.tell(conn, facts.store_id, "case", {"case_id": facts.id, "step": kind}, facts.customer_id, now)


def _call_people(conn: Connection, facts: CaseFacts, now: datetime) -> None:
    """Whom the level reaches at once; a P0 calls until somebody acknowledges it."""
    escalations.begin(conn, facts.id, facts.round, facts.level, now)
    if facts.level == "P0":
        alarms.ring(conn, facts.id, facts.round, now)


def _due_of(facts: CaseFacts, kind: str) -> Select[tuple[datetime]]:
    mine = (deadline.c.case_id == facts.id, deadline.c.round == facts.round, deadline.c.kind == kind)
    return select(deadline.c.due_at).where(*mine)


def _meet(conn: Connection, facts: CaseFacts, kind: str, now: datetime) -> bool:
    """False when it was met before. One second late is late: the breach is written here if no timer wrote it."""
    mine = (deadline.c.case_id == facts.id, deadline.c.round == facts.round, deadline.c.kind == kind)
    met = conn.execute(update(deadline).where(*mine, deadline.c.met_at.is_(None)).values(met_at=now)).rowcount
    late = (deadline.c.due_at < now, deadline.c.breached_at.is_(None), deadline.c.met_at == now)
    conn.execute(update(deadline).where(*mine, *late).values(breached_at=deadline.c.due_at))
    return met == 1


def _deadlines(
    conn: Connection,
    case_id: int,
    round_: int,
    now: datetime,
    contact_by: datetime | None,
    plan_by: datetime | None,
    close_by: datetime | None,
) -> None:
    due = {"contact": contact_by, "plan": plan_by, "close": close_by}
    for kind, at in due.items():
        if at is not None:
            warn_at = now + (at - now) * WARN_SHARE
            row = {"case_id": case_id, "round": round_, "kind": kind, "due_at": at, "warn_at": warn_at}
            conn.execute(insert(deadline).values(row))
