"""Pushes to a webhook that knows wechatpy only: signature, encryption both ways, retries, duplicates."""

import threading
from datetime import datetime
from typing import Any

import pytest
from flask import Response
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from sandbox import wechat_push
from sandbox.deeds import FAILED
from sandbox.phone_book import timeline
from store.engine import open_engine, reading
from tests.sandbox.conftest import ACCOUNT, Running, Webhook


def test_a_text_arrives_signed_and_encrypted(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/text", {"content": "空调还是不凉 ]]> 😀"})
    (heard,) = webhook.heard
    check_signature(ACCOUNT.token, heard.query["signature"], heard.query["timestamp"], heard.query["nonce"])
    assert (heard.query["encrypt_type"], heard.query["openid"]) == ("aes", "o1")
    assert "空调".encode() not in heard.body
    assert heard.body.startswith(b"<xml><ToUserName>")
    message = heard.message
    assert (message.type, message.content, message.source) == ("text", "空调还是不凉 ]]> 😀", "o1")
    assert message.target == ACCOUNT.original_id
    assert message.id > 2**53


def test_signatures_carry_business_time(box: Running, webhook: Webhook) -> None:
    box.control("clock", {"set": "2026-12-24T18:00:00+08:00"})
    box.control("wechat/o1/text", {"content": "你好"})
    moved = datetime.fromisoformat("2026-12-24T18:00:00+08:00").timestamp()
    assert 0 <= int(webhook.heard[0].query["timestamp"]) - moved < 60
    assert webhook.heard[0].message.create_time.isoformat().startswith("2026-12-24T18:00:")


def test_the_reply_is_decrypted_and_on_the_phone(box: Running, webhook: Webhook) -> None:
    webhook.answer = "非常抱歉，李雷会联系您"
    (push,) = box.control("wechat/o1/text", {"content": "不满意"})["pushes"]
    assert (push["status"], push["reply"]) == (200, {"type": "text", "text": "非常抱歉，李雷会联系您"})
    assert 0 <= push["ms"] < 5000
    lines = box.control("wechat/o1/messages")
    assert [(line["dir"], line["kind"], line["text"]) for line in lines] == [
        ("in", "text", "不满意"),
        ("out", "passive", "非常抱歉，李雷会联系您"),
    ]
    assert set(lines[0]) == {"id", "at", "dir", "kind", "text", "template", "data", "url"}
    assert lines[0]["at"].startswith("2026-09-17T10:2")


@pytest.mark.parametrize("silence", ["success", ""])
def test_silence_is_a_good_answer(box: Running, webhook: Webhook, silence: str) -> None:
    webhook.answer = silence
    pushes = box.control("wechat/o1/text", {"content": "你好", "retries": 3})["pushes"]
    assert [(push["status"], push["reply"]) for push in pushes] == [(200, None)]
    assert len(box.control("wechat/o1/messages")) == 1


def test_identical_pushes_at_once(box: Running, webhook: Webhook) -> None:
    webhook.answer = "收到"
    pushes = box.control("wechat/o1/text", {"content": "不满意", "times": 6})["pushes"]
    assert [push["reply"]["text"] for push in pushes] == ["收到"] * 6
    assert len({(heard.body, tuple(heard.query.items())) for heard in webhook.heard}) == 1
    assert len(webhook.heard) == 6
    assert [line["kind"] for line in box.control("wechat/o1/messages")] == ["text", "passive"]


def test_they_really_come_at_once(box: Running, webhook: Webhook) -> None:
    webhook.hang = threading.Event()
    pushing = threading.Thread(target=box.control, args=("wechat/o1/text", {"content": "你好", "times": 4}))
    pushing.start()
    webhook.wait_for(4)  # all four are inside the webhook before any is answered
    webhook.hang.set()
    pushing.join()


@pytest.mark.parametrize(
    ("failures", "retries", "statuses"),
    [(0, 3, [200]), (1, 0, [500]), (2, 3, [500, 500, 200]), (9, 3, [500, 500, 500, 500])],
)
def test_retries_until_an_answer_is_good(
    box: Running, webhook: Webhook, failures: int, retries: int, statuses: list[int]
) -> None:
    webhook.failures = failures
    pushes = box.control("wechat/o1/text", {"content": "你好", "retries": retries})["pushes"]
    assert [push["status"] for push in pushes] == statuses
    same = {(heard.message.id, heard.message.time, heard.message.source) for heard in webhook.heard}
    assert len(same) == 1
    assert len({heard.query["nonce"] for heard in webhook.heard}) == len(statuses)


def test_no_answer_in_time_is_status_zero(box: Running, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wechat_push, "ANSWER_S", 0.3)
    webhook.hang = threading.Event()
    (push,) = box.control("wechat/o1/text", {"content": "你好"})["pushes"]
    webhook.hang.set()
    assert (push["status"], push["reply"]) == (0, None)


def seal(text: str, **change: str) -> Response:
    parts = {"to": "o1", "from": ACCOUNT.original_id, "token": ACCOUNT.token, "app": ACCOUNT.app_id, **change}
    xml = (
        f"<xml><ToUserName>{parts['to']}</ToUserName><FromUserName>{parts['from']}</FromUserName>"
        f"<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>{text}</Content></xml>"
    )
    return Response(WeChatCrypto(parts["token"], ACCOUNT.aes_key, parts["app"]).encrypt_message(xml, "n"))


@pytest.mark.parametrize(
    "answer",
    [
        Response("<html>oops</html>"),
        Response('{"ok":true}', mimetype="application/json"),
        Response("<xml><Encrypt>AAAA</Encrypt></xml>"),
        seal("x", token="WRONGTOKEN"),
        seal("x", app="wxother"),
        seal("x", to="o2"),
        seal("x", **{"from": "gh_other"}),
    ],
)
def test_what_wechat_would_not_take_is_no_reply(box: Running, webhook: Webhook, answer: Response) -> None:
    webhook.raw_answer = answer
    pushes = box.control("wechat/o1/text", {"content": "你好", "retries": 1})["pushes"]
    assert [(push["status"], push["reply"]) for push in pushes] == [(200, None)] * 2
    assert [line["kind"] for line in box.control("wechat/o1/messages")] == ["text"]


def test_a_failed_message_shows_wechats_own_words_on_the_phone(box: Running, webhook: Webhook, tmp_path: Any) -> None:
    webhook.failures = 9
    box.control("wechat/o1/text", {"content": "你好"})
    engine = open_engine(f"sqlite:///{tmp_path / 'sandbox.sqlite'}")
    with reading(engine) as connection:
        shown = timeline(connection, "wechat", "main", "o1")
    engine.dispose()
    assert [(line["kind"], line["text"]) for line in shown] == [("text", "你好"), ("system", FAILED)]


def test_a_message_id_pushed_again_later_is_a_true_retry(box: Running, webhook: Webhook) -> None:
    webhook.answer = "收到"
    for advance in ("0s", "5m"):
        box.control("clock", {"advance": advance})
        box.control("wechat/o1/text", {"content": "你好", "msg_id": "9007199254740993"})
    first, second = (heard.message for heard in webhook.heard)
    assert (first.id, first.time) == (second.id, second.time) == (9007199254740993, first.time)
    assert webhook.heard[0].query["timestamp"] != webhook.heard[1].query["timestamp"]
    assert [line["kind"] for line in box.control("wechat/o1/messages")] == ["text", "passive"]


def test_a_tap_arrives_as_text_with_the_menu_id(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/menu", {"id": "101", "content": "满意"})
    data = webhook.heard[0].message._data
    assert (data["MsgType"], data["Content"], data["bizmsgmenuid"]) == ("text", "满意", "101")


def test_a_scan_of_a_stranger_makes_a_follower(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/scan", {"scene": "bind:abc"})
    box.control("wechat/o1/scan", {"scene": "bind:def"})
    first, second = webhook.events()
    assert (first["Event"], first["EventKey"]) == ("subscribe", "qrscene_bind:abc")
    assert (second["Event"], second["EventKey"]) == ("SCAN", "bind:def")
    assert first["Ticket"]


def test_events_of_a_menu_and_of_leaving(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/follow", {})
    box.control("wechat/o1/click", {"key": "SURVEY"})
    box.control("wechat/o1/click", {"key": "SURVEY"})
    box.control("wechat/o1/unfollow", {})
    told = [(event["Event"], event["EventKey"]) for event in webhook.events()]
    assert told == [("subscribe", None), ("CLICK", "SURVEY"), ("CLICK", "SURVEY"), ("unsubscribe", None)]
    # Events have no id; only the second tells two clicks from a retry.
    assert len({event["CreateTime"] for event in webhook.events()}) == 4


def test_an_event_may_have_a_passive_reply(box: Running, webhook: Webhook) -> None:
    webhook.answer = "欢迎"
    (push,) = box.control("wechat/o1/follow", {})["pushes"]
    assert push["reply"] == {"type": "text", "text": "欢迎"}
    assert [line["kind"] for line in box.control("wechat/o1/messages")] == ["passive"]


def test_a_webhook_that_is_away_is_told_of_a_finish_again(box: Running, webhook: Webhook) -> None:
    box.control("wechat/o1/follow", {})
    webhook.failures = 3
    body = {"touser": "o1", "template_id": "TPL-plate", "data": {"car_number1": {"value": "浙A8Z888"}}}
    box.weixin("message/template/send", body)
    webhook.wait_for(4)
    assert [event["Event"] for event in webhook.events()[1:]] == ["TEMPLATESENDJOBFINISH"] * 3
