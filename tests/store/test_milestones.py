"""Milestones as rows: made, moved, taken away as the file of a car changes, and looked at once a day."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from bot.lifecycle import Lifecycle
from config.load import load_upkeep
from store.customers import VehicleFacts, put_vehicle
from store.engine import reading, writing
from store.milestones import Renewed, renew, stale
from store.ownership import PolicyFacts, PolicyKind, PolicyOutcome, RecallFacts, put_policy, put_recall
from store.tables import contact, ownership, people, quotes
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, add

UPKEEP = load_upkeep(Path(__file__).parents[2] / "config")
TODAY = date(2026, 9, 17)


@pytest.fixture
def car(engine: Engine, clock: StillClock) -> int:
    """李雷's 长风, with an external id and a VIN."""
    with writing(engine) as conn:
        store_id = a_store(conn)
        return add(
            conn, people.vehicle, store_id=store_id, customer_id=a_customer(conn, store_id), external_id="V1",
            plate="浙A12345", model="长风", vin="LSVAA1", energy="petrol",
        )  # fmt: skip


def tell(engine: Engine, **values: Any) -> None:
    with writing(engine) as conn:
        conn.execute(update(people.vehicle).values(**values, dated_on=None))


def tick(engine: Engine, clock: StillClock) -> Renewed:
    with writing(engine) as conn:
        return renew(conn, stale(conn, clock.now), UPKEEP, clock.now)


def rows(engine: Engine) -> dict[str, date]:
    """Occurrence → day."""
    with reading(engine) as conn:
        return {row.occurrence: row.on for row in conn.execute(select(ownership.milestone))}


def test_made_once_moved_with_the_fact_and_taken_away_with_it(engine: Engine, clock: StillClock, car: int) -> None:
    tell(engine, delivered_on=date(2026, 9, 1))
    assert tick(engine, clock) == Renewed(1, 4)  # delivered, anniversary, first service, lost; no warranty yet
    assert rows(engine)["car#V1"] == date(2026, 9, 1)
    assert tick(engine, clock) == Renewed(0, 0)
    tell(engine, delivered_on=date(2026, 9, 3))
    tick(engine, clock)
    assert rows(engine)["car#V1"] == date(2026, 9, 3)
    tell(engine, sold_on=TODAY)
    tick(engine, clock)
    assert rows(engine) == {}


def test_every_car_is_looked_at_again_on_the_next_local_day(engine: Engine, clock: StillClock, car: int) -> None:
    tell(engine, delivered_on=date(2025, 10, 10))
    tick(engine, clock)
    clock.advance(hours=13, minutes=39)  # 23:59 in Shanghai
    assert tick(engine, clock) == Renewed(0, 0)
    clock.advance(minutes=2)
    assert tick(engine, clock).cars == 1


def test_the_lifecycle_follows_the_last_visit(engine: Engine, clock: StillClock, car: int) -> None:
    seen = []
    for delivered in (date(2026, 6, 1), date(2026, 2, 10), date(2025, 9, 17), date(2024, 9, 17)):
        tell(engine, delivered_on=delivered)
        tick(engine, clock)
        with reading(engine) as conn:
            seen.append(conn.execute(select(people.vehicle.c.lifecycle)).scalar())
    assert seen == [Lifecycle.ACTIVE, Lifecycle.WARNING, Lifecycle.LOST, Lifecycle.ASLEEP]


def test_a_policy_marks_its_car_and_ends_with_its_outcome(engine: Engine, clock: StillClock, car: int) -> None:
    tick(engine, clock)
    with writing(engine) as conn:
        put_policy(conn, 1, "P1", PolicyFacts("V1", PolicyKind.COMMERCIAL, ends_on=date(2026, 11, 1)))
    tick(engine, clock)
    assert rows(engine) == {"policy#P1@2026": date(2026, 11, 1)}
    with writing(engine) as conn:
        put_policy(conn, 1, "P1", PolicyFacts(outcome=PolicyOutcome.RENEWED_HERE))
    tick(engine, clock)
    assert rows(engine) == {}


def test_an_old_recall_starts_when_it_meets_the_car_and_stays_there(
    engine: Engine, clock: StillClock, car: int
) -> None:
    recalled = RecallFacts("燃油泵检查", published_on=date(2024, 1, 1), vins=["LSVAA1", "OTHER"])
    with writing(engine) as conn:
        put_recall(conn, 1, "R1", recalled, TODAY)
    tick(engine, clock)
    assert rows(engine) == {"recall#R1/LSVAA1": TODAY}
    clock.advance(days=9)
    tick(engine, clock)
    assert rows(engine) == {"recall#R1/LSVAA1": TODAY}
    with writing(engine) as conn:
        put_recall(conn, 1, "R1", RecallFacts(done={"LSVAA1": TODAY}), TODAY)
    tick(engine, clock)
    assert rows(engine) == {}


def test_readings_are_kept_and_used(engine: Engine, clock: StillClock, car: int) -> None:
    tell(engine, delivered_on=date(2026, 8, 1))
    with writing(engine) as conn:
        put_vehicle(conn, 1, VehicleFacts("V1", mileage=100, mileage_on=date(2026, 8, 2)))
        put_vehicle(conn, 1, VehicleFacts("V1", mileage=4100, mileage_on=date(2026, 9, 11)))  # 100 km a day
    tick(engine, clock)
    assert rows(engine)["car#V1/service@first"] == date(2026, 9, 20)


def test_declined_lines_and_satisfied_answers_are_of_the_car(engine: Engine, clock: StillClock, car: int) -> None:
    with writing(engine) as conn:
        order = add(
            conn, people.repair_order, store_id=1, customer_id=1, vehicle_id=car, external_id="8812", items=[],
            status="delivered", delivered_on=date(2026, 9, 10), delivered_at=clock.now, updated_at=clock.now,
        )  # fmt: skip
        offer = add(
            conn, quotes.quote, store_id=1, repair_order_id=order, external_id="Q-1", version=1, state="answered",
            expires_at=clock.now, total_fen=1, created_at=clock.now,
        )  # fmt: skip
        for position, answer in enumerate(("approved", "declined"), 1):
            conn.execute(insert(quotes.quote_line).values(
                quote_id=offer, position=position, name=f"项目{position}", kind="part", total_fen=1, urgency="must",
                answer=answer, answered_at=datetime.fromisoformat("2026-09-09T16:30:00+00:00"),
            ))  # fmt: skip
        add(
            conn, contact.prompt, customer_id=1, kind="survey", scale="1-5", ref={"order_id": order}, rating=5,
            state="answered", satisfaction="satisfied", asked_at=clock.now, answered_at=clock.now,
            expires_at=clock.now + timedelta(days=1),
        )  # fmt: skip
    tick(engine, clock)
    found = rows(engine)
    assert found["quote#Q-1/v1/declined"] == date(2026, 9, 10)  # 00:30 in Shanghai
    assert found["prompt#1"] == TODAY
    with reading(engine) as conn:
        told = select(ownership.milestone.c.detail).where(ownership.milestone.c.kind == "quote.declined")
        assert conn.execute(told).scalar() == {"items": ["项目2"], "must": True}


def test_a_car_that_goes_to_another_customer_takes_its_dates_along(engine: Engine, clock: StillClock, car: int) -> None:
    tell(engine, first_registration=date(2024, 11, 5))
    tick(engine, clock)
    with writing(engine) as conn:
        other = a_customer(conn, 1, name="王磊", phone="+8613900000002")
        put_vehicle(conn, 1, VehicleFacts("V1"), other)
    tick(engine, clock)
    with reading(engine) as conn:
        assert conn.execute(select(ownership.milestone.c.customer_id)).scalars().all() == [other]
