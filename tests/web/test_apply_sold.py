"""SellVehicle on both databases: what is planned about that car ends, what is about the person goes on."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.effects import Note, SellVehicle
from config.load import load_upkeep
from store import milestones
from store.engine import writing
from store.tables import outbound, ownership, people
from tests.turn_house import TurnHouse
from tests.web.test_apply_people import a_plan, outcomes

UPKEEP = load_upkeep(Path(__file__).parents[2] / "config")
TODAY = date(2026, 9, 17)


def a_car(house: TurnHouse, number: str, customer_id: int | None = None) -> int:
    return house.add(
        people.vehicle, store_id=house.cast.store_id, customer_id=customer_id or house.cast.zhang, external_id=number,
        plate=f"浙A{number}", model="知行", delivered_on=date(2025, 9, 1), first_registration=date(2025, 9, 1),
    )  # fmt: skip


def renewed(house: TurnHouse) -> set[int]:
    """Cars that have milestones, once the stale ones were worked out."""
    with writing(house.engine) as conn:
        milestones.renew(conn, milestones.stale(conn, house.clock.now), UPKEEP, house.clock.now)
    return {row.vehicle_id for row in house.rows(ownership.milestone)}


def told(house: TurnHouse, effect: Any) -> None:
    house.follower(house.cast.zhang)
    house.effects(effect, Note("车已卖掉")).take(house.typed("对，卖了"))


@pytest.mark.handbook("H2.5.1")
def test_its_plan_ends_and_the_persons_goes_on(house: TurnHouse) -> None:
    mine, other = a_car(house, "V1"), a_car(house, "V2")
    order = house.add(
        people.repair_order, store_id=house.cast.store_id, customer_id=house.cast.zhang, vehicle_id=mine,
        external_id="R1", status="delivered", items=[], updated_at=house.clock.now,
    )  # fmt: skip
    zhang = house.cast.zhang
    a_plan(house, zhang, "reminder", "maintenance.soon", ref={"vehicle_id": mine})
    a_plan(house, zhang, "survey", "checkin.question", ref={"order_id": order})
    a_plan(house, zhang, "marketing", "winback.benefit", ref={"vehicle_id": other})
    a_plan(house, zhang, "greeting")
    a_plan(house, zhang, "safety", "recall.notice", ref={"vehicle_id": mine})
    assert renewed(house) == {mine, other}
    told(house, SellVehicle(mine, TODAY))
    assert outcomes(house) == {
        f"reminder-{zhang}": ("cancelled", "vehicle_sold"), f"survey-{zhang}": ("cancelled", "vehicle_sold"),
        f"marketing-{zhang}": (None, ""), f"greeting-{zhang}": (None, ""), f"safety-{zhang}": (None, ""),
    }  # fmt: skip
    assert renewed(house) == {other}
    assert {row.id: row.sold_on for row in house.rows(people.vehicle)}[mine] == TODAY
    assert house.rows(people.customer, id=zhang)[0].name == "张伟"


def test_it_is_told_in_the_chain_behind_why(house: TurnHouse) -> None:
    mine = a_car(house, "V1")
    a_plan(house, house.cast.zhang, "reminder", "maintenance.soon", ref={"vehicle_id": mine})
    told(house, SellVehicle(mine, TODAY))
    assert [(row.verdict, row.reason) for row in house.rows(outbound.verdict)] == [("cancelled", "vehicle_sold")]


@pytest.mark.parametrize("again", [True, False])
def test_another_persons_car_and_a_second_word_change_nothing(house: TurnHouse, again: bool) -> None:
    mine = a_car(house, "V1", None if again else house.cast.chen)
    if again:
        told(house, SellVehicle(mine, TODAY))
    else:
        house.follower(house.cast.zhang)
    house.clock.advance(days=2)
    house.effects(SellVehicle(mine, TODAY + timedelta(days=2))).take(house.typed("卖了"))
    assert house.rows(people.vehicle, id=mine)[0].sold_on == (TODAY if again else None)
