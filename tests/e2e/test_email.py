"""HUIFANG_EMAIL_* with everything `run` starts: a customer with nothing but an e-mail address is asked, and answers."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests

from tests.e2e.running import Running, until
from tests.mail_server import PASSWORD, USER, Mail, MailHouse, mail_house

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SOON = 30.0
ADDRESS, NUMBER = "reader@example.com", "MAIL-1"


@pytest.fixture(scope="module")
def mail() -> Iterator[MailHouse]:
    with mail_house(log_in=True) as server:
        yield server


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, mail: MailHouse
) -> Iterator[Running]:
    url = request.getfixturevalue("postgres").new() if request.param == "postgresql" else ""
    account = {
        "HUIFANG_EMAIL_HOST": "127.0.0.1",
        "HUIFANG_EMAIL_PORT": str(mail.port),
        "HUIFANG_EMAIL_SECURITY": "plain",
        "HUIFANG_EMAIL_USER": USER,
        "HUIFANG_EMAIL_PASSWORD": PASSWORD,
        "HUIFANG_EMAIL_FROM": USER,
    }
    mail.taken.clear()
    running = Running(tmp_path_factory.mktemp("house") / "data", url, account)
    running.start()
    try:
        yield running
    finally:
        running.kill()


def touchpoints(house: Running, rule: str) -> list[dict[str, str]]:
    found = house.api("GET", f"customers/{NUMBER}/touchpoints").json()["touchpoints"]
    return [row for row in found if row["rule"].startswith(rule)]


def to_reader(mail: MailHouse) -> list[Mail]:
    return [each for each in mail.taken if each.recipients == [ADDRESS]]


def plain(mail: Mail) -> str:
    part = mail.message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


def test_the_check_in_comes_by_e_mail_and_its_link_opens_a_case(house: Running, mail: MailHouse) -> None:
    who: dict[str, Any] = {"external_id": NUMBER, "name": "方云", "email": ADDRESS, "consent": ["survey", "greeting"]}
    car = {"external_id": "MAIL-V1", "plate": "浙A·M0001", "model": "长风"}
    body = {"status": "delivered", "customer": who, "vehicle": car}
    answer = house.api("PUT", "repair-orders/MAIL-RO1", body)
    assert answer.status_code == 201, answer.text
    until(lambda: touchpoints(house, "checkin.question"), SOON)
    house.clock_to(touchpoints(house, "checkin.question")[0]["due_at"])
    (letter,) = until(lambda: to_reader(mail), SOON, house.log)
    until(lambda: touchpoints(house, "checkin.question")[0]["outcome"] == "sent", SOON, house.log)
    link = re.search(r"http://\S+/s/\S+", plain(letter))
    assert link is not None
    page = requests.get(link[0], timeout=30)
    submission = re.search(r'name="submission" value="([^"]+)"', page.text)
    assert submission is not None
    form = {"submission": submission[1], "rating": "2", "text": "空调还是不凉"}
    assert "抱歉" in requests.post(link[0], data=form, timeout=30).text
    listed = house.api("GET", f"customers/{NUMBER}").json()
    assert listed["email"] == ADDRESS
    assert "方云" in house.staff().get("/inbox").text


def test_a_greeting_can_be_refused_with_one_click_from_its_header(house: Running, mail: MailHouse) -> None:
    """Another customer: 方云 has a complaint open, so nothing but that reaches her."""
    day = datetime.fromisoformat(house.now()) + timedelta(days=2)
    agreed = {"given": True, "at": "2026-01-05T09:00:00", "channel": "paper", "wording": "v3", "evidence": "表单 17"}
    person = {
        "name": "许岚",
        "email": "birthday@example.com",
        "birthday": f"1990-{day:%m-%d}",
        "consent": {"greeting": agreed},
    }
    assert house.api("PUT", "customers/MAIL-2", person).status_code == 201
    rows = until(lambda: house.api("GET", "customers/MAIL-2/touchpoints").json()["touchpoints"], SOON, house.log)
    house.clock_to(rows[0]["due_at"])
    found = until(lambda: [m for m in mail.taken if m.recipients == ["birthday@example.com"]], SOON, house.log)
    link = re.match(r"<([^>]+)>", found[0].message["List-Unsubscribe"])
    assert link is not None
    assert requests.get(link[1], timeout=30).status_code == 200
    assert house.api("GET", "customers/MAIL-2").json()["refusals"] == [], "looking changes nothing"
    pressed = requests.post(link[1], data={"List-Unsubscribe": "One-Click"}, timeout=30)
    assert pressed.status_code == 200
    assert house.api("GET", "customers/MAIL-2").json()["refusals"] == ["greeting", "marketing"]
