"""`doctor` asks Tencent, over signed HTTP, for every template the house would send."""

from typing import Any

import pytest

from bot.dealer import Sms, TencentTemplate
from bot.messages import Category
from channels.configured import for_provider
from channels.http import Http
from channels.sms_tencent import TencentSms
from commands.examine import sms_tencent
from commands.examine.finding import Level
from tests.sandbox.conftest import SMS, Running, app_engine, box, sms_account, start, web_url, webhook, wechat_account
from tests.scheduler.stage import DEALER

__all__ = ["app_engine", "box", "sms_account", "start", "web_url", "webhook", "wechat_account"]


def account(box: Running, key: str = SMS.secret_key) -> TencentSms:
    now = box.sandbox.clock.business
    return TencentSms(SMS.secret_id, key, SMS.app_id, "ap-guangzhou", Http(box.base, (10.0, 10.0)), now=now)


def ours(**change: Any) -> Sms:
    """What the house holds; change: of the template `case_ack`."""
    templates = dict(SMS.approved.templates)
    templates["case_ack"] = templates["case_ack"].model_copy(update=change)
    dealer = DEALER.model_copy(update={"sms": SMS.approved.model_copy(update={"templates": templates})})
    return for_provider(dealer, "tencent").sms


def lines(box: Running, configured: Sms, key: str = SMS.secret_key) -> dict[str, tuple[Level, str]]:
    found = sms_tencent.reviewed(account(box, key), configured)
    return {each.check: (each.level, f"{each.sentence} {each.todo}") for each in found}


def test_an_account_as_configured_is_well_in_every_line(box: Running) -> None:
    found = lines(box, ours())
    assert {level for level, _ in found.values()} == {Level.OK}
    assert found["sms: account"][1].startswith("key accepted, 2 of 2")
    assert "not used" in found["sms: not_yet"][1]


@pytest.mark.parametrize(
    ("change", "level", "words"),
    [
        ({"text": "${owner}您好，${name}会联系您。"}, Level.WARNING, "reads otherwise"),
        ({"variables": ["owner", "name"]}, Level.WARNING, "order of variables"),
        (
            {"tencent": TencentTemplate(code="9999", approved_for=[Category.SERVICE])},
            Level.ERROR,
            "9999 is not in the account",
        ),
        (
            {"tencent": TencentTemplate(code="1003", approved_for=[Category.SERVICE])},
            Level.ERROR,
            "1003 is still under review",
        ),
    ],
)
def test_a_template_that_would_be_refused_or_read_wrong(
    box: Running, change: dict[str, Any], level: Level, words: str
) -> None:
    found = lines(box, ours(**change))["sms: case_ack"]
    assert found[0] is level
    assert words in found[1]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("AuthFailure.SecretIdNotFound", "HUIFANG_TENCENT_SECRET_ID"),
        ("AuthFailure.UnauthorizedOperation", "QcloudSMSFullAccess"),
        ("InternalError", "InternalError"),
        ("http500", "no_answer"),
        ("html", "no_answer"),
        ("reset", "no_answer"),
    ],
)
def test_a_refusal_is_said_once_with_what_to_do(box: Running, code: str, words: str) -> None:
    box.control("faults", {"api": "sms/templates", "code": code, "times": 1})
    found = lines(box, ours())
    assert list(found) == ["sms: account"]
    assert found["sms: account"][0] is Level.ERROR
    assert words in found["sms: account"][1]


def test_a_wrong_key_is_named_and_never_shown(box: Running) -> None:
    ((level, said),) = lines(box, ours(), key="a-wrong-secret").values()
    assert level is Level.ERROR
    assert "HUIFANG_TENCENT_SECRET_KEY" in said
    assert "a-wrong-secret" not in said
