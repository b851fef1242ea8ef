"""Sales, insurance, recalls and what else of a car has a date: put by the DMS's ids, refused when senseless."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from store.engine import reading, writing
from store.tables.ownership import odometer, recall_car
from store.tables.people import customer, vehicle
from tests.web.api.conftest import ORDER, Dms

SALE = {
    "state": "delivered", "delivered_on": "2026-09-10", "consultant": "王磊",
    "customer": {"external_id": "C-1", "name": "李雷", "phone": "13900000001"},
    "vehicle": {"external_id": "V-1", "plate": "浙A12345", "model": "知行", "vin": "LSVAA12345", "energy": "petrol"},
}  # fmt: skip
POLICY = {"vehicle": "V-1", "kind": "commercial", "ends_on": "2026-11-01"}
RECALL = {"title": "燃油泵检查", "vins": ["LSVAA12345", "LSVAA99999"]}


def cars(dms: Dms) -> list[Any]:
    with reading(dms.engine) as conn:
        return list(conn.execute(select(vehicle)))


def worked_out(dms: Dms) -> None:
    with writing(dms.engine) as conn:
        conn.execute(update(vehicle).values(dated_on=date(2026, 9, 17)))


def test_a_delivered_sale_gives_the_car_its_day(dms: Dms) -> None:
    assert dms.put("/sales/S-1", SALE).status_code == 201
    assert cars(dms)[0].delivered_on == date(2026, 9, 10)
    worked_out(dms)
    assert dms.put("/sales/S-1", SALE).status_code == 200
    assert cars(dms)[0].dated_on == date(2026, 9, 17)  # the same again changes nothing
    assert dms.put("/sales/S-1", {"state": "cancelled"}).json["delivered_on"] is None  # type: ignore[index]  # json
    assert (cars(dms)[0].delivered_on, cars(dms)[0].dated_on) == (None, None)


def test_a_delivery_without_a_day_is_today(dms: Dms) -> None:
    dms.put("/sales/S-1", {**SALE, "delivered_on": None})
    assert dms.get("/sales/S-1").json["delivered_on"] == "2026-09-17"  # type: ignore[index]  # json


def test_a_policy_ends_with_its_outcome(dms: Dms) -> None:
    dms.put("/sales/S-1", SALE)
    assert dms.put("/insurance/P-1", POLICY).status_code == 201
    worked_out(dms)
    answer = dms.put("/insurance/P-1", {"outcome": "renewed_elsewhere"})
    assert answer.json == {"external_id": "P-1", "insurer": "", "outcome": "renewed_elsewhere", **POLICY}
    assert cars(dms)[0].dated_on is None


def test_a_recall_lists_cars_known_or_not_and_those_seen_to(dms: Dms) -> None:
    dms.put("/sales/S-1", SALE)
    assert dms.put("/recalls/R-1", RECALL).status_code == 201
    worked_out(dms)
    answer = dms.put("/recalls/R-1", {"done": {"LSVAA12345": "2026-09-20"}})
    assert answer.json["done"] == {"LSVAA12345": "2026-09-20"}  # type: ignore[index]  # json
    assert cars(dms)[0].dated_on is None
    dms.put("/recalls/R-1", {"vins": ["LSVAA12345"]})
    with reading(dms.engine) as conn:
        assert [(row.vin, row.done_on) for row in conn.execute(select(recall_car))] == [
            ("LSVAA12345", date(2026, 9, 20))
        ]


def test_every_reading_is_kept_with_its_day(dms: Dms) -> None:
    dms.put("/repair-orders/1", ORDER)
    dms.put("/vehicles/V-1", {"mileage": 22000, "mileage_on": "2026-10-01"})
    dms.put("/vehicles/V-1", {"mileage": 22001, "mileage_on": "2026-10-01"})
    with reading(dms.engine) as conn:
        rows = conn.execute(select(odometer).order_by(odometer.c.on))
        assert [(row.on.isoformat(), row.km) for row in rows] == [("2026-09-17", 21000), ("2026-10-01", 22001)]


def test_an_order_has_the_car_worked_out_anew(dms: Dms) -> None:
    dms.put("/repair-orders/1", ORDER)
    worked_out(dms)
    dms.put("/repair-orders/1", {"status": "delivered"})
    assert cars(dms)[0].dated_on is None


def test_a_lunar_birthday_is_kept_as_such(dms: Dms) -> None:
    dms.put("/customers/C-1", {"name": "李雷", "phone": "13900000001", "birthday": "L08-15"})
    with reading(dms.engine) as conn:
        assert conn.execute(select(customer.c.birthday_md, customer.c.birthday)).one() == ("L08-15", None)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/sales/S-2", {"state": "contract"}, "/customer"),
        ("/sales/S-2", {**SALE, "state": "contract"}, "/delivered_on"),
        ("/insurance/P-2", {"vehicle": "V-9", "kind": "commercial", "ends_on": "2026-11-01"}, "/vehicle"),
        ("/insurance/P-2", {**POLICY, "kind": "life"}, "/kind"),
        ("/insurance/P-2", {**POLICY, "ends_on": 20261101}, "/ends_on"),
        ("/recalls/R-2", {"title": "燃油泵检查"}, "/vins"),
        ("/recalls/R-2", {**RECALL, "vins": []}, "/vins"),
        ("/customers/C-2", {"name": "李雷", "phone": "13900000001", "birthday": "L13-01"}, "/birthday"),
        ("/vehicles/V-1", {"energy": "steam"}, "/energy"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(dms: Dms, path: str, body: Any, pointer: str) -> None:
    answer = dms.put(path, body)
    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in answer.json["errors"]]  # type: ignore[index]  # json


def test_another_store_sees_nothing(dms: Dms, stranger: Dms) -> None:
    dms.put("/sales/S-1", SALE)
    dms.put("/insurance/P-1", POLICY)
    dms.put("/recalls/R-1", RECALL)
    for path in ("/sales/S-1", "/insurance/P-1", "/recalls/R-1"):
        assert stranger.get(path).status_code == 404


def test_the_day_of_delivery_that_was_told_is_kept_and_given_back(dms: Dms) -> None:
    body = {
        "state": "contract",
        "customer": ORDER["customer"],
        "vehicle": ORDER["vehicle"],
        "expected_on": "2026-09-28",
    }
    assert dms.put("/sales/S-9", body).status_code == 201
    assert dms.put("/sales/S-9", {"state": "contract"}).json["expected_on"] == "2026-09-28"  # type: ignore[index]  # a JSON object
    assert dms.get("/sales/S-9").json["expected_on"] == "2026-09-28"  # type: ignore[index]  # a JSON object
