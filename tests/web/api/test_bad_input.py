"""Whatever is wrong with a request, the answer is a problem document that says where."""

from typing import Any

import pytest
from sqlalchemy import func, select

from store.engine import reading
from store.tables.people import customer, repair_order
from tests.conftest import StillClock
from tests.web.api.conftest import ORDER, Dms
from web.api import BURST, MAX_BODY

# Told before a database is asked, so one of them is enough.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATH = "/repair-orders/8812"
NEW = {"status": "ready"}
PERSON = {"external_id": "C-1", "name": "李雷", "phone": "13900000001"}
CAR = {"external_id": "V-1", "plate": "浙A12345", "model": "知行"}


def with_person(**changes: Any) -> dict[str, Any]:
    return {**ORDER, "customer": {**PERSON, **changes}}


def with_car(**changes: Any) -> dict[str, Any]:
    return {**ORDER, "vehicle": {**CAR, **changes}}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/status"),
        ({**ORDER, "status": "done"}, "/status"),
        ({**ORDER, "status": None}, "/status"),
        ({**ORDER, "status": 3}, "/status"),
        (NEW, "/customer"),
        ({**NEW, "customer": PERSON}, "/vehicle"),
        ({**ORDER, "customer": None}, "/customer"),
        ({**ORDER, "customer": "李雷"}, "/customer"),
        ({**ORDER, "delivered_at": "2026-09-16T10:00:00Z"}, "/delivered_at"),
        ({**ORDER, "status": "delivered", "delivered_at": "昨天"}, "/delivered_at"),
        ({**ORDER, "status": "delivered", "delivered_at": 1789000000}, "/delivered_at"),
        ({**ORDER, "status": "delivered", "delivered_at": "2062-09-16T10:00:00Z"}, "/delivered_at"),
        ({**ORDER, "delivred_at": "2026-09-16"}, "/delivred_at"),
        ({**ORDER, "a/b~c": 1}, "/a~1b~0c"),
        ({**ORDER, "advisor": ""}, "/advisor"),
        ({**ORDER, "advisor": "韩\x00梅梅"}, "/advisor"),
        ({**ORDER, "items": "小保养"}, "/items"),
        ({**ORDER, "items": [{"fen": 1}]}, "/items/0/name"),
        ({**ORDER, "items": ["小保养", 7]}, "/items/1"),
        (with_person(name=None), "/customer/name"),
        (with_person(name="  "), "/customer/name"),
        (with_person(name="雷" * 121), "/customer/name"),
        (with_person(phone=None), "/customer/phone"),
        (with_person(phone=13900000001), "/customer/phone"),
        (with_person(phone="1.39E+10"), "/customer/phone"),
        (with_person(phone="13900000001/13800000002"), "/customer/phone"),
        (with_person(phone="12345"), "/customer/phone"),
        (with_person(external_id=""), "/customer/external_id"),
        (with_person(external_id="C" * 65), "/customer/external_id"),
        (with_person(birthday="1988-02-30"), "/customer/birthday"),
        (with_person(birthday="13-01"), "/customer/birthday"),
        (with_person(consent="yes"), "/customer/consent"),
        (with_person(consent=["everything"]), "/customer/consent/0"),
        (with_person(consent={"marketing": "maybe"}), "/customer/consent/marketing"),
        (with_person(consent={"marketing": {"at": "2026-01-01"}}), "/customer/consent/marketing/given"),
        (with_car(plate=None), "/vehicle/plate"),
        (with_car(model=None), "/vehicle/model"),
        (with_car(mileage=-1), "/vehicle/mileage"),
        (with_car(mileage="很多"), "/vehicle/mileage"),
        (with_car(vin="L" * 33), "/vehicle/vin"),
        ([], ""),
        ("ready", ""),
        (7, ""),
    ],
)
def test_each_mistake_names_its_place(dms: Dms, body: Any, pointer: str) -> None:
    answer = dms.put(PATH, body)
    problem = answer.json
    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert problem is not None
    assert (problem["status"], problem["title"], problem["type"]) == (422, "Unprocessable Entity", "about:blank")
    assert pointer in [error["pointer"] for error in problem["errors"]]
    assert all(error["message"] for error in problem["errors"])
    with reading(dms.engine) as conn:
        assert [conn.scalar(select(func.count()).select_from(t)) for t in (customer, repair_order)] == [0, 0]


def test_every_mistake_is_named_at_once(dms: Dms) -> None:
    body = {"status": "done", "customer": {**PERSON, "phone": "12"}, "vehicle": {**CAR, "mileage": -1}}
    problem = dms.put(PATH, body).json
    assert problem is not None
    assert [error["pointer"] for error in problem["errors"]] == ["/status", "/customer/phone", "/vehicle/mileage"]


def test_a_new_order_without_anything_is_told_both(dms: Dms) -> None:
    problem = dms.put(PATH, NEW).json
    assert problem is not None
    assert [error["pointer"] for error in problem["errors"]] == ["/customer", "/vehicle"]


def test_no_number_is_repeated_in_an_answer(dms: Dms) -> None:
    answer = dms.put(PATH, with_person(phone="139000000019"))
    assert "139000" not in answer.text


@pytest.mark.parametrize(
    "body", [b"{", b"", b'{"status": "ready",}', b"\xff\xfe", b"status=ready", b'{"status": "\\ud800"}']
)
def test_what_is_not_json_is_400(dms: Dms, body: bytes) -> None:
    answer = dms.ask("PUT", PATH, data=body, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/xml"])
def test_another_media_type_is_415(dms: Dms, media_type: str) -> None:
    answer = dms.ask("PUT", PATH, data=b"{}", content_type=media_type)
    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


def test_a_body_too_large_is_413(dms: Dms) -> None:
    answer = dms.ask("PUT", PATH, data=b" " * (MAX_BODY + 1), content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (413, "application/problem+json")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/customers/C-9", 404),
        ("GET", "/customers/C-9/touchpoints", 404),
        ("GET", "/repair-orders/9", 404),
        ("DELETE", "/customers/C-1", 405),
        ("POST", "/repair-orders/8812", 405),
        ("GET", "/repair-orders/8812/bind-code", 405),
        ("GET", "/customers/%00", 422),
        ("GET", "/customers/" + "C" * 65, 422),
    ],
)
def test_no_such_thing(dms: Dms, method: str, path: str, status: int) -> None:
    answer = dms.ask(method, path)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert answer.json["status"] == status
    if status == 405:
        assert answer.headers["Allow"]


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer ", "Bearer wrong", "Basic aGk6aGk=", "bearer \udc80"])
def test_without_a_token_nobody_comes_in(dms: Dms, given: str) -> None:
    answer = dms.ask("PUT", PATH, ORDER, headers={"Authorization": given})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_guessing_tokens_is_slowed_down(dms: Dms) -> None:
    statuses = [dms.ask("GET", PATH, headers={"Authorization": f"Bearer {n}"}).status_code for n in range(25)]
    assert set(statuses) == {401, 429}
    assert dms.get(PATH).status_code == 404  # a good token is not held up by it


def test_too_many_requests_are_told_when_to_go_on(dms: Dms, clock: StillClock) -> None:
    statuses = [dms.get(PATH).status_code for _ in range(BURST)]
    assert set(statuses) == {404}
    answer = dms.get(PATH)
    assert (answer.status_code, answer.mimetype) == (429, "application/problem+json")
    clock.advance(seconds=int(answer.headers["Retry-After"]))
    assert dms.get(PATH).status_code == 404


def test_an_error_of_ours_is_a_problem_too(dms: Dms, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise KeyError("13900000001")

    monkeypatch.setattr("store.orders.put_order", fail)
    answer = dms.put(PATH, ORDER)
    assert (answer.status_code, answer.mimetype) == (500, "application/problem+json")
    assert "13900000001" not in answer.text


def test_a_busy_database_asks_for_patience(dms: Dms, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    def locked(*_: object) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr("store.orders.put_order", locked)
    answer = dms.put(PATH, ORDER)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
