"""`wechat quota PATH`: calls a day of one interface, used and left."""

import argparse
from collections.abc import Mapping
from typing import Protocol

from channels.wechat.examine import quota
from channels.wechat.send import WeChatApi
from commands.wechat_account import account_named


class Needs(Protocol):
    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", help="of the interface, for instance message/template/send")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Raises a SendError (exit code 2) when WeChat refuses."""
    found = quota(account_named(house.wechat, options.account), options.path)
    print(f"{found.used} of {found.limit} used today, {found.left} left")
    return 0
