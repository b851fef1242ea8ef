"""Quotes as the DMS puts them: idempotent, added up to the fen, versions that keep what was agreed to."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.quotes import LineAnswer
from store import quotes
from store.engine import reading, writing
from store.tables.outbound import touchpoint
from store.tables.people import repair_order
from store.tables.quotes import quote, quote_line
from tests.conftest import StillClock
from tests.statements import statements_of
from tests.store.cast import a_touchpoint
from tests.web.api.conftest import ORDER, Dms

PATH = "/quotes/Q-1"
BRAKES = {
    "name": "更换前刹车片", "kind": "part", "part_no": "04465-0K240", "brand": "原厂", "unit_fen": 32000,
    "quantity": 2, "rate_fen": 12000, "hours": 1.5, "warranty_days": 365, "warranty_km": 20000, "urgency": "must",
}  # fmt: skip
WASH = {"name": "空调系统清洗", "kind": "labour", "total_fen": 18050, "urgency": "advised"}
BODY: dict[str, Any] = {"repair_order": "8812", "lines": [BRAKES, WASH]}


@pytest.fixture(autouse=True)
def order(dms: Dms) -> None:
    dms.put("/repair-orders/8812", {**ORDER, "status": "inspecting"})


def status(dms: Dms) -> str:
    with reading(dms.engine) as conn:
        return str(conn.execute(select(repair_order.c.status)).scalar_one())


def versions(dms: Dms) -> list[tuple[int, str, int]]:
    with reading(dms.engine) as conn:
        return [(row.version, row.state, row.total_fen) for row in conn.execute(select(quote).order_by(quote.c.id))]


def told(dms: Dms, clock: StillClock, *approved: int) -> None:
    """The customer agrees to the lines at these positions of the newest version, to the others not."""
    with writing(dms.engine) as conn:
        offer = quotes.newest(conn, dms.store_id, "Q-1")
        assert offer is not None
        given = {
            line.id: LineAnswer.APPROVED if line.position in approved else LineAnswer.DECLINED
            for line in offer.open_lines
        }
        with_message = _a_message(conn, dms.store_id, offer.customer_id, clock)
        assert quotes.answer(
            conn, offer.id, given, customer_id=offer.customer_id, channel="page", message_id=with_message,
            text="同意：…", now=clock.now,
        )  # fmt: skip


def _a_message(conn: Any, store_id: int, customer_id: int, clock: StillClock) -> int:
    from tests.store.cast import a_message

    return a_message(conn, store_id, customer_id, clock.now, direction="in", channel="page", kind="answer")


@pytest.mark.handbook("H1.4.2")
def test_a_new_quote_adds_up_and_asks_the_customer(dms: Dms) -> None:
    answer = dms.put(PATH, {**BODY, "ready_at": "2026-09-17T17:30", "note": "今天可以做完"})
    assert answer.status_code == 201
    made = answer.json
    assert made is not None
    assert (made["external_id"], made["version"], made["state"]) == ("Q-1", 1, "sent")
    assert [line["total_fen"] for line in made["lines"]] == [82000, 18050]
    assert (made["total_fen"], made["approved_fen"]) == (100050, 0)
    assert [(line["quantity"], line["hours"]) for line in made["lines"]] == [("2", "1.5"), (None, None)]
    assert [line["answer"] for line in made["lines"]] == [None, None]
    assert made["ready_at"] == "2026-09-17T09:30:00Z"  # without an offset: the store's time
    assert made["valid_until"] == "2026-09-24T02:20:00Z"
    assert made["url"].startswith("http://car.example/q/")
    assert status(dms) == "awaiting_approval"
    assert dms.woken[-2:] == ["plan", "feed"]


@pytest.mark.handbook("H1.4.2")
def test_the_stored_total_is_the_sum_of_the_stored_lines(dms: Dms) -> None:
    lines = [{**WASH, "name": f"第{n}项", "rate_fen": 33, "hours": 1.5, "total_fen": None} for n in range(7)]
    dms.put(PATH, {**BODY, "lines": lines, "total_fen": 350})  # 49.5 fen each, rounded up
    with reading(dms.engine) as conn:
        total = conn.execute(select(quote.c.total_fen)).scalar_one()
        assert total == conn.execute(select(func.sum(quote_line.c.total_fen))).scalar_one() == 350


def test_the_same_again_is_200_and_writes_nothing(dms: Dms, clock: StillClock) -> None:
    first = dms.put(PATH, BODY)
    clock.advance(hours=1)
    with statements_of(dms.engine) as seen:
        second = dms.put(PATH, {**BODY, "lines": [{**BRAKES, "hours": "1.50", "quantity": 2.0}, WASH]})
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    written = [line for line in seen if line.startswith(("UPDATE", "INSERT"))]
    assert not [line for line in written if "api_token" not in line]  # its last use


def test_the_same_at_once_is_one(dms: Dms) -> None:
    def put(_number: int) -> int:
        return (
            dms.client.application.test_client()
            .put(f"/api/v1{PATH}", json=BODY, headers={"Authorization": f"Bearer {dms.token}"})
            .status_code
        )

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(put, range(4))) == [200, 200, 200, 201]
    assert versions(dms) == [(1, "sent", 100050)]


def test_it_reads_back(dms: Dms) -> None:
    assert dms.get(PATH).status_code == 404
    made = dms.put(PATH, BODY).json
    assert dms.get(PATH).json == made


def test_another_store_neither_sees_nor_changes_it(dms: Dms, stranger: Dms) -> None:
    dms.put(PATH, BODY)
    assert stranger.get(PATH).status_code == 404
    problem = stranger.put(PATH, BODY)
    assert (problem.status_code, problem.json["errors"][0]["pointer"] if problem.json else "") == (422, "/repair_order")
    assert versions(dms) == [(1, "sent", 100050)]


@pytest.mark.handbook("H1.4.3")
def test_a_changed_quote_before_the_answer_replaces_it(dms: Dms) -> None:
    first = dms.put(PATH, BODY).json
    second = dms.put(PATH, {**BODY, "lines": [BRAKES]})
    assert second.status_code == 200
    assert versions(dms) == [(1, "replaced", 100050), (2, "sent", 82000)]
    assert first is not None
    assert second.json is not None
    assert first["url"] != second.json["url"]


@pytest.mark.handbook("H1.4.3")
def test_more_work_after_the_answer_asks_only_for_what_changed(dms: Dms, clock: StillClock) -> None:
    """增项: what the customer agreed to or not stays so, by line, with its time."""
    dms.put(PATH, BODY)
    told(dms, clock, 1)
    dms.put("/repair-orders/8812", {"status": "in_progress"})
    agreed_at = clock.now
    clock.advance(hours=2)
    dearer = {**WASH, "total_fen": 20000}
    made = dms.put(PATH, {**BODY, "lines": [dearer, BRAKES, {**WASH, "name": "更换雨刮片"}]}).json
    assert made is not None
    assert [(line["name"], line["answer"]) for line in made["lines"]] == [
        ("空调系统清洗", None), ("更换前刹车片", "approved"), ("更换雨刮片", None),
    ]  # fmt: skip
    assert made["lines"][1]["answered_at"] == agreed_at.isoformat().replace("+00:00", "Z")
    assert made["lines"][1]["channel"] == "page"
    assert (made["state"], made["approved_fen"]) == ("sent", 82000)
    assert status(dms) == "awaiting_approval"


def test_a_version_with_nothing_new_asks_nothing(dms: Dms, clock: StillClock) -> None:
    dms.put(PATH, BODY)
    told(dms, clock, 1)
    dms.put("/repair-orders/8812", {"status": "in_progress"})
    made = dms.put(PATH, {"lines": [BRAKES], "note": "少做一项"}).json
    assert made is not None
    assert (made["state"], made["lines"][0]["answer"]) == ("answered", "approved")
    assert status(dms) == "in_progress"


def test_what_is_left_out_stays(dms: Dms) -> None:
    dms.put(PATH, {**BODY, "note": "今天可以做完", "ready_at": "2026-09-17T17:30:00+08:00"})
    made = dms.put(PATH, {"ready_at": "2026-09-17T18:30:00+08:00"}).json
    assert made is not None
    assert (made["version"], made["note"], len(made["lines"])) == (2, "今天可以做完", 2)
    assert dms.put(PATH, {}).json == made


def test_a_draft_is_the_workshops_own_until_it_is_sent(dms: Dms) -> None:
    made = dms.put(PATH, {**BODY, "state": "draft"}).json
    assert made is not None
    assert (made["state"], made["url"], made["sent_at"], status(dms)) == ("draft", None, None, "quoted")
    sent = dms.put(PATH, {"state": "sent"})
    assert sent.json is not None
    assert (sent.status_code, sent.json["version"], sent.json["state"]) == (200, 1, "sent")
    assert status(dms) == "awaiting_approval"
    back = dms.put(PATH, {"state": "draft"})
    assert back.json is not None
    assert (back.status_code, back.json["errors"][0]["pointer"]) == (422, "/state")


def test_withdrawn_ends_what_was_planned_for_it(dms: Dms, clock: StillClock) -> None:
    dms.put(PATH, BODY)
    with writing(dms.engine) as conn:
        customer_id = conn.execute(select(repair_order.c.customer_id)).scalar_one()
        a_touchpoint(conn, dms.store_id, customer_id, clock.now, rule="quote.sent", occurrence="quote#Q-1/v1")
    made = dms.put(PATH, {"state": "withdrawn"}).json
    assert made is not None
    assert made["state"] == "withdrawn"
    assert dms.put(PATH, {"state": "withdrawn"}).status_code == 200
    with reading(dms.engine) as conn:
        row = conn.execute(select(touchpoint)).one()
    assert (row.state, row.outcome, row.reason) == ("done", "cancelled", "quote_withdrawn")
    again = dms.put(PATH, {"state": "sent"}).json
    assert again is not None
    assert (again["version"], again["state"]) == (2, "sent")


@pytest.mark.parametrize("closed", ["delivered", "cancelled"])
def test_a_closed_order_takes_no_new_quote_but_the_same_one_again(dms: Dms, closed: str) -> None:
    dms.put(PATH, BODY)
    dms.put("/repair-orders/8812", {"status": closed})
    assert dms.put(PATH, BODY).status_code == 200
    problem = dms.put(PATH, {**BODY, "lines": [WASH]})
    assert (problem.status_code, problem.json["errors"][0]["pointer"] if problem.json else "") == (422, "/repair_order")


@pytest.mark.parametrize(
    ("before", "after"),
    [("booked", "awaiting_approval"), ("quoted", "awaiting_approval"), ("in_progress", "awaiting_approval"),
     ("rework", "awaiting_approval"), ("ready", "ready")],
)  # fmt: skip
def test_where_the_order_goes(dms: Dms, before: str, after: str) -> None:
    with writing(dms.engine) as conn:
        conn.execute(update(repair_order).values(status=before))
    dms.put(PATH, BODY)
    assert status(dms) == after


def line(**changes: Any) -> dict[str, Any]:
    return {**BODY, "lines": [WASH, {**BRAKES, **changes}]}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/repair_order"),
        ({"repair_order": "8812"}, "/lines"),
        ({"lines": [WASH]}, "/repair_order"),
        ({**BODY, "repair_order": "9999"}, "/repair_order"),
        ({**BODY, "repair_order": ""}, "/repair_order"),
        ({**BODY, "repair_order": 8812}, "/repair_order"),
        ({**BODY, "lines": []}, "/lines"),
        ({**BODY, "lines": "小保养"}, "/lines"),
        ({**BODY, "lines": [WASH] * 201}, "/lines"),
        ({**BODY, "lines": [{**WASH, "total_fen": 100_000_000}] * 11}, "/lines"),
        ({**BODY, "state": "answered"}, "/state"),
        ({"state": "withdrawn"}, "/repair_order"),
        ({**BODY, "state": "withdrawn"}, "/state"),
        ({**BODY, "total_fen": 100049}, "/total_fen"),
        ({**BODY, "total_fen": 1000.5}, "/total_fen"),
        ({**BODY, "valid_until": "2026-09-17T02:20:00Z"}, "/valid_until"),
        ({**BODY, "valid_until": 1789000000}, "/valid_until"),
        ({**BODY, "ready_at": "下午"}, "/ready_at"),
        ({**BODY, "note": " "}, "/note"),
        ({**BODY, "discount": 5}, "/discount"),
        (line(name=" "), "/lines/1/name"),
        (line(name="刹\x00车"), "/lines/1/name"),
        (line(kind="gift"), "/lines/1/kind"),
        (line(urgency=None), "/lines/1/urgency"),
        (line(urgency="now"), "/lines/1/urgency"),
        (line(unit_fen=-1), "/lines/1/unit_fen"),
        (line(unit_fen=320.5), "/lines/1/unit_fen"),
        (line(unit_fen=True), "/lines/1/unit_fen"),
        (line(unit_fen="32000"), "/lines/1/unit_fen"),
        (line(quantity=0), "/lines/1/quantity"),
        (line(quantity=True), "/lines/1/quantity"),
        (line(quantity=0.0001), "/lines/1/quantity"),
        (line(hours="两小时"), "/lines/1/hours"),
        (line(hours=99999999), "/lines/1/hours"),
        (line(total_fen=81999), "/lines/1/total_fen"),
        (line(unit_fen=100_000_000), "/lines/1/total_fen"),
        (line(unit_fen=None, rate_fen=None), "/lines/1/total_fen"),
        (line(warranty_days=-1), "/lines/1/warranty_days"),
        (line(warranty_km=1.5), "/lines/1/warranty_km"),
        (line(colour="red"), "/lines/1/colour"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_mistake_names_its_place(dms: Dms, body: Any, pointer: str) -> None:
    answer = dms.put(PATH, body)
    assert answer.status_code == 422
    assert answer.json is not None
    assert pointer in [error["pointer"] for error in answer.json["errors"]], answer.json
    assert versions(dms) == []


def test_a_quote_stays_with_its_order(dms: Dms) -> None:
    dms.put(PATH, BODY)
    dms.put("/repair-orders/8813", {**ORDER, "status": "inspecting"})
    answer = dms.put(PATH, {**BODY, "repair_order": "8813"})
    assert (answer.status_code, answer.json["errors"][0]["pointer"] if answer.json else "") == (422, "/repair_order")
