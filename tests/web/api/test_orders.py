"""`PUT /repair-orders/{id}`: made once, changed where it differs, delivered once, ended by rework and cancelling."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.messages import Category, Priority, Way
from store.engine import reading, writing
from store.outbox import enqueue
from store.tables.outbound import outbox, touchpoint, verdict
from store.tables.people import customer, repair_order, vehicle
from tests.conftest import StillClock
from tests.statements import statements_of
from tests.store.cast import a_touchpoint
from tests.web.api.conftest import DELIVERED, ORDER, Dms

PATH = "/repair-orders/8812"


def order(dms: Dms, external_id: str = "8812") -> Any:
    with reading(dms.engine) as conn:
        return conn.execute(select(repair_order).where(repair_order.c.external_id == external_id)).one()


def test_a_new_order_brings_customer_and_vehicle(dms: Dms) -> None:
    answer = dms.put(PATH, ORDER)
    assert answer.status_code == 201
    assert answer.json == {
        "external_id": "8812",
        "status": "in_progress",
        "delivered_at": None,
        "customer": "C-1",
        "vehicle": "V-1",
        "advisor": "韩梅梅",
        "items": [{"name": "小保养"}, {"name": "空调检漏加冷媒", "fen": 32000}],
        "file_url": None,
        "updated_at": "2026-09-17T02:20:00Z",
    }
    with reading(dms.engine) as conn:
        person = conn.execute(select(customer)).one()
        car = conn.execute(select(vehicle)).one()
    assert (person.name, person.phone, person.known) == ("李雷", "+8613900000001", True)
    assert (car.plate, car.model, car.customer_id) == ("浙A12345", "知行", person.id)
    assert order(dms).advisor_id is not None


def test_the_same_again_is_200_and_writes_nothing(dms: Dms, clock: StillClock) -> None:
    first = dms.put(PATH, DELIVERED)
    clock.advance(hours=1)
    with statements_of(dms.engine) as seen:
        second = dms.put(PATH, DELIVERED)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json == second.json
    assert not [line for line in seen if line.startswith("UPDATE") and "api_token" not in line]  # its last use
    with reading(dms.engine) as conn:
        assert [conn.scalar(select(func.count()).select_from(t)) for t in (customer, vehicle, repair_order)] == [
            1,
            1,
            1,
        ]


def test_an_update_needs_only_the_status(dms: Dms) -> None:
    dms.put(PATH, ORDER)
    answer = dms.put(PATH, {"status": "ready"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert (answer.json["status"], answer.json["customer"], answer.json["advisor"]) == ("ready", "C-1", "韩梅梅")
    assert len(answer.json["items"]) == 2


@pytest.mark.handbook("H1.5.1")
def test_delivery_without_a_time_is_now(dms: Dms, clock: StillClock) -> None:
    dms.put(PATH, ORDER)
    dms.put(PATH, {"status": "delivered"})
    assert (order(dms).delivered_at, order(dms).delivered_on) == (clock.now, date(2026, 9, 17))


def test_delivered_twice_keeps_the_first_time(dms: Dms, clock: StillClock) -> None:
    dms.put(PATH, ORDER)
    dms.put(PATH, {"status": "delivered"})
    first = clock.now
    clock.advance(days=1)
    dms.put(PATH, {"status": "delivered"})
    assert order(dms).delivered_at == first


@pytest.mark.parametrize(
    ("written", "instant", "local_day"),
    [
        ("2026-09-16T18:00:00+08:00", datetime(2026, 9, 16, 10, tzinfo=UTC), date(2026, 9, 16)),
        ("2026-09-16T17:30:00Z", datetime(2026, 9, 16, 17, 30, tzinfo=UTC), date(2026, 9, 17)),
        ("2026-09-16 18:00:00", datetime(2026, 9, 16, 10, tzinfo=UTC), date(2026, 9, 16)),
        ("2026-09-16T18:00", datetime(2026, 9, 16, 10, tzinfo=UTC), date(2026, 9, 16)),
    ],
)
def test_the_day_of_delivery_is_the_stores(dms: Dms, written: str, instant: datetime, local_day: date) -> None:
    dms.put(PATH, {**DELIVERED, "delivered_at": written})
    assert (order(dms).delivered_at, order(dms).delivered_on) == (instant, local_day)


def test_a_corrected_time_moves_the_anchor(dms: Dms) -> None:
    dms.put(PATH, DELIVERED)
    dms.put(PATH, {"status": "delivered", "delivered_at": "2026-09-15T18:00:00+08:00"})
    assert order(dms).delivered_on == date(2026, 9, 15)


def test_a_delivery_taken_back_has_no_anchor(dms: Dms) -> None:
    dms.put(PATH, DELIVERED)
    dms.put(PATH, {"status": "ready"})
    assert (order(dms).delivered_at, order(dms).delivered_on) == (None, None)


@pytest.mark.parametrize(("status", "reason"), [("rework", "order_rework"), ("cancelled", "order_cancelled")])
def test_rework_and_cancelling_end_the_plan(dms: Dms, clock: StillClock, status: str, reason: str) -> None:
    dms.put(PATH, DELIVERED)
    due = clock.now + timedelta(days=3)
    with writing(dms.engine) as conn:
        customer_id = order(dms).customer_id
        planned = a_touchpoint(conn, dms.store_id, customer_id, due, occurrence="RO#8812")
        other = a_touchpoint(conn, dms.store_id, customer_id, due, occurrence="RO#8813")
        sent = a_touchpoint(
            conn, dms.store_id, customer_id, due, occurrence="RO#8812", rule="x.y", state="done", outcome="sent"
        )
    dms.put(PATH, {"status": status})
    with reading(dms.engine) as conn:
        rows = {row.id: row for row in conn.execute(select(touchpoint))}
        chain = conn.execute(select(verdict)).all()
    assert (rows[planned].state, rows[planned].outcome, rows[planned].reason) == ("done", "cancelled", reason)
    assert rows[other].state == "planned"
    assert rows[sent].outcome == "sent"
    assert [(row.touchpoint_id, row.step, row.reason) for row in chain] == [(planned, "outcome", reason)]


@pytest.mark.parametrize(("state", "outcome"), [("queued", "cancelled"), ("sending", None)])
def test_what_waits_in_the_outbox_is_called_back(dms: Dms, clock: StillClock, state: str, outcome: str | None) -> None:
    """Once the request may have left, the truth is what the provider says."""
    dms.put(PATH, DELIVERED)
    with writing(dms.engine) as conn:
        customer_id = order(dms).customer_id
        handed = a_touchpoint(conn, dms.store_id, customer_id, clock.now, occurrence="RO#8812", state="handed")
        enqueue(
            conn, store_id=dms.store_id, customer_id=customer_id, way=Way.SMS, account="", address="+8613900000001",
            category=Category.SURVEY, priority=Priority.SERVICE, payload={}, out_id="o-1", not_before=clock.now,
            touchpoint_ids=[handed],
        )  # fmt: skip
        conn.execute(outbox.update().values(state=state))
    dms.put(PATH, {"status": "rework"})
    with reading(dms.engine) as conn:
        assert conn.execute(select(touchpoint.c.outcome)).scalar() == outcome
        assert conn.execute(select(outbox.c.state)).scalar() == (outcome or state)


def test_the_planner_is_woken(dms: Dms) -> None:
    dms.put(PATH, DELIVERED)
    dms.get(PATH)
    assert dms.woken == ["plan", "feed"], "the planner and the open pages; who only looks wakes nobody"


def test_an_advisor_without_a_log_in_stays_a_name(dms: Dms) -> None:
    dms.put(PATH, {**ORDER, "advisor": "外聘师傅"})
    assert (order(dms).advisor_id, order(dms).advisor_name) == (None, "外聘师傅")


def test_a_car_may_change_hands(dms: Dms) -> None:
    dms.put(PATH, ORDER)
    dms.put(
        "/repair-orders/8813", {**ORDER, "customer": {"external_id": "C-2", "name": "吴芳", "phone": "13900000002"}}
    )
    with reading(dms.engine) as conn:
        owners = conn.execute(select(customer.c.external_id).join(vehicle)).scalars().all()
    assert owners == ["C-2"]


def test_two_at_once_make_one(dms: Dms) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: dms.client.application.test_client().put(
            "/api/v1" + PATH, json=DELIVERED, headers={"Authorization": f"Bearer {dms.token}"}), range(4)))  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert order(dms).status == "delivered"


def test_a_stranger_sees_and_changes_nothing(dms: Dms, stranger: Dms) -> None:
    dms.put(PATH, ORDER)
    assert stranger.get(PATH).status_code == 404
    assert stranger.get("/customers/C-1").status_code == 404
    assert stranger.ask("POST", PATH + "/bind-code").status_code == 404
    assert stranger.put(PATH, {"status": "delivered"}).status_code == 422  # a new order, in their own store
    assert order(dms).status == "in_progress"


def test_the_code_on_the_receipt(dms: Dms) -> None:
    dms.put(PATH, ORDER)
    answer = dms.ask("POST", PATH + "/bind-code")
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["scene"].startswith("bind:")
    assert answer.json["expires_at"] == "2026-10-17T02:20:00Z"
    assert dms.ask("POST", "/repair-orders/nope/bind-code").status_code == 404
