"""The staff of a simulation: they answer complaints within a day, mend within two, and let none lie for ever."""

import random
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.calls import Result
from bot.cases import CaseState
from bot.customer import Role, StaffMember
from bot.errors import RuleBroken
from commands.simulation.dms import House
from store import calls, cases
from store.call_tries import Report, record
from store.calls import Task
from store.tables.cases import cases as table
from store.tables.staff import staff
from web.inbox.telephone import Heard, Telephone, hear, may_ring, rules_of

MENDED_AFTER = timedelta(hours=20)
GIVEN_UP_AFTER = timedelta(days=14)
NEW = (CaseState.OPEN.value, CaseState.ASSIGNED.value, CaseState.CONTACTED.value)
# Of one call, in hundredths: what people who telephone for a living would call a good day.
RESULTS = {Result.DONE: 45, Result.NO_ANSWER: 35, Result.INTERESTED: 10, Result.SWITCHED_OFF: 6, Result.DECLINED: 4}
BEING_MENDED = (CaseState.PLANNED.value, CaseState.FIXING.value)


def work(conn: Connection, now: datetime) -> None:
    """One evening's work on every case that is not closed."""
    managers = _managers(conn)
    for row in conn.execute(select(table).where(table.c.state != "closed").order_by(table.c.id)).all():
        # A rule of the house that says not yet: tomorrow.
        with suppress(RuleBroken), conn.begin_nested():
            _step(conn, row.id, row.state, managers[row.store_id], row.opened_at, now)


def ring(conn: Connection, house: House, telephone: Telephone, now: datetime) -> None:
    """One evening's calls, as far as they may be made now; some answer, and who was asked something answers it."""
    for manager in _managers(conn).values():
        for task in calls.tasks_for(conn, manager, "all", now):
            if task.next_at <= now and may_ring(house.dealer, telephone, task, now):
                _ring(conn, house, telephone, manager, task, now)


def _ring(
    conn: Connection, house: House, telephone: Telephone, manager: StaffMember, task: Task, now: datetime
) -> None:
    chance = random.Random(f"{house.seed}:ring:{task.phone}:{task.rule}:{now.date()}")
    result = chance.choices(list(RESULTS), list(RESULTS.values()))[0]
    heard = Heard(rating=chance.choice((3, 4, 5, 5)) if task.prompt_id and result is Result.DONE else None)
    report = Report(result, f"simulated-{task.id}-{task.tries}", task.version, "模拟", answered=bool(heard))
    with suppress(RuleBroken), conn.begin_nested():
        made = record(conn, manager, task.id, report, lambda _: rules_of(house.dealer, telephone, task), now)
        if heard:
            hear(conn, telephone, made, heard, now)


def _managers(conn: Connection) -> dict[int, StaffMember]:
    rows = conn.execute(select(staff).where(staff.c.role == Role.MANAGER.value).order_by(staff.c.id.desc()))
    return {row.store_id: StaffMember(row.id, row.store_id, row.name, Role.MANAGER) for row in rows}


def _step(conn: Connection, case_id: int, state: str, manager: StaffMember, opened_at: datetime, now: datetime) -> None:
    if now - opened_at > GIVEN_UP_AFTER:
        cases.close_by_manager(conn, case_id, manager, "多次联系未果", now)
    elif state in NEW:
        cases.claim_if_open(conn, case_id, manager, now)
        cases.record_contact(conn, case_id, manager, "电话", now)
        cases.set_plan(conn, case_id, manager, "请客户来店复检", now)
    elif state in BEING_MENDED and now - opened_at > MENDED_AFTER:
        cases.record_fix(conn, case_id, manager, "已更换部件", now)
