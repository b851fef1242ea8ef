"""Our senders against the sandbox: two programs written from the same reference must understand each other."""

import secrets
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from bot.errors import (
    ChannelStopped,
    ContentRefused,
    Mark,
    SendError,
    TemplateRefused,
    TryLater,
    Uncertain,
    Undeliverable,
)
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.sms_aliyun import AliyunSms
from channels.sms_outcome import SentSms
from channels.wechat.qr import create_scene
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from store.losable import Losable
from tests.sandbox.conftest import ACCOUNT, SMS, Running

LILEI, MEIMEI = "oLiLei", "oMeimei"
PHONE = "+8613900000001"


@pytest.fixture
def api(box: Running, patience: tuple[float, float]) -> WeChatApi:
    clock, losable, http = box.sandbox.clock, Losable(None), Http(box.base, patience)
    tokens = AccessTokens(
        ACCOUNT.app_id, ACCOUNT.app_secret, http, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic, machine=clock.machine,
    )  # fmt: skip
    return WeChatApi(tokens, http, clock.machine)


@pytest.fixture
def wechat(api: WeChatApi) -> WeChatSender:
    return WeChatSender(api)


@pytest.fixture
def sms(box: Running, patience: tuple[float, float]) -> AliyunSms:
    clock = box.sandbox.clock
    http = Http(box.base, patience)
    return AliyunSms(
        SMS.access_key_id, SMS.access_key_secret, http, now=clock.business, nonce=lambda: secrets.token_hex(16)
    )


@pytest.fixture
def ids() -> Iterator[str]:
    return (f"out-{number}" for number in range(1, 1000))


def custom(out_id: str, text: str = "您好", openid: str = LILEI) -> Outgoing:
    return Outgoing(out_id, Way.CUSTOM, "main", openid, {"text": text})


def template(out_id: str, **data: str) -> Outgoing:
    values = {"thing1": "远禾滨江店服务回访", "time2": "2026年09月17日 10:00", **data}
    fields = {name: {"value": value} for name, value in values.items()}
    return Outgoing(
        out_id,
        Way.TEMPLATE,
        "main",
        LILEI,
        {"template_id": "TPL-checkin", "data": fields, "url": "http://127.0.0.1/s/1"},
    )


def text_message(out_id: str, **more: Any) -> Outgoing:
    payload = {
        "template": "case_ack",
        "code": "SMS_1",
        "sign": "远禾滨江店",
        "params": {"name": "王女士", "owner": "韩梅梅"},
    }
    return Outgoing(out_id, Way.SMS, "", PHONE, {**payload, **more})


def shown(box: Running, path: str) -> list[tuple[str, str]]:
    return [(each["kind"], each["text"]) for each in box.control(f"{path}/messages") if each["dir"] == "out"]


def refusal(sender: Any, out: Outgoing) -> SendError:
    with pytest.raises(SendError) as caught:
        sender.send(out)
    return caught.value


def test_custom_texts_last_as_long_as_the_window(box: Running, wechat: WeChatSender, ids: Iterator[str]) -> None:
    error = refusal(wechat, custom(next(ids)))
    assert isinstance(error, Undeliverable)
    box.control(f"wechat/{LILEI}/follow", {})
    box.control(f"wechat/{LILEI}/text", {"content": "你好"})
    for _ in range(5):
        wechat.send(custom(next(ids)))
    error = refusal(wechat, custom(next(ids)))
    assert isinstance(error, Undeliverable)
    assert (error.code, error.marks) == ("45047", Mark.WINDOW_EMPTY)
    assert [each for each in shown(box, f"wechat/{LILEI}") if each[0] == "custom"] == [("custom", "您好")] * 5
    box.control("clock", {"advance": "2d1h"})
    error = refusal(wechat, custom(next(ids)))
    assert isinstance(error, Undeliverable)
    assert (error.code, error.marks) == ("45015", Mark.WINDOW_CLOSED)


def test_a_template_message_arrives_once_though_its_first_answer_was_lost(
    box: Running, wechat: WeChatSender, ids: Iterator[str]
) -> None:
    box.control(f"wechat/{LILEI}/follow", {})
    box.control("faults", {"api": "message/template/send", "code": "timeout_after", "times": 1})
    assert wechat.send(template(next(ids)))
    assert [kind for kind, _ in shown(box, f"wechat/{LILEI}") if kind == "template"] == ["template"]


def test_a_custom_text_whose_answer_was_lost_is_uncertain(
    box: Running, wechat: WeChatSender, ids: Iterator[str]
) -> None:
    box.control(f"wechat/{LILEI}/follow", {})
    box.control("faults", {"api": "message/custom/send", "code": "timeout_after", "times": 1})
    assert isinstance(refusal(wechat, custom(next(ids))), Uncertain)
    assert len([kind for kind, _ in shown(box, f"wechat/{LILEI}") if kind == "custom"]) == 1


def test_a_wrong_field_or_template_is_refused_by_name(box: Running, wechat: WeChatSender, ids: Iterator[str]) -> None:
    box.control(f"wechat/{LILEI}/follow", {})
    error = refusal(wechat, template(next(ids), thing1="字" * 21))
    assert isinstance(error, TemplateRefused)
    assert "data.thing1.value" in error.sentence


def test_a_mass_send_is_one_batch_for_many(box: Running, wechat: WeChatSender, ids: Iterator[str]) -> None:
    for openid in (LILEI, MEIMEI):
        box.control(f"wechat/{openid}/follow", {})
    batch = Outgoing(next(ids), Way.MASS, "main", "", {"text": "车主自驾游报名", "openids": [LILEI, MEIMEI]})
    first = wechat.send(batch)
    assert first
    assert wechat.send(batch) == first, "the same clientmsgid is the same batch"
    for openid in (LILEI, MEIMEI):
        assert shown(box, f"wechat/{openid}").count(("mass", "车主自驾游报名")) == 1


def test_a_token_that_ends_under_us_is_replaced(box: Running, wechat: WeChatSender, ids: Iterator[str]) -> None:
    box.control(f"wechat/{LILEI}/follow", {})
    box.control(f"wechat/{LILEI}/text", {"content": "你好"})
    wechat.send(custom(next(ids)))
    box.control("clock", {"advance": "2h1m"})
    wechat.send(custom(next(ids)))
    for code in ("40001", "42001"):
        box.control("faults", {"api": "message/custom/send", "code": code, "times": 1})
        wechat.send(custom(next(ids)))
    assert len([kind for kind, _ in shown(box, f"wechat/{LILEI}") if kind == "custom"]) == 4


@pytest.mark.parametrize(("code", "error"), [("-1", TryLater), ("48004", ChannelStopped), ("http500", Uncertain)])
def test_the_sandboxs_faults_are_understood(
    box: Running, wechat: WeChatSender, ids: Iterator[str], code: str, error: type[SendError]
) -> None:
    box.control(f"wechat/{LILEI}/follow", {})
    box.control("faults", {"api": "message/custom/send", "code": code, "times": 1})
    assert type(refusal(wechat, custom(next(ids)))) is error


def test_a_scene_can_be_scanned(box: Running, api: WeChatApi) -> None:
    scene = create_scene(api, "bind:ab12")
    assert scene.ticket
    assert scene.seconds == 2_592_000
    box.control(f"wechat/{LILEI}/scan", {"scene": "bind:ab12"})


def test_an_sms_is_signed_sent_and_found_again(box: Running, sms: AliyunSms, ids: Iterator[str]) -> None:
    out = text_message(next(ids))
    assert sms.send(out).endswith("^0")
    assert shown(box, "sms/13900000001") == [("sms", "【远禾滨江店】王女士您好，韩梅梅会联系您。")]
    found = sms.find(PHONE, out.out_id, date(2026, 9, 17))
    assert found is not None
    assert found.out_id == out.out_id


def test_an_sms_whose_answer_was_lost_is_uncertain_and_can_be_settled(
    box: Running, sms: AliyunSms, ids: Iterator[str]
) -> None:
    lost, never = text_message(next(ids)), text_message(next(ids))
    box.control("faults", {"api": "SendSms", "code": "timeout_after", "times": 1})
    assert isinstance(refusal(sms, lost), Uncertain)
    box.control("faults", {"api": "SendSms", "code": "reset", "times": 1})
    assert isinstance(refusal(sms, never), Uncertain)
    found = sms.find(PHONE, lost.out_id, date(2026, 9, 17))
    assert isinstance(found, SentSms)
    assert sms.find(PHONE, never.out_id, date(2026, 9, 17)) is None
    assert len(shown(box, "sms/13900000001")) == 1


@pytest.mark.parametrize(
    ("more", "code", "error"),
    [
        ({"code": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL", ChannelStopped),
        ({"sign": "别家"}, "isv.SMS_SIGNATURE_ILLEGAL", ChannelStopped),
        ({"params": {"name": "王女士"}}, "isv.TEMPLATE_MISSING_PARAMETERS", ContentRefused),
    ],
)
def test_the_sandboxs_refusals_are_in_our_table(
    box: Running, sms: AliyunSms, ids: Iterator[str], more: dict[str, Any], code: str, error: type[SendError]
) -> None:
    refused = refusal(sms, text_message(next(ids), **more))
    assert (type(refused), refused.code) == (error, code)


def test_a_moved_clock_signs_with_the_moved_time(box: Running, sms: AliyunSms, ids: Iterator[str]) -> None:
    box.control("clock", {"advance": "3d"})
    assert sms.send(text_message(next(ids)))
