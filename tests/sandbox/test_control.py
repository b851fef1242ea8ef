"""The control API: what it refuses, the clock, the faults."""

import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from sqlalchemy import Engine

from sandbox.durations import span
from store.clock import StoredClock
from tests.sandbox.conftest import Running, Webhook


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("wechat/o1/text", {"content": "x", "colour": "red"}, "colour"),
        ("wechat/o1/text", {}, "content"),
        ("wechat/o1/text", {"content": 5}, "content"),
        ("wechat/o1/text", {"content": "x", "times": 0}, "times"),
        ("wechat/o1/text", {"content": "x", "times": True}, "times"),
        ("wechat/o1/text", {"content": "x", "retries": 4}, "retries"),
        ("wechat/o1/text", {"content": "x", "msg_id": "-5"}, "msg_id"),
        ("wechat/o1/text", {"content": "x", "msg_id": 2**63}, "msg_id"),
        ("wechat/o1/text", {"content": "x", "account": "other"}, "other"),
        ("wechat/o1/text", [], "object"),
        ("wechat/o 1/text", {"content": "x"}, "openid"),
        ("wechat/o1/follow", {"scene": "x"}, "scene"),
        ("wechat/o1/menu", {"id": "1"}, "content"),
        ("sms/12345/reply", {"content": "x"}, "号码"),
        ("faults", {"api": "nonsense", "code": 1}, "nonsense"),
        ("faults", {"api": "sms"}, "code"),
        ("faults", {"api": "sms", "code": "x", "times": -1}, "times"),
        ("faults", {"api": "template", "code": "isv.X"}, "code"),
        ("faults", {"api": "custom", "code": ["x"]}, "code"),
        ("faults", {"api": "template/finish", "code": ""}, "code"),
        ("clock", {}, "advance"),
        ("clock", {"advance": "1h", "set": "2026-10-01"}, "either"),
        ("clock", {"advance": "soon"}, "soon"),
        ("clock", {"set": "soon"}, "soon"),
        ("clock", {"set": "2026-09-16T10:00:00+08:00"}, "往回"),
        ("clock", {"set": 5}, "set"),
    ],
)
def test_what_it_refuses(box: Running, path: str, body: Any, says: str) -> None:
    code, error = box.refused(path, body)
    assert code == 400
    assert says in error


def test_who_left_cannot_write(box: Running) -> None:
    box.control("wechat/o1/follow", {})
    box.control("wechat/o1/unfollow", {})
    assert box.refused("wechat/o1/text", {"content": "x"})[0] == 409
    box.control("wechat/o1/follow", {})
    box.control("wechat/o1/text", {"content": "x"})


def test_who_says_nothing_needs_no_body(box: Running) -> None:
    for deed in ("follow", "unfollow"):
        answer = requests.post(f"{box.base}/control/wechat/o1/{deed}", timeout=10)
        assert answer.json()["pushes"][0]["status"] == 200
    assert requests.post(f"{box.base}/control/clock", timeout=10).status_code == 400
    foreign = {"Origin": "https://evil.example"}
    assert requests.post(f"{box.base}/control/wechat/o1/follow", headers=foreign, timeout=10).status_code == 403


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [("GET", "control/nothing", 404), ("POST", "control/wechat/o1/dance", 404), ("GET", "control/wechat/o1/text", 405)],
)
def test_what_is_not_there_is_told_as_json(box: Running, method: str, path: str, code: int) -> None:
    answer = requests.request(method, f"{box.base}/{path}", timeout=10)
    assert answer.status_code == code
    assert path in answer.json()["error"]


def test_a_message_may_be_named(box: Running, webhook: Webhook) -> None:
    for name in ("first", "first", "second"):
        box.control("wechat/o1/text", {"content": "x", "msg_id": name})
    ids = [heard.message.id for heard in webhook.heard]
    assert ids[0] == ids[1] != ids[2]
    assert all(0 < int(one) < 2**63 for one in ids)


def test_the_unknown_have_no_messages(box: Running) -> None:
    assert box.control("wechat/o9/messages") == []
    assert box.control("sms/+8613900000009/messages") == []


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Host": "api.weixin.qq.com"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Content-Type": "text/plain"}, 400),
        ({}, 200),
    ],
)
def test_only_our_own_pages_may_ask(box: Running, headers: dict[str, str], code: int) -> None:
    sent = {"Content-Type": "application/json", **headers}
    answer = requests.post(f"{box.base}/control/wechat/o1/text", data=b'{"content":"x"}', headers=sent, timeout=10)
    assert answer.status_code == code
    assert code == 200 or answer.json()["error"]


def test_its_own_origin_and_name_are_welcome(box: Running) -> None:
    local = box.base.replace("127.0.0.1", "localhost")
    answer = requests.get(f"{local}/control/clock", headers={"Origin": local}, timeout=10)
    assert answer.status_code == 200


@pytest.mark.parametrize(("address", "code"), [("192.168.1.7", 403), ("::1", 200), ("::ffff:127.0.0.1", 200)])
def test_only_this_machine_may_ask(box: Running, address: str, code: int) -> None:
    client = box.sandbox.app.test_client()
    answer = client.get("/control/clock", environ_base={"REMOTE_ADDR": address}, headers={"Host": "localhost"})
    assert answer.status_code == code


@pytest.mark.parametrize(
    ("text", "seconds"), [("3d2h", 266400), ("90s", 90), ("45m", 2700), ("1d1h1m1s", 90061), ("0s", 0)]
)
def test_spans(text: str, seconds: int) -> None:
    assert span(text).total_seconds() == seconds


@pytest.mark.parametrize("text", ["", "3", "2h3d", "-1h", "1.5h", "d"])
def test_what_is_no_span(text: str) -> None:
    with pytest.raises(ValueError):
        span(text)


def test_the_clock_goes_forward(box: Running) -> None:
    assert box.control("clock", {"advance": "3d2h"})["now"].startswith("2026-09-20T12:2")
    assert box.control("clock", {"set": "2026-09-21T10:00:00"})["now"].startswith("2026-09-21T10:00:0")
    assert box.control("clock")["now"].startswith("2026-09-21T10:00:0")


def test_it_answers_once_the_others_took_it_over(box: Running, app_engine: Engine) -> None:
    def now() -> datetime:
        return datetime(2026, 9, 17, 2, 20, tzinfo=UTC)

    worker = StoredClock(app_engine, now, time.monotonic, True, "worker:2")
    worker.refresh()
    stop = threading.Event()
    thread = threading.Thread(target=worker.follow, args=(stop, 0.1))
    thread.start()
    try:
        box.control("clock", {"advance": "1d"})
        assert worker.business().day == 18
    finally:
        stop.set()
        thread.join()


def test_a_process_that_does_not_move_holds_it_up_for_two_seconds(box: Running, app_engine: Engine) -> None:
    stuck = StoredClock(app_engine, box.sandbox.clock.machine, time.monotonic, True, "stuck:3")
    stuck.refresh()
    started = time.monotonic()
    box.control("clock", {"advance": "1d"})
    assert 1.5 < time.monotonic() - started < 15


def send(box: Running) -> Any:
    body = {"touser": "o1", "msgtype": "text", "text": {"content": "您好"}}
    return box.weixin("message/custom/send", body)


@pytest.mark.parametrize("api", ["message/custom/send", "/cgi-bin/message/custom/send", "custom", "custom/send"])
def test_a_code_comes_as_often_as_armed(box: Running, api: str) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    told = box.control("faults", {"api": api, "code": 45047, "times": 2})
    assert told == {"faults": [{"api": "message/custom/send", "code": "45047", "times": 2}]}
    assert [send(box)["errcode"] for _ in range(3)] == [45047, 45047, 0]
    assert box.control("faults") == {"faults": []}
    assert len(box.control("wechat/o1/messages")) == 2


def test_a_fault_is_taken_back_with_zero(box: Running) -> None:
    box.control("faults", {"api": "custom", "code": -1, "times": 5})
    box.control("faults", {"api": "custom", "code": -1, "times": 0})
    box.control("wechat/o1/text", {"content": "你好"})
    assert send(box)["errcode"] == 0


def test_a_fault_of_the_token(box: Running) -> None:
    box.control("faults", {"api": "stable_token", "code": "40243"})
    body = {"grant_type": "client_credential", "appid": "x", "secret": "x"}
    assert box.weixin("stable_token", body, token=None)["errcode"] == 40243


@pytest.mark.parametrize(
    ("code", "error", "recorded"),
    [
        ("timeout_after", requests.ReadTimeout, 1),
        ("reset", requests.ConnectionError, 0),
        ("http500", None, 0),
        ("html", None, 0),
    ],
)
def test_behaviours(box: Running, code: str, error: type[Exception] | None, recorded: int) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    token = box.token()
    box.control("faults", {"api": "custom", "code": code})
    url = f"{box.base}/cgi-bin/message/custom/send?access_token={token}"
    body = '{"touser":"o1","msgtype":"text","text":{"content":"您好"}}'.encode()
    if error is not None:
        with pytest.raises(error):
            requests.post(url, data=body, timeout=1)
    else:
        answer = requests.post(url, data=body, timeout=5)
        assert (answer.status_code, answer.text[:6]) == {"http500": (500, ""), "html": (200, "<html>")}[code]
    out = [line for line in box.control("wechat/o1/messages") if line["dir"] == "out"]
    assert len(out) == recorded


def test_everything_survives_a_restart(start: Any, webhook: Webhook) -> None:
    first: Running = start()
    first.control("wechat/o1/text", {"content": "你好"})
    first.custom("o1", "您好")
    token = first.token()
    first.control("faults", {"api": "sms", "code": "isv.AMOUNT_NOT_ENOUGH", "times": 3})
    first.control("clock", {"advance": "1d"})
    second: Running = start()
    assert second.control("clock")["now"].startswith("2026-09-18T10:2")
    assert [line["text"] for line in second.control("wechat/o1/messages")] == ["你好", "您好"]
    assert second.control("faults")["faults"][0]["times"] == 3
    assert second.weixin("menu/get", token=token)["errcode"] == 42001
    assert [second.custom("o1") for _ in range(5)] == [0, 0, 0, 0, 45047]
