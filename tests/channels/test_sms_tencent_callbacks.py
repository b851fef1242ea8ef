"""What Tencent pushes and what it gives when pulled: two forms of one thing, with one key."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.errors import BadBody, BodyTooLarge
from bot.messages import Channel, Inbound, InboundKind, Receipt, ReceiptState
from channels.sms_items import items
from channels.sms_tencent_callbacks import (
    parse_replies,
    parse_reports,
    pulled_reply,
    pulled_status,
    reply_key,
    report_key,
    to_inbound,
    to_receipt,
)

NOW = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
REPLY = {
    "extend": "", "mobile": "13900000001", "nationcode": "86", "sign": "某某汽车", "text": "5", "time": 1767232800,
}  # fmt: skip
REPORT = {
    "user_receive_time": "2026-01-01 10:00:03", "nationcode": "86", "mobile": "13900000001",
    "report_status": "SUCCESS", "errmsg": "DELIVRD", "description": "用户短信送达成功",
    "sid": "5000:1045710669157053657849499619", "ext": "job-1",
}  # fmt: skip
PULLED_REPLY = {
    "ExtendCode": "", "CountryCode": "86", "SubscriberNumber": "13900000001", "PhoneNumber": "+8613900000001",
    "SignName": "某某汽车", "ReplyContent": "5", "ReplyTime": 1767232800,
}  # fmt: skip
PULLED_REPORT = {
    "UserReceiveTime": 1767232803, "CountryCode": "86", "SubscriberNumber": "13900000001",
    "PhoneNumber": "+8613900000001", "SerialNo": "5000:1045710669157053657849499619", "ReportStatus": "SUCCESS",
    "Description": "DELIVRD", "SessionContext": "job-1",
}  # fmt: skip


def sent(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@pytest.mark.parametrize("body", [REPLY, [REPLY]], ids=["object", "array"])
def test_a_reply_becomes_an_inbound_message(body: object) -> None:
    ((key, item),) = parse_replies(sent(body))
    assert to_inbound(item, key, NOW) == Inbound(
        channel=Channel.SMS,
        account="tencent",
        address="+8613900000001",
        kind=InboundKind.TEXT,
        provider_key=key,
        sent_at=datetime(2026, 1, 1, 2, 0, tzinfo=UTC),
        text="5",
    )


def test_a_reply_is_known_by_who_when_and_what() -> None:
    others = [
        REPLY,
        {**REPLY, "text": "4"},
        {**REPLY, "time": 1767232801},
        {**REPLY, "mobile": "13900000002"},
    ]
    keys = [key for key, _ in parse_replies(sent([*others, {**REPLY, "time": "1767232800", "new": [1]}]))]
    assert len(set(keys)) == 4
    assert keys[0] == keys[-1]
    assert all(len(key) == 64 for key in keys)


@pytest.mark.parametrize(
    "more", [{"nationcode": "+86"}, {"nationcode": ""}, {"mobile": "+8613900000001", "nationcode": ""}]
)
def test_the_number_may_be_written_in_several_ways(more: dict[str, str]) -> None:
    item = {**REPLY, **more}
    assert to_inbound(item, "k", NOW).address == "+8613900000001"
    assert reply_key(item) == reply_key(REPLY)


@pytest.mark.parametrize("time", [None, "soon", "", -5, 10**15, 1.5, True])
def test_a_time_that_is_none_is_when_it_came(time: object) -> None:
    assert to_inbound({**REPLY, "time": time}, "k", NOW).sent_at == NOW


def test_a_status_becomes_a_receipt() -> None:
    ((_, item),) = parse_reports(sent([REPORT]))
    assert to_receipt(item, NOW) == Receipt(
        channel=Channel.SMS,
        account="tencent",
        state=ReceiptState.DELIVERED,
        at=datetime(2026, 1, 1, 2, 0, 3, tzinfo=UTC),
        out_id="job-1",
        provider_id="5000:1045710669157053657849499619",
        code="DELIVRD",
        address="+8613900000001",
    )


@pytest.mark.parametrize(("status", "state"), [("FAIL", "failed"), ("success", "failed"), ("SUCCESS", "delivered")])
def test_only_success_is_delivered(status: str, state: str) -> None:
    item = {**REPORT, "report_status": status, "errmsg": "MK:0001", "user_receive_time": "soon", "mobile": "?"}
    receipt = to_receipt(item, NOW)
    assert (receipt.state.value, receipt.code, receipt.at, receipt.address) == (state, "MK:0001", NOW, "")


def test_without_ext_the_serial_number_names_the_message() -> None:
    ((_, item),) = parse_reports(sent([{name: value for name, value in REPORT.items() if name != "ext"}]))
    assert (to_receipt(item, NOW).out_id, to_receipt(item, NOW).provider_id) == ("", REPORT["sid"])


def test_the_same_status_has_one_key_and_a_contrary_one_another() -> None:
    worded = {**REPORT, "user_receive_time": "2026-01-01 10:09:00", "errmsg": "0", "ext": ""}
    contrary = {**REPORT, "report_status": "FAIL"}
    keys = [key for key, _ in parse_reports(sent([REPORT, worded, contrary]))]
    assert keys[0] == keys[1] != keys[2]


def test_pulled_is_the_same_as_pushed() -> None:
    reply, status = pulled_reply(PULLED_REPLY), pulled_status(PULLED_REPORT)
    assert reply == REPLY
    assert status == {name: value for name, value in REPORT.items() if name != "description"}
    assert (reply_key(reply), report_key(status)) == (reply_key(REPLY), report_key(REPORT))
    assert to_receipt(status, NOW) == to_receipt(REPORT, NOW)


def test_a_pulled_record_with_keys_missing_breaks_nothing() -> None:
    assert to_receipt(pulled_status({}), NOW).state is ReceiptState.FAILED
    with pytest.raises(BadBody):
        to_inbound(pulled_reply({}), "k", NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'"x"', b"[1, null, [], {}]", b'{"mobile": 1}'])
def test_a_probe_holds_nothing_and_is_no_error(body: bytes) -> None:
    assert parse_replies(body) == []
    assert parse_reports(body) == []


@pytest.mark.parametrize("missing", ["mobile", "text"])
def test_a_reply_without_sender_or_text_is_left_out(missing: str) -> None:
    broken = {name: value for name, value in REPLY.items() if name != missing}
    assert len(parse_replies(sent([broken, REPLY]))) == 1


def test_what_is_no_json_or_too_much_is_refused() -> None:
    with pytest.raises(BadBody):
        parse_replies(b"mobile=1")
    with pytest.raises(BodyTooLarge):
        parse_reports(sent([{}] * 1001))


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        (b'{"text": "\\ud83d", "mobile": "1"}', {"text": "?", "mobile": "1"}),
        (b'{"te\\u0000xt": "a\\u0000b"}', {"text": "ab"}),
        (b'{"n": [NaN, Infinity, 1.5, {"x": "\\udc00"}]}', {"n": [None, None, 1.5, {"x": "?"}]}),
        ('{"text": "生日快乐🎂"}'.encode(), {"text": "生日快乐🎂"}),
    ],
    ids=["half an emoji", "zero byte", "numbers that are none", "whole"],
)
def test_what_no_database_takes_is_replaced(raw: bytes, kept: object) -> None:
    assert items(raw) == [kept]


json_values = some.recursive(
    some.none() | some.booleans() | some.floats() | some.text(max_size=8) | some.integers(),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from([*REPLY, *REPORT]), inner),
    max_leaves=12,
)


@given(json_values)
def test_no_json_whatever_breaks_the_reading(value: object) -> None:
    body = json.dumps(value).encode()
    for _, item in parse_reports(body):
        to_receipt(item, NOW)
    for key, item in parse_replies(body):
        try:
            to_inbound(item, key, NOW)
        except BadBody:
            pass
