"""The dealer's own templates are checked at start; those of the demo dealer pass."""

from pathlib import Path

import pytest

from bot.dealer import Dealer, Sms, SmsTemplate, StoreConfig, WeChatAccount, WeChatTemplate
from bot.errors import ConfigError
from channels.configured import check_templates
from config.load import load_dealer

ROOT = Path(__file__).parents[2]
STORE = StoreConfig(code="binjiang", name="远禾滨江店")


def test_the_demo_dealers_templates_would_be_taken() -> None:
    dealer = load_dealer(ROOT / "config")
    assert check_templates(dealer) is dealer
    assert dealer.sms.templates
    assert dealer.accounts["main"].templates


def test_every_finding_is_named_at_once() -> None:
    dealer = Dealer(
        stores=[STORE],
        accounts={
            "main": WeChatAccount(
                store="binjiang",
                templates={"checkin_question": WeChatTemplate(template_id="", fields={"thingy": "x +"})},
            )
        },
        sms=Sms(
            templates={"birthday_greeting": SmsTemplate(code="S", kind="promotion", variables=[], text="生日快乐")}
        ),
    )
    with pytest.raises(ConfigError) as caught:
        check_templates(dealer)
    lines = caught.value.sentence.splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "sms.templates.birthday_greeting",
        "accounts.main.templates.checkin_question.template_id",
        "accounts.main.templates.checkin_question.fields.thingy",
    ]
