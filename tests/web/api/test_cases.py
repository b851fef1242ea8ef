"""Cases through the API: opened once by the caller's own id, listed, looked into, taken a step."""

import pytest
from sqlalchemy import Engine

from store.engine import writing
from store.tables.staff import staff
from tests.conftest import StillClock
from tests.store.cast import a_staff_member
from tests.web.api.conftest import Dms

PERSON = {"name": "李雷", "phone": "13900000001"}
CASE = {"external_id": "T-1", "customer": "C-1", "text": "空调修了两次还是不凉", "level": "P2", "category": "quality"}


@pytest.fixture
def known(dms: Dms, engine: Engine) -> Dms:
    """C-1 in the file; 韩梅梅 logs in as hmm, 王经理 as boss."""
    dms.put("/customers/C-1", PERSON)
    with writing(engine) as conn:
        conn.execute(staff.update().values(username="hmm"))
        boss = a_staff_member(conn, dms.store_id, "王经理", "manager")
        conn.execute(staff.update().where(staff.c.id == boss).values(username="boss"))
    return dms


def test_a_case_is_opened_once(known: Dms) -> None:
    first, again = known.ask("POST", "/cases", CASE), known.ask("POST", "/cases", CASE)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json is not None
    assert again.json is not None
    assert first.json["id"] == again.json["id"]
    assert (first.json["level"], first.json["state"], first.json["customer"]) == ("P2", "open", "C-1")
    assert first.json["next_kind"] == "contact"
    assert [each["kind"] for each in first.json["story"]] == ["opened"]
    assert "feed" in known.woken, "open pages show it"


def test_another_open_case_of_the_customer_is_refused(known: Dms) -> None:
    known.ask("POST", "/cases", CASE)
    answer = known.ask("POST", "/cases", CASE | {"external_id": "T-2"})
    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["errors"] == [{"pointer": "", "message": "has_case"}]


@pytest.mark.parametrize(
    ("change", "status", "pointer"),
    [
        ({"customer": "C-9"}, 422, "/customer"),
        ({"repair_order": "RO-9"}, 422, "/repair_order"),
        ({"level": "P7"}, 422, "/level"),
        ({"colour": "red"}, 422, "/colour"),
        ({"about": "nobody"}, 409, ""),
        ({"text": " "}, 409, ""),
    ],
)
def test_what_is_wrong_has_its_place(known: Dms, change: dict[str, str], status: int, pointer: str) -> None:
    answer = known.ask("POST", "/cases", CASE | change)
    assert answer.json is not None
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (status, pointer)
    assert known.get("/cases").json == {"cases": []}


def test_who_is_complained_about_does_not_own_it(known: Dms) -> None:
    case = known.ask("POST", "/cases", CASE | {"about": "boss"}).json
    assert case is not None
    assert case["owner_name"] == "韩梅梅"


def test_steps_are_taken_in_somebodys_name_and_listed(known: Dms, clock: StillClock) -> None:
    case = known.ask("POST", "/cases", CASE).json
    assert case is not None
    where = f"/cases/{case['id']}/steps"
    clock.advance(minutes=5)
    for step in ({"step": "claim", "staff": "boss"},
                 {"step": "plan", "staff": "boss", "text": "复检", "to": "hmm", "by": "2026-09-18T17:00"},
                 {"step": "fix", "staff": "boss", "text": "已换"}):  # fmt: skip
        assert known.ask("POST", where, step).status_code == 200
    refused = known.ask("POST", where, {"step": "close", "staff": "hmm", "text": "好"})
    assert refused.json is not None
    assert (refused.status_code, refused.json["errors"][0]["message"]) == (409, "not_a_manager")
    assert refused.json["detail"] == "须客户确认满意，或由经理结案"
    told = known.get(f"/cases/{case['id']}").json
    assert told is not None
    assert [each["kind"] for each in told["story"]] == ["opened", "claimed", "planned", "fixed"]
    assert told["story"][2]["names"] == ["王经理"]
    assert [row["id"] for row in (known.get("/cases?state=fixed&level=P2").json or {})["cases"]] == [case["id"]]
    assert known.get("/cases?state=open").json == {"cases": []}
    assert known.get("/cases?state=nonsense").status_code == 422


def test_another_stores_token_sees_none_of_it(known: Dms, stranger: Dms) -> None:
    case = known.ask("POST", "/cases", CASE).json
    assert case is not None
    assert stranger.get("/cases").json == {"cases": []}
    assert stranger.get(f"/cases/{case['id']}").status_code == 404
    assert stranger.ask("POST", f"/cases/{case['id']}/steps", {"step": "claim", "staff": "boss"}).status_code == 404
    assert known.get("/cases/none").status_code == 404
