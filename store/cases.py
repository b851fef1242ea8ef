"""Cases in SQL: every step is a rule of `bot/cases.py` first, then one update, one history line, one feed row.

The thread row is locked before the case: turns and pages take them in the same order.
"""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from bot import cases as rules
from bot.cases import PRIORITY, CaseFacts, CaseState, Ended
from bot.customer import StaffMember
from bot.effects import OpenCase, ReopenCase
from bot.errors import RuleBroken
from store import feed, threads
from store.tables.cases import case_step, cases, deadline

WARN_SHARE = 0.75  # a warning when three quarters of the time are gone


def open_case(conn: Connection, store_id: int, customer_id: int, case: OpenCase, now: datetime) -> int:
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
    }
    made: int = conn.execute(insert(cases).values(row).returning(cases.c.id)).scalar_one()
    _deadlines(conn, made, 1, now, case.contact_by, case.plan_by, case.close_by)
    facts = load(conn, made)
    _step(conn, facts, "opened", now, case.text)
    threads.hand_off(
        conn, customer_id, store_id, reason="case", priority=PRIORITY[case.level], at=now, to_staff_id=case.owner_id
    )
    return made


def reopen(conn: Connection, case: ReopenCase, now: datetime) -> None:
    """Round + 1 under a new owner; plan and fix of the last round stay in the history."""
    facts = _locked(conn, case.case_id)
    state = rules.reopened(facts, now)
    fresh = {"level": case.level, "owner_id": case.owner_id, "round": facts.round + 1, "plan": "", "fix": ""}
    _set(conn, facts, state, fresh | {"fixed_at": None, "closed_at": None, "ended_as": None, "close_reason": ""})
    _deadlines(conn, facts.id, facts.round + 1, now, case.contact_by, case.plan_by, case.close_by)
    _step(conn, facts, "reopened", now, case.text)
    threads.release(conn, facts.customer_id, "bot")
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


def claim(conn: Connection, case_id: int, staff: StaffMember, now: datetime) -> None:
    """The case follows its thread: whoever claimed it is the owner from now on."""
    facts = _locked(conn, case_id)
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
    _set(conn, facts, rules.contacted(facts), {})
    _step(conn, facts, "contacted", now, how, staff)


def set_plan(conn: Connection, case_id: int, staff: StaffMember, text: str, now: datetime) -> None:
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.planned(facts, staff, text), {"plan": text.strip()})
    _meet(conn, facts, "plan", now)
    _step(conn, facts, "planned", now, text.strip(), staff)


def start_fixing(conn: Connection, case_id: int, staff: StaffMember, now: datetime) -> None:
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.fixing(facts, staff), {})
    _step(conn, facts, "fixing", now, "", staff)


def record_fix(conn: Connection, case_id: int, staff: StaffMember, text: str, now: datetime) -> None:
    """From here on the journey `recontact` may ask the customer again."""
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.fixed(facts, staff, text), {"fix": text.strip(), "fixed_at": now})
    _step(conn, facts, "fixed", now, text.strip(), staff)


def record_recontact(conn: Connection, case_id: int, now: datetime) -> None:
    """The re-contact question went out. Raises RuleBroken `not_fixed` without a fix in this round."""
    facts = _locked(conn, case_id)
    _set(conn, facts, rules.recontacted(facts), {})
    _step(conn, facts, "recontacted", now, "")


def load(conn: Connection, case_id: int) -> CaseFacts:
    """The case, held until the commit. Raises RuleBroken `no_case`."""
    row = conn.execute(select(cases).where(cases.c.id == case_id).with_for_update()).first()
    if row is None:
        raise RuleBroken("no_case", "没有这张单")
    return CaseFacts(
        row.id, row.store_id, row.customer_id, CaseState(row.state), row.level, row.round, row.owner_id,
        row.about_staff_id, row.plan, row.fixed_at, row.closed_at,
    )  # fmt: skip


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
    for kind in ("contact", "plan", "close"):
        _meet(conn, facts, kind, now)
    threads.release(conn, facts.customer_id)
    _step(conn, facts, f"closed_{ended.value}", now, reason, staff)


def _step(
    conn: Connection, facts: CaseFacts, kind: str, now: datetime, text: str, staff: StaffMember | None = None
) -> None:
    line = {"case_id": facts.id, "at": now, "kind": kind, "text": text, "staff_id": staff.id if staff else None}
    conn.execute(insert(case_step).values(line))
    threads.refresh_due(conn, facts.customer_id)
    feed.tell(conn, facts.store_id, "case", {"case_id": facts.id, "step": kind}, facts.customer_id, now)


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
