"""Which account a command is about."""

from collections.abc import Mapping
from typing import TypeVar

from bot.errors import ConfigError

T = TypeVar("T")


def account_named(accounts: Mapping[str, T], name: str) -> T:
    """Raises ConfigError naming the accounts there are."""
    if name not in accounts:
        known = ", ".join(accounts) or "none: set HUIFANG_WECHAT_APP_ID, or HUIFANG_SANDBOX=1"
        raise ConfigError(f"--account {name}", f"no such account (known: {known})")
    return accounts[name]
