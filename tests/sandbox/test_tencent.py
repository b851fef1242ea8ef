"""The fake sms.tencentcloudapi.com over HTTP, called as the vendor's own example does it (sms.md §2.4)."""

import hashlib
import hmac
import json
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Response

from sandbox import courier, tc3
from sandbox.accounts import SandboxSms
from tests.sandbox.conftest import SMS, Running, Webhook

PHONE = "+8613900000001"
GOOD: dict[str, Any] = {
    "PhoneNumberSet": [PHONE],
    "SmsSdkAppId": SMS.app_id,
    "SignName": "远禾滨江店",
    "TemplateId": "1001",
    "TemplateParamSet": ["韩梅梅", "李雷"],
    "SessionContext": "job-1",
}


@pytest.fixture
def sms_account() -> SandboxSms:
    return replace(SMS, provider="tencent")


def headers(host: str, stamp: int, body: bytes, **change: str) -> dict[str, str]:
    """Headers of a TC3 call. change: action, version, id, key, service, region, day."""
    given = {"action": "SendSms", "version": "2021-01-11", "id": SMS.secret_id, "key": SMS.secret_key}
    given |= {"service": "sms", "region": "ap-guangzhou", **change}
    day = given.get("day") or datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    signed = {"content-type": "application/json; charset=utf-8", "host": host, "x-tc-action": given["action"].lower()}
    names = ";".join(sorted(signed))
    lines = "".join(f"{name}:{signed[name]}\n" for name in sorted(signed))
    text = "\n".join(["POST", "/", "", lines, names, hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{given['service']}/tc3_request"
    to_sign = "\n".join(["TC3-HMAC-SHA256", str(stamp), scope, hashlib.sha256(text.encode()).hexdigest()])
    key = ("TC3" + given["key"]).encode()
    for step in (day, given["service"], "tc3_request"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    mac = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    sent = {"Content-Type": signed["content-type"], "Host": host, "X-TC-Action": given["action"]}
    sent |= {"X-TC-Version": given["version"], "X-TC-Timestamp": str(stamp), "X-TC-Region": given["region"]}
    return sent | {
        "Authorization": f"TC3-HMAC-SHA256 Credential={given['id']}/{scope}, SignedHeaders={names}, Signature={mac}"
    }


def call(box: Running, asked: Any = None, by: timedelta = timedelta(), **change: str) -> requests.Response:
    now = datetime.fromisoformat(box.control("clock")["now"]) + by
    body = asked if isinstance(asked, bytes) else json.dumps(GOOD if asked is None else asked).encode()
    sent = headers(urlsplit(box.base).netloc, int(now.timestamp()), body, **change)
    return requests.post(f"{box.base}/", data=body, headers=sent, timeout=5)


def said(box: Running, asked: Any = None, **change: Any) -> Any:
    """Refusals are HTTP 200 too, whatever they are."""
    answer = call(box, asked, **change)
    assert answer.status_code == 200
    return answer.json()["Response"]


def codes(box: Running, asked: Any = None, **change: Any) -> list[str]:
    """Of the whole, or of each number."""
    response = said(box, asked, **change)
    return [each["Code"] for each in ([response["Error"]] if "Error" in response else response["SendStatusSet"])]


@pytest.mark.parametrize(
    ("secret", "service", "stamp", "body", "action", "signature"),
    [
        (
            "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
            "cvm",
            1551113065,
            b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
            "",
            "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        ),
        (
            "SECRETEXAMPLE",
            "sms",
            1767225600,
            '{"PhoneNumberSet":["+8613900000001"],"SmsSdkAppId":"1400000000","SignName":"某某汽车","TemplateId":"1000",'
            '"TemplateParamSet":["张先生"],"SessionContext":"job-1"}'.encode(),
            "SendSms",
            "0db4abc292fa74159336962d7b1e8ae481098a363862c12518a95725823bf4dd",
        ),
    ],
)
def test_the_vendors_own_signatures_are_accepted(
    secret: str, service: str, stamp: int, body: bytes, action: str, signature: str
) -> None:
    day = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    names = "content-type;host" + (";x-tc-action" if action else "")
    sent = {
        "content-type": "application/json; charset=utf-8",
        "host": f"{service}.tencentcloudapi.com",
        "x-tc-action": action,
        "x-tc-timestamp": str(stamp),
        "authorization": f"TC3-HMAC-SHA256 Credential=id/{day}/{service}/tc3_request, SignedHeaders={names}, "
        f"Signature={signature}",
    }
    assert tc3.credential(sent["authorization"]) == "id"
    assert tc3.is_signed(secret, service, sent, body)
    assert not tc3.is_signed(secret, service, sent, body + b" ")
    assert not tc3.is_signed(secret + "x", service, sent, body)
    assert not tc3.is_signed(secret, "cbs", sent, body)
    assert not tc3.is_signed(secret, service, {**sent, "x-tc-timestamp": str(stamp + 86_400)}, body)
    assert not tc3.is_signed(secret, service, {**sent, "authorization": "TC3-HMAC-SHA256"}, body)


def test_an_sms_stands_on_the_phone_and_is_reported(box: Running, webhook: Webhook) -> None:
    (status,) = said(box)["SendStatusSet"]
    assert (status["Code"], status["SessionContext"], status["PhoneNumber"]) == ("Ok", "job-1", PHONE)
    assert (status["Fee"], status["IsoCode"]) == (1, "CN")
    (line,) = box.control("sms/+8613900000001/messages")
    assert (line["text"], line["kind"], line["dir"]) == ("【远禾滨江店】韩梅梅您好，李雷会联系您。", "sms", "out")
    assert line["template"] == "1001"
    webhook.wait_for(1, "tencent")
    ((kind, (item,)),) = webhook.tencent
    assert kind == "report"
    assert (item["sid"], item["ext"], item["report_status"]) == (status["SerialNo"], "job-1", "SUCCESS")
    assert (item["errmsg"], item["mobile"], item["nationcode"]) == ("DELIVRD", "13900000001", "86")
    assert webhook.sms == [], "not Aliyun's callback"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "unknown"}, "AuthFailure.SecretIdNotFound"),
        ({"key": "wrong"}, "AuthFailure.SignatureFailure"),
        ({"service": "cvm"}, "AuthFailure.SignatureFailure"),
        ({"day": "2020-01-01"}, "AuthFailure.SignatureFailure"),
        ({"version": "2019-07-11"}, "NoSuchVersion"),
        ({"region": ""}, "MissingParameter"),
        ({"action": "SendPigeon"}, "InvalidAction"),
        ({"by": timedelta(minutes=-6)}, "AuthFailure.SignatureExpire"),
        ({"by": timedelta(minutes=6)}, "AuthFailure.SignatureExpire"),
        ({"by": timedelta(minutes=4)}, "Ok"),
    ],
)
def test_the_gateway(box: Running, change: dict[str, Any], code: str) -> None:
    assert codes(box, **change) == [code]


def test_signatures_live_on_business_time(box: Running) -> None:
    box.control("clock", {"advance": "30d"})
    assert codes(box) == ["Ok"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (b"{", "FailedOperation.JsonParseFail"),
        (b"[]", "FailedOperation.JsonParseFail"),
        ({**GOOD, "SmsSdkAppId": "1"}, "UnauthorizedOperation.SmsSdkAppIdVerifyFail"),
        ({**GOOD, "PhoneNumberSet": []}, "MissingParameter.EmptyPhoneNumberSet"),
        ({**GOOD, "PhoneNumberSet": [PHONE] * 201}, "LimitExceeded.PhoneNumberCountLimit"),
    ],
)
def test_what_is_refused_as_a_whole(box: Running, asked: Any, code: str) -> None:
    assert "SendStatusSet" not in said(box, asked)
    assert codes(box, asked) == [code]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"PhoneNumberSet": ["12345"]}, "InvalidParameterValue.IncorrectPhoneNumber"),
        ({"SignName": "别家"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"SignName": ""}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "9999"}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        ({"TemplateId": "SMS_1"}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        ({"TemplateId": "1003", "TemplateParamSet": []}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        ({"TemplateParamSet": ["韩梅梅"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"TemplateParamSet": ["韩梅梅", "李雷", "x"]}, "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"),
        ({"TemplateParamSet": ["韩梅梅", ""]}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"TemplateParamSet": ["韩梅梅", "字" * 13]}, "InvalidParameterValue.TemplateParameterLengthLimit"),
        ({"TemplateParamSet": ["韩梅梅", "http://a.cn"]}, "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter"),
        ({"TemplateParamSet": ["韩梅梅", 5]}, "InvalidParameter.InvalidParameters"),
    ],
)
def test_what_is_refused_for_the_number(box: Running, change: dict[str, Any], code: str) -> None:
    (status,) = said(box, {**GOOD, **change})["SendStatusSet"]
    assert (status["Code"], status["SerialNo"], status["Fee"]) == (code, "", 0)
    assert box.control("sms/13900000001/messages") == []


def test_each_number_has_an_answer_of_its_own(box: Running) -> None:
    assert codes(box, {**GOOD, "PhoneNumberSet": [PHONE, "12345", "13900000002"]}) == [
        "Ok",
        "InvalidParameterValue.IncorrectPhoneNumber",
        "Ok",
    ]


def test_the_same_content_once_in_thirty_seconds_and_ten_a_day(box: Running) -> None:
    assert codes(box) == ["Ok"]
    assert codes(box) == ["LimitExceeded.PhoneNumberThirtySecondLimit"]
    box.control("clock", {"advance": "31s"})
    assert codes(box) == ["Ok"], "sending is not idempotent"
    for number in range(8):
        assert codes(box, {**GOOD, "TemplateParamSet": ["韩梅梅", f"{number}号"]}) == ["Ok"]
    other = {**GOOD, "TemplateParamSet": ["韩梅梅", "王磊"]}
    assert codes(box, other) == ["LimitExceeded.PhoneNumberDailyLimit"]
    box.control("clock", {"set": "2026-09-18T00:00:00+08:00"})
    assert codes(box, other) == ["Ok"], "the day is the calendar's"


@pytest.mark.parametrize(("at", "code"), [("21:59:59", "Ok"), ("22:00:00", ""), ("07:59:00", ""), ("08:00:00", "Ok")])
def test_marketing_goes_out_by_day_only(box: Running, at: str, code: str) -> None:
    day = "18" if at < "10:20" else "17"
    box.control("clock", {"set": f"2026-09-{day}T{at}+08:00"})
    promotion = {**GOOD, "TemplateId": "1002", "TemplateParamSet": ["韩梅梅"]}
    assert codes(box, promotion) == [code or "FailedOperation.MarketingSendTimeConstraint"]
    assert codes(box) == ["Ok"], "a notification at any hour"


@pytest.mark.parametrize("code", ["FailedOperation.ContainSensitiveWord", "LimitExceeded.PhoneNumberDailyLimit"])
def test_a_code_on_demand_stands_at_the_number(box: Running, code: str) -> None:
    box.control("faults", {"api": "sms", "code": code})
    assert [each["Code"] for each in said(box)["SendStatusSet"]] == [code]
    assert codes(box) == ["Ok"]


@pytest.mark.parametrize("code", ["AuthFailure.TokenFailure", "InternalError.Timeout", "RequestLimitExceeded"])
def test_a_code_on_demand_stands_in_the_whole(box: Running, code: str) -> None:
    box.control("faults", {"api": "SendSms", "code": code})
    assert said(box)["Error"]["Code"] == code


def test_a_receipt_may_tell_of_failure(box: Running, webhook: Webhook) -> None:
    box.control("faults", {"api": "sms/report", "code": "MK:0012"})
    assert codes(box) == ["Ok"]
    webhook.wait_for(1, "tencent")
    item = webhook.tencent[0][1][0]
    assert (item["report_status"], item["errmsg"]) == ("FAIL", "MK:0012")
    assert box.control("sms/13900000001/messages") == []


def test_a_reply_is_pushed_as_one_object_and_stands_on_the_phone(box: Running, webhook: Webhook) -> None:
    (push,) = box.control("sms/+8613900000001/reply", {"content": "2"})["pushes"]
    assert (push["status"], push["reply"]) == (200, None)
    ((kind, item),) = webhook.tencent
    assert (kind, item["text"], item["mobile"], item["sign"]) == ("reply", "2", "13900000001", "远禾滨江店")
    assert datetime.fromtimestamp(item["time"], UTC).isoformat().startswith("2026-09-17T02:2")
    (line,) = box.control("sms/13900000001/messages")
    assert (line["dir"], line["kind"], line["text"]) == ("in", "sms", "2")


def test_a_reply_that_comes_again_is_the_same_to_the_second(box: Running, webhook: Webhook) -> None:
    assert len(box.control("sms/13900000001/reply", {"content": "2", "times": 3})["pushes"]) == 3
    box.control("sms/13900000001/reply", {"content": "4", "msg_id": "77"})
    box.control("clock", {"advance": "3m"})
    box.control("sms/13900000001/reply", {"content": "4", "msg_id": "77"})
    first, second, third, fourth, fifth = (item for _kind, item in webhook.tencent)
    assert first == second == third
    assert fourth == fifth
    assert [line["text"] for line in box.control("sms/13900000001/messages")] == ["2", "4"]


@pytest.mark.parametrize("bad", [Response(status=500), Response("ok"), Response('{"result":1}'), Response("[]")])
def test_what_is_not_acknowledged_comes_again(
    box: Running, webhook: Webhook, bad: Response, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(courier.AGAIN_S, "tencent_reply", (0.1, 0.1))
    webhook.sms_answers = [bad]
    box.control("sms/13900000001/reply", {"content": "2"})
    webhook.wait_for(2, "tencent")
    assert webhook.tencent[0] == webhook.tencent[1]


def test_a_receipt_is_tried_three_times_and_then_given_up(
    box: Running, webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(courier.AGAIN_S, "tencent_report", (0.0, 0.0))
    webhook.sms_answers = [Response(status=500) for _ in range(9)]
    assert codes(box) == ["Ok"]
    webhook.wait_for(3, "tencent")
    for _ in range(200):
        if not box.sandbox.courier.waiting():
            break
        threading.Event().wait(0.05)
    assert len(webhook.tencent) == 3


def pulled(box: Running, action: str, **asked: Any) -> Any:
    return said(box, {"SmsSdkAppId": SMS.app_id, "Limit": 100, **asked}, action=action)


def test_statuses_and_replies_are_given_once_pushed_or_not(box: Running, webhook: Webhook) -> None:
    serial = said(box)["SendStatusSet"][0]["SerialNo"]
    box.control("sms/13900000001/reply", {"content": "2", "times": 2})
    webhook.wait_for(3, "tencent")
    (status,) = pulled(box, "PullSmsSendStatus")["PullSmsSendStatusSet"]
    assert (status["SerialNo"], status["SessionContext"], status["ReportStatus"]) == (serial, "job-1", "SUCCESS")
    assert (status["SubscriberNumber"], status["CountryCode"], status["Description"]) == (
        "13900000001",
        "86",
        "DELIVRD",
    )
    (reply,) = pulled(box, "PullSmsReplyStatus")["PullSmsReplyStatusSet"]
    assert (reply["ReplyContent"], reply["SubscriberNumber"]) == ("2", "13900000001")
    pushed = next(item for kind, item in webhook.tencent if kind == "reply")
    assert reply["ReplyTime"] == pushed["time"]
    assert pulled(box, "PullSmsSendStatus")["PullSmsSendStatusSet"] == []
    assert pulled(box, "PullSmsReplyStatus")["PullSmsReplyStatusSet"] == []


@pytest.mark.parametrize("limit", [0, 101, None, "10"])
def test_a_pull_takes_one_to_a_hundred(box: Running, limit: object) -> None:
    refused = pulled(box, "PullSmsSendStatus", Limit=limit)
    assert refused["Error"]["Code"] == "InvalidParameterValue.LimitVerifyFail"


def test_what_became_of_a_number_can_be_asked_for_a_week(box: Running) -> None:
    assert codes(box) == ["Ok"]
    now = int(datetime.fromisoformat(box.control("clock")["now"]).timestamp())
    span = {"PhoneNumber": PHONE, "BeginTime": now - 60, "EndTime": now + 1, "Offset": 0}

    def found(**change: Any) -> Any:
        return pulled(box, "PullSmsSendStatusByPhoneNumber", **{**span, **change})

    for _ in range(2):
        assert [each["SessionContext"] for each in found()["PullSmsSendStatusSet"]] == ["job-1"]
    assert found(PhoneNumber="+8613900000002")["PullSmsSendStatusSet"] == []
    assert found(EndTime=now - 30)["PullSmsSendStatusSet"] == []
    assert found(BeginTime=now - 8 * 86_400)["Error"]["Code"] == "InvalidParameterValue.BeginTimeVerifyFail"
    assert found(EndTime=now - 90)["Error"]["Code"] == "InvalidParameterValue.EndTimeVerifyFail"
    assert found(EndTime=now + 3600)["Error"]["Code"] == "InvalidParameterValue.EndTimeVerifyFail"


def test_aliyun_is_still_at_the_same_door(box: Running) -> None:
    answer = requests.post(f"{box.base}/", headers={"x-acs-action": "SendPigeon"}, timeout=5)
    assert (answer.status_code, answer.json()["Code"]) == (404, "InvalidAction.NotFound")
