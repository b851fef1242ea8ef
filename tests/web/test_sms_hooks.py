"""The push of an SMS provider: the path is the lock, raw rows first, the answer within 700 ms, probes welcome."""

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
from tests.statements import statements_of
from tests.turn_house import Wakes
from web.site import Part, SiteNeeds, create_site
from web.sms_hooks import LARGEST, sms_hooks

TOKEN = "d41d8cd98f00b204e9800998ecf8427e"
PATH = f"/hooks/sms/aliyun/{TOKEN}"
REPLY = {
    "phone_number": "13900000001",
    "content": "不满意，空调还是不凉",
    "send_time": "2026-09-17 10:20:00",
    "dest_code": "1234",
    "sequence_id": "1234567890",
}
REPORT = {"phone_number": "13900000001", "success": True, "err_code": "DELIVERED", "biz_id": "6073^0", "out_id": "a"}
OK = {"code": 0, "msg": "接收成功"}


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


def test_a_reply_is_stored_as_it_came(
    client: FlaskClient, rows: Callable[[], list[Any]], clock: StillClock, wakes: Wakes
) -> None:
    answer = client.post(PATH + "/reply", json=[REPLY])
    assert (answer.status_code, answer.json, answer.mimetype) == (200, OK, "application/json")
    (row,) = rows()
    assert (row.provider, row.kind, row.item_key, row.body) == ("aliyun", "reply", "1234567890", REPLY)
    assert (row.address, row.state, row.received_at) == ("+8613900000001", "new", clock.now)
    assert wakes.topics == [TOPIC]


def test_a_report_is_stored_as_it_came(client: FlaskClient, rows: Callable[[], list[Any]]) -> None:
    assert client.post(PATH + "/report", json=[REPORT]).json == OK
    assert [(row.kind, row.body) for row in rows()] == [("report", REPORT)]


def test_a_push_that_comes_again_is_answered_and_stored_once(
    client: FlaskClient, rows: Callable[[], list[Any]], wakes: Wakes
) -> None:
    for body in ([REPLY], [{**REPLY, "sequence_id": 1234567890}], [REPLY, REPLY]):
        assert client.post(PATH + "/reply", json=body).json == OK
    assert len(rows()) == 1
    assert wakes.topics == [TOPIC], "nothing new, nobody woken"


def test_six_pushes_at_once_are_one_row(site: Flask, rows: Callable[[], list[Any]]) -> None:
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: site.test_client().post(PATH + "/reply", json=[REPLY]).json, range(6)))
    assert answers == [OK] * 6
    assert len(rows()) == 1


@pytest.mark.parametrize("kind", ["reply", "report"])
@pytest.mark.parametrize("body", [b"[]", b"{}", b"", b"[{}]", b'[{"phone_number":"13900000001"}]'])
def test_the_consoles_probe_gets_the_answer_it_wants(
    client: FlaskClient, rows: Callable[[], list[Any]], wakes: Wakes, kind: str, body: bytes
) -> None:
    answer = client.post(f"{PATH}/{kind}", data=body)
    assert (answer.status_code, answer.json) == (200, OK)
    assert rows() == []
    assert wakes.topics == []


@pytest.mark.parametrize(
    "path",
    [
        f"/hooks/sms/aliyun/{TOKEN[:-1]}x/reply",
        f"/hooks/sms/aliyun/{TOKEN}x/reply",
        "/hooks/sms/aliyun/令牌/reply",
        f"/hooks/sms/huawei/{TOKEN}/reply",
        f"/hooks/sms/aliyun/{TOKEN}/other",
        "/hooks/sms/aliyun/reply",
    ],
)
def test_without_the_token_there_is_nothing_here(client: FlaskClient, rows: Callable[[], list[Any]], path: str) -> None:
    assert client.post(path, json=[REPLY]).status_code == 404
    assert rows() == []


def test_without_a_configured_token_the_hooks_are_closed(engine: Engine, clock: StillClock, wakes: Wakes) -> None:
    hooks = sms_hooks("", Writer(engine), clock, wakes)
    client = create_site(SiteNeeds("k" * 32, https=False), parts=[Part(hooks, for_providers=True)]).test_client()
    assert client.post("/hooks/sms/aliyun//reply", json=[REPLY]).status_code in {404, 308}
    assert client.post("/hooks/sms/aliyun/x/reply", json=[REPLY]).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<html>", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (json.dumps([{}] * 1001).encode(), 413),
        (b" " * (LARGEST + 1), 413),
    ],
    ids=["html", "not_utf8", "deep", "too_many", "too_large"],
)
def test_a_bad_body_is_4xx_with_a_log_line(
    client: FlaskClient, rows: Callable[[], list[Any]], body: bytes, status: int
) -> None:
    answer = client.post(PATH + "/reply", data=body)
    assert answer.status_code == status
    assert rows() == []


def test_our_own_failure_is_500_so_that_it_comes_again(
    site: Flask, engine: Engine, client: FlaskClient, rows: Callable[[], list[Any]]
) -> None:
    site.config["PROPAGATE_EXCEPTIONS"] = False
    with engine.connect() as conn, conn.begin():
        callback.drop(conn)
    assert client.post(PATH + "/reply", json=[REPLY]).status_code == 500
    callback.create(engine)
    assert client.post(PATH + "/reply", json=[REPLY]).json == OK
    assert len(rows()) == 1


def test_a_thousand_replies_take_no_more_statements_than_one(
    client: FlaskClient, engine: Engine, rows: Callable[[], list[Any]]
) -> None:
    with statements_of(engine) as one:
        assert client.post(PATH + "/reply", json=[REPLY]).json == OK
    body = json.dumps([{**REPLY, "sequence_id": number} for number in range(1000)], ensure_ascii=False)
    with statements_of(engine) as many:
        assert client.post(PATH + "/reply", data=body.encode()).json == OK
    assert len(many) == len(one)
    assert len(rows()) == 1001


def test_neither_number_nor_text_nor_token_is_logged(client: FlaskClient) -> None:
    with capture_logs() as logs:
        client.post(PATH + "/reply", json=[REPLY])
        client.post(PATH + "/reply", data=b"13900000001 <html>")
        client.post(PATH[:-1] + "/reply", json=[REPLY])
    written = json.dumps(logs, ensure_ascii=False, default=str)
    assert "sms_pushed" in written
    for private in ("13900000001", "空调", TOKEN):
        assert private not in written
