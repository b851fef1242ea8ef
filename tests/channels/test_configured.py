"""The dealer's own templates are checked at start; those of the demo dealer pass."""

from pathlib import Path

import pytest

from bot.dealer import Dealer, Sms, SmsTemplate, StoreConfig, WeChatAccount, WeChatTemplate
from bot.errors import ConfigError
from channels.configured import check_templates, with_email
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


def test_what_has_an_e_mail_text_may_go_by_e_mail_once_there_is_an_account(tmp_path: Path) -> None:
    dealer = Dealer(stores=[STORE])
    (tmp_path / "checkin").mkdir()
    for name in ("checkin/question.email.txt", "checkin/question.wechat.txt", "hello.email.txt"):
        (tmp_path / name).write_text("您好")
    assert with_email(dealer, tmp_path, account=False).email_texts is None
    assert with_email(dealer, tmp_path, account=True).email_texts == frozenset({"checkin.question", "hello"})


def test_it_is_no_setting_of_the_dealers_file() -> None:
    with pytest.raises(ValueError, match="HUIFANG_EMAIL_HOST"):
        Dealer.model_validate({"stores": [{"code": "binjiang", "name": "远禾"}], "email_texts": ["checkin.question"]})
