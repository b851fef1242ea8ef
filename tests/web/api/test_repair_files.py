"""The repair file an order may carry: kept as sent, checked line by line, opened by the `file_url` of the answer."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.links import Link
from store.engine import reading
from store.tables.people import repair_order
from tests.conftest import StillClock
from tests.web.api.conftest import LINKS, ORDER, Dms

PATH = "/repair-orders/8812"
WORK = {"name": "更换前刹车片", "kind": "part", "unit_fen": 32000, "quantity": 2, "rate_fen": 12000, "hours": 1.5}
FILE: dict[str, Any] = {
    "number": "JS-1",
    "arrived_at": "2026-09-17T09:10",
    "mileage": 21034,
    "work_type": "level_two",
    "work": [WORK],
    "towing_fen": 20000,
    "total_fen": 102000,
    "certificate": {"issued": True, "number": "HZ-1"},
    "checks": [{"item": "制动性能", "result": "ok"}],
}


@pytest.mark.handbook("H1.4.5")
def test_the_file_is_kept_and_its_page_named(dms: Dms, clock: StillClock) -> None:
    answer = dms.put(PATH, {**ORDER, "file": FILE})
    assert (answer.status_code, answer.json is None) == (201, False)
    with reading(dms.engine) as conn:
        row = conn.execute(select(repair_order)).one()
    assert row.file["arrived_at"] == "2026-09-17T09:10:00+08:00"  # without an offset: the store's time
    assert row.file["work"][0]["total_fen"] == 82000
    assert "findings" not in row.file
    url = str(answer.json["file_url"]) if answer.json else ""
    token = url.rsplit("/", 1)[1]
    assert LINKS.read(Link.FILE, token, clock.now).ids == (row.id, row.customer_id)
    assert dms.get(PATH).json == answer.json
    listed = dms.get("/customers/C-1").json
    assert listed is not None
    assert listed["repair_orders"][0]["file_url"] == url


def test_without_a_file_there_is_no_address(dms: Dms) -> None:
    answer = dms.put(PATH, ORDER).json
    assert answer is not None
    assert answer["file_url"] is None


def test_the_same_again_changes_nothing_and_left_out_it_stays(dms: Dms, clock: StillClock) -> None:
    first = dms.put(PATH, {**ORDER, "file": FILE})
    clock.advance(minutes=5)
    second, third = dms.put(PATH, {**ORDER, "file": FILE}), dms.put(PATH, {"status": "in_progress"})
    assert [each.status_code for each in (first, second, third)] == [201, 200, 200]
    assert first.json == second.json == third.json


FIRST = "/".join(["", "file", "work", "0"])  # the pointer of the first line of work


def file(**changes: Any) -> dict[str, Any]:
    return {**ORDER, "file": {**FILE, **changes}}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({**ORDER, "file": []}, "/file"),
        (file(total_fen=101999), "/file/total_fen"),
        (file(towing_fen=-1), "/file/towing_fen"),
        (file(mileage=-1), "/file/mileage"),
        (file(arrived_at="昨天"), "/file/arrived_at"),
        (file(work_type="wash"), "/file/work_type"),
        (file(work="刹车片"), "/file/work"),
        (file(work=[{**WORK, "total_fen": 1}]), f"{FIRST}/total_fen"),
        (file(work=[{**WORK, "urgency": "must"}]), f"{FIRST}/urgency"),
        (file(certificate=True), "/file/certificate"),
        (file(certificate={"number": "HZ-1"}), "/file/certificate/issued"),
        (file(certificate={"issued": "yes"}), "/file/certificate/issued"),
        (file(checks=[{"item": "制动性能", "result": "good"}]), "/file/checks/0/result"),
        (file(signed_by_customer="是"), "/file/signed_by_customer"),
        (file(statement="话" * 1001), "/file/statement"),
        (file(colour="red"), "/file/colour"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_mistake_names_its_place(dms: Dms, body: Any, pointer: str) -> None:
    answer = dms.put(PATH, body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert pointer in [error["pointer"] for error in answer.json["errors"]], answer.json
