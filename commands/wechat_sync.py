"""`wechat sync`: the account's followers compared with ours, as the clock does once a day."""

import argparse
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Protocol

from bot.ports import Clock
from channels.wechat.send import WeChatApi
from commands.wechat_account import account_named
from scheduler.followers import FollowerSync
from store.writer import Writer


class Needs(Protocol):
    @property
    def writer(self) -> Writer: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(house: Needs, options: argparse.Namespace) -> int:
    """0; raises a SendError (exit code 2) when WeChat could not be asked, and then nothing was changed."""
    account_named(house.wechat, options.account)
    found = FollowerSync(house.writer, house.clock, house.wechat).compare(options.account)
    if options.json:
        print(json.dumps({"account": options.account, **asdict(found)}))
        return 0
    print(f"{found.followers} follow {options.account}: {found.left} left and {found.came} came unnoticed,")
    print(f"of them {found.unknown} never wrote or scanned while we were here")
    return 0
