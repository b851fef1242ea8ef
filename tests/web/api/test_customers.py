"""Customers, vehicles and consents as the DMS tells them; refusals stand whatever is imported."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from bot.consent import Source
from bot.customer import Purpose
from store import consents
from store.consents import Act
from store.engine import reading, writing
from store.tables.people import consent, customer, identity, refusal
from tests.conftest import StillClock
from tests.store.cast import a_touchpoint, refused
from tests.web.api.conftest import DELIVERED, Dms

PATH = "/customers/C-1"
LI_LEI = {"name": "李雷", "phone": "13900000001"}
E164 = "+8613900000001"
PROVED = {"given": True, "at": "2026-01-05T09:00:00", "channel": "paper", "wording": "v3", "evidence": "表单 17"}


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
        "external_id": "C-1", "name": "李雷", "phone": E164, "phone_state": "ok", "email": "", "email_state": "ok",
        "birthday": "1988-05-20", "consents": {}, "refusals": [], "consents_without_proof": [],
        "wechat": [], "vehicles": [], "repair_orders": [],
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
        (["survey"], {"survey": True}),
        ({"marketing": False, "survey": True}, {"marketing": False, "survey": True}),
        ({"greeting": PROVED}, {"greeting": True}),
        (True, {"survey": True}),
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
    dms.put(PATH, {**LI_LEI, "consent": {"marketing": PROVED, "survey": True}})
    marketing, survey = ledger(dms)
    assert (marketing.channel, marketing.wording, marketing.evidence) == ("paper", "v3", "DMS DMS · 表单 17")
    assert marketing.at == datetime(2026, 1, 5, 1, tzinfo=UTC)
    assert (survey.evidence, survey.at) == ("DMS DMS", clock.now)


@pytest.mark.parametrize("lacking", ["at", "wording", "evidence"])
def test_a_yes_without_its_proof_is_kept_and_counts_for_nothing(dms: Dms, lacking: str) -> None:
    given = {name: value for name, value in PROVED.items() if name != lacking}
    for _ in range(2):
        answer = dms.put(PATH, {**LI_LEI, "consent": {"marketing": given}})
        assert answer.json is not None
        assert (answer.json["consents"], answer.json["consents_without_proof"]) == ({}, ["marketing"])
    assert [(row.given, row.aside) for row in ledger(dms)] == [(True, "no_proof")]
    dms.put(PATH, {"consent": {"marketing": PROVED}})
    assert (file(dms)["consents"], file(dms)["consents_without_proof"]) == ({"marketing": True}, [])


def test_what_the_dms_said_before_the_customers_own_yes_changes_nothing(dms: Dms, clock: StillClock) -> None:
    dms.put(PATH, LI_LEI)
    with writing(dms.engine) as conn:
        customer_id = conn.execute(select(customer.c.id)).scalar_one()
        consents.give(conn, customer_id, Purpose.MARKETING, Act(Source.WORD, clock.now, evidence="message:1"))
    dms.put(PATH, {"consent": {"marketing": {"given": False, "at": "2026-01-05T09:00:00"}}})
    assert (file(dms)["consents"], file(dms)["refusals"]) == ({"marketing": True}, [])
    assert [row.aside for row in ledger(dms)] == ["", "older"]


def test_importing_again_adds_nothing_to_the_ledger(dms: Dms) -> None:
    for _ in range(3):
        dms.put(PATH, {**LI_LEI, "consent": {"marketing": PROVED}})
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
        "external_id": "V-1", "plate": "浙A12345", "model": "云栖", "vin": "LHG123", "mileage": 12000, "energy": "",
            "first_registration": None, "delivered_on": None, "warranty_until": None, "sold_on": None,
            "serviced_on": None, "inspection_until": None,
        "customer": "C-1",
    }  # fmt: skip
    assert dms.put("/vehicles/V-1", {"mileage": 13000}).json == {**answer.json, "mileage": 13000}
    for where, body in (("/customer", {"plate": "浙A1", "model": "知行"}), ("/customer/external_id", car)):
        problem = stranger.put("/vehicles/V-2", body).json
        assert problem is not None
        assert problem["errors"][0]["pointer"] == where


MAIL = "lilei@example.com"
MAIL_ONLY = {"name": "李雷", "email": "LiLei@Example.com"}


def test_an_e_mail_address_is_an_address_of_the_file(dms: Dms) -> None:
    assert dms.put(PATH, MAIL_ONLY).status_code == 201
    assert dms.put(PATH, MAIL_ONLY).status_code == 200
    assert (file(dms)["email"], file(dms)["email_state"], file(dms)["phone"]) == (MAIL, "ok", "")
    dms.put(PATH, {"name": "李磊"})
    assert file(dms)["email"] == MAIL, "left out, so it stays"


def test_what_is_no_e_mail_address_is_said_with_its_place(dms: Dms) -> None:
    order: dict[str, Any] = {**DELIVERED, "customer": {**LI_LEI, "external_id": "C-1", "email": "nobody at home"}}
    person: dict[str, Any] = {**LI_LEI, "email": "lilei@localhost"}
    for path, body, pointer in ((PATH, person, "/email"), ("/repair-orders/RO-1", order, "/customer/email")):
        answer = dms.put(path, body)
        assert answer.status_code == 422
        assert [each["pointer"] for each in (answer.json or {})["errors"]] == [pointer]


def test_an_address_can_go_but_the_last_one_stays(dms: Dms) -> None:
    dms.put(PATH, {**MAIL_ONLY, **LI_LEI})
    assert dms.put(PATH, {"email": ""}).status_code == 200
    assert file(dms)["email"] == ""
    dms.put("/customers/C-2", MAIL_ONLY)
    answer = dms.put("/customers/C-2", {"email": ""})
    assert answer.status_code == 422
    assert [each["pointer"] for each in (answer.json or {})["errors"]] == ["/email"]


def test_a_dead_e_mail_address_stays_dead_until_another_comes(dms: Dms) -> None:
    dms.put(PATH, MAIL_ONLY)
    with writing(dms.engine) as conn:
        conn.execute(update(customer).values(email_state="dead"))
    dms.put(PATH, MAIL_ONLY)
    assert file(dms)["email_state"] == "dead"
    dms.put(PATH, {"email": "lilei@another.example"})
    assert file(dms)["email_state"] == "ok"


def test_a_refusal_at_an_e_mail_address_holds_for_every_file_and_follows_the_person(dms: Dms) -> None:
    dms.put(PATH, {**MAIL_ONLY, "consent": {"marketing": False}})
    dms.put("/customers/C-2", {**MAIL_ONLY, "name": "李雷之妻"})
    assert (dms.get("/customers/C-2").json or {})["refusals"] == ["marketing"]
    dms.put(PATH, {"email": "lilei@another.example"})
    assert file(dms)["refusals"] == ["marketing"]


def test_a_refusal_survives_when_only_the_e_mail_address_is_imported_again(dms: Dms) -> None:
    dms.put(PATH, {**LI_LEI, **MAIL_ONLY, "consent": {"marketing": False}})
    assert dms.put("/customers/NEW-1", MAIL_ONLY).status_code == 201
    assert (dms.get("/customers/NEW-1").json or {})["refusals"] == ["marketing"]
