"""Which sender the settings mean, and the dealer's templates as each provider knows them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.dealer import Dealer, Sms, SmsTemplate, StoreConfig, TencentTemplate
from bot.errors import ConfigError, RenderError
from bot.messages import Category
from channels.configured import check_templates, for_provider
from channels.sms_aliyun import AliyunSms
from channels.sms_log import LogSms
from channels.sms_provider import sms_sender
from channels.sms_tencent import TencentSms
from channels.sms_text import sms_approved, sms_payload, sms_preview
from config.load import load_dealer
from config.settings import PREFIX, read_settings

ROOT = Path(__file__).parents[2]
SERVICE = [Category.SERVICE]


def template(**more: object) -> SmsTemplate:
    values = {"code": "SMS_1", "kind": "notification", "variables": ["name"], "text": "${name}您好", **more}
    return SmsTemplate.model_validate(values)


DEALER = Dealer(
    stores=[StoreConfig(code="binjiang", name="远禾滨江店")],
    sms=Sms(
        signature="远禾滨江店",
        templates={
            "both": template(approved_for=SERVICE, tencent=TencentTemplate(code="1001", approved_for=SERVICE)),
            "aliyun_only": template(approved_for=SERVICE),
            "not_yet_there": template(approved_for=SERVICE, tencent=TencentTemplate(code="1002")),
            "tencent_only": template(tencent=TencentTemplate(code="1003", approved_for=SERVICE)),
        },
    ),
)


@pytest.mark.parametrize(
    ("provider", "sender"), [("aliyun", AliyunSms), ("tencent", TencentSms), ("log", LogSms), ("", LogSms)]
)
def test_the_setting_names_the_sender(tmp_path: Path, provider: str, sender: type) -> None:
    given = {PREFIX + "SMS_PROVIDER": provider, PREFIX + "DATA_DIR": str(tmp_path)}
    settings = read_settings(given, tmp_path / ".env")
    assert type(sms_sender(settings, lambda: datetime(2026, 1, 1, tzinfo=UTC))) is sender


@pytest.mark.parametrize(
    ("provider", "approved"),
    [
        ("aliyun", {"both", "aliyun_only", "not_yet_there"}),
        ("log", {"both", "aliyun_only", "not_yet_there"}),
        ("tencent", {"both", "tencent_only"}),
    ],
)
def test_a_template_is_approved_at_each_provider_by_itself(provider: str, approved: set[str]) -> None:
    sms = for_provider(DEALER, provider).sms
    assert {name for name in sms.templates if sms_approved(sms, name, Category.SERVICE)} == approved


def test_the_payload_carries_the_number_of_the_provider_in_use() -> None:
    codes = {
        provider: sms_payload(for_provider(DEALER, provider).sms, "both", {"name": "王女士"})["code"]
        for provider in ("aliyun", "tencent")
    }
    assert codes == {"aliyun": "SMS_1", "tencent": "1001"}


@pytest.mark.parametrize(("provider", "length", "fits"), [("aliyun", 35, True), ("aliyun", 36, False),
                                                          ("tencent", 6, True), ("tencent", 7, False)])  # fmt: skip
def test_a_variable_is_as_long_as_the_provider_takes(provider: str, length: int, fits: bool) -> None:
    sms, values = for_provider(DEALER, provider).sms, {"name": "字" * length}
    if fits:
        assert sms_preview(sms, "both", values).length == length + len("【远禾滨江店】您好")
        return
    with pytest.raises(RenderError, match=f"{length} characters, {length - 1} allowed"):
        sms_payload(sms, "both", values)


def test_what_tencent_granted_counts() -> None:
    dealer = DEALER.model_copy(update={"sms": DEALER.sms.model_copy(update={"tencent_longest_variable": 12})})
    sms = for_provider(dealer, "tencent").sms
    assert sms_payload(sms, "both", {"name": "字" * 12})["params"] == {"name": "字" * 12}


def test_the_demo_dealer_has_every_template_at_tencent_too_once_each() -> None:
    demo = load_dealer(ROOT / "config")
    there = for_provider(demo, "tencent").sms.templates
    assert {name: one.approved_for for name, one in there.items()} == {
        name: one.approved_for for name, one in demo.sms.templates.items()
    }
    codes = [one.code for one in there.values()]
    assert all(code.isdecimal() for code in codes)
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("signature", ["远", "远禾滨江汽车销售服务有限公司"])
def test_a_signature_no_provider_takes_is_found_at_start(signature: str) -> None:
    dealer = DEALER.model_copy(update={"sms": DEALER.sms.model_copy(update={"signature": signature})})
    with pytest.raises(ConfigError, match=r"sms\.signature: providers take 2 to 12 characters"):
        check_templates(dealer)


@pytest.mark.parametrize("code", ["SMS_1", "", "10 01"])
def test_a_template_at_tencent_has_a_number(code: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        TencentTemplate(code=code)
