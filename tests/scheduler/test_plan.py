"""Planning is repeatable, set-based, honest: inserted once, moved when a rule or anchor changes, skipped when gone."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, event, insert, select, update

from bot.customer import Purpose
from bot.journeys import Journey
from config.calendar import Calendar
from config.load import load_journeys
from scheduler.plan import LOOK_S, Planned, Planner, lines_of
from store import planning
from store.customers import CustomerFacts, VehicleFacts
from store.engine import reading, writing
from store.orders import OrderFacts, OrderStatus, put_order
from store.planning import Rule
from store.tables import cases as case_tables
from store.tables import outbound, people
from tests.conftest import StillClock
from tests.scheduler.mechanics import mechanics
from tests.statements import statements_of
from tests.store.cast import a_customer, a_staff_member, a_store, add, an_event

SHIPPED = mechanics(load_journeys(Path(__file__).parents[2] / "config"))
NOTHING = Planned()


def planner(engine: Engine, clock: StillClock, journeys: tuple[Journey, ...] = SHIPPED) -> Planner:
    return Planner(engine, clock, journeys, Calendar())


def rows(engine: Engine, table: Any = outbound.touchpoint) -> list[Any]:
    with reading(engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)))


def local(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m-%d %H:%M")


@pytest.fixture
def file(engine: Engine) -> tuple[int, int]:
    with writing(engine) as conn:
        store_id = a_store(conn)
        return store_id, a_customer(conn, store_id)


def an_order(engine: Engine, file: tuple[int, int], on: str, key: str = "8812") -> int:
    with writing(engine) as conn:
        return add(
            conn, people.repair_order, store_id=file[0], customer_id=file[1], external_id=key, status="delivered",
            delivered_on=date.fromisoformat(on), items=[], updated_at=datetime(2026, 9, 17, tzinfo=UTC),
        )  # fmt: skip


def edited(journey_id: str, **values: object) -> tuple[Journey, ...]:
    """The shipped journeys, one of them with its step changed."""
    made = []
    for journey in SHIPPED:
        data = journey.model_dump()
        if journey.id == journey_id:
            data["steps"][0] |= values
        made.append(Journey.model_validate(data))
    return tuple(made)


@pytest.mark.handbook("H1.5.1")
def test_a_delivered_order_plans_one_check_in_on_day_three(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    order_id = an_order(engine, file, "2026-09-14")
    assert planner(engine, clock).tick() == Planned(inserted=1)
    (row,) = rows(engine)
    assert (row.rule, row.occurrence, row.category) == ("checkin.question", "RO#8812", "survey")
    assert local(row.due_at) == "2026-09-17 10:00"
    assert row.ref == {"order_id": order_id}
    (note,) = rows(engine, outbound.verdict)
    assert (note.step, note.verdict) == ("plan", "planned")


def test_planning_again_changes_nothing(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    an_order(engine, file, "2026-09-14")
    planner(engine, clock).tick()
    assert planner(engine, clock).tick() == NOTHING
    clock.advance(days=1)
    assert planner(engine, clock).tick() == NOTHING


def test_a_final_one_is_never_planned_again(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    an_order(engine, file, "2026-09-14")
    planner(engine, clock).tick()
    with writing(engine) as conn:
        conn.execute(update(outbound.touchpoint).values(state="done", outcome="sent"))
    assert planner(engine, clock, edited("checkin", offset_days=2)).tick() == NOTHING


def test_a_changed_rule_moves_what_is_still_planned(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    an_order(engine, file, "2026-09-14")
    planner(engine, clock).tick()
    before = rows(engine)[0].rule_version
    assert planner(engine, clock, edited("checkin", offset_days=2)).tick() == Planned(moved=1)
    (row,) = rows(engine)
    assert local(row.due_at) == "2026-09-16 10:00"
    assert row.rule_version != before
    assert [note.reason for note in rows(engine, outbound.verdict)] == ["", "rule_changed"]


def test_a_moved_anchor_moves_the_touchpoint(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    an_order(engine, file, "2026-09-14")
    planner(engine, clock).tick()
    with writing(engine) as conn:
        conn.execute(update(people.repair_order).values(delivered_on=date(2026, 9, 15)))
    assert planner(engine, clock).tick() == Planned(moved=1)
    assert local(rows(engine)[0].due_at) == "2026-09-18 10:00"
    assert rows(engine, outbound.verdict)[-1].reason == "anchor_moved"


def test_a_deferred_one_is_left_where_the_gate_put_it(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    an_order(engine, file, "2026-09-14")
    planner(engine, clock).tick()
    with writing(engine) as conn:
        conn.execute(update(outbound.touchpoint).values(due_at=clock.now + timedelta(days=2)))
    assert planner(engine, clock).tick() == NOTHING


@pytest.mark.parametrize("status", ["rework", "cancelled", "in_progress"])
def test_an_anchor_that_is_gone_ends_the_plan(
    engine: Engine, clock: StillClock, file: tuple[int, int], status: str
) -> None:
    an_order(engine, file, "2026-09-14")
    planner(engine, clock).tick()
    with writing(engine) as conn:
        conn.execute(update(people.repair_order).values(status=status))
    assert planner(engine, clock).tick() == Planned(skipped=1)
    (row,) = rows(engine)
    assert (row.state, row.outcome, row.reason) == ("done", "skipped", "anchor_gone")


def test_a_rule_switched_off_skips_what_it_planned(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    an_order(engine, file, "2026-09-14")
    planner(engine, clock).tick()
    off = tuple(journey.model_copy(update={"enabled": journey.id != "checkin"}) for journey in SHIPPED)
    assert planner(engine, clock, off).tick() == Planned(skipped=1)
    assert [row.reason for row in rows(engine)] == ["rule_off"]


def test_orders_of_long_ago_are_history_but_recent_ones_are_not_forgotten(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    an_order(engine, file, "2025-01-10", "old")
    an_order(engine, file, "2026-08-30", "recent")
    assert planner(engine, clock).tick() == Planned(inserted=1)
    assert rows(engine)[0].occurrence == "RO#recent"


@pytest.mark.handbook("H1.7.3")
@pytest.mark.parametrize(
    ("born", "today", "due"),
    [
        (date(1990, 9, 20), datetime(2026, 9, 17, tzinfo=UTC), "2026-09-20 10:00"),
        (date(1992, 2, 29), datetime(2027, 2, 25, tzinfo=UTC), "2027-02-28 10:00"),
        (date(1992, 2, 29), datetime(2028, 2, 25, tzinfo=UTC), "2028-02-29 10:00"),
        (date(1990, 1, 2), datetime(2026, 12, 30, tzinfo=UTC), "2027-01-02 10:00"),
    ],
)
def test_a_birthday_is_planned_once_a_year(
    engine: Engine, clock: StillClock, born: date, today: datetime, due: str
) -> None:
    clock.now = today
    with writing(engine) as conn:
        a_customer(conn, a_store(conn), birthday=born)
    assert planner(engine, clock).tick() == Planned(inserted=1)
    (row,) = rows(engine)
    assert row.occurrence == f"{due[:4]}-birthday"
    assert local(row.due_at) == due
    clock.advance(days=1)
    assert planner(engine, clock).tick() == NOTHING


def test_who_came_after_the_birthday_is_not_planned_for_it(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        customer_id = a_customer(conn, a_store(conn), birthday=date(1990, 9, 10))
        conn.execute(update(people.customer).values(created_at=clock.now))
    assert planner(engine, clock).tick() == NOTHING
    with writing(engine) as conn:
        earlier = clock.now - timedelta(days=20)
        conn.execute(update(people.customer).where(people.customer.c.id == customer_id).values(created_at=earlier))
    assert planner(engine, clock).tick() == Planned(inserted=1)


def test_an_event_invites_who_agreed_and_ends_when_it_begins(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        store_id = a_store(conn)
        a_customer(conn, store_id, name="李雷", consents=(Purpose.MARKETING,))
        a_customer(conn, store_id, name="韩梅梅")
        a_customer(conn, a_store(conn, "other", "别的店"), name="王磊", consents=(Purpose.MARKETING,))
        event_id = an_event(conn, store_id, at=clock.now + timedelta(days=3), now=clock.now)
    assert planner(engine, clock).tick() == Planned(inserted=1)
    (row,) = rows(engine)
    assert (row.occurrence, row.ref) == (f"event#{event_id}", {"event_id": event_id})
    assert (row.due_at, row.expires_at) == (clock.now, clock.now + timedelta(days=3))
    with writing(engine) as conn:
        conn.execute(update(people.event).values(state="cancelled"))
    assert planner(engine, clock).tick() == Planned(skipped=1)


@pytest.mark.handbook("H1.5.2")
def test_no_recontact_without_a_recorded_fix(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    with writing(engine) as conn:
        case_id = add(
            conn, case_tables.cases, store_id=file[0], customer_id=file[1], level="P3", state="planned",
            owner_id=a_staff_member(conn, file[0]), opened_at=clock.now,
        )  # fmt: skip
    assert planner(engine, clock).tick() == NOTHING
    with writing(engine) as conn:
        conn.execute(update(case_tables.cases).values(state="fixed", fixed_at=clock.now))
    assert planner(engine, clock).tick() == Planned(inserted=1)
    (row,) = rows(engine)
    assert (row.occurrence, row.case_message, row.due_at) == (f"case#{case_id}/round1", True, clock.now)
    with writing(engine) as conn:
        conn.execute(update(case_tables.cases).values(state="open", round=2, fixed_at=None))
    assert planner(engine, clock).tick() == Planned(skipped=1)


def test_a_thousand_orders_take_no_more_statements_than_one(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    with writing(engine) as conn:
        many = [
            {"store_id": file[0], "customer_id": file[1], "external_id": str(number), "status": "delivered",
             "delivered_on": date(2026, 9, 14), "items": [], "updated_at": clock.now}
            for number in range(1000)
        ]  # fmt: skip
        conn.execute(insert(people.repair_order), many)
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    event.listen(engine, "before_cursor_execute", counted)
    assert planner(engine, clock).tick() == Planned(inserted=1000)
    assert planner(engine, clock).tick() == NOTHING
    assert count < 120  # two ticks over four rules; on PostgreSQL a thousand audit lines go in pages


def test_an_idle_tick_reads_little_and_writes_nothing(engine: Engine, clock: StillClock, file: tuple[int, int]) -> None:
    an_order(engine, file, "2026-09-14")
    clock_process = planner(engine, clock)
    assert [clock_process.tick() for _ in range(2)] == [Planned(inserted=1), NOTHING]
    with statements_of(engine) as every_fact:
        assert planner(engine, clock).tick() == NOTHING
    with statements_of(engine) as idle:
        assert clock_process.tick() == NOTHING
    assert [each for each in every_fact + idle if not each.lstrip().startswith(("SELECT", "BEGIN"))] == []
    assert "BEGIN IMMEDIATE" not in every_fact + idle
    assert [each for each in idle if "touchpoint" in each] == []


def test_what_changed_is_planned_at_the_very_next_tick(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    clock_process = planner(engine, clock)
    for _ in range(2):
        assert clock_process.tick() == NOTHING
    an_order(engine, file, "2026-09-14")
    assert clock_process.tick() == Planned(inserted=1)
    assert clock_process.tick() == NOTHING
    for change in ({"delivered_on": date(2026, 9, 15)}, {"delivery": 2}, {"status": "rework"}):
        with writing(engine) as conn:
            conn.execute(update(people.repair_order).values(**change))
        assert clock_process.tick() != NOTHING, change


def test_a_fact_no_summary_shows_is_found_within_a_minute(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    with writing(engine) as conn:
        add(conn, people.consent, customer_id=file[1], purpose="marketing", given=True, at=clock.now)
        an_event(conn, file[0], at=clock.now + timedelta(days=5), now=clock.now)
        conn.execute(update(people.customer).values(known=False))
    clock_process = planner(engine, clock)
    assert [clock_process.tick().inserted for _ in range(3)] == [0, 0, 0]
    with writing(engine) as conn:
        conn.execute(update(people.customer).values(known=True))
    clock.ticks += LOOK_S
    assert clock_process.tick() == Planned(inserted=1)


def test_a_look_that_takes_long_is_spread_over_many_ticks_and_forgets_no_rule(
    engine: Engine, clock: StillClock, file: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a million customers a look at all took longer than a minute, so that every tick was a look at all."""
    looked: list[str] = []

    def slowly(_conn: Any, rule: Rule, *_days: Any) -> bool:
        looked.append(rule.name)
        clock.ticks += LOOK_S / 3
        return True

    clock_process = planner(engine, clock)
    for _ in range(2):
        clock_process.tick()
    monkeypatch.setattr(planning, "settled", slowly)
    clock.ticks += LOOK_S
    each_tick: list[int] = []
    for _ in range(len(lines_of(SHIPPED))):
        clock_process.tick()
        each_tick.append(len(looked) - sum(each_tick))
    assert set(each_tick) == {1}
    assert sorted(looked) == sorted(line.rule.name for line in lines_of(SHIPPED))


@pytest.mark.handbook("H1.5.1")
def test_a_car_that_came_back_for_rework_is_asked_about_after_the_next_delivery(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    def told(status: str) -> None:
        with writing(engine) as conn:
            put_order(conn, file[0], "8812", OrderFacts(OrderStatus(status)), clock.now)
        planner(engine, clock).tick()
        clock.advance(hours=1)

    an_order(engine, file, "2026-09-17")
    for status in ("delivered", "rework", "rework", "in_progress", "ready", "delivered", "delivered"):
        told(status)
    first, second = rows(engine)
    assert (first.occurrence, first.outcome, first.reason) == ("RO#8812", "cancelled", "order_rework")
    assert (second.occurrence, second.state) == ("RO#8812/2", "planned")
    told("cancelled")
    assert [row.reason for row in rows(engine)] == ["order_rework", "order_cancelled"]


@pytest.mark.handbook("H1.5.1")
def test_a_car_that_came_twice_within_days_is_asked_about_once(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    """A holiday shifts both questions to the same morning: the same words twice. Another car is another question."""

    def handed_over(key: str, plate: str, at: datetime) -> None:
        car, whose = VehicleFacts(key[0], plate=plate, model="知行"), CustomerFacts("C-李雷")
        with writing(engine) as conn:
            put_order(conn, file[0], key, OrderFacts(OrderStatus.DELIVERED, at, whose, car), clock.now)
        planner(engine, clock).tick()

    handed_over("A1", "浙X88001", clock.now - timedelta(days=2))
    handed_over("B1", "浙X88002", clock.now - timedelta(days=2))
    handed_over("A2", "浙X88001", clock.now - timedelta(days=1))
    asked = [row for row in rows(engine) if row.rule == "checkin.question"]
    assert [(row.occurrence, row.state, row.reason) for row in sorted(asked, key=lambda row: row.occurrence)] == [
        ("RO#A1", "done", "anchor_gone"),
        ("RO#A2", "planned", ""),
        ("RO#B1", "planned", ""),
    ]


def test_a_delivery_corrected_to_ready_and_back_is_the_same_one(
    engine: Engine, clock: StillClock, file: tuple[int, int]
) -> None:
    an_order(engine, file, "2026-09-17")
    for status in ("delivered", "ready", "delivered"):
        with writing(engine) as conn:
            put_order(conn, file[0], "8812", OrderFacts(OrderStatus(status)), clock.now)
    planner(engine, clock).tick()
    assert [row.occurrence for row in rows(engine)] == ["RO#8812"]


def test_postgresql_is_told_when_much_was_planned(
    engine: Engine, clock: StillClock, file: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until it looks itself, a minute later, it would join thousands of touchpoints as if there were none."""
    an_order(engine, file, "2026-09-16")
    told = "ANALYZE (SKIP_LOCKED) touchpoint"
    with statements_of(engine) as asked:
        planner(engine, clock).tick()
    assert told not in asked, "not for one"
    monkeypatch.setattr("scheduler.plan.MANY", 1)
    an_order(engine, file, "2026-09-17", "8813")
    with statements_of(engine) as asked:
        planner(engine, clock).tick()
    assert (told in asked) is (engine.dialect.name == "postgresql")
