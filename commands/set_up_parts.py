"""What the page of the first start shows: stores with their lines, what doctor finds, which settings are set."""

from collections.abc import Iterator, Sequence

from commands.doctor import Needs, checks
from commands.examine.finding import Finding, side_by_side
from commands.examine.in_chinese import in_chinese
from config.settings import PREFIX, Settings
from web.entrance.setting_up import SetUp
from web.inbox.settings.stores import with_lines

LIMIT_S = 12.0  # somebody waits for the page; doctor on the command line takes twice that
WECHAT = ("wechat_app_id", "wechat_app_secret", "wechat_token", "wechat_aes_key", "public_url")
SMS = {
    "aliyun": ("sms_callback_token", "aliyun_access_key_id", "aliyun_access_key_secret"),
    "tencent": ("sms_callback_token", "tencent_secret_id", "tencent_secret_key", "tencent_sdk_app_id"),
}


def set_up_of(house: Needs) -> SetUp:
    config_dir = house.settings.config_dir
    return SetUp(
        dealer=house.dealer,
        config_dir=config_dir,
        facts=lambda: list(with_lines(config_dir, house.dealer)),
        findings=lambda english: [(each.level.name.lower(), each) for each in found_by_doctor(house, english=english)],
        needed=lambda: list(needed(house.settings)),
    )


def found_by_doctor(house: Needs, *, english: bool) -> list[Finding]:
    """As `doctor` says it. That nobody may log in yet is what the page is there for."""
    found = side_by_side(checks(house, offline=False), LIMIT_S, house.monotonic)
    said = [each for each in found if each.check != "staff"]
    return said if english else [in_chinese(each) for each in said]


def needed(settings: Settings) -> Iterator[tuple[str, Sequence[tuple[str, bool]]]]:
    """By name and whether it is set; in the sandbox the sandbox stands in for all of them."""
    yield "WeChat", [_said(settings, name) for name in WECHAT]
    for provider, names in SMS.items():
        if settings.sms_provider in (provider, "log"):
            yield f"SMS ({provider})", [_said(settings, name) for name in names]


def _said(settings: Settings, name: str) -> tuple[str, bool]:
    value = getattr(settings, name)
    return PREFIX + name.upper(), bool(value.get_secret_value() if hasattr(value, "get_secret_value") else value)
