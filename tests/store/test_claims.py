"""What is due is claimed by an index, a class at a time: no full look at a table that grows for years."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert

from bot.messages import Category, Priority
from store import outbox, touchpoints
from store.engine import writing
from store.tables import outbound
from tests.conftest import StillClock
from tests.statements import explained_by
from tests.store.cast import a_customer, a_store

pytestmark = pytest.mark.plans
MANY = 4000  # enough that PostgreSQL finds an index worth its while


def plan_of(engine: Engine, ask: Callable[[Connection], object]) -> list[str]:
    """How the database would carry out each statement of `ask`."""
    how = "EXPLAIN" if engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    found: list[str] = []

    def explain(_conn: Connection, cursor: Any, statement: str, values: Any) -> None:
        cursor.execute(f"{how} {statement}", values)
        found.extend(" ".join(map(str, row)) for row in cursor.fetchall())

    with writing(engine) as conn, explained_by(engine, explain, only=("UPDATE", "SELECT", "WITH")):
        ask(conn)
    return found


@pytest.fixture
def years(engine: Engine, clock: StillClock) -> Engine:
    """What was done in years, and a little that is due."""
    ago = clock.now - timedelta(days=1)
    with writing(engine) as conn:
        store_id = a_store(conn)
        who = a_customer(conn, store_id)
        conn.execute(insert(outbound.touchpoint), [a_touchpoint(store_id, who, number, ago) for number in range(MANY)])
        conn.execute(insert(outbound.outbox), [a_row(store_id, who, number, ago) for number in range(MANY)])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as conn:
            conn.exec_driver_sql("ANALYZE")
    return engine


def a_touchpoint(store_id: int, customer_id: int, number: int, at: datetime) -> dict[str, Any]:
    return {"store_id": store_id, "customer_id": customer_id, "rule": "checkin.question", "occurrence": f"RO#{number}",
            "rule_version": "1", "category": list(Category)[number % len(Category)].value, "due_at": at,
            "planned_for": at, "ref": {}, "state": "planned" if number % 100 == 0 else "done"}  # fmt: skip


def a_row(store_id: int, customer_id: int, number: int, at: datetime) -> dict[str, Any]:
    priority = list(Priority)[number % len(Priority)]
    return {"store_id": store_id, "customer_id": customer_id, "out_id": f"t{number}", "way": "sms", "account": "",
            "address": "+8613900000001", "category": "survey", "priority": priority.value, "payload": {},
            "fallback": [], "not_before": at, "created_at": at,
            "state": "queued" if number % 100 == 0 else "accepted"}  # fmt: skip


@pytest.mark.parametrize("category", list(Category))
def test_touchpoints_of_a_class_are_claimed_by_their_index(
    years: Engine, clock: StillClock, category: Category
) -> None:
    def claim(conn: Connection) -> None:
        touchpoints.claim_due(conn, category, limit=100, now=clock.now, machine_now=clock.now, worker="w", lease_s=60.0)

    by_index(plan_of(years, claim), "touchpoint", "ix_touchpoint_state_category_due_at")


@pytest.mark.parametrize("priority", list(Priority))
def test_rows_of_a_class_are_claimed_by_their_index(years: Engine, clock: StillClock, priority: Priority) -> None:
    def claim(conn: Connection) -> None:
        outbox.claim(conn, priority, limit=100, now=clock.now, machine_now=clock.now, worker="w", lease_s=60.0)

    by_index(plan_of(years, claim), "outbox", "ix_outbox_state_priority_not_before")


def test_an_idle_look_reads_no_more_than_the_indices(years: Engine, clock: StillClock) -> None:
    def look(conn: Connection) -> None:
        touchpoints.categories_due(conn, clock.now, clock.now)
        outbox.waiting(conn, clock.now, clock.now)

    found = plan_of(years, look)
    by_index(found, "touchpoint", "ix_touchpoint_state_category_due_at")
    by_index(found, "outbox", "ix_outbox_state_priority_not_before")


def by_index(plan: list[str], table: str, index: str) -> None:
    assert any(index in line for line in plan), plan
    whole = re.compile(rf"Seq Scan on {table}\b|\bSCAN {table}$")
    assert not [line for line in plan if whole.search(line)], plan


def test_a_whole_look_would_be_seen(years: Engine) -> None:
    with pytest.raises(AssertionError):
        by_index(plan_of(years, lambda conn: conn.exec_driver_sql("SELECT count(reason) FROM touchpoint")), "x", "ix")
