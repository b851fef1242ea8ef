"""From a delivered repair order to a satisfied customer, over HTTP, against everything `run` starts.

One house for each database; the tests are its days, in order, so the clock only moves forward.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from tests.e2e.running import BUSY, ROOT, Desk, Running, until

pytestmark = pytest.mark.timeout(300)
SHANGHAI = ZoneInfo("Asia/Shanghai")
SOON = 30.0  # seconds for what crosses processes; the promised figures are asserted where they are promised
Person = dict[str, Any]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    url = request.getfixturevalue("postgres").new() if request.param == "postgresql" else ""
    running = Running(tmp_path_factory.mktemp("house") / "data", url)
    running.start()
    try:
        yield running
    finally:
        running.kill()


def person(house: Running, number: int) -> Person:
    return dict(house.people[f"C100{number}"])


def touchpoints(house: Running, who: Person, rule: str = "") -> list[dict[str, Any]]:
    found = house.api("GET", f"customers/{who['external_id']}/touchpoints").json()["touchpoints"]
    return [row for row in found if row["rule"].startswith(rule)]


def outcome(house: Running, who: Person, rule: str) -> str:
    """`sent` or `skipped:reason` of the newest touchpoint of this rule; "" while it has none."""
    row = max(touchpoints(house, who, rule), key=lambda one: one["due_at"], default=None)
    return "" if row is None or row["outcome"] is None else f"{row['outcome']}:{row['reason']}".rstrip(":")


def await_outcome(house: Running, who: Person, rule: str) -> str:
    return str(until(lambda: outcome(house, who, rule), SOON, house.log))


def deliver(house: Running, who: Person) -> datetime:
    """The DMS says delivered; the instant its check-in is due."""
    before = len(touchpoints(house, who, "checkin.question"))
    answer = house.api("PUT", f"repair-orders/{who['repair_order']}", {"status": "delivered"})
    assert answer.status_code == 200, answer.text
    until(lambda: len(touchpoints(house, who, "checkin.question")) > before, SOON)
    return datetime.fromisoformat(touchpoints(house, who, "checkin.question")[-1]["due_at"]).astimezone(SHANGHAI)


def case_of(desk: Desk, who: Person) -> str:
    """The staff page of this customer's conversation."""
    return f"/inbox/c/{desk.customer(who['name'])}"


def test_a_code_on_the_receipt_binds_the_follower_to_the_file(house: Running) -> None:
    who = person(house, 4)
    scene = house.api("POST", f"repair-orders/{who['repair_order']}/bind-code").json()["scene"]
    assert scene.startswith("bind:")
    welcome = house.wechat("oNewcomer00000000000000000001", "scan", scene=scene)
    assert who["plate"] in welcome or who["name"][0] in welcome
    again = house.wechat("oThief00000000000000000000002", "scan", scene=scene)
    assert who["plate"] not in again, "a spent code binds nobody"


def test_a_follower_without_a_code_is_served_as_unknown(house: Running) -> None:
    assert "您" in house.wechat("oStranger000000000000000000003", "follow")
    assert house.wechat("oStranger000000000000000000003", "text", content="你好")


def test_nothing_goes_out_before_ten_and_then_each_by_their_way(house: Running) -> None:
    dues = {number: deliver(house, person(house, number)) for number in (1, 3, 5, 6)}
    now = datetime.fromisoformat(house.now()).astimezone(SHANGHAI)
    assert {due.time().isoformat() for due in dues.values()} == {"10:00:00"}
    assert {due.date() for due in dues.values()} == {now.date() + timedelta(days=3)}
    house.clock_to((max(dues.values()) - timedelta(minutes=1)).isoformat())
    subprocess.run(["sleep", "2"], check=True)  # every tick has run at this hour, and still nothing
    addresses = {number: person(house, number)["openid"] or person(house, number)["phone"] for number in dues}
    assert not [m for to in addresses.values() for m in house.received(to) if m["kind"] in ("template", "sms")]
    house.clock_to(max(dues.values()).isoformat())
    for number in (1, 3):
        (card,) = house.await_received(addresses[number], "template")
        assert "/s/" in card["url"]
    for number in (5, 6):
        (text,) = house.await_received(addresses[number], "sms")
        assert text["text"].startswith("【")
    for number in dues:
        # By its receipt where the answer of the call came too late on a busy machine.
        assert await_outcome(house, person(house, number), "checkin.question") in ("sent", "sent:receipt")


def test_dissatisfied_on_wechat_opens_a_case_and_the_loop_closes(house: Running) -> None:
    who, manager = person(house, 1), house.staff()
    events = manager.stream()
    reply = house.wechat(who["openid"], "text", content="不满意，空调还是不凉")
    assert "抱歉" in reply or "对不起" in reply
    assert "周明" in reply or "韩梅梅" in reply or "陈经理" in reply
    assert re.search(r"\d{1,2}:\d{2}", reply), "time of next contact"
    assert "？" in reply, "a question"
    assert next(event for event in events if event.get("kind") in ("case", "thread", "message"))
    page = case_of(manager, who)
    thread = manager.get(page).text
    assert "空调还是不凉" in thread
    assert who["plate"] in thread
    manager.act(page, "claim")
    started = time.monotonic()
    manager.act(page, "reply", text="李先生您好，我是陈经理，今天下午给您安排复检。", key="e2e-reply-00000001")
    manager.act(page, "reply", text="李先生您好，我是陈经理，今天下午给您安排复检。", key="e2e-reply-00000001")
    until(lambda: house.received(who["openid"], "custom"), SOON)
    assert time.monotonic() - started < 2.0 * BUSY
    assert len(house.received(who["openid"], "custom")) == 1, "the same key is one message"


def test_without_a_recorded_fix_nobody_is_asked_again(house: Running) -> None:
    who = person(house, 1)
    house.advance("3h")
    subprocess.run(["sleep", "3"], check=True)
    assert not touchpoints(house, who, "recontact")
    manager = house.staff()
    page = case_of(manager, who)
    manager.act(page, "plan", text="更换压缩机继电器，明天完成")
    manager.act(page, "start")
    manager.act(page, "fix", text="已更换继电器并复检，出风口 6 度")
    assert until(lambda: outcome(house, who, "recontact"), SOON) == "sent"


def test_dissatisfied_again_reopens_one_level_higher_then_satisfied_closes(house: Running) -> None:
    who, manager = person(house, 1), house.staff()
    page = case_of(manager, who)
    reply = house.wechat(who["openid"], "text", content="还是不满意，又不凉了")
    assert "陈经理" in reply
    thread = manager.get(page).text
    assert "第 2 轮" in thread
    assert "P2" in thread
    for step in ("plan", "start", "fix"):
        manager.act(page, step, text="更换压缩机总成")
    until(lambda: len([t for t in touchpoints(house, who, "recontact") if t["outcome"] == "sent"]) == 2, SOON)
    assert house.wechat(who["openid"], "text", content="这次满意了，谢谢")
    until(lambda: "已结案" in manager.get(page).text, SOON)


def test_dissatisfied_by_sms_is_answered_by_the_approved_template(house: Running) -> None:
    who = person(house, 5)
    started = time.monotonic()
    house.control(f"sms/{who['phone']}/reply", {"content": "2"})
    ack = until(lambda: [m for m in house.received(who["phone"], "sms") if "case" in m["template"].lower()
                         or "抱歉" in m["text"]], SOON)  # fmt: skip
    assert time.monotonic() - started < 5.0 * BUSY
    assert len(ack) == 1
    assert who["name"] in house.staff().get("/inbox").text


def test_the_survey_page_says_the_same(house: Running) -> None:
    who = person(house, 3)
    (card,) = house.received(who["openid"], "template")
    page = requests.get(card["url"], timeout=10).text
    assert who["plate"] in page
    submission = re.search(r'name="submission" value="([^"]+)"', page)
    assert submission
    form = {"submission": submission.group(1), "rating": "1", "text": "等了三个小时"}
    answers = [requests.post(card["url"], data=form, timeout=10).text for _ in range(2)]
    for answer in answers:
        assert "抱歉" in answer or "对不起" in answer
        assert re.search(r"\d{1,2}:\d{2}", answer)
    assert "等了三个小时" in house.staff().get(case_of(house.staff(), who)).text


def test_tapping_a_link_of_the_scale_answers_too(house: Running) -> None:
    who = person(house, 2)
    house.clock_to(deliver(house, who).isoformat())
    until(lambda: house.received(who["openid"], "template"), SOON)
    scale = house.wechat(who["openid"], "text", content="知道了")
    taps = re.findall(r'href="weixin://bizmsgmenu\?msgmenucontent=([^&"]+)&(?:amp;)?msgmenuid=([^"]+)"', scale)
    assert len(taps) >= 3, scale
    assert "weixin://bizmsgmenu" in house.wechat(who["openid"], "click", key="SURVEY")
    dissatisfied = next(t for t in taps if "%E4%B8%8D%E6%BB%A1%E6%84%8F" in t[0])
    reply = house.wechat(who["openid"], "menu", id=dissatisfied[1], content="不满意")
    assert "抱歉" in reply or "对不起" in reply
    assert "？" in reply


def test_satisfied_at_once_is_asked_one_question_about_membership(house: Running) -> None:
    who = person(house, 4)
    openid = "oNewcomer00000000000000000001"
    house.clock_to(deliver(house, who).isoformat())
    until(lambda: house.received(openid, "template"), SOON)
    reply = house.wechat(openid, "text", content="很满意，师傅很细心")
    assert "会员" in reply
    assert house.wechat(openid, "text", content="会员")


def test_a_birthday_is_greeted_once_and_only_who_agreed(house: Running) -> None:
    day = birthday_of(house)
    house.clock_to(f"{day}T10:00:00+08:00")
    greeted = (1, 2, 4)
    ended = {number: await_outcome(house, person(house, number), "birthday") for number in greeted}
    assert ended == {1: "sent", 2: "skipped:complaint_hold", 4: "sent"}
    assert await_outcome(house, person(house, 5), "birthday") == "skipped:no_consent"
    sent = [number for number in greeted if ended[number] == "sent"]
    for number in sent:
        who = person(house, number)
        openid = "oNewcomer00000000000000000001" if number == 4 else who["openid"]
        told = [m for to in (openid, who["phone"]) if to for m in house.received(to) if "今天是您的生日" in m["text"]]
        assert len(told) == 1


def birthday_of(house: Running) -> str:
    rows = touchpoints(house, person(house, 2), "birthday")
    if rows:
        return datetime.fromisoformat(rows[-1]["due_at"]).astimezone(SHANGHAI).date().isoformat()
    return str((datetime.fromisoformat(house.started_at) + timedelta(days=10)).date())


def test_an_event_is_one_batch_for_followers_and_an_sms_for_others(house: Running) -> None:
    manager = house.staff()
    now = datetime.fromisoformat(house.now()).astimezone(SHANGHAI)
    house.clock_to((now + timedelta(days=8)).replace(hour=10, minute=30).isoformat())
    day = (now + timedelta(days=20)).date().isoformat()
    form = {"name": "冬季用车讲堂", "place": "远禾滨江店", "date": day, "time": "14:00", "capacity": "3"}
    made = manager.post("/inbox/events/new", page=manager.get("/inbox/events/new").text, **form)
    manager.post(made.url.removeprefix(house.web) + "/publish", page=made.text)
    openid = person(house, 1)["openid"]
    first = until(lambda: house.received(openid, "mass"), SOON)
    assert len(first) == 1
    assert [m["text"] for m in house.received("oNewcomer00000000000000000001", "mass")] == [first[0]["text"]]
    assert not house.received(person(house, 3)["openid"], "mass"), "a complaint is open"
    assert not house.received(person(house, 7)["openid"], "mass"), "no consent, no invitation"
    until(lambda: [m for m in house.received(person(house, 8)["phone"], "sms") if "讲堂" in m["text"]], SOON)
    house.wechat(openid, "text", content="来，两个人")
    assert taken(manager, made.url) == 2
    house.wechat(openid, "text", content="来不了了")
    assert taken(manager, made.url) == 0


def taken(desk: Desk, url: str) -> int:
    found = re.search(r"(\d+)\s*/\s*3", desk.session.get(url, timeout=10).text)
    assert found, "seats are not on the event's page"
    return int(found.group(1))


def test_a_refusal_stops_greetings_and_invitations_but_not_the_check_in(house: Running) -> None:
    who = person(house, 3)
    said = house.wechat(who["openid"], "text", content="退订")
    assert said
    again = house.wechat(who["openid"], "text", content="退订")
    assert again != said, "said once"
    who7 = person(house, 7)
    house.wechat(who7["openid"], "text", content="退订")
    house.clock_to(deliver(house, who7).isoformat())
    until(lambda: house.received(who7["openid"], "template"), SOON)
    assert until(lambda: outcome(house, who7, "checkin.question"), SOON) == "sent"


def test_why_shows_the_whole_chain(house: Running) -> None:
    settings = house.settings()
    told = subprocess.run(
        [sys.executable, "app.py", "why", person(house, 1)["external_id"], "--json"],
        cwd=ROOT, env=settings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    chains = json.loads(told.stdout)
    text = json.dumps(chains, ensure_ascii=False)
    for part in ("checkin", "gate", "template", "accepted"):
        assert part in text, part
    manager = house.staff()
    link = re.search(r'href="(/inbox/touchpoints/\d+)"', manager.get(case_of(manager, person(house, 1))).text)
    assert link, "no card leads to why"
    assert "checkin" in manager.get(link.group(1)).text or "回访" in manager.get(link.group(1)).text


def test_every_touchpoint_ended_in_one_outcome_with_its_reason(house: Running) -> None:
    for who in house.people.values():
        for row in touchpoints(house, who):
            if row["state"] == "done":
                assert row["outcome"] in ("sent", "skipped", "failed", "uncertain", "cancelled")
                assert row["outcome"] == "sent" or row["reason"]


def test_ctrl_c_ends_everything_cleanly(house: Running) -> None:
    assert house.stop() == 0
    assert "Traceback" not in house.log()
    for who in house.people.values():
        assert who["phone"] not in house.log()
