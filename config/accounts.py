"""The secrets of each WeChat account: `main` from the settings, further ones from the variables dealer.yaml names."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.dealer import Dealer, WeChatAccount
from bot.errors import ConfigError
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class AccountSecrets:
    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)


def account_secrets(settings: Settings, dealer: Dealer, environment: Mapping[str, str]) -> dict[str, AccountSecrets]:
    """By account name. Without a WeChat account set there is none; raises ConfigError for a variable that is missing.

    In the sandbox only `main` is there: a further account's secrets would be real ones.
    """
    if not settings.wechat_app_id:
        return {}
    further = {} if settings.sandbox else {name: known for name, known in dealer.accounts.items() if name != "main"}
    return {"main": _main(settings)} | {name: _named(name, known, environment) for name, known in further.items()}


def _main(settings: Settings) -> AccountSecrets:
    return AccountSecrets(
        app_id=settings.wechat_app_id,
        app_secret=settings.wechat_app_secret.get_secret_value(),
        token=settings.wechat_token.get_secret_value(),
        aes_key=settings.wechat_aes_key.get_secret_value(),
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
