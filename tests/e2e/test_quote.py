"""A quote from the DMS to the customer's phone and back, over HTTP, against everything `run` starts."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.e2e.running import Running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SOON = 60.0
LINES = [
    {"name": "更换前刹车片", "kind": "part", "unit_fen": 32000, "quantity": 2, "urgency": "must"},
    {"name": "空调系统清洗", "kind": "labour", "rate_fen": 18000, "hours": 1, "urgency": "advised"},
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("house") / "data")
    running.start()
    tomorrow = datetime.fromisoformat(running.now()).astimezone(ZoneInfo("Asia/Shanghai")) + timedelta(days=1)
    running.clock_to(tomorrow.replace(hour=10, minute=30, second=0, microsecond=0).isoformat())
    try:
        yield running
    finally:
        running.kill()


def offered(house: Running, who: dict[str, Any], lines: list[dict[str, Any]] = LINES) -> dict[str, Any]:
    order = who["repair_order"]
    assert house.api("PUT", f"repair-orders/{order}", {"status": "inspecting"}).ok
    answer = house.api("PUT", f"quotes/Q-{order}", {"repair_order": order, "lines": lines})
    assert answer.ok, answer.text
    return dict(answer.json())


def page_of(house: Running, url: str) -> str:
    """The page on this house: the demo's approved SMS text has the port of a house started by hand."""
    return house.web + "/q/" + url.rsplit("/", 1)[1]


def send(address: str, **form: str) -> str:
    shown = requests.get(address, timeout=30).text
    submission = re.search(r'name="submission" value="([^"]+)"', shown)
    assert submission
    answer = requests.post(address, data={"submission": submission[1], "reply": "answer", **form}, timeout=30)
    assert answer.ok, answer.text
    return answer.text


@pytest.mark.handbook("H1.4.2")
def test_by_sms_from_the_dms_to_the_phone_and_back(house: Running) -> None:
    who = next(each for each in house.people.values() if not each["openid"] and each["repair_order"])
    assert offered(house, who)["state"] == "sent"
    (message,) = house.await_received(who["phone"], "sms", SOON)
    found = re.search(r"http://\S+", message["text"])
    assert found
    told = send(page_of(house, found[0]), **{"line-1": "approve", "line-2": "decline"})
    assert "您同意了 1 项" in told
    stands = house.api("GET", f"quotes/Q-{who['repair_order']}").json()
    assert [line["answer"] for line in stands["lines"]] == ["approved", "declined"]
    assert (stands["state"], stands["approved_fen"]) == ("answered", 64000)
    more = offered(house, who, [*LINES, {**LINES[0], "name": "更换雨刮片"}])
    assert [line["answer"] for line in more["lines"]] == ["approved", "declined", None]


@pytest.mark.handbook("H1.4.2")
def test_on_wechat_by_template_message(house: Running) -> None:
    who = next(each for each in house.people.values() if each["openid"] and each["repair_order"])
    offered(house, who)
    sent = [line for line in house.await_received(who["openid"], "template", SOON) if "/q/" in (line["url"] or "")]
    told = send(page_of(house, sent[-1]["url"]), **{"line-1": "approve", "line-2": "approve"})
    assert "您同意了 2 项，合计 <b>¥820.00</b>" in told
    desk = house.staff()
    assert "客户已答复" in desk.get(f"/inbox/c/{desk.customer(who['name'])}/context").text
