"""Aliyun over real HTTP from a script: signatures, every error class, and what an answer that never came means."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from structlog.testing import capture_logs

from bot.errors import ChannelStopped, ContentRefused, Mark, SendError, TryLater, Uncertain, Undeliverable
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.sms_aliyun import AliyunSms, acs3_headers, canonical_query, domestic
from channels.sms_aliyun_codes import RULES, aliyun_error
from channels.sms_errors import SmsClass, receipt_marks
from channels.sms_outcome import SentSms
from tests.databases import free_port
from tests.provider import NO_ANSWER_NAMES, NO_ANSWERS, RESET, SILENCE, Asked, Provider, Step, provider, says

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PHONE, SECRET = "+8613900000001", "testSecret"
PAYLOAD = {
    "template": "case_ack",
    "code": "SMS_1",
    "sign": "阿里云短信测试",
    "params": {"name": "张先生"},
    "text": "【阿里云短信测试】张先生您好",
}
OUT = Outgoing("job-1", Way.SMS, "", PHONE, PAYLOAD)
OK = says({"Message": "OK", "RequestId": "R-1", "BizId": "607300000000000000^0", "Code": "OK"})


@pytest.fixture
def aliyun() -> Iterator[Provider]:
    with provider() as made:
        made.script("/", OK)
        yield made


@pytest.fixture
def sms(aliyun: Provider) -> AliyunSms:
    return AliyunSms("testId", SECRET, aliyun.http(), now=lambda: NOW, nonce=lambda: "n0")


def test_the_vendors_own_signature_vector() -> None:
    query = {"ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd", "RegionId": "cn-shanghai"}
    headers = acs3_headers(
        "YourAccessKeyId", "YourAccessKeySecret", "ecs.cn-shanghai.aliyuncs.com", "RunInstances", query,
        "2023-10-26T10:22:32Z", "3156853299f313e23d1673dc12e1703d", version="2014-05-26",
    )  # fmt: skip
    assert headers["authorization"] == (
        "ACS3-HMAC-SHA256 Credential=YourAccessKeyId,"
        "SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,"
        "Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    )


def test_a_send_signed_as_computed_in_the_reference() -> None:
    query = {
        "PhoneNumbers": "13900000001",
        "SignName": "阿里云短信测试",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"name":"张先生"}',
        "OutId": "job-1",
    }
    headers = acs3_headers("testId", SECRET, "dysmsapi.aliyuncs.com", "SendSms", query, "2026-01-01T00:00:00Z", "n0")
    assert headers["authorization"].endswith("35d59b16eeb6016954833baf1216fe8292b4891b56c7427c93d43aaa1aade897")


def test_the_query_is_escaped_as_rfc_3986() -> None:
    assert canonical_query({"b": "a b*~/'", "a": "中"}) == "a=%E4%B8%AD&b=a%20b%2A~%2F%27"


@pytest.mark.parametrize(
    ("phone", "sent"), [(PHONE, "13900000001"), ("13900000001", "13900000001"), ("+85290000001", "+85290000001")]
)
def test_numbers_at_home_go_without_prefix(phone: str, sent: str) -> None:
    assert domestic(phone) == sent


def test_one_message_is_one_signed_call(aliyun: Provider, sms: AliyunSms) -> None:
    assert sms.send(OUT) == "607300000000000000^0"
    (asked,) = aliyun.asked
    assert asked.query == {
        "PhoneNumbers": "13900000001",
        "SignName": "阿里云短信测试",
        "TemplateCode": "SMS_1",
        "TemplateParam": '{"name": "张先生"}',
        "OutId": "job-1",
    }
    host = aliyun.base.removeprefix("http://")
    expected = acs3_headers("testId", SECRET, host, "SendSms", asked.query, "2026-01-01T00:00:00Z", "n0")
    sent = {name.lower(): value for name, value in asked.headers.items()}
    assert {name: sent[name] for name in expected} == expected


RAISES: dict[SmsClass, type[SendError]] = {
    SmsClass.CONFIG: ChannelStopped,
    SmsClass.BALANCE: ChannelStopped,
    SmsClass.CONTENT: ContentRefused,
    SmsClass.RECIPIENT: Undeliverable,
    SmsClass.OPTED_OUT: Undeliverable,
    SmsClass.RATE: TryLater,
    SmsClass.RETRY: TryLater,
}


@pytest.mark.parametrize("code", RULES)
@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_with_another_code_than_ok_is_a_refusal(
    aliyun: Provider, sms: AliyunSms, code: str, status: int
) -> None:
    aliyun.script("/", says({"Code": code, "Message": "m", "RequestId": "R-2"}, status))
    with pytest.raises(SendError) as caught:
        sms.send(OUT)
    assert type(caught.value) is RAISES[RULES[code].kind]
    assert (caught.value.code, caught.value.sentence) == (code, RULES[code].sentence)
    assert len(aliyun.asked) == 1


# Row for row what the reference (§1.4) says of each code, so that a slip in our table is seen. DAY and MONTH are caps
# of the account: the channel pauses.
OF_THE_REFERENCE = {
    SmsClass.CONFIG: "isv.SMS_SIGNATURE_ILLEGAL isv.SMS_SIGN_ILLEGAL isv.SIGN_STATE_ILLEGAL "
    "isv.SMS_SIGNATURE_SCENE_ILLEGAL isv.SMS_TEMPLATE_ILLEGAL isv.SMS_CONTENT_MISMATCH_TEMPLATE_TYPE "
    "isv.EXTEND_CODE_ERROR isv.ONE_CODE_MULTIPLE_SIGN isv.CODE_EXCEED_LIMIT isv.CODE_ERROR isv.DENY_IP_RANGE "
    "isp.RAM_PERMISSION_DENY isv.PRODUCT_UN_SUBSCRIPT isv.PRODUCT_UNSUBSCRIBE isv.ACCOUNT_NOT_EXISTS "
    "isv.ACCOUNT_ABNORMAL isv.SECURITY_FROZEN_ACCOUNT SignatureDoesNotMatch InvalidAccessKeyId.NotFound "
    "InvalidTimeStamp.Expired SignatureNonceUsed InvalidVersion InvalidAction.NotFound",
    SmsClass.CONTENT: "isv.TEMPLATE_MISSING_PARAMETERS isv.TEMPLATE_PARAMS_ILLEGAL isv.INVALID_JSON_PARAM "
    "isv.INVALID_PARAMETERS isv.PARAM_LENGTH_LIMIT isv.PARAM_NOT_SUPPORT_URL isv.SMS_CONTENT_ILLEGAL "
    "isv.UNSUPPORTED_CONTENT",
    SmsClass.RECIPIENT: "isv.MOBILE_NUMBER_ILLEGAL isv.MOBILE_COUNT_OVER_LIMIT isv.DOMESTIC_NUMBER_NOT_SUPPORTED "
    "isv.SMS_TEST_NUMBER_LIMIT",
    SmsClass.OPTED_OUT: "isv.BLACK_KEY_CONTROL_LIMIT isv.CUSTOMER_REFUSED",
    SmsClass.RATE: "isv.BUSINESS_LIMIT_CONTROL Throttling.User",
    SmsClass.BALANCE: "isv.DAY_LIMIT_CONTROL isv.MONTH_LIMIT_CONTROL isv.AMOUNT_NOT_ENOUGH isv.OUT_OF_SERVICE",
    SmsClass.RETRY: "isp.SYSTEM_ERROR isp.GATEWAY_ERROR IS_CLOSE",
}


def test_every_code_of_the_reference_has_its_class() -> None:
    told = {code: kind for kind, codes in OF_THE_REFERENCE.items() for code in codes.split()}
    assert {code: rule.kind for code, rule in RULES.items()} == told


def test_an_unlisted_code_fails_the_message_and_is_shown(aliyun: Provider, sms: AliyunSms) -> None:
    aliyun.script("/", says({"Code": "isv.NEW", "Message": "m"}))
    with pytest.raises(ContentRefused) as caught:
        sms.send(OUT)
    assert caught.value.code == "isv.NEW"


@pytest.mark.parametrize(
    ("message", "after"),
    [
        ("触发分钟级流控Permits:1", 120.0),
        ("触发小时级流控Permits:5", 3600.0),
        ("触发天级流控Permits:10", 86400.0),
        ("", 120.0),
    ],
)
def test_a_rate_limit_says_how_long(aliyun: Provider, sms: AliyunSms, message: str, after: float) -> None:
    aliyun.script("/", says({"Code": "isv.BUSINESS_LIMIT_CONTROL", "Message": message}))
    with pytest.raises(TryLater) as caught:
        sms.send(OUT)
    assert (caught.value.after, caught.value.channel_wide, caught.value.costs) == (after, False, False)


def test_their_trouble_is_tried_three_times_then_another_way_is_taken() -> None:
    errors = [aliyun_error("isp.SYSTEM_ERROR", "", attempt) for attempt in (1, 2, 3)]
    assert [type(error) for error in errors] == [TryLater, TryLater, Undeliverable]
    assert all(error.costs for error in errors if isinstance(error, TryLater))


@pytest.mark.parametrize(
    ("code", "marks"),
    [
        ("isv.CUSTOMER_REFUSED", Mark.REFUSED_MARKETING),
        ("isv.BLACK_KEY_CONTROL_LIMIT", Mark.REFUSED_ALL),
        ("isv.MOBILE_NUMBER_ILLEGAL", Mark.BAD_ADDRESS),
        ("isv.SMS_TEST_NUMBER_LIMIT", Mark.NONE),
    ],
)
def test_a_refusal_teaches_about_the_person(aliyun: Provider, sms: AliyunSms, code: str, marks: Mark) -> None:
    aliyun.script("/", says({"Code": code, "Message": "m"}))
    with pytest.raises(Undeliverable) as caught:
        sms.send(OUT)
    assert caught.value.marks is marks


@pytest.mark.parametrize("code", ["MOBILE_IN_BLACK", "BLACK", "MBBLACK", "W-BLACK", "USER_REJECT", "tuiding"])
def test_a_blacklisted_number_gets_no_more_sms_and_counts_as_a_refusal(code: str) -> None:
    assert receipt_marks(code) == (Mark.REFUSED_ALL, Mark.REFUSED_MARKETING)


@pytest.mark.parametrize(
    ("code", "marks"),
    [
        ("isv.CUSTOMER_REFUSED", (Mark.REFUSED_MARKETING,)),
        ("isv.BLACK_KEY_CONTROL_LIMIT", (Mark.REFUSED_ALL,)),
        ("INVALID_NUMBER", (Mark.BAD_ADDRESS,)),
        ("MOBILE_NOT_ON_SERVICE", ()),
        ("DELIVERED", ()),
        ("AP:16", ()),
        ("", ()),
        ("isv.AMOUNT_NOT_ENOUGH", ()),
    ],
)
def test_what_a_receipt_teaches(code: str, marks: tuple[Mark, ...]) -> None:
    assert receipt_marks(code) == marks


@pytest.mark.parametrize("step", [*NO_ANSWERS, says({"RequestId": "R"})], ids=[*NO_ANSWER_NAMES, "no_code"])
def test_without_an_answer_the_outcome_is_uncertain_and_nothing_is_sent_again(
    aliyun: Provider, sms: AliyunSms, step: Step
) -> None:
    aliyun.script("/", step)
    with pytest.raises(Uncertain):
        sms.send(OUT)
    assert len(aliyun.asked) == 1


def test_what_never_left_is_tried_later() -> None:
    nowhere = AliyunSms("i", "s", Http(f"http://127.0.0.1:{free_port()}"), now=lambda: NOW, nonce=lambda: "n")
    with pytest.raises(TryLater) as caught:
        nowhere.send(OUT)
    assert caught.value.channel_wide


@pytest.mark.parametrize("code", ["", None, "1000001"], ids=["empty", "none", "tencents"])
def test_a_template_without_a_code_of_aliyuns_is_not_called(aliyun: Provider, sms: AliyunSms, code: object) -> None:
    with pytest.raises(ContentRefused):
        sms.send(Outgoing("job-2", Way.SMS, "", PHONE, {"sign": "x", "params": {}, "code": code}))
    assert aliyun.asked == []


def test_an_unknown_outcome_is_settled_by_a_query_over_all_pages(aliyun: Provider, sms: AliyunSms) -> None:
    def page(asked: Asked) -> Step:
        first = 50 * (int(asked.query["CurrentPage"]) - 1)
        rows = [
            {"OutId": f"job-{n}", "SendStatus": 3, "ErrCode": "DELIVERED"} for n in range(first, min(first + 50, 60))
        ]
        return says({"Code": "OK", "TotalCount": 60, "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows}})

    aliyun.on("/", page)
    assert sms.find(PHONE, "job-55", date(2026, 1, 1)) == SentSms("job-55", 3, "DELIVERED")
    assert [asked.query["CurrentPage"] for asked in aliyun.asked] == ["1", "2"]
    assert aliyun.asked[0].query["SendDate"] == "20260101"
    assert sms.find(PHONE, "job-99", date(2026, 1, 1)) is None


def test_neither_number_nor_text_nor_secret_is_logged(
    aliyun: Provider, sms: AliyunSms, caplog: pytest.LogCaptureFixture
) -> None:
    import traceback

    caplog.set_level(logging.DEBUG)
    aliyun.script("/", says({"Code": "isv.MOBILE_NUMBER_ILLEGAL", "Message": f"{PHONE} bad"}), RESET, SILENCE)
    shown = ""
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(SendError) as caught:
                sms.send(OUT)
            shown += "".join(traceback.format_exception(caught.value))
    assert [each["event"] for each in logs] == ["sms_refused", "sms_no_answer", "sms_no_answer"]
    written = json.dumps(logs, ensure_ascii=False) + caplog.text + shown
    assert not re.search(r"13900000001|张先生|testSecret|Signature=", written)
