"""One step of one case, whoever asks: page, bulk, API or command line. All four come through `take`.

Who may see the case is asked first, then the rules of `bot/cases.py`, inside the caller's transaction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, select

from bot import cases as rules
from bot.cases import CaseFacts, Ended
from bot.customer import Role, StaffMember
from bot.dealer import Dealer
from bot.effects import OpenCase, ReopenCase
from bot.errors import NotThere, RuleBroken
from bot.ports import Calendars, Due
from store import cases, claims, escalations
from store.evidence import Proof
from store.stores import code_of
from store.tables.cases import cases as table
from store.tables.contact import thread
from store.tables.people import customer
from store.tables.staff import staff
from store.visibility import visible_to


@dataclass(frozen=True, slots=True)
class Terms:
    """Deadlines of a level in a store."""

    dealer: Dealer
    calendars: Calendars

    def due(self, conn: Connection, store_id: int, level: str, at: datetime) -> Due:
        code = code_of(conn, store_id)
        return rules.deadlines(level, at, self.dealer, self.dealer.store(code), self.calendars.of(code))


@dataclass(frozen=True, slots=True)
class Step:
    """name: a key of STEPS. text: what was planned, done, said or why. to: username of a colleague. by: until when.

    ended: satisfied | declined | manager, for close. level: for level.
    """

    name: str
    text: str = ""
    to: str = ""
    by: datetime | None = None
    ended: str = Ended.MANAGER
    level: str = ""
    photos: Sequence[Proof] = field(default=())


@dataclass(frozen=True, slots=True)
class New:
    """A case somebody opens by hand. level: "" is P3. about: username of the person complained about."""

    customer_id: int
    text: str
    category: str = ""
    level: str = ""
    order_id: int | None = None
    about: str = ""
    external_id: str | None = None


def take(conn: Connection, user: StaffMember, case_id: int, step: Step, terms: Terms, now: datetime) -> None:
    """Raises RuleBroken: no_case (also for another store's), no_step, no_colleague, and those of bot/cases.py."""
    facts = visible(conn, user, case_id)
    if step.name not in STEPS:
        raise RuleBroken("no_step", "没有这个步骤")
    STEPS[step.name](_Asked(conn, user, facts, step, terms, now))


def open_by_hand(conn: Connection, user: StaffMember, new: New, terms: Terms, now: datetime) -> int:
    """Owner and deadlines as if the customer had written it. Raises RuleBroken: no_text, no_such_level, has_case."""
    row = conn.execute(select(customer.c.store_id).where(customer.c.id == new.customer_id, visible_to(user, customer)))
    if (store_id := row.scalar()) is None:
        raise NotThere("no_customer", "没有这位客户")
    if not new.text.strip():
        raise RuleBroken("no_text", "请先写内容")
    if (level := new.level or "P3") not in rules.PRIORITY:
        raise RuleBroken("no_such_level", "没有这个等级")
    if cases.open_case_of(conn, new.customer_id) is not None:
        raise RuleBroken("has_case", "这位客户已有未结的单")
    about = colleague(conn, user, new.about).id if new.about else None
    there = [each for each in escalations.staff_for(conn, store_id) if each.store_id == store_id]
    owner = rules.owner(there, None, about)
    due = terms.due(conn, store_id, level, now)
    opened = OpenCase(level, new.category, new.text.strip(), owner.id, new.order_id, about, *due)
    return cases.open_case(conn, store_id, new.customer_id, opened, now, new.external_id)


def visible(conn: Connection, user: StaffMember, case_id: int) -> CaseFacts:
    """Raises RuleBroken no_case: what one may not see is not there."""
    if visible_id(conn, user, case_id) is None:
        raise NotThere("no_case", "没有这张单")
    return cases.facts_of(conn, case_id)


def visible_id(conn: Connection, user: StaffMember, case_id: int) -> int | None:
    return conn.execute(select(table.c.id).where(table.c.id == case_id, visible_to(user, table))).scalar()


def colleague(conn: Connection, user: StaffMember, username: str) -> StaffMember:
    """An active one somebody may see, or an administrator. Raises RuleBroken no_colleague."""
    known = staff.c.active & (visible_to(user, staff) | (staff.c.role == Role.ADMIN))
    row = conn.execute(select(staff).where(staff.c.username == username, known)).first()
    if row is None:
        raise RuleBroken("no_colleague", "没有这位同事")
    return StaffMember(row.id, row.store_id, row.name, Role(row.role))


@dataclass(frozen=True, slots=True)
class _Asked:
    conn: Connection
    user: StaffMember
    facts: CaseFacts
    step: Step
    terms: Terms
    now: datetime

    def due(self, level: str, at: datetime) -> Due:
        return self.terms.due(self.conn, self.facts.store_id, level, at)

    def colleague(self) -> StaffMember:
        return colleague(self.conn, self.user, self.step.to)


def _claim(it: _Asked) -> None:
    """The thread goes first: of two people one wins, and the case follows."""
    rules.claimed(it.facts, it.user)
    mine = thread.c.customer_id == it.facts.customer_id
    version = it.conn.execute(select(thread.c.version).where(mine)).scalar() or 0
    claims.claim(it.conn, it.user, it.facts.customer_id, version, it.now)
    cases.claim_if_open(it.conn, it.facts.id, it.user, it.now)


def _acknowledge(it: _Asked) -> None:
    cases.acknowledge(it.conn, it.facts.id, it.user, it.now)


def _assign(it: _Asked) -> None:
    cases.assign(it.conn, it.facts.id, it.user, it.colleague(), it.now)


def _level(it: _Asked) -> None:
    rules.releveled(it.facts, it.user, it.step.level, it.step.text)
    raised = it.step.level < it.facts.level
    due = it.due(it.step.level, it.now if raised else cases.round_began(it.conn, it.facts))
    cases.change_level(it.conn, it.facts.id, it.user, it.step.level, it.step.text, due, it.now)


def _plan(it: _Asked) -> None:
    doer = it.colleague() if it.step.to else None
    cases.set_plan(it.conn, it.facts.id, it.user, it.step.text, it.now, doer, it.step.by)


def _start(it: _Asked) -> None:
    cases.start_fixing(it.conn, it.facts.id, it.user, it.now)


def _fix(it: _Asked) -> None:
    cases.record_fix(it.conn, it.facts.id, it.user, it.step.text, it.now, it.step.photos)


def _recontact(it: _Asked) -> None:
    cases.recontact_for(it.conn, it.facts.id, it.user, it.step.text, it.now)


def _close(it: _Asked) -> None:
    if it.step.ended == Ended.MANAGER:
        cases.close_by_manager(it.conn, it.facts.id, it.user, it.step.text, it.now)
    else:
        cases.close_for_customer(it.conn, it.facts.id, it.user, it.step.ended, it.step.text, it.now)


def _reopen(it: _Asked) -> None:
    """One level graver, to a manager who is not complained about, as when the customer writes it."""
    rules.reopened_by(it.facts, it.user, it.step.text, it.now)
    level = rules.raised(it.facts.level)
    there = [each for each in escalations.staff_for(it.conn, it.facts.store_id) if each.store_id == it.facts.store_id]
    owner = rules.manager(there, it.facts.about_staff_id)
    again = ReopenCase(it.facts.id, level, it.step.text.strip(), owner.id, *it.due(level, it.now))
    cases.reopen_for(it.conn, again, it.user, it.now)


STEPS: Mapping[str, Callable[[_Asked], None]] = {
    "claim": _claim,
    "acknowledge": _acknowledge,
    "assign": _assign,
    "level": _level,
    "plan": _plan,
    "start": _start,
    "fix": _fix,
    "recontact": _recontact,
    "close": _close,
    "reopen": _reopen,
}
