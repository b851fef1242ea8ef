"""The providers' rules as pure functions, value by value (wechat.md §3.3, sms.md §1.4)."""

import json
from typing import Any

import pytest

from sandbox import sms_rules, wechat_rules
from sandbox.sms_rules import SmsRefused
from sandbox.wechat_rules import Refused
from tests.sandbox.conftest import SMS


def refusal(field: str, value: str) -> str:
    """What WeChat says of one field, "" when nothing."""
    try:
        wechat_rules.template_data((field,), {field: {"value": value}})
    except Refused as no:
        return str(no)
    return ""


@pytest.mark.parametrize(
    ("field", "good", "bad"),
    [
        ("thing1", "字" * 20, "字" * 21),
        ("thing2", "ABC 123，好", "换\n行"),
        ("short_thing1", "字" * 10, "字" * 11),
        ("number1", "12.5", "十二"),
        ("number2", "1" * 32, "1" * 33),
        ("letter1", "a" * 32, "a1"),
        ("symbol1", "★★★★★", "★★★★★★"),
        ("character_string1", "RO-8812", "工单8812"),
        ("time1", "2026年11月23日 15:01", "明天"),
        ("date1", "2026-11-23~2026-11-25", "周一"),
        ("amount1", "¥1234.50元", "一百元"),
        ("phone_number1", "+86 139-0000-0001", "打给李雷"),
        ("car_number1", "浙A8Z888", "浙AD123456"),
        ("car_number2", "粤ZF123港", "浙江A8Z888"),
        ("name1", "韩梅梅", "韩梅梅" * 4),
        ("name2", "Han Meimei", "Han梅梅"),
        ("phrase1", "已交车", "已经交车完毕"),
        ("const1", "维修", ""),
    ],
)
def test_the_types_of_template_fields(field: str, good: str, bad: str) -> None:
    assert refusal(field, good) == ""
    assert refusal(field, bad).startswith(f"47003 argument invalid! data.{field}.value")


@pytest.mark.parametrize("data", [None, [], {}, {"thing1": None}, {"thing1": {}}, {"thing1": {"value": 5}}])
def test_a_template_without_its_value(data: Any) -> None:
    with pytest.raises(Refused) as no:
        wechat_rules.template_data(("thing1",), data)
    assert no.value.code == 47003


def test_fields_the_template_does_not_have_are_left_out() -> None:
    data = {"thing1": {"value": "一"}, "first": {"value": "您好"}}
    assert wechat_rules.template_data(("thing1",), data) == {"thing1": "一"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (rb'{"a":"\u4f60"}', 40033),
        (rb'{"a":"\\u4f60"}', 0),
        (rb'{"a":"\\\u4f60"}', 40033),
        (rb'{"a":"\u000a\u0022"}', 0),
        (b"", 47001),
        (b'"text"', 47001),
        (b"\xff\xfe", 47001),
    ],
)
def test_bodies(raw: bytes, code: int) -> None:
    if code == 0:
        assert wechat_rules.json_body(raw) == json.loads(raw)
        return
    with pytest.raises(Refused) as no:
        wechat_rules.json_body(raw)
    assert no.value.code == code


@pytest.mark.parametrize(
    ("written", "number"),
    [("13900000001", "13900000001"), ("+8613900000001", "13900000001"), (" 008613900000001 ", "13900000001")],
)
def test_numbers(written: str, number: str) -> None:
    assert sms_rules.national(written) == number


@pytest.mark.parametrize("written", ["", "12900000001", "1390000000", "139000000012", "+1 650 555 0100", "abc"])
def test_what_is_no_mainland_mobile(written: str) -> None:
    with pytest.raises(SmsRefused):
        sms_rules.national(written)


@pytest.mark.parametrize("value", ["a.cn/x", "https://x", "www.example", "拨打13900000001"])
def test_links_and_numbers_in_variables(value: str) -> None:
    with pytest.raises(SmsRefused) as no:
        sms_rules.content(SMS.approved, "远禾滨江店", "SMS_1", json.dumps({"name": value, "owner": "李雷"}))
    assert no.value.code == "isv.PARAM_NOT_SUPPORT_URL"


@pytest.mark.parametrize("value", ["浙A8Z888", "今天 14:30", "3.5升", "0571-00000000"])
def test_what_a_variable_may_hold(value: str) -> None:
    text, template = sms_rules.content(
        SMS.approved, "远禾滨江店", "SMS_1", json.dumps({"name": value, "owner": "李雷"})
    )
    assert (text, template.code) == (f"【远禾滨江店】{value}您好，李雷会联系您。", "SMS_1")
