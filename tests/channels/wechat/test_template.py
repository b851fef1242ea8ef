"""Template messages: every field within its type before the call, since WeChat answers 47003 and sends nothing."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.dealer import MiniProgram, WeChatAccount, WeChatSubscription, WeChatTemplate
from bot.errors import RenderError
from channels.wechat.template import (
    TYPES,
    check_subscription,
    check_template,
    field_type,
    fit,
    subscription_payload,
    template_payload,
)
from channels.wechat.wording import MARKETING

NOW = datetime(2026, 9, 20, 2, 0, tzinfo=UTC)
CHECKIN = WeChatTemplate(
    template_id="TPL1",
    fields={
        "thing1": "store ~ '服务回访'",
        "car_number2": "plate",
        "time3": "delivered_at",
        "thing4": "{{ name }}，期待您的评价",
    },
    link="survey",
)
ACCOUNT = WeChatAccount(
    store="bj",
    templates={"checkin_question": CHECKIN, "plain": WeChatTemplate(template_id="TPL2", fields={"thing1": "name"})},
)
PARAMS: dict[str, object] = {
    "store": "远禾滨江店",
    "plate": "粤A8Z888",
    "delivered_at": NOW,
    "name": "王女士",
    "now": NOW,
}


def test_the_payload_is_what_wechat_takes() -> None:
    assert template_payload(ACCOUNT, "checkin.question", PARAMS, "https://h.example/s/1") == {
        "template_id": "TPL1",
        "data": {
            "thing1": {"value": "远禾滨江店服务回访"},
            "car_number2": {"value": "粤A8Z888"},
            "time3": {"value": "2026年09月20日 10:00"},
            "thing4": {"value": "王女士，期待您的评价"},
        },
        "url": "https://h.example/s/1",
    }
    assert template_payload(ACCOUNT, "plain", PARAMS, "https://h.example/s/1")["url"] == ""


@pytest.mark.parametrize(
    ("kind", "value", "sent"),
    [
        ("thing", "字" * 20, "字" * 20),
        ("thing", "字" * 21, "字" * 19 + "…"),
        ("thing", "一\n二\t三", "一 二 三"),
        ("thing", "生日快乐🎂", "生日快乐"),
        ("thing", "", "-"),
        ("short_thing", "字" * 11, "字" * 9 + "…"),
        ("name", "王" * 11, "王" * 10),
        ("name", "Alexander Hamilton", "Alexander Hamilton"),
        ("number", "12.5", "12.5"),
        ("amount", "¥1280.00元", "¥1280.00元"),
        ("car_number", "粤AD12345", "粤AD12345"),
        ("car_number", "粤A1234学", "粤A1234学"),
        ("car_number", "粤a·D12345", "粤AD12345"),
        ("phrase", "已完成", "已完成"),
        ("character_string", "RO-8812", "RO-8812"),
        ("phone_number", "0571-88000000", "0571-88000000"),
        ("time", "2026年9月20日 10:00", "2026年9月20日 10:00"),
    ],
)
def test_a_value_is_made_to_fit(kind: str, value: str, sent: str) -> None:
    assert fit("x", kind, value) == sent


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "约12"),
        ("number", ""),
        ("letter", "A1"),
        ("symbol", "！！！！！！"),
        ("character_string", "工单8812"),
        ("character_string", "x" * 33),
        ("amount", "12345678901234"),
        ("car_number", "粤A123456789"),
        ("car_number", "没有车牌"),
        ("phrase", "一二三四五六"),
        ("phrase", "done"),
        ("time", "上午"),
        ("date", "10:00"),
        ("phone_number", "找小王"),
        ("const", "字" * 21),
        ("name", "王五2号"),
        ("thingy", "x"),
    ],
)
def test_a_value_that_cannot_fit_is_refused_before_the_call(kind: str, value: str) -> None:
    with pytest.raises(RenderError, match=r"templates\.checkin\.fields\.f"):
        fit("templates.checkin.fields.f", kind, value)


def test_every_type_of_the_table_is_tried_above() -> None:
    assert set(TYPES) == {
        "thing", "short_thing", "number", "letter", "symbol", "character_string", "time", "date",
        "amount", "phone_number", "car_number", "name", "phrase", "const",
    }  # fmt: skip
    assert field_type("car_number2") == "car_number"
    assert field_type("thing12") == "thing"


@pytest.mark.parametrize("missing", ["store", "plate", "delivered_at", "name"])
def test_a_missing_variable_names_template_and_field(missing: str) -> None:
    params = {name: value for name, value in PARAMS.items() if name != missing}
    with pytest.raises(RenderError, match=rf"templates\.checkin_question\.fields\..*{missing}"):
        template_payload(ACCOUNT, "checkin.question", params)


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(RenderError, match=r"templates\.birthday_greeting"):
        template_payload(ACCOUNT, "birthday.greeting", PARAMS)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"thing1": "name"}, ""),
        ({"thingy1": "name"}, "thingy is no field type"),
        ({"thing1": "name +"}, r"fields.thing1"),
        ({"thing1": "{{ name "}, r"fields.thing1"),
    ],
)
def test_a_configured_template_is_checked_at_start(fields: dict[str, str], says: str) -> None:
    found = check_template("checkin_question", WeChatTemplate(template_id="T", fields=fields))
    assert [says in sentence for sentence in found] == ([True] if says else [])


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("first", "'您好'", "stripped first and remark"),
        ("remark", "'感谢'", "stripped first and remark"),
        ("keyword1", "plate", "can no longer be added"),
        ("keyword", "plate", "can no longer be added"),
    ],
)
def test_fields_of_the_old_templates_are_refused_with_the_reason(name: str, source: str, says: str) -> None:
    """§7.3 no. 10: first and remark are stripped since 2023, keyword templates no longer given out."""
    (found,) = check_template("x", WeChatTemplate(template_id="T", fields={name: source}))
    assert found.startswith(f"templates.x.fields.{name}: ")
    assert says in found
    (same,) = check_subscription("x", WeChatSubscription(template_id="T", fields={name: source}))
    assert says in same


def test_a_colour_cannot_be_configured() -> None:
    """§7.3 no. 10: it is ignored since 2023-03-30."""
    with pytest.raises(ValidationError, match="color"):
        WeChatTemplate.model_validate({"template_id": "T", "fields": {}, "color": "#ff0000"})


@pytest.mark.parametrize("word", MARKETING)
def test_advertising_is_refused_in_the_configuration(word: str) -> None:
    """§7.3 no. 20: marketing text in templates costs the account (运营规范 3.9.2, 3.9.3)."""
    for source in (f"'到店{word}'", "{{ name }}到店" + word):
        found = check_template("x", WeChatTemplate(template_id="T", fields={"thing1": source}))
        assert any(f"templates.x.fields.thing1: {word} is advertising" in sentence for sentence in found)
        found = check_subscription("x", WeChatSubscription(template_id="T", fields={"thing1": source}))
        assert any(f"subscriptions.x.fields.thing1: {word} is advertising" in sentence for sentence in found)


@pytest.mark.parametrize(
    ("name", "source", "says"),
    [
        ("thing1", "'维修保养后回访'", ""),
        ("thing1", f"'{'字' * 20}'", ""),
        ("thing1", f"'{'字' * 21}'", "21 characters, a thing holds 20"),
        ("short_thing1", f"'{'字' * 11}'", "11 characters, a short_thing holds 10"),
        ("name1", "'欧阳娜娜欧阳娜娜欧阳娜'", "11 characters, a name holds 10"),
        ("thing1", "'点开' ~ '评价'", ""),
        ("thing1", f"name ~ '{'字' * 21}'", ""),  # what a variable adds is known when it is rendered
        ("phrase1", "'done'", "not what a phrase may hold"),
        ("number1", "'约12'", "not what a number may hold"),
        ("car_number1", "'粤A123456789'", "a car_number holds"),
        ("time1", "'上午'", "not what a time may hold"),
        ("thing1", "1 / 0", "division by zero"),
    ],
)
def test_a_literal_value_is_tried_at_start(name: str, source: str, says: str) -> None:
    """§7.3 no. 11: what is known now is not found out at the first customer, and not silently shortened either."""
    found = check_template("x", WeChatTemplate(template_id="T", fields={name: source}))
    assert [says in sentence for sentence in found] == ([True] if says else [])


NOTICE = WeChatSubscription(
    template_id="SUB1",
    fields={"thing1": "name ~ '，回访'", "time2": "delivered_at"},
    page="survey",
    miniprogram=MiniProgram(appid="wx0123", pagepath="pages/survey"),
)


def test_a_subscription_notification_is_filled_alike() -> None:
    account = WeChatAccount(store="bj", subscriptions={"checkin_question": NOTICE})
    assert subscription_payload(account, "checkin.question", PARAMS, "https://h.example/s/1") == {
        "template_id": "SUB1",
        "data": {"thing1": {"value": "王女士，回访"}, "time2": {"value": "2026年09月20日 10:00"}},
        "page": "https://h.example/s/1",
        "miniprogram": {"appid": "wx0123", "pagepath": "pages/survey"},
    }
    with pytest.raises(RenderError, match=r"subscriptions\.checkin_question\.fields\.thing1"):
        subscription_payload(account, "checkin.question", {})
    with pytest.raises(RenderError, match=r"subscriptions\.other"):
        subscription_payload(account, "other", PARAMS)


def test_a_template_may_open_a_mini_program() -> None:
    program = MiniProgram(appid="wx0123", pagepath="pages/survey")
    account = WeChatAccount(
        store="bj", templates={"x": WeChatTemplate(template_id="T", fields={"thing1": "name"}, miniprogram=program)}
    )
    payload = template_payload(account, "x", PARAMS)
    assert payload["miniprogram"] == {"appid": "wx0123", "pagepath": "pages/survey"}
    assert "miniprogram" not in template_payload(ACCOUNT, "plain", PARAMS)


@given(st.text(max_size=60), st.sampled_from(sorted(TYPES)))
def test_no_value_reaches_the_wire_that_its_type_does_not_hold(value: str, kind: str) -> None:
    """§7.3 no. 11, whatever a variable holds: within the type, or an error before the row is queued."""
    try:
        sent = fit("x", kind, value)
    except RenderError:
        return
    assert 1 <= len(sent) <= max(TYPES[kind].longest, 1)
    assert sent == fit("x", kind, sent), "and the last look before the wire changes nothing"


def test_the_sandbox_holds_in_fields() -> None:
    evil = WeChatAccount(
        store="s", templates={"x": WeChatTemplate(template_id="T", fields={"thing1": "name.__class__"})}
    )
    with pytest.raises(RenderError):
        template_payload(evil, "x", {"name": "n"})
