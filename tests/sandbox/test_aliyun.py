"""The fake dysmsapi over HTTP, called as the vendor's own example does it (sms.md §1.6)."""

import hashlib
import hmac
import json
import threading
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests
from flask import Response

from sandbox import acs3, courier
from tests.sandbox.conftest import SMS, Running, Webhook

GOOD = {
    "PhoneNumbers": "13900000001",
    "SignName": "远禾滨江店",
    "TemplateCode": "SMS_1",
    "TemplateParam": json.dumps({"name": "韩梅梅", "owner": "李雷"}, ensure_ascii=False),
    "OutId": "job-1",
}


def encoded(value: str) -> str:
    return quote(value, safe="-_.~")


def canonical(query: dict[str, str]) -> str:
    return "&".join(f"{encoded(name)}={encoded(value)}" for name, value in sorted(query.items()))


def headers(host: str, date: str, query: dict[str, str], **change: str) -> dict[str, str]:
    """Headers of a V3 call. change: action, version, key, secret, nonce."""
    given = {"action": "SendSms", "version": "2017-05-25", "key": SMS.access_key_id, "secret": SMS.access_key_secret}
    given |= {"nonce": uuid.uuid4().hex, **change}
    digest = hashlib.sha256(b"").hexdigest()
    signed = {
        "host": host,
        "x-acs-action": given["action"],
        "x-acs-version": given["version"],
        "x-acs-date": date,
        "x-acs-signature-nonce": given["nonce"],
        "x-acs-content-sha256": digest,
    }
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    text = "\n".join(["POST", "/", canonical(query), lines, names, digest])
    to_sign = "ACS3-HMAC-SHA256\n" + hashlib.sha256(text.encode()).hexdigest()
    mac = hmac.new(given["secret"].encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return signed | {
        "authorization": f"ACS3-HMAC-SHA256 Credential={given['key']},SignedHeaders={names},Signature={mac}"
    }


def call(box: Running, query: dict[str, str], by: timedelta = timedelta(), **change: str) -> requests.Response:
    now = datetime.fromisoformat(box.control("clock")["now"]) + by
    date = (now - (now.utcoffset() or timedelta())).strftime("%Y-%m-%dT%H:%M:%SZ")
    sent = headers(urlsplit(box.base).netloc, date, query, **change)
    return requests.post(f"{box.base}/?{canonical(query)}", headers=sent, timeout=5)


def code_of(box: Running, query: dict[str, str], **change: Any) -> str:
    return str(call(box, query, **change).json()["Code"])


@pytest.mark.parametrize(
    ("secret", "host", "action", "version", "query", "date", "nonce", "signature"),
    [
        (
            "YourAccessKeySecret",
            "ecs.cn-shanghai.aliyuncs.com",
            "RunInstances",
            "2014-05-26",
            {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"},
            "2023-10-26T10:22:32Z",
            "3156853299f313e23d1673dc12e1703d",
            "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0",
        ),
        (
            "testSecret",
            "dysmsapi.aliyuncs.com",
            "SendSms",
            "2017-05-25",
            {
                "PhoneNumbers": "13900000001",
                "SignName": "阿里云短信测试",
                "TemplateCode": "SMS_1",
                "TemplateParam": '{"name":"张先生"}',
                "OutId": "job-1",
            },
            "2026-01-01T00:00:00Z",
            "n0",
            "35d59b16eeb6016954833baf1216fe8292b4891b56c7427c93d43aaa1aade897",
        ),
    ],
)
def test_the_vendors_own_signatures_are_accepted(
    secret: str, host: str, action: str, version: str, query: dict[str, str], date: str, nonce: str, signature: str
) -> None:
    names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    sent = {
        "host": host,
        "x-acs-action": action,
        "x-acs-version": version,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-content-sha256": hashlib.sha256(b"").hexdigest(),
        "authorization": f"ACS3-HMAC-SHA256 Credential=id,SignedHeaders={names},Signature={signature}",
    }
    assert acs3.is_signed(secret, "POST", query, sent, b"")
    assert not acs3.is_signed(secret, "POST", {**query, "RegionId": "cn-other"}, sent, b"")
    assert not acs3.is_signed(secret + "x", "POST", query, sent, b"")
    assert not acs3.is_signed(secret, "POST", query, sent, b"another body")


def test_an_sms_stands_on_the_phone_and_is_reported(box: Running, webhook: Webhook) -> None:
    answer = call(box, GOOD)
    assert (answer.status_code, answer.json()["Code"]) == (200, "OK")
    (line,) = box.control("sms/+8613900000001/messages")
    assert (line["text"], line["kind"], line["dir"]) == ("【远禾滨江店】韩梅梅您好，李雷会联系您。", "sms", "out")
    assert line["template"] == "SMS_1"
    webhook.wait_for(1, "sms")
    ((kind, (item,)),) = webhook.sms
    assert kind == "report"
    assert (item["biz_id"], item["out_id"]) == (answer.json()["BizId"], "job-1")
    assert (item["success"], item["err_code"], item["phone_number"]) == (True, "DELIVERED", "13900000001")


@pytest.mark.parametrize("form", ["+8613900000001", "8613900000001", "008613900000001"])
def test_a_number_may_be_written_in_four_ways(box: Running, form: str) -> None:
    assert code_of(box, {**GOOD, "PhoneNumbers": form}) == "OK"
    assert len(box.control("sms/13900000001/messages")) == 1


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"key": "unknown"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"secret": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"version": "2016-01-01"}, 400, "InvalidVersion"),
        ({"action": "SendPigeon"}, 404, "InvalidAction.NotFound"),
        ({"by": timedelta(minutes=-16)}, 400, "InvalidTimeStamp.Expired"),
        ({"by": timedelta(minutes=16)}, 400, "InvalidTimeStamp.Expired"),
        ({"by": timedelta(minutes=14)}, 200, "OK"),
    ],
)
def test_the_gateway(box: Running, change: dict[str, Any], status: int, code: str) -> None:
    answer = call(box, GOOD, **change)
    assert (answer.status_code, answer.json()["Code"]) == (status, code)


def test_signatures_live_on_business_time(box: Running) -> None:
    box.control("clock", {"advance": "30d"})
    assert code_of(box, GOOD) == "OK"


def test_a_nonce_is_good_once(box: Running) -> None:
    assert [code_of(box, GOOD, nonce="n1") for _ in range(2)] == ["OK", "SignatureNonceUsed"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PhoneNumbers": "12345"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"PhoneNumbers": "13900000001,13900000002"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"SignName": "别家"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"TemplateCode": "SMS_9"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"TemplateCode": "SMS_3"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"TemplateParam": "{"}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": '{"name":"韩梅梅","owner":5}'}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": '{"name":"韩梅梅"}'}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"TemplateParam": '{"name":"","owner":"李雷"}'}, "isv.PARAM_LENGTH_LIMIT"),
        ({"TemplateParam": '{"name":"%s","owner":"李雷"}' % ("字" * 36)}, "isv.PARAM_LENGTH_LIMIT"),
        ({"TemplateParam": '{"name":"http://a.cn/s","owner":"李雷"}'}, "isv.PARAM_NOT_SUPPORT_URL"),
    ],
)
def test_what_is_refused_with_200(box: Running, change: dict[str, str], code: str) -> None:
    answer = call(box, {**GOOD, **change})
    assert (answer.status_code, answer.json()["Code"]) == (200, code)
    assert "BizId" not in answer.json()
    assert box.control("sms/13900000001/messages") == []


def test_fifty_a_day(box: Running) -> None:
    assert {code_of(box, GOOD) for _ in range(50)} == {"OK"}
    assert code_of(box, GOOD) == "isv.BUSINESS_LIMIT_CONTROL"
    box.control("clock", {"advance": "1d"})
    assert code_of(box, GOOD) == "OK"


def test_promotion_at_night_is_accepted_and_not_delivered(box: Running, webhook: Webhook) -> None:
    promotion = {**GOOD, "TemplateCode": "SMS_2"}
    assert code_of(box, promotion) == "OK"
    box.control("clock", {"set": "2026-09-17T20:00:00+08:00"})
    assert code_of(box, promotion) == "OK"
    webhook.wait_for(2, "sms")
    assert [items[0]["err_code"] for _kind, items in webhook.sms] == ["DELIVERED", "AP:16"]
    assert len(box.control("sms/13900000001/messages")) == 1


def test_sending_is_not_idempotent(box: Running) -> None:
    assert [code_of(box, GOOD) for _ in range(2)] == ["OK", "OK"]
    assert len(box.control("sms/13900000001/messages")) == 2


def test_a_lost_answer_is_settled_by_the_query(box: Running) -> None:
    box.control("faults", {"api": "SendSms", "code": "timeout_after"})
    now = datetime.fromisoformat(box.control("clock")["now"])
    sent = headers(urlsplit(box.base).netloc, (now - timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M:%SZ"), GOOD)
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{box.base}/?{canonical(GOOD)}", headers=sent, timeout=1)
    asked = {"PhoneNumber": "13900000001", "SendDate": "20260917", "PageSize": "10", "CurrentPage": "1"}
    answer = call(box, asked, action="QuerySendDetails").json()
    (detail,) = answer["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
    assert (answer["TotalCount"], detail["OutId"], detail["SendStatus"]) == (1, "job-1", 3)
    other_day = call(box, {**asked, "SendDate": "20260916"}, action="QuerySendDetails").json()
    assert other_day["TotalCount"] == 0


@pytest.mark.parametrize("code", ["isv.BUSINESS_LIMIT_CONTROL", "isv.AMOUNT_NOT_ENOUGH", "isp.SYSTEM_ERROR"])
def test_a_code_on_demand(box: Running, code: str) -> None:
    box.control("faults", {"api": "SendSms", "code": code})
    assert [code_of(box, GOOD) for _ in range(2)] == [code, "OK"]


def test_a_receipt_may_tell_of_failure(box: Running, webhook: Webhook) -> None:
    box.control("faults", {"api": "sms/report", "code": "MOBILE_NOT_ON_SERVICE"})
    assert code_of(box, GOOD) == "OK"
    webhook.wait_for(1, "sms")
    item = webhook.sms[0][1][0]
    assert (item["success"], item["err_code"]) == (False, "MOBILE_NOT_ON_SERVICE")
    assert box.control("sms/13900000001/messages") == []


def test_a_reply_is_pushed_and_stands_on_the_phone(box: Running, webhook: Webhook) -> None:
    (push,) = box.control("sms/+8613900000001/reply", {"content": "2"})["pushes"]
    assert (push["status"], push["reply"]) == (200, None)
    ((kind, (item,)),) = webhook.sms
    assert (kind, item["content"], item["phone_number"]) == ("reply", "2", "13900000001")
    assert item["send_time"].startswith("2026-09-17 10:2")
    (line,) = box.control("sms/13900000001/messages")
    assert (line["dir"], line["kind"], line["text"]) == ("in", "sms", "2")


def test_a_reply_may_come_twice_with_one_sequence_id(box: Running, webhook: Webhook) -> None:
    assert len(box.control("sms/13900000001/reply", {"content": "2", "times": 3})["pushes"]) == 3
    box.control("sms/13900000001/reply", {"content": "4", "msg_id": "77"})
    box.control("sms/13900000001/reply", {"content": "4", "msg_id": "77"})
    sequences = [items[0]["sequence_id"] for _kind, items in webhook.sms]
    assert len(set(sequences[:3])) == 1
    assert sequences[3:] == ["77", "77"]
    assert [line["text"] for line in box.control("sms/13900000001/messages")] == ["2", "4"]


@pytest.mark.parametrize("bad", [Response(status=500), Response("ok"), Response('{"code":"0"}'), Response("[]")])
def test_what_is_not_acknowledged_comes_again(
    box: Running, webhook: Webhook, bad: Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(courier.AGAIN_S, "sms_reply", (0.1, 0.1, 0.1))
    webhook.sms_answers = [bad]
    box.control("sms/13900000001/reply", {"content": "2"})
    webhook.wait_for(2, "sms")
    assert webhook.sms[0] == webhook.sms[1]


def test_a_receipt_is_tried_four_times_and_then_given_up(
    box: Running, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(courier.AGAIN_S, "sms_report", (0.0, 0.0, 0.0))
    webhook.sms_answers = [Response(status=500) for _ in range(9)]
    code_of(box, GOOD)
    webhook.wait_for(4, "sms")
    for _ in range(200):
        if not box.sandbox.courier.waiting():
            break
        threading.Event().wait(0.05)
    assert len(webhook.sms) == 4


def test_a_receipt_on_its_way_survives_a_restart(start: Any, webhook: Webhook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(courier.AGAIN_S, "sms_report", (1.0, 1.0, 1.0))
    webhook.sms_answers = [Response(status=500)]
    assert code_of(start(), GOOD) == "OK"
    webhook.wait_for(1, "sms")
    start()
    webhook.wait_for(2, "sms")
    assert webhook.sms[0] == webhook.sms[1]
