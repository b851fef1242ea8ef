"""Whose secrets each WeChat account has."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.dealer import Dealer, StoreConfig, WeChatAccount
from bot.errors import ConfigError
from config.accounts import account_secrets
from config.settings import SANDBOX_APP_ID, Settings, read_settings

SECOND = {
    "HUIFANG_ACCOUNT_XL_ID": "wx2",
    "HUIFANG_ACCOUNT_XL_SECRET": "secret2",
    "HUIFANG_ACCOUNT_XL_TOKEN": "token2",
    "HUIFANG_ACCOUNT_XL_KEY": "k" * 43,
}
MAIN = {"HUIFANG_WECHAT_APP_ID": "wx1", "HUIFANG_WECHAT_TOKEN": "token1", "HUIFANG_WECHAT_AES_KEY": "a" * 43}


def settings(**values: str) -> Settings:
    return read_settings(values, Path("no.env"))


@pytest.fixture
def dealer() -> Dealer:
    id_env, secret_env, token_env, key_env = SECOND
    further = WeChatAccount(
        store="xl", app_id_env=id_env, app_secret_env=secret_env, token_env=token_env, aes_key_env=key_env
    )
    stores = [StoreConfig(code="bj", name="远禾滨江店"), StoreConfig(code="xl", name="远禾下沙店")]
    return Dealer(stores=stores, accounts={"main": WeChatAccount(store="bj"), "xl": further})


def test_main_is_what_the_settings_say_and_others_what_the_dealer_names(dealer: Dealer) -> None:
    found = account_secrets(settings(**MAIN), dealer, SECOND)
    assert (found["main"].app_id, found["main"].token) == ("wx1", "token1")
    assert (found["xl"].app_id, found["xl"].app_secret, found["xl"].aes_key) == ("wx2", "secret2", "k" * 43)


@pytest.mark.parametrize("missing", list(SECOND))
def test_a_variable_that_is_missing_is_named(dealer: Dealer, missing: str) -> None:
    with pytest.raises(ConfigError, match=f"{missing}: is missing; .* account xl"):
        account_secrets(settings(**MAIN), dealer, {**SECOND, missing: ""})


def test_the_sandbox_makes_up_the_secrets_of_further_accounts(dealer: Dealer, tmp_path: Path) -> None:
    """Those in the environment are real ones: they are not read. Made once, the same ever after."""
    given = settings(HUIFANG_SANDBOX="1", HUIFANG_DATA_DIR=str(tmp_path))
    found, again = account_secrets(given, dealer, SECOND), account_secrets(given, dealer, {})
    assert found["main"].app_id == SANDBOX_APP_ID
    assert found["xl"] == again["xl"]
    assert found["xl"].app_id.startswith("wxsandbox")
    assert len({known.app_id for known in found.values()}) == 2
    assert (len(found["xl"].aes_key), len(found["xl"].token)) == (43, 32)
    assert not {found["xl"].app_id, found["xl"].app_secret, found["xl"].token} & set(SECOND.values())


@pytest.mark.parametrize("name", ["", "a/b", "../x", "x" * 41, "a b"])
def test_an_account_is_named_as_an_address_can_hold(dealer: Dealer, name: str) -> None:
    with pytest.raises(ValidationError):
        Dealer(stores=dealer.stores, accounts={name: WeChatAccount(store="bj")})


def test_without_an_account_there_is_none(dealer: Dealer) -> None:
    assert account_secrets(settings(), dealer, SECOND) == {}


def test_secrets_do_not_show(dealer: Dealer) -> None:
    assert "secret2" not in repr(account_secrets(settings(**MAIN), dealer, SECOND))
