"""`PUT /appointments/{id}`: made once, moved, ended; places are kept for it where there are any."""

from typing import Any

import pytest
from sqlalchemy import select, update

from scheduler.no_shows import NoShowSweeper
from store.engine import reading, writing
from store.tables.booking import appointment, slot_hold
from tests.conftest import StillClock
from tests.web.api.conftest import ORDER, Dms

PERSON = ORDER["customer"]
NEW = {"state": "booked", "starts_at": "2026-09-19T10:00", "service": "minor_maintenance", "customer": PERSON}
PATH = "/appointments/A-1"


def rows(dms: Dms, table: Any = appointment) -> list[Any]:
    with reading(dms.engine) as conn:
        return list(conn.execute(select(table).order_by(table.c.id)))


def said(answer: Any) -> Any:
    return answer.json


@pytest.mark.handbook("H2.2.2")
def test_a_new_one_brings_its_customer_and_keeps_places(dms: Dms) -> None:
    answer = dms.put(PATH, NEW)
    assert answer.status_code == 201
    assert said(answer) == {
        "external_id": "A-1", "state": "booked", "kind": "service", "customer": "C-1", "vehicle": None,
        "starts_at": "2026-09-19T02:00:00Z", "minutes": 60, "service": "minor_maintenance", "model": "", "note": "",
        "confirmed": False, "places": True, "moves": 0,
    }  # fmt: skip
    assert {row.resource for row in rows(dms, slot_hold)} == {"bay:1", "advisor:1"}
    assert said(dms.get(PATH)) == said(answer)


def test_the_same_again_is_200_and_changes_nothing(dms: Dms, clock: StillClock) -> None:
    first = dms.put(PATH, NEW)
    before = rows(dms)
    clock.advance(hours=1)
    second = dms.put(PATH, NEW)
    assert (first.status_code, second.status_code, said(first)) == (201, 200, said(second))
    assert rows(dms) == before


@pytest.mark.handbook("H2.2.2")
def test_another_time_is_a_move_and_ends_the_confirmation(dms: Dms) -> None:
    dms.put(PATH, NEW)
    with writing(dms.engine) as conn:
        conn.execute(update(appointment).values(state="confirmed"))
    assert said(dms.put(PATH, {"state": "booked"}))["confirmed"] is True
    moved = said(dms.put(PATH, {"state": "changed", "starts_at": "2026-09-21T14:00"}))
    assert (moved["starts_at"], moved["moves"], moved["confirmed"]) == ("2026-09-21T06:00:00Z", 1, False)
    assert {str(row.starts_at)[:13] for row in rows(dms, slot_hold)} == {"2026-09-21 06"}
    again = said(dms.put(PATH, {"state": "changed", "starts_at": "2026-09-21T14:00"}))
    assert again["moves"] == 1


@pytest.mark.parametrize(
    ("word", "state", "holds"), [("cancelled", "cancelled", 0), ("missed", "no_show", 0), ("arrived", "arrived", 3)]
)
def test_the_end_of_it(dms: Dms, word: str, state: str, holds: int) -> None:
    dms.put(PATH, NEW)
    answer = said(dms.put(PATH, {"state": word}))
    assert (answer["state"], answer["places"]) == (word, holds > 0)
    assert rows(dms)[0].state == state
    assert len(rows(dms, slot_hold)) == holds


def test_who_arrived_is_no_no_show(dms: Dms, clock: StillClock) -> None:
    dms.put(PATH, {**NEW, "starts_at": "2026-09-17T10:30"})
    dms.put(PATH, {"state": "arrived"})
    clock.advance(hours=2)
    assert NoShowSweeper(dms.engine, clock).tick() == 0
    assert rows(dms)[0].state == "arrived"


def test_what_the_dms_booked_stands_even_without_a_place(dms: Dms) -> None:
    dms.put(PATH, NEW)
    second = dms.put("/appointments/A-2", NEW)
    assert second.status_code == 201
    assert said(second)["places"] is False
    assert [row.state for row in rows(dms)] == ["booked", "booked"]


def test_cancelled_and_booked_again(dms: Dms) -> None:
    dms.put(PATH, NEW)
    dms.put(PATH, {"state": "cancelled"})
    answer = said(dms.put(PATH, {"state": "booked"}))
    assert (answer["state"], answer["places"], answer["moves"]) == ("booked", True, 0)


def test_a_vehicle_is_found_by_its_id(dms: Dms) -> None:
    dms.put("/repair-orders/8812", ORDER)
    assert said(dms.put(PATH, {**NEW, "vehicle": "V-1"}))["vehicle"] == "V-1"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"state": "booked"}, "/customer"),
        ({**NEW, "state": "late"}, "/state"),
        ({**NEW, "starts_at": 1789000000}, "/starts_at"),
        ({**NEW, "minutes": 0}, "/minutes"),
        ({**NEW, "vehicle": "V-404"}, "/vehicle"),
        ({**NEW, "kind": "wash"}, "/kind"),
        ({**NEW, "when": "morning"}, "/when"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place_and_leaves_nothing(
    dms: Dms, body: dict[str, Any], pointer: str
) -> None:
    answer = dms.put(PATH, body)
    assert answer.status_code == 422
    assert pointer in [fault["pointer"] for fault in said(answer)["errors"]]
    assert rows(dms) == []


def test_changed_needs_the_new_time(dms: Dms) -> None:
    dms.put(PATH, NEW)
    answer = dms.put(PATH, {"state": "changed"})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in said(answer)["errors"]] == ["/starts_at"]


def test_an_unknown_one_is_404(dms: Dms) -> None:
    assert dms.get("/appointments/A-404").status_code == 404
