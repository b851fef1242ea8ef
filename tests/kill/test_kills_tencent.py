"""With Tencent: killed before, during or after the call; a callback lost to downtime; nothing lost, nothing twice."""

import sqlite3
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.e2e.running import Running, until
from tests.kill.parts import Parts, touchpoints

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
BY_SMS = 6
WAIT = 30.0
PULLED = 75.0  # two ticks of the pull, and what this machine is busy with


@pytest.fixture(params=["sqlite", "postgresql"])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parts]:
    url = request.getfixturevalue("postgres").new() if request.param == "postgresql" else ""
    made = Parts(Running(tmp_path / "data", url, {"HUIFANG_SMS_PROVIDER": "tencent", "HUIFANG_TENCENT_PULL": "1"}))
    try:
        made.set_up()
        yield made
    finally:
        made.end_all()


def check_in_due(parts: Parts) -> str:
    """One check-in by SMS, due now and not yet handed to anybody; the phone it goes to."""
    house = parts.house
    parts.start("clock")
    house.api("PUT", f"repair-orders/RO-880{BY_SMS}", {"status": "delivered"})
    until(partial(touchpoints, house, BY_SMS), WAIT)
    house.clock_to(touchpoints(house, BY_SMS)[0]["due_at"])
    return str(house.people[f"C100{BY_SMS}"]["phone"])


def outcome(house: Running) -> str:
    return touchpoints(house, BY_SMS)[0]["outcome"] or ""


def sent_by(house: Running) -> list[tuple[str, str]]:
    """(serial number, our id) of everything the fake Tencent accepted."""
    with sqlite3.connect(house.data_dir / "sandbox.sqlite") as file:
        return file.execute("select biz_id, out_id from sms order by id").fetchall()


def report(house: Running, serial: str, out_id: str, phone: str, status: str = "SUCCESS") -> Any:
    token = (house.data_dir / "secrets" / "sms_callback_token").read_text().strip()
    item = {"mobile": phone.removeprefix("+86"), "nationcode": "86", "sid": serial, "ext": out_id}
    body = [{**item, "report_status": status, "errmsg": "DELIVRD" if status == "SUCCESS" else "MK:0001"}]
    answer = requests.post(f"{house.web}/hooks/sms/tencent/{token}/report", json=body, timeout=10)
    return answer.json()


@pytest.mark.parametrize("point", ["claimed", "before", "during", "after"])
def test_a_worker_killed_around_a_call(parts: Parts, point: str) -> None:
    house, phone = parts.house, check_in_due(parts)
    if point == "during":
        house.control("faults", {"api": "sms", "code": "timeout_after", "times": 1})
    parts.start("worker", point)
    parts.killed_itself("worker")
    parts.start("worker")
    if point == "before":
        until(lambda: outcome(house) == "uncertain", WAIT, house.log)
        assert house.received(phone, "sms") == [], "nobody can know that it never left, so a person is told"
        return
    until(lambda: outcome(house) == "sent", WAIT, house.log)  # claimed: sent again; else settled by the receipt
    assert len(house.received(phone, "sms")) == 1
    assert len(sent_by(house)) == 1


def test_the_same_report_six_times_and_a_contrary_one_change_nothing(parts: Parts) -> None:
    house, phone = parts.house, check_in_due(parts)
    parts.start("worker")
    until(lambda: outcome(house) == "sent", WAIT, house.log)
    ((serial, out_id),) = sent_by(house)
    for _ in range(6):
        assert report(house, serial, out_id, phone) == {"result": 0, "errmsg": "OK"}
    assert report(house, serial, out_id, phone, "FAIL") == {"result": 0, "errmsg": "OK"}
    house.control(f"sms/{phone}/reply", {"content": "5", "times": 6})
    name = house.people[f"C100{BY_SMS}"]["name"]
    until(lambda: name in house.staff().get("/inbox").text, WAIT, house.log)  # the worker made a turn of the reply
    page = f"/inbox/c/{house.staff().customer(name)}"
    until(lambda: "已送达" in house.staff().get(page).text, WAIT, house.log)
    assert outcome(house) == "sent"
    assert "MK:0001" not in house.staff().get(page).text


def test_a_reply_lost_while_our_web_was_down_is_pulled_and_opens_its_case(parts: Parts) -> None:
    house, phone = parts.house, check_in_due(parts)
    parts.start("worker")
    until(lambda: outcome(house) == "sent", WAIT, house.log)
    parts.end("web")
    pushes = house.control(f"sms/{phone}/reply", {"content": "2"})["pushes"]
    assert [each["status"] for each in pushes] == [0]
    until(lambda: len(house.received(phone, "sms")) == 2, PULLED, house.log)
    assert "抱歉" in house.received(phone, "sms")[1]["text"]
    parts.start("web")
    assert house.people[f"C100{BY_SMS}"]["name"] in house.staff().get("/inbox").text
