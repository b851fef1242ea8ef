"""The secrets of each WeChat account: `main` from the settings, further ones from the variables dealer.yaml names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zlib import crc32

from bot.dealer import Dealer, WeChatAccount
from bot.errors import ConfigError
from config.secrets import made_for_account
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class AccountSecrets:
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)


def account_secrets(settings: Settings, dealer: Dealer, environment: Mapping[str, str]) -> dict[str, AccountSecrets]:
    """By account name. Without a WeChat account set there is none; raises ConfigError for a variable that is missing.

    In the sandbox a further account's secrets are made up: those the variables hold would be real ones.
    """
    if not settings.wechat_app_id:
        return {}
    further = {name: known for name, known in dealer.accounts.items() if name != "main"}
    if settings.sandbox:
        return {"main": _main(settings)} | {name: _made_up(settings, name) for name in further}
    return {"main": _main(settings)} | {name: _named(name, known, environment) for name, known in further.items()}


def _main(settings: Settings) -> AccountSecrets:
    return AccountSecrets(
        app_id=settings.wechat_app_id,
        app_secret=settings.wechat_app_secret.get_secret_value(),
        token=settings.wechat_token.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value(),
    )


def _made_up(settings: Settings, account: str) -> AccountSecrets:
    """The app id follows from the name, so that it stays when accounts are added."""
    return AccountSecrets(
        app_id=f"wxsandbox{crc32(account.encode()):010d}", **made_for_account(settings.data_dir, account)
    )


def _named(account: str, known: WeChatAccount, environment: Mapping[str, str]) -> AccountSecrets:
    def value(variable: str) -> str:
        if not environment.get(variable):
            raise ConfigError(variable, f"is missing; config/dealer.yaml names it for the account {account}.")
        return environment[variable]

    return AccountSecrets(
        app_id=value(known.app_id_env),
        app_secret=value(known.app_secret_env),
        token=value(known.token_env),
        aes_key=value(known.aes_key_env),
    )
