"""What Aliyun pushes: numbers or strings, missing keys, empty arrays, one object instead of an array."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.errors import BadBody, BodyTooLarge
from bot.messages import Channel, Inbound, InboundKind, Receipt, ReceiptState
from channels.sms_callbacks import parse_replies, parse_reports, to_inbound, to_receipt

NOW = datetime(2026, 1, 1, 3, 0, tzinfo=UTC)
REPLY = {
    "phone_number": "13900000001",
    "content": "2",
    "send_time": "2026-01-01 10:05:00",
    "dest_code": "1234",
    "sequence_id": "1234567890",
}
REPORT = {
    "phone_number": "13900000001", "send_time": "2026-01-01 10:00:00", "report_time": "2026-01-01 10:00:03",
    "success": True, "err_code": "DELIVERED", "err_msg": "用户接收成功", "sms_size": "1",
    "biz_id": "607300000000000000^0", "out_id": "job-1",
}  # fmt: skip


def sent(*items: object) -> bytes:
    return json.dumps(list(items), ensure_ascii=False).encode()


def test_a_reply_becomes_an_inbound_message() -> None:
    ((key, item),) = parse_replies(sent(REPLY))
    assert to_inbound(item, key, NOW) == Inbound(
        channel=Channel.SMS,
        account="aliyun",
        address="+8613900000001",
        kind=InboundKind.TEXT,
        provider_key="1234567890",
        sent_at=datetime(2026, 1, 1, 2, 5, tzinfo=UTC),
        text="2",
    )


@pytest.mark.parametrize("sequence", [1234567890, "1234567890", " 1234567890 "])
def test_the_same_reply_has_one_key_however_its_number_is_typed(sequence: object) -> None:
    ((key, _),) = parse_replies(sent({**REPLY, "sequence_id": sequence, "sign_name": "远禾", "new_key": [1]}))
    assert key == "1234567890"


def test_without_a_sequence_the_key_is_what_was_said_when_by_whom() -> None:
    bare = {name: value for name, value in REPLY.items() if name != "sequence_id"}
    others = [
        bare,
        {**bare, "content": "3"},
        {**bare, "send_time": "2026-01-01 10:06:00"},
        {**bare, "phone_number": "1"},
    ]
    keys = [key for key, _ in parse_replies(sent(*others, bare))]
    assert len(set(keys)) == 4
    assert keys[0] == keys[-1]
    assert all(len(key) == 64 and "139" not in key[:3] for key in keys)


def test_a_report_becomes_a_receipt() -> None:
    ((_, item),) = parse_reports(sent(REPORT))
    assert to_receipt(item, NOW) == Receipt(
        channel=Channel.SMS,
        account="aliyun",
        state=ReceiptState.DELIVERED,
        at=datetime(2026, 1, 1, 2, 0, 3, tzinfo=UTC),
        out_id="job-1",
        provider_id="607300000000000000^0",
        code="DELIVERED",
        address="+8613900000001",
    )


@pytest.mark.parametrize(
    ("success", "state"),
    [
        (True, ReceiptState.DELIVERED),
        ("true", ReceiptState.DELIVERED),
        (False, ReceiptState.FAILED),
        ("false", ReceiptState.FAILED),
        (None, ReceiptState.FAILED),
    ],
)
def test_success_may_be_a_word(success: object, state: ReceiptState) -> None:
    item = {**REPORT, "success": success, "report_time": "soon", "phone_number": "unknown", "sms_size": 1}
    receipt = to_receipt(item, NOW)
    assert (receipt.state, receipt.at, receipt.address) == (state, NOW, "")


def test_the_same_report_has_one_key_and_a_contrary_one_another() -> None:
    same, late = {**REPORT, "report_time": "2026-01-01 10:09:00"}, {**REPORT, "success": False, "err_code": "UNDELIV"}
    keys = [key for key, _ in parse_reports(sent(REPORT, same, late))]
    assert keys[0] == keys[1] != keys[2]


def test_a_report_that_there_is_no_receipt_yet_says_nothing() -> None:
    assert parse_reports(sent({**REPORT, "success": False, "err_code": "REQUEST_SUCCESS"})) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"null", b'"x"', b"[1, null, [], {}]", b'[{"phone_number": 1}]'])
def test_a_probe_holds_nothing_and_is_no_error(body: bytes) -> None:
    assert parse_replies(body) == []
    assert parse_reports(body) == []


@pytest.mark.parametrize("missing", ["phone_number", "content"])
def test_a_reply_without_sender_or_text_is_left_out(missing: str) -> None:
    broken = {name: value for name, value in REPLY.items() if name != missing}
    assert [key for key, _ in parse_replies(sent(broken, REPLY))] == ["1234567890"]


def test_an_empty_reply_is_kept() -> None:
    assert len(parse_replies(sent({**REPLY, "content": ""}))) == 1


def test_a_single_object_counts_as_one() -> None:
    assert len(parse_replies(json.dumps(REPLY).encode())) == 1


@pytest.mark.parametrize("body", [b"<html>", b"\xff\xfe", b"[" * 100_000, b"phone=1"])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(BadBody):
        parse_replies(body)


def test_a_thousand_entries_are_taken_and_one_more_is_not() -> None:
    assert len(parse_replies(sent(*[{**REPLY, "sequence_id": n} for n in range(1, 1001)]))) == 1000
    with pytest.raises(BodyTooLarge):
        parse_reports(sent(*[{}] * 1001))


def test_a_number_that_is_none_is_said_without_the_number() -> None:
    with pytest.raises(BadBody) as caught:
        to_inbound({**REPLY, "phone_number": "12345678"}, "k", NOW)
    assert "12345678" not in str(caught.value)


json_values = some.recursive(
    some.none() | some.booleans() | some.floats() | some.text(max_size=8),
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
