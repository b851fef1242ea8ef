"""Customers, vehicles and consents as the DMS tells them; refusals stand whatever is imported."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.customer import Purpose
from store.engine import reading, writing
from store.tables.people import consent, customer, identity, refusal
from tests.conftest import StillClock
from tests.store.cast import a_touchpoint, refused
from tests.web.api.conftest import DELIVERED, Dms

PATH = "/customers/C-1"
LI_LEI = {"name": "李雷", "phone": "13900000001"}
E164 = "+8613900000001"


def file(dms: Dms) -> dict[str, Any]:
    answer = dms.get(PATH)
    assert answer.json is not None
    return dict(answer.json)


def ledger(dms: Dms) -> list[Any]:
    with reading(dms.engine) as conn:
        return list(conn.execute(select(consent).order_by(consent.c.id)).all())


def test_made_once_and_shown(dms: Dms) -> None:
    assert dms.put(PATH, {**LI_LEI, "birthday": "1988-05-20"}).status_code == 201
    assert dms.put(PATH, {**LI_LEI, "birthday": "1988-05-20"}).status_code == 200
    assert file(dms) == {
        "external_id": "C-1", "name": "李雷", "phone": E164, "phone_state": "ok", "birthday": "1988-05-20",
        "consents": {}, "refusals": [], "wechat": [], "vehicles": [], "repair_orders": [],
    }  # fmt: skip


def test_what_is_left_out_stays(dms: Dms) -> None:
    dms.put(PATH, {**LI_LEI, "birthday": "05-20"})
    dms.put(PATH, {"name": "李磊"})
    assert (file(dms)["name"], file(dms)["phone"], file(dms)["birthday"]) == ("李磊", E164, "05-20")


def test_a_birthday_on_the_leap_day_needs_no_year(dms: Dms) -> None:
    assert dms.put(PATH, {**LI_LEI, "birthday": "02-29"}).status_code == 201


@pytest.mark.parametrize(("phone", "state"), [("0571-88886666", "voice"), ("13900000001", "ok")])
def test_a_landline_takes_no_sms(dms: Dms, phone: str, state: str) -> None:
    dms.put(PATH, {**LI_LEI, "phone": phone})
    assert file(dms)["phone_state"] == state


def test_a_dead_number_stays_dead_until_another_comes(dms: Dms) -> None:
    dms.put(PATH, LI_LEI)
    with writing(dms.engine) as conn:
        conn.execute(update(customer).values(phone_state="dead"))
    dms.put(PATH, {**LI_LEI, "phone": "139-0000-0001"})
    assert file(dms)["phone_state"] == "dead"
    dms.put(PATH, {**LI_LEI, "phone": "13900000002"})
    assert file(dms)["phone_state"] == "ok"


@pytest.mark.parametrize(
    ("given", "purposes"),
    [
        (["marketing"], {"marketing": True}),
        ({"marketing": True, "survey": False}, {"marketing": True, "survey": False}),
        ({"greeting": {"given": True}}, {"greeting": True}),
        (True, {"survey": True, "greeting": True, "marketing": True}),
        (False, {"survey": False, "greeting": False, "marketing": False}),
        ([], {}),
        (None, {}),
    ],
)
def test_consent_in_each_of_its_forms(dms: Dms, given: Any, purposes: dict[str, bool]) -> None:
    dms.put(PATH, {**LI_LEI, "consent": given})
    assert file(dms)["consents"] == purposes


@pytest.mark.handbook("H1.7.1")
def test_the_ledger_holds_the_proof(dms: Dms, clock: StillClock) -> None:
    proof = {"given": True, "at": "2026-01-05T09:00:00", "channel": "paper", "wording": "v3", "evidence": "表单 17"}
    dms.put(PATH, {**LI_LEI, "consent": {"marketing": proof, "survey": True}})
    marketing, survey = ledger(dms)
    assert (marketing.channel, marketing.wording, marketing.evidence) == ("paper", "v3", "DMS DMS · 表单 17")
    assert marketing.at == datetime(2026, 1, 5, 1, tzinfo=UTC)
    assert (survey.evidence, survey.at) == ("DMS DMS", clock.now)


def test_importing_again_adds_nothing_to_the_ledger(dms: Dms) -> None:
    for _ in range(3):
        dms.put(PATH, {**LI_LEI, "consent": ["marketing"]})
    assert len(ledger(dms)) == 1
    dms.put(PATH, {"consent": {"marketing": False}})
    assert [row.given for row in ledger(dms)] == [True, False]


@pytest.mark.parametrize("consent_again", [True, ["marketing"], {"marketing": True}])
def test_a_customers_refusal_survives_the_import(dms: Dms, consent_again: Any) -> None:
    dms.put(PATH, LI_LEI)
    with writing(dms.engine) as conn:
        refused(conn, E164, Purpose.MARKETING)
    dms.put(PATH, {**LI_LEI, "consent": consent_again})
    assert file(dms)["refusals"] == ["marketing"]


def test_a_refusal_meets_whoever_has_the_number_later(dms: Dms) -> None:
    with writing(dms.engine) as conn:
        refused(conn, E164, Purpose.ALL)
    dms.put(PATH, {**LI_LEI, "consent": True})
    assert file(dms)["refusals"] == ["all"]


def test_a_refusal_follows_to_a_new_number(dms: Dms) -> None:
    dms.put(PATH, LI_LEI)
    with writing(dms.engine) as conn:
        refused(conn, E164, Purpose.MARKETING)
    dms.put(PATH, {"phone": "13900000002"})
    assert file(dms)["refusals"] == ["marketing"]
    with reading(dms.engine) as conn:
        assert conn.execute(select(refusal.c.address)).scalars().all() == [E164, "+8613900000002"]


def test_what_the_dms_refused_it_may_lift(dms: Dms) -> None:
    dms.put(PATH, {**LI_LEI, "consent": {"survey": False}})
    assert file(dms)["refusals"] == ["survey"]
    dms.put(PATH, {"consent": {"survey": True}})
    assert file(dms)["refusals"] == []
    dms.put(PATH, {"consent": {"survey": False}})
    assert file(dms)["refusals"] == ["survey"]


def test_the_file_shows_wechat_cars_and_orders(dms: Dms, clock: StillClock) -> None:
    dms.put("/repair-orders/8812", DELIVERED)
    with writing(dms.engine) as conn:
        customer_id = conn.execute(select(customer.c.id)).scalar_one()
        row = {"channel": "wechat", "account": "main", "address": "o1", "following": True, "bound_by": "qr"}
        conn.execute(insert(identity).values(**row, customer_id=customer_id, changed_at=clock.now))
        refused(conn, "o1", Purpose.GREETING)
    shown = file(dms)
    assert shown["wechat"] == [{"account": "main", "following": True, "bound": True}]
    assert shown["refusals"] == ["greeting"]
    assert [car["plate"] for car in shown["vehicles"]] == ["浙A12345"]
    assert [order["external_id"] for order in shown["repair_orders"]] == ["8812"]


def test_touchpoints_with_their_outcome(dms: Dms, clock: StillClock) -> None:
    dms.put(PATH, LI_LEI)
    with writing(dms.engine) as conn:
        customer_id = conn.execute(select(customer.c.id)).scalar_one()
        a_touchpoint(conn, dms.store_id, customer_id, clock.now + timedelta(days=3))
        a_touchpoint(
            conn, dms.store_id, customer_id, clock.now, occurrence="RO#1", state="done", outcome="skipped", reason="cap"
        )
    answer = dms.get(PATH + "/touchpoints").json
    assert answer is not None
    shown = [(row["occurrence"], row["state"], row["outcome"], row["reason"]) for row in answer["touchpoints"]]
    assert shown == [("RO#8812", "planned", None, ""), ("RO#1", "done", "skipped", "cap")]


def test_a_vehicle_of_its_own(dms: Dms, stranger: Dms) -> None:
    dms.put(PATH, LI_LEI)
    car = {
        "customer": {"external_id": "C-1"},
        "plate": "浙a·12345",
        "model": "云栖",
        "vin": "lhg123",
        "mileage": "12000",
    }
    answer = dms.put("/vehicles/V-1", car)
    assert answer.status_code == 201
    assert answer.json == {
        "external_id": "V-1", "plate": "浙A12345", "model": "云栖", "vin": "LHG123", "mileage": 12000,
        "customer": "C-1",
    }  # fmt: skip
    assert dms.put("/vehicles/V-1", {"mileage": 13000}).json == {**answer.json, "mileage": 13000}
    for where, body in (("/customer", {"plate": "浙A1", "model": "知行"}), ("/customer/external_id", car)):
        problem = stranger.put("/vehicles/V-2", body).json
        assert problem is not None
        assert problem["errors"][0]["pointer"] == where
