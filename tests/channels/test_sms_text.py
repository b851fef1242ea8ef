"""Approved wording filled; length, segments and price; what reviewers and providers refuse."""

from datetime import UTC, datetime

import pytest

from bot.dealer import Sms, SmsTemplate
from bot.errors import RenderError
from bot.messages import Category
from channels.sms_text import check_sms_template, sms_approved, sms_payload, sms_preview, sms_segments, sms_text
from config.load import load_dealer
from tests.learnt import CONFIG


def template(text: str, *variables: str, kind: str = "notification", **more: object) -> SmsTemplate:
    return SmsTemplate.model_validate(
        {"code": "SMS_1", "kind": kind, "variables": list(variables), "text": text, **more}
    )


SMS = Sms(
    signature="远禾汽车",
    templates={
        "case_ack": template("${name}您好，${owner}会尽快联系您。", "name", "owner", approved_for=["service"]),
        "birthday_greeting": template("${name}会员，生日快乐！拒收请回复R", "name", kind="promotion"),
        "long": template("字" * 63 + "${name}", "name"),
        "longest": template("字" * 480 + "${name}", "name"),
    },
)


def test_the_payload_holds_all_a_provider_needs() -> None:
    assert sms_payload(SMS, "case.ack", {"name": "王女士", "owner": "韩梅梅", "more": 1}) == {
        "template": "case_ack",
        "code": "SMS_1",
        "params": {"name": "王女士", "owner": "韩梅梅"},
        "order": ["name", "owner"],
        "sign": "远禾汽车",
        "text": "【远禾汽车】王女士您好，韩梅梅会尽快联系您。",
    }


def test_an_instant_in_a_variable_is_said_in_local_words() -> None:
    moment, now = datetime(2026, 11, 24, 1, 30, tzinfo=UTC), datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    payload = sms_payload(SMS, "case.ack", {"name": "王女士", "owner": moment, "now": now})
    assert payload["params"] == {"name": "王女士", "owner": "明天 09:30"}


@pytest.mark.parametrize(
    ("length", "segments"),
    [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (500, 8)],
)
def test_segments_count_every_character_one(length: int, segments: int) -> None:
    assert sms_segments("a" * length) == segments
    assert sms_segments("字" * length) == segments


def test_length_counts_the_signature_and_price_follows_the_kind() -> None:
    short = sms_preview(SMS, "long", {"name": "张"})
    assert (short.length, short.segments, short.price) == (70, 1, 0.045)
    longer = sms_preview(SMS, "long", {"name": "张三"})
    assert (longer.length, longer.segments, longer.price) == (71, 2, 0.09)
    assert sms_preview(SMS, "birthday.greeting", {"name": "张"}).price == 0.055


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "missing"),
        ("", "missing"),
        ("  \n", "missing"),
        ("字" * 36, "36 characters, 35 allowed"),
        ("看 https://a.cn/x", "link"),
        ("www.yuanhe.example", "link"),
        ("电话13900000001", "mobile number"),
        ("【活动】", "sign"),
        ("生日快乐🎂", "sign"),
    ],
)
def test_a_variable_the_provider_would_refuse_is_refused_here(value: object, says: str) -> None:
    with pytest.raises(RenderError, match=f"sms.templates.case_ack.name.*{says}"):
        sms_text(SMS, "case.ack", {"name": value, "owner": "韩梅梅"})


def test_the_error_of_a_variable_never_holds_its_value() -> None:
    with pytest.raises(RenderError) as caught:
        sms_text(SMS, "case.ack", {"name": "请打13900000001", "owner": "韩梅梅"})
    assert "13900000001" not in str(caught.value)


def test_a_text_beyond_500_characters_is_refused() -> None:
    with pytest.raises(RenderError, match="500 allowed"):
        sms_preview(SMS, "longest", {"name": "字" * 30})


def test_an_unknown_template_says_its_name() -> None:
    with pytest.raises(RenderError, match=r"sms\.templates\.event_invitation"):
        sms_text(SMS, "event.invitation", {})


def test_only_an_approved_purpose_may_go_out() -> None:
    assert sms_approved(SMS, "case.ack", Category.SERVICE)
    assert not sms_approved(SMS, "case.ack", Category.SURVEY)
    assert not sms_approved(SMS, "birthday.greeting", Category.GREETING)
    assert not sms_approved(SMS, "no.such", Category.SERVICE)


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (template("您好${name}", "name"), ""),
        (template("您好${name}。拒收请回复R", "name", kind="promotion"), ""),
        (template("您好${name}", "nme"), "variables"),
        (template("${name}与${name}", "name"), "twice"),
        (template("${a}${b}", "a", "b"), "side by side"),
        (template("您好${name}", "name", kind="promotion"), "must end with 拒收请回复R"),
        (template("您好${name}。拒收请回复R", "name"), "must not offer"),
        (template("【远禾】您好${name}", "name"), "signature is added"),
        (template("您好${name}", "name", fields={"name": "{{ name or '您' }}"}), ""),
        (template("您好${name}", "name", fields={"nme": "您"}), "fields.nme is not among the variables"),
        (template("您好${name}", "name", fields={"name": "{{ name"}), "fields.name: "),
    ],
)
def test_a_configured_template_is_checked_before_anything_is_sent(one: SmsTemplate, says: str) -> None:
    found = check_sms_template("case_ack", one)
    assert [says in sentence for sentence in found] == ([True] if says else [])


def test_words_that_depend_on_what_is_known_stand_in_the_template() -> None:
    one = template("您好，地址${where}。", "where", fields={"where": "{{ address or '请来电询问' }}"})
    sms = Sms(signature="远禾汽车", templates={"house_hours": one})
    assert sms_text(sms, "house.hours", {"address": "滨江大道1号", "where": "别处"}) == "您好，地址滨江大道1号。"
    assert sms_text(sms, "house.hours", {"address": ""}) == "您好，地址请来电询问。"
    with pytest.raises(RenderError, match=r"house_hours\.fields\.where.*address"):
        sms_text(sms, "house.hours", {})


SHIPPED = load_dealer(CONFIG).sms
CAR = {"name": "李雷", "kind": "vehicle_sold", "plate": "", "car": "长风浙A·D62K8"}


@pytest.mark.parametrize(
    ("message", "known", "says"),
    [
        ("info.read_back", CAR, "：长风浙A·D62K8已不在您名下，对吗"),
        ("info.read_back", CAR | {"car": ""}, "：您的车已不在您名下，对吗"),
        ("info.read_back", CAR | {"kind": "plate", "plate": "浙A·NEW01"}, "：新车牌是浙A·NEW01，对吗"),
        ("house.hours", {"name": "李雷", "opens": "08:30", "closes": "17:30", "address": ""}, "地址请来电询问，"),
        ("price.item", {"name": "李雷", "item": "小保养", "low": 440, "high": 660}, "小保养参考440–660元，"),
        ("price.item", {"name": "李雷", "item": "小保养", "low": 0, "high": 0}, "小保养参考免费，"),
    ],
)
def test_the_demo_dealers_words_fit_what_is_known(message: str, known: dict[str, object], says: str) -> None:
    assert says in sms_text(SHIPPED, message, known)
