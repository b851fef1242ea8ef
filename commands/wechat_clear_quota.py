"""`wechat clear-quota`: all quotas of an account begin anew, ten times a month."""

import argparse
from collections.abc import Mapping
from typing import Protocol

from bot.errors import SendError
from bot.ports import Clock
from channels.wechat.examine import clear_quota
from channels.wechat.send import WeChatApi
from commands.wechat_account import account_named
from config.accounts import AccountSecrets
from store.troubles import end_pauses
from store.writer import Writer

SPENT = "the ten clearings of this month are used up (48006); quotas begin anew at midnight in China"


class Needs(Protocol):
    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...

    @property
    def accounts(self) -> Mapping[str, AccountSecrets]: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def clock(self) -> Clock: ...


def arguments(_parser: argparse.ArgumentParser) -> None:
    pass


def run(house: Needs, options: argparse.Namespace) -> int:
    """The ways that rest for want of quota go on at once. 1: no clearing left. Raises a SendError for the rest."""
    api = account_named(house.wechat, options.account)
    try:
        clear_quota(api, house.accounts[options.account].app_id)
    except SendError as refused:
        if refused.code != "48006":
            raise
        print(SPENT)
        return 1
    house.writer.run(lambda conn: end_pauses(conn, options.account, house.clock.business()))
    print(f"quotas of {options.account} begin anew")
    return 0
