"""Tencent over real HTTP from a script: signatures, every error class, and what an answer that never came means."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.sms_errors import SmsClass
from channels.sms_outcome import DELIVERED, FAILED, SentSms
from channels.sms_tencent import TencentSms, tc3_headers
from channels.sms_tencent_codes import RULES, rule_of, tencent_error, to_morning
from tests.databases import free_port
from tests.provider import NO_ANSWER_NAMES, NO_ANSWERS, RESET, SILENCE, Provider, Step, provider, says

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PHONE, KEY = "+8613900000001", "SECRETEXAMPLE"
PAYLOAD = {
    "template": "case_ack",
    "code": "1000",
    "sign": "某某汽车",
    "params": {"day": "1月2日", "name": "张先生"},  # a database gives names in any order
    "order": ["name", "day"],
    "text": "【某某汽车】张先生您好",
}
OUT = Outgoing("job-1", Way.SMS, "", PHONE, PAYLOAD)
STATUS = {
    "SerialNo": "5000:1045710669157053657849499619",
    "PhoneNumber": PHONE,
    "Fee": 1,
    "SessionContext": "job-1",
    "Code": "Ok",
    "Message": "send success",
    "IsoCode": "CN",
}


def whole(code: object) -> Step:
    return says({"Response": {"Error": {"Code": code, "Message": "m"}, "RequestId": "R-2"}})


def number(code: object) -> Step:
    return says({"Response": {"SendStatusSet": [{**STATUS, "SerialNo": "", "Code": code}], "RequestId": "R-3"}})


def response(**values: Any) -> Step:
    return says({"Response": {**values, "RequestId": "R-1"}})


@pytest.fixture
def tencent() -> Iterator[Provider]:
    with provider() as made:
        made.script("/", response(SendStatusSet=[STATUS]))
        yield made


@pytest.fixture
def sms(tencent: Provider) -> TencentSms:
    return TencentSms("AKIDEXAMPLE", KEY, "1400000000", "ap-guangzhou", tencent.http(), now=lambda: NOW)


def test_the_vendors_own_signature_vector() -> None:
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    headers = tc3_headers(
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", "cvm.tencentcloudapi.com",
        "DescribeInstances", "ap-guangzhou", 1551113065, body, service="cvm", version="2017-03-12", sign_action=False,
    )  # fmt: skip
    assert headers["Authorization"] == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


def test_a_send_signed_as_computed_in_the_reference() -> None:
    asked = {
        "PhoneNumberSet": [PHONE], "SmsSdkAppId": "1400000000", "SignName": "某某汽车", "TemplateId": "1000",
        "TemplateParamSet": ["张先生"], "SessionContext": "job-1",
    }  # fmt: skip
    body = json.dumps(asked, ensure_ascii=False, separators=(",", ":")).encode()
    headers = tc3_headers("AKIDEXAMPLE", KEY, "sms.tencentcloudapi.com", "SendSms", "ap-guangzhou", 1767225600, body)
    assert headers["Authorization"].endswith("0db4abc292fa74159336962d7b1e8ae481098a363862c12518a95725823bf4dd")
    assert "/2026-01-01/sms/tc3_request" in headers["Authorization"]


def test_one_message_is_one_signed_call_with_its_variables_in_their_places(tencent: Provider, sms: TencentSms) -> None:
    assert sms.send(OUT) == "5000:1045710669157053657849499619"
    (asked,) = tencent.asked
    assert (asked.path, asked.query) == ("/", {})
    assert asked.body == {
        "SmsSdkAppId": "1400000000",
        "PhoneNumberSet": [PHONE],
        "SignName": "某某汽车",
        "TemplateId": "1000",
        "TemplateParamSet": ["张先生", "1月2日"],
        "SessionContext": "job-1",
    }
    host = tencent.base.removeprefix("http://")
    expected = tc3_headers("AKIDEXAMPLE", KEY, host, "SendSms", "ap-guangzhou", int(NOW.timestamp()), asked.raw)
    sent = {name.lower(): value for name, value in asked.headers.items()}
    assert {name: sent[name.lower()] for name in expected} == expected


def test_a_template_without_variables_sends_none(tencent: Provider, sms: TencentSms) -> None:
    sms.send(Outgoing("job-2", Way.SMS, "", PHONE, {**PAYLOAD, "params": {}, "order": []}))
    assert tencent.asked[0].body["TemplateParamSet"] == []


RAISES: dict[SmsClass, type[SendError]] = {
    SmsClass.CONFIG: ChannelStopped,
    SmsClass.BALANCE: ChannelStopped,
    SmsClass.CONTENT: ContentRefused,
    SmsClass.RECIPIENT: Undeliverable,
    SmsClass.OPTED_OUT: Undeliverable,
    SmsClass.RATE: TryLater,
    SmsClass.QUIET: TryLater,
    SmsClass.UNKNOWN: Uncertain,
}


@pytest.mark.parametrize("answer", [whole, number])
@pytest.mark.parametrize("code", RULES)
def test_http_200_with_an_error_code_is_a_refusal_for_the_whole_and_for_the_number(
    tencent: Provider, sms: TencentSms, code: str, answer: Any
) -> None:
    code = code.replace(".*", ".SignatureFailure")
    rule = rule_of(code)
    assert rule is not None
    tencent.script("/", answer(code))
    with pytest.raises(SendError) as caught:
        sms.send(OUT)
    assert type(caught.value) is RAISES[rule.kind]
    assert (caught.value.code, caught.value.sentence) == (code, rule.sentence)
    assert len(tencent.asked) == 1


# Row for row what the reference (§2.2) says of each code, so that a slip in our table is seen.
OF_THE_REFERENCE = [
    ("LimitExceeded.PhoneNumberThirtySecondLimit", SmsClass.RATE),
    ("LimitExceeded.PhoneNumberOneHourLimit", SmsClass.RATE),
    ("LimitExceeded.PhoneNumberDailyLimit", SmsClass.RATE),
    ("LimitExceeded.PhoneNumberSameContentDailyLimit", SmsClass.RATE),
    ("LimitExceeded.DeliveryFrequencyLimit", SmsClass.RATE),
    ("LimitExceeded.AppDailyLimit", SmsClass.BALANCE),
    ("LimitExceeded.AppMainlandChinaDailyLimit", SmsClass.BALANCE),
    ("FailedOperation.PhoneNumberInBlacklist", SmsClass.OPTED_OUT),
    ("FailedOperation.MarketingSendTimeConstraint", SmsClass.QUIET),
    ("FailedOperation.InsufficientBalanceInSmsPackage", SmsClass.BALANCE),
    ("UnauthorizedOperation.ServiceSuspendDueToArrears", SmsClass.BALANCE),
    ("FailedOperation.TemplateIncorrectOrUnapproved", SmsClass.CONFIG),
    ("FailedOperation.TemplateUnapprovedOrNotExist", SmsClass.CONFIG),
    ("FailedOperation.SignatureIncorrectOrUnapproved", SmsClass.CONFIG),
    ("FailedOperation.MarketingTemplateWithoutUnsubscribe", SmsClass.CONFIG),
    ("UnauthorizedOperation.SmsSdkAppIdVerifyFail", SmsClass.CONFIG),
    ("UnauthorizedOperation.IndividualUserMarketingSmsPermissionDeny", SmsClass.CONFIG),
    ("InvalidParameterValue.UnsupportedTemplateVariable", SmsClass.CONFIG),
    ("AuthFailure.SignatureFailure", SmsClass.CONFIG),
    ("AuthFailure.SecretIdNotFound", SmsClass.CONFIG),
    ("AuthFailure.UnauthorizedOperation", SmsClass.CONFIG),
    ("FailedOperation.TemplateParamSetNotMatchApprovedTemplate", SmsClass.CONTENT),
    ("FailedOperation.ContainSensitiveWord", SmsClass.CONTENT),
    ("InvalidParameterValue.ContentLengthLimit", SmsClass.CONTENT),
    ("InvalidParameterValue.TemplateParameterLengthLimit", SmsClass.CONTENT),
    ("InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", SmsClass.CONTENT),
    ("InvalidParameterValue.IncorrectPhoneNumber", SmsClass.RECIPIENT),
    ("InternalError.Timeout", SmsClass.UNKNOWN),
    ("InternalError.SendAndRecvFail", SmsClass.UNKNOWN),
    ("InternalError.RequestTimeException", SmsClass.CONFIG),
]


@pytest.mark.parametrize(("code", "kind"), OF_THE_REFERENCE, ids=[code for code, _ in OF_THE_REFERENCE])
def test_every_code_of_the_reference_has_its_class(code: str, kind: SmsClass) -> None:
    rule = rule_of(code)
    assert rule is not None
    assert rule.kind is kind


@pytest.mark.parametrize("code", ["FailedOperation.OtherError", "InternalError.UnknownError", "Unheard.Of", "ok"])
def test_an_unlisted_code_fails_the_message_and_is_shown(tencent: Provider, sms: TencentSms, code: str) -> None:
    tencent.script("/", number(code))
    with pytest.raises(ContentRefused) as caught:
        sms.send(OUT)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("code", "after", "wide"),
    [
        ("LimitExceeded.PhoneNumberThirtySecondLimit", 60.0, False),
        ("LimitExceeded.PhoneNumberOneHourLimit", 3600.0, False),
        ("LimitExceeded.PhoneNumberDailyLimit", 86400.0, False),
        ("LimitExceeded.PhoneNumberSameContentDailyLimit", 86400.0, False),
        ("LimitExceeded.DeliveryFrequencyLimit", 3600.0, False),
        ("RequestLimitExceeded", 120.0, True),
    ],
)
def test_a_rate_limit_says_how_long(code: str, after: float, wide: bool) -> None:
    error = tencent_error(code, 1, NOW)
    assert isinstance(error, TryLater)
    assert (error.after, error.channel_wide, error.costs) == (after, wide, False)


@pytest.mark.parametrize(
    ("utc", "hours"),
    [("2026-01-01T14:00:00", 10.0), ("2026-01-01T16:30:00", 7.5), ("2026-01-01T23:59:59", 1 / 3600)],
    ids=["22:00", "00:30", "07:59:59"],
)
def test_marketing_at_night_waits_for_eight(utc: str, hours: float) -> None:
    now = datetime.fromisoformat(utc + "+00:00")
    error = tencent_error("FailedOperation.MarketingSendTimeConstraint", 1, now)
    assert isinstance(error, TryLater)
    assert error.after == to_morning(now) == pytest.approx(hours * 3600)
    assert not error.costs


@pytest.mark.parametrize(
    ("code", "marks"),
    [
        ("FailedOperation.PhoneNumberInBlacklist", Mark.REFUSED_ALL),
        ("InvalidParameterValue.IncorrectPhoneNumber", Mark.BAD_ADDRESS),
        ("UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone", Mark.NONE),
    ],
)
def test_a_refusal_teaches_about_the_person(tencent: Provider, sms: TencentSms, code: str, marks: Mark) -> None:
    tencent.script("/", number(code))
    with pytest.raises(Undeliverable) as caught:
        sms.send(OUT)
    assert caught.value.marks is marks


UNREADABLE = {
    "no_status": response(),
    "empty_set": response(SendStatusSet=[]),
    "no_code": response(SendStatusSet=[{"SerialNo": "1"}]),
    "null_set": response(SendStatusSet=None),
    "odd_status": response(SendStatusSet=["Ok"]),
    "odd_error": response(Error="x"),
    "null_error": response(Error=None, SendStatusSet=[]),
    "no_response": says({"Code": "Ok"}),
    "odd_response": says({"Response": "Ok"}),
}


@pytest.mark.parametrize(
    "step", [*NO_ANSWERS, *UNREADABLE.values()], ids=[*NO_ANSWER_NAMES, *UNREADABLE]
)  # fmt: skip
def test_without_an_answer_the_outcome_is_uncertain_and_nothing_is_sent_again(
    tencent: Provider, sms: TencentSms, step: Step
) -> None:
    tencent.script("/", step)
    with pytest.raises(Uncertain):
        sms.send(OUT)
    assert len(tencent.asked) == 1


def test_what_never_left_is_tried_later() -> None:
    http = Http(f"http://127.0.0.1:{free_port()}")
    nowhere = TencentSms("i", "s", "1", "ap-guangzhou", http, now=lambda: NOW)
    with pytest.raises(TryLater) as caught:
        nowhere.send(OUT)
    assert caught.value.channel_wide


@pytest.mark.parametrize("code", ["", None, "SMS_100001"], ids=["empty", "none", "aliyuns"])
def test_a_template_without_a_number_of_tencents_is_not_called(
    tencent: Provider, sms: TencentSms, code: object
) -> None:
    with pytest.raises(ContentRefused):
        sms.send(Outgoing("job-2", Way.SMS, "", PHONE, {**PAYLOAD, "code": code}))
    assert tencent.asked == []


def record(out_id: str, status: str = "SUCCESS", said: str = "DELIVRD") -> dict[str, object]:
    return {"SessionContext": out_id, "ReportStatus": status, "Description": said, "SerialNo": "s"}


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([record("job-2"), record("job-1")], SentSms("job-1", DELIVERED, "DELIVRD")),
        ([record("job-1", "FAIL", "MK:0001")], SentSms("job-1", FAILED, "MK:0001")),
        ([record("job-2")], None),
        ([record("")], None),  # the account does not carry our id: nobody guesses
        ([], None),
    ],
)
def test_an_unknown_outcome_is_settled_by_our_id_alone(
    tencent: Provider, sms: TencentSms, records: list[dict[str, object]], found: SentSms | None
) -> None:
    tencent.script("/", response(PullSmsSendStatusSet=records))
    assert sms.find(PHONE, "job-1", date(2026, 1, 1)) == found
    (asked,) = tencent.asked
    assert asked.headers["X-TC-Action"] == "PullSmsSendStatusByPhoneNumber"
    midnight = int(datetime(2025, 12, 31, 16, tzinfo=UTC).timestamp())
    assert asked.body == {
        "SmsSdkAppId": "1400000000", "PhoneNumber": PHONE, "BeginTime": midnight, "EndTime": int(NOW.timestamp()),
        "Offset": 0, "Limit": 100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("action", "name"),
    [("PullSmsSendStatus", "PullSmsSendStatusSet"), ("PullSmsReplyStatus", "PullSmsReplyStatusSet")],
)
def test_what_waits_is_pulled_a_hundred_at_a_time(tencent: Provider, sms: TencentSms, action: str, name: str) -> None:
    tencent.script("/", response(**{name: [{"n": 1}, "odd", {"n": 2}]}), whole("UnauthorizedOperation.X"), RESET)
    pull = sms.pull_statuses if action == "PullSmsSendStatus" else sms.pull_replies
    assert pull() == [{"n": 1}, {"n": 2}]
    assert tencent.asked[0].headers["X-TC-Action"] == action
    assert tencent.asked[0].body == {"SmsSdkAppId": "1400000000", "Limit": 100}
    for _ in range(2):
        with pytest.raises(SendError):
            pull()


def test_neither_number_nor_text_nor_secret_is_logged(
    tencent: Provider, sms: TencentSms, caplog: pytest.LogCaptureFixture
) -> None:
    import traceback

    caplog.set_level(logging.DEBUG)
    refused = {**STATUS, "Code": "InvalidParameterValue.IncorrectPhoneNumber", "Message": f"{PHONE} bad"}
    tencent.script("/", response(SendStatusSet=[refused]), RESET, SILENCE)
    shown = ""
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(SendError) as caught:
                sms.send(OUT)
            shown += "".join(traceback.format_exception(caught.value))
    assert [each["event"] for each in logs] == ["sms_refused", "sms_no_answer", "sms_no_answer"]
    written = json.dumps(logs, ensure_ascii=False) + caplog.text + shown
    assert not re.search(r"13900000001|张先生|SECRETEXAMPLE|Signature=", written)
