"""Our own senders against the sandbox: what the house really does at the providers."""

import json
import uuid
from typing import Any

import pytest

from bot.dealer import SmsTemplate
from bot.errors import ContentRefused, Mark, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.sms_aliyun import AliyunSms
from channels.sms_callbacks import parse_replies, parse_reports
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from store.losable import Losable
from tests.sandbox.conftest import ACCOUNT, SMS, Running, Webhook

FIELDS = {"thing1": {"value": "维修保养后回访"}, "time2": {"value": "2026年9月14日 17:30"}}


@pytest.fixture
def wechat(box: Running, patience: tuple[float, float]) -> WeChatSender:
    losable, clock = Losable(None), box.sandbox.clock
    http = Http(box.base, patience)
    tokens = AccessTokens(
        ACCOUNT.app_id,
        ACCOUNT.app_secret,
        http,
        cache=losable.tokens,
        lock=losable.locks,
        wakeups=losable.wakeups,
        monotonic=clock.monotonic,
        machine=clock.machine,
    )
    return WeChatSender(WeChatApi(tokens, http, clock.machine))


@pytest.fixture
def sms(box: Running, patience: tuple[float, float]) -> AliyunSms:
    def nonce() -> str:
        return uuid.uuid4().hex

    http = Http(box.base, patience)
    return AliyunSms(SMS.access_key_id, SMS.access_key_secret, http, now=box.sandbox.clock.business, nonce=nonce)


def out(way: Way, address: str = "o1", out_id: str = "", **payload: Any) -> Outgoing:
    return Outgoing(out_id or uuid.uuid4().hex, way, "main", address, payload)


def message(name: str = "韩梅梅") -> Outgoing:
    template: SmsTemplate = SMS.approved.templates["case_ack"]
    params = {"name": name, "owner": "李雷"}
    sign = SMS.approved.signature
    return out(Way.SMS, "+8613900000001", "out-1", template="case_ack", code=template.code, params=params, sign=sign)


def kinds(box: Running, address: str = "o1") -> list[str]:
    return [line["kind"] for line in box.control(f"wechat/{address}/messages") if line["dir"] == "out"]


def test_all_three_ways_of_wechat(box: Running, wechat: WeChatSender) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    box.control("wechat/o2/follow", {})
    wechat.send(out(Way.CUSTOM, text="您好"))
    assert wechat.send(out(Way.TEMPLATE, template_id="TPL-checkin", data=FIELDS, url="http://127.0.0.1:1/s/x"))
    assert wechat.send(out(Way.MASS, "", text="秋季自驾", openids=["o1", "o2"]))
    assert kinds(box) == ["custom", "template", "mass"]


def test_a_token_that_died_in_a_jump_is_renewed(box: Running, wechat: WeChatSender) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    wechat.send(out(Way.CUSTOM, text="一"))
    box.control("clock", {"advance": "3h"})
    wechat.send(out(Way.CUSTOM, text="二"))
    assert kinds(box) == ["custom", "custom"]


@pytest.mark.parametrize(
    ("prepare", "send", "error", "mark"),
    [
        ("follow", out(Way.CUSTOM, "o9", text="您好"), Undeliverable, Mark.BAD_ADDRESS),
        ("unfollow", out(Way.TEMPLATE, template_id="TPL-checkin", data=FIELDS), Undeliverable, Mark.UNFOLLOWED),
    ],
)
def test_refusals_are_understood(
    box: Running, wechat: WeChatSender, prepare: str, send: Outgoing, error: type[Undeliverable], mark: Mark
) -> None:
    box.control("wechat/o1/follow", {})
    box.control(f"wechat/o1/{prepare}", {})
    with pytest.raises(error) as refused:
        wechat.send(send)
    assert refused.value.marks is mark


def test_a_closed_and_an_empty_window_are_told_apart(box: Running, wechat: WeChatSender) -> None:
    box.control("wechat/o1/follow", {})
    for text in ("一", "二", "三"):
        wechat.send(out(Way.CUSTOM, text=text))
    with pytest.raises(Undeliverable) as empty:
        wechat.send(out(Way.CUSTOM, text="四"))
    box.control("clock", {"advance": "2m"})
    with pytest.raises(Undeliverable) as closed:
        wechat.send(out(Way.CUSTOM, text="五"))
    assert (empty.value.marks, closed.value.marks) == (Mark.WINDOW_EMPTY, Mark.WINDOW_CLOSED)


def test_a_lost_answer_of_a_template_is_asked_again_and_sent_once(box: Running, wechat: WeChatSender) -> None:
    box.control("wechat/o1/follow", {})
    box.control("faults", {"api": "template", "code": "timeout_after"})
    wechat.send(out(Way.TEMPLATE, template_id="TPL-checkin", data=FIELDS))
    assert kinds(box) == ["template"]


@pytest.mark.parametrize("code", ["timeout_after", "reset", "http500", "html"])
def test_a_custom_message_without_an_answer_is_uncertain(box: Running, wechat: WeChatSender, code: str) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    wechat.send(out(Way.CUSTOM, text="一"))
    box.control("faults", {"api": "custom", "code": code})
    with pytest.raises(Uncertain):
        wechat.send(out(Way.CUSTOM, text="二"))
    assert len(kinds(box)) == (2 if code == "timeout_after" else 1)


def test_an_sms_with_its_receipt(box: Running, sms: AliyunSms, webhook: Webhook) -> None:
    biz_id = sms.send(message())
    (line,) = box.control("sms/13900000001/messages")
    assert line["text"] == "【远禾滨江店】韩梅梅您好，李雷会联系您。"
    webhook.wait_for(1, "sms")
    ((_key, item),) = parse_reports(json.dumps(webhook.sms[0][1]).encode())
    assert (item["biz_id"], item["out_id"]) == (biz_id, "out-1")


def test_a_reply_by_sms_is_readable(box: Running, webhook: Webhook) -> None:
    box.control("sms/13900000001/reply", {"content": "2"})
    ((key, item),) = parse_replies(json.dumps(webhook.sms[0][1]).encode())
    assert (item["content"], key) == ("2", webhook.sms[0][1][0]["sequence_id"])


def test_an_sms_without_an_answer_is_found_by_its_out_id(box: Running, sms: AliyunSms) -> None:
    box.control("faults", {"api": "sms", "code": "timeout_after"})
    with pytest.raises(Uncertain):
        sms.send(message())
    found = sms.find("+8613900000001", "out-1", box.sandbox.clock.business().date())
    assert found is not None
    assert found.status == 3


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("isv.BUSINESS_LIMIT_CONTROL", TryLater),
        ("isv.SMS_CONTENT_ILLEGAL", ContentRefused),
        ("isv.CUSTOMER_REFUSED", Undeliverable),
    ],
)
def test_refusals_of_aliyun_are_understood(box: Running, sms: AliyunSms, code: str, error: type[Exception]) -> None:
    box.control("faults", {"api": "sms", "code": code})
    with pytest.raises(error):
        sms.send(message())


def test_what_aliyun_would_not_take_in_a_variable(sms: AliyunSms) -> None:
    with pytest.raises(ContentRefused):
        sms.send(message(name="字" * 36))
