"""Tencent's pushes at the same door: its own form, its own words of thanks; the path is the lock."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from structlog.testing import capture_logs

from store.engine import reading
from store.outbox import TOPIC
from store.tables.contact import callback
from store.writer import Writer
from tests.conftest import StillClock
from tests.turn_house import Wakes
from web.site import Part, SiteNeeds, create_site
from web.sms_hooks import LARGEST, sms_hooks

TOKEN = "d41d8cd98f00b204e9800998ecf8427e"
PATH = f"/hooks/sms/tencent/{TOKEN}"
REPLY = {
    "extend": "", "mobile": "13900000001", "nationcode": "86", "sign": "远禾滨江店", "text": "不满意，空调还是不凉",
    "time": 1789611600,
}  # fmt: skip
REPORT = {
    "user_receive_time": "2026-09-17 10:20:03", "nationcode": "86", "mobile": "13900000001",
    "report_status": "SUCCESS", "errmsg": "DELIVRD", "description": "用户短信送达成功", "sid": "5000:1", "ext": "out-1",
}  # fmt: skip
OK = {"result": 0, "errmsg": "OK"}


@pytest.fixture
def wakes() -> Wakes:
    return Wakes()


@pytest.fixture
def site(engine: Engine, clock: StillClock, wakes: Wakes) -> Flask:
    hooks = sms_hooks(TOKEN, Writer(engine), clock, wakes)
    return create_site(SiteNeeds("k" * 32, https=False), parts=[Part(hooks, max_body=LARGEST, for_providers=True)])


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def rows(engine: Engine) -> Callable[[], list[Any]]:
    def read() -> list[Any]:
        with reading(engine) as conn:
            return list(conn.execute(select(callback).order_by(callback.c.id)))

    return read


def test_a_reply_is_stored_as_it_came(client: FlaskClient, rows: Callable[[], list[Any]], wakes: Wakes) -> None:
    answer = client.post(PATH + "/reply", json=REPLY)
    assert (answer.status_code, answer.json, answer.mimetype) == (200, OK, "application/json")
    (row,) = rows()
    assert (row.provider, row.kind, row.body, row.address) == ("tencent", "reply", REPLY, "+8613900000001")
    assert row.state == "new", "nothing is worked off before the answer"
    assert wakes.topics == [TOPIC]


def test_a_hundred_statuses_are_stored_as_they_came(client: FlaskClient, rows: Callable[[], list[Any]]) -> None:
    statuses = [{**REPORT, "sid": f"5000:{number}"} for number in range(100)]
    assert client.post(PATH + "/report", json=statuses).json == OK
    assert [row.body for row in rows()] == statuses


def test_six_pushes_at_once_are_one_row(site: Flask, rows: Callable[[], list[Any]]) -> None:
    for kind, body in (("reply", REPLY), ("report", [REPORT])):
        with ThreadPoolExecutor(6) as pool:
            posts = pool.map(lambda _, k=kind, b=body: site.test_client().post(f"{PATH}/{k}", json=b).json, range(6))
            assert list(posts) == [OK] * 6
    assert [row.kind for row in rows()] == ["reply", "report"]


def test_the_same_key_at_another_provider_is_another_item(client: FlaskClient, rows: Callable[[], list[Any]]) -> None:
    client.post(PATH + "/reply", json=REPLY)
    client.post(f"/hooks/sms/aliyun/{TOKEN}/reply", json=REPLY)
    assert [row.provider for row in rows()] == ["tencent"], "and Aliyun's door does not read Tencent's form"


@pytest.mark.parametrize("kind", ["reply", "report"])
@pytest.mark.parametrize("body", [b"[]", b"{}", b"", b"[{}]", b'{"mobile":"13900000001"}', b'{"time":1}'])
def test_a_probe_gets_the_answer_it_wants(
    client: FlaskClient, rows: Callable[[], list[Any]], wakes: Wakes, kind: str, body: bytes
) -> None:
    answer = client.post(f"{PATH}/{kind}", data=body)
    assert (answer.status_code, answer.json) == (200, OK)
    assert rows() == []
    assert wakes.topics == []


@pytest.mark.parametrize(
    "path",
    [
        f"/hooks/sms/tencent/{TOKEN[:-1]}x/reply",
        f"/hooks/sms/tencent/{TOKEN[:-1]}/report",
        "/hooks/sms/tencent/令牌/reply",
        f"/hooks/sms/tencent/{TOKEN}/other",
        f"/hooks/sms/log/{TOKEN}/reply",
        "/hooks/sms/tencent/reply",
    ],
)
def test_without_the_token_there_is_nothing_here(client: FlaskClient, rows: Callable[[], list[Any]], path: str) -> None:
    assert client.post(path, json=REPLY).status_code == 404
    assert rows() == []


@pytest.mark.parametrize(("body", "status"), [(b"<html>", 400), (json.dumps([{}] * 1001).encode(), 413)])
def test_a_bad_body_is_4xx_in_tencents_words(client: FlaskClient, body: bytes, status: int) -> None:
    answer = client.post(PATH + "/reply", data=body)
    assert (answer.status_code, answer.json) == (status, {"result": status, "errmsg": "refused"})


def test_half_an_emoji_and_a_zero_byte_are_stored_on_every_database(
    client: FlaskClient, rows: Callable[[], list[Any]]
) -> None:
    body = json.dumps({**REPLY, "text": "好\ud83d", "sign": "a\x00b"}).encode()
    assert client.post(PATH + "/reply", data=body).json == OK
    (row,) = rows()
    assert (row.body["text"], row.body["sign"]) == ("好?", "ab")


def test_our_own_failure_is_500_so_that_it_comes_again(site: Flask, engine: Engine, client: FlaskClient) -> None:
    site.config["PROPAGATE_EXCEPTIONS"] = False
    with engine.connect() as conn, conn.begin():
        callback.drop(conn)
    assert client.post(PATH + "/reply", json=REPLY).status_code == 500
    callback.create(engine)
    assert client.post(PATH + "/reply", json=REPLY).json == OK


def test_neither_number_nor_text_nor_token_is_logged(client: FlaskClient) -> None:
    with capture_logs() as logs:
        client.post(PATH + "/reply", json=REPLY)
        client.post(PATH + "/reply", data=b"13900000001 <html>")
        client.post(PATH[:-1] + "/reply", json=REPLY)
    written = json.dumps(logs, ensure_ascii=False, default=str)
    assert "sms_pushed" in written
    for private in ("13900000001", "空调", TOKEN):
        assert private not in written
