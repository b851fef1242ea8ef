"""`wechat rid RID`: what WeChat knows of a call it refused; the rid stands in our log line."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from channels.wechat.examine import told_of
from channels.wechat.send import WeChatApi
from commands.wechat_account import account_named

SHOWN = ("cost_in_ms", "client_ip")  # the rest holds the token, openids and what we sent


class Needs(Protocol):
    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rid")


def run(house: Needs, options: argparse.Namespace) -> int:
    """Raises a SendError (exit code 2) when WeChat does not know it; it remembers seven days."""
    told = told_of(account_named(house.wechat, options.account), options.rid)
    if str(told.get("invoke_time", "")).isdecimal():
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(told["invoke_time"]))
        print(f"invoke_time: {moment.isoformat()}")
    for name in SHOWN:
        print(f"{name}: {told.get(name, '')}")
    return 0
