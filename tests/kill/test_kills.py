"""A process killed at any step loses nothing and sends nothing twice, save what is marked `uncertain`."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.running import Running, until
from tests.kill.parts import Parts, touchpoints

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
FOLLOWER, BY_SMS = 1, 6
WAIT = 30.0


@pytest.fixture(params=["sqlite", "postgresql"])
def parts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Parts]:
    url = request.getfixturevalue("postgres").new() if request.param == "postgresql" else ""
    made = Parts(Running(tmp_path / "data", url))
    try:
        made.set_up()
        yield made
    finally:
        made.end_all()


def check_ins_due(parts: Parts) -> None:
    """One for a follower (template message), one by SMS; due now, not yet handed to anybody."""
    house = parts.house
    parts.start("clock")
    for number in (FOLLOWER, BY_SMS):
        house.api("PUT", f"repair-orders/RO-880{number}", {"status": "delivered"})
        until(partial(touchpoints, house, number), WAIT)
    parts.house.clock_to(touchpoints(house, FOLLOWER)[0]["due_at"])


def outcome(house: Running, number: int) -> str:
    return touchpoints(house, number)[0]["outcome"] or ""


@pytest.mark.parametrize("point", ["claimed", "before", "during", "after"])
def test_a_worker_killed_around_a_call(parts: Parts, point: str) -> None:
    house = parts.house
    check_ins_due(parts)
    if point == "during":
        for api in ("message/template/send", "SendSms"):
            house.control("faults", {"api": api, "code": "timeout_after", "times": 1})
    parts.start("worker", point)
    parts.killed_itself("worker")
    parts.start("worker")
    ended = {number: until(partial(outcome, house, number), WAIT, house.log) for number in (FOLLOWER, BY_SMS)}
    people = house.people
    cards = house.received(people[f"C100{FOLLOWER}"]["openid"], "template")
    texts = house.received(people[f"C100{BY_SMS}"]["phone"], "sms")
    assert len(cards) == 1, "WeChat knows a template by its client_msg_id, so it is sent again and arrives once"
    assert ended[FOLLOWER] == "sent"
    assert len(texts) <= 1
    if texts:
        assert ended[BY_SMS] in ("sent", "uncertain")
    else:
        assert ended[BY_SMS] == "uncertain", "nobody can know that it never left, so a person is told"
    if point == "claimed":
        assert texts, "not yet begun: simply claimed again"
        assert ended[BY_SMS] == "sent"


def test_an_unanswered_staff_reply_is_shown_as_uncertain(parts: Parts) -> None:
    """A custom message is not idempotent: once the request left, only a person may send it again."""
    house, who = parts.house, parts.house.people["C1001"]
    parts.start("worker")
    house.wechat(who["openid"], "text", content="你好，请人工联系我")
    desk = house.staff()
    page = f"/inbox/c/{desk.customer(who['name'])}"
    desk.act(page, "claim")
    before = len(house.received(who["openid"], "custom"))
    parts.end("worker")
    house.control("faults", {"api": "message/custom/send", "code": "timeout_after", "times": 1})
    desk.act(page, "reply", text="您好，我是陈经理。", key="kill-reply-0000001")
    parts.start("worker", "during")
    parts.killed_itself("worker")
    parts.start("worker")
    until(lambda: "未确认" in desk.get(page).text, WAIT, house.log)
    assert len(house.received(who["openid"], "custom")) == before + 1


@pytest.mark.parametrize("point", ["deciding", "answering"])
def test_the_web_process_killed_in_a_turn(parts: Parts, point: str) -> None:
    """WeChat pushes again: the second delivery finds either nothing or the whole turn, never half of it."""
    house, who = parts.house, parts.house.people["C1001"]
    check_ins_due(parts)
    parts.start("worker")
    until(lambda: house.received(who["openid"], "template"), WAIT, house.log)
    parts.end("web")
    parts.start("web", point)
    message = {"content": "不满意，空调还是不凉", "msg_id": "660011223344"}
    lost = house.control(f"wechat/{who['openid']}/text", message)["pushes"][0]
    assert lost["status"] != 200
    parts.end("web")
    parts.start("web")
    answered = house.control(f"wechat/{who['openid']}/text", message)["pushes"][0]
    assert "抱歉" in answered["reply"]["text"]
    thread = house.staff().get(f"/inbox/c/{house.staff().customer(who['name'])}").text
    assert thread.count('class="words"') == 1, "one case"


def test_the_clock_killed_in_planning(parts: Parts) -> None:
    house = parts.house
    parts.start("clock", "planning")
    house.api("PUT", "repair-orders/RO-8801", {"status": "delivered"})
    parts.killed_itself("clock")
    assert not touchpoints(house, 1), "the tick rolled back whole"
    parts.start("clock")
    until(lambda: touchpoints(house, 1), WAIT, house.log)
    assert len(touchpoints(house, 1)) == 1
