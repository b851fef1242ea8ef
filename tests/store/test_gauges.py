"""The counts of /metrics, on both databases."""

from datetime import timedelta

from sqlalchemy import Connection, Engine, insert

from store.engine import reading, writing
from store.gauges import HELP, counted
from store.tables import cases as case_tables
from store.tables import contact, outbound, people, staff
from tests.conftest import StillClock


def lines(engine: Engine, clock: StillClock) -> dict[tuple[str, ...], float]:
    with reading(engine) as connection:
        return {(name, *labels.values()): value for name, _, value, labels in counted(connection, clock.now)}


def test_an_empty_house_counts_nothing(engine: Engine, clock: StillClock) -> None:
    assert lines(engine, clock) == {("touchpoints_planned",): 0, ("touchpoints_late",): 0, ("threads_waiting",): 0}


def test_what_is_on_its_way_is_counted_and_what_is_done_is_not(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as connection:
        _fill(connection, clock)
    assert lines(engine, clock) == {
        ("outbox_rows", "queued", "bulk"): 2,
        ("outbox_rows", "uncertain", "reply"): 1,
        ("outbox_late_seconds", "bulk"): 90,
        ("touchpoints_planned",): 1,
        ("touchpoints_late",): 1,
        ("cases_open", "P2"): 1,
        ("deadlines_breached", "contact"): 1,
        ("threads_waiting",): 1,
        ("callbacks", "new"): 1,
        ("cost_fen_day", "sms"): 4.5,
    }


def test_every_gauge_says_what_it_counts(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as connection:
        _fill(connection, clock)
        assert {name for name, *_ in counted(connection, clock.now)} == set(HELP)


def _fill(conn: Connection, clock: StillClock) -> None:
    now = clock.now
    conn.execute(insert(people.store).values(id=1, code="bj", name="远禾滨江店", time_zone="Asia/Shanghai"))
    conn.execute(insert(people.customer).values(id=1, store_id=1, created_at=now))
    conn.execute(
        insert(staff.staff).values(id=1, store_id=1, username="lilei", password_hash="x", name="李雷", role="advisor")
    )
    message = {"store_id": 1, "way": "sms", "address": "x", "category": "service", "payload": {}, "created_at": now}
    for number, (state, priority, late) in enumerate(
        [("queued", "bulk", 90), ("queued", "bulk", -60), ("uncertain", "reply", 10), ("delivered", "reply", 10)]
    ):
        row = {"out_id": str(number), "state": state, "priority": priority, "not_before": now - timedelta(seconds=late)}
        row |= {"cost_fen": 4.5 if state == "delivered" else None}
        conn.execute(insert(outbound.outbox).values(**message, **row))
    plan = {"store_id": 1, "customer_id": 1, "rule": "r", "rule_version": "1", "category": "survey", "ref": {}}
    for number, (state, late) in enumerate([("planned", 60), ("planned", -60), ("done", 60)]):
        due = now - timedelta(seconds=late)
        conn.execute(
            insert(outbound.touchpoint).values(**plan, occurrence=str(number), state=state, due_at=due, planned_for=due)
        )
    for number, closed_at in enumerate([None, now], 1):
        base = {"store_id": 1, "customer_id": 1, "owner_id": 1, "level": "P2", "opened_at": now}
        conn.execute(insert(case_tables.cases).values(**base, id=number, closed_at=closed_at))
        missed = {"round": 1, "kind": "contact", "warn_at": now, "due_at": now, "breached_at": now}
        conn.execute(insert(case_tables.deadline).values(case_id=number, **missed))
    conn.execute(insert(contact.thread).values(customer_id=1, store_id=1, state="waiting", last_at=now))
    for number, state in enumerate(["new", "done"]):
        row = {"provider": "aliyun", "kind": "reply", "item_key": str(number), "body": {}, "received_at": now}
        conn.execute(insert(contact.callback).values(**row, state=state))
