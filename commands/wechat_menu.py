"""`wechat menu push|show|diff`: the account's menu, configured in dealer.yaml, as WeChat has it."""

import argparse
import json
from collections.abc import Mapping
from typing import Protocol

from bot.dealer import Dealer
from bot.errors import ConfigError
from channels.wechat.menu import Menu, differences, lines, menu_body, push_menu, shown_menu
from channels.wechat.send import WeChatApi
from commands.wechat_account import account_named
from config.settings import Settings


class Needs(Protocol):
    @property
    def dealer(self) -> Dealer: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["push", "show", "diff"])
    parser.add_argument("--json", action="store_true", help="one JSON object")


def run(house: Needs, options: argparse.Namespace) -> int:
    """0 done, or both the same; 1 `diff` found a difference; raises (exit code 2) when WeChat could not be asked."""
    api = account_named(house.wechat, options.account)
    if options.action == "show":
        _tell(options, {"menu": (theirs := shown_menu(api))}, lines(theirs) or ["no menu"])
        return 0
    ours = configured_menu(house, options.account)
    if options.action == "push":
        push_menu(api, ours)
        _tell(options, {"menu": ours}, [*lines(ours), f"pushed to {options.account}; phones show it within minutes"])
        return 0
    found = differences(ours, shown_menu(api))
    _tell(options, {"same": not found, "differences": found}, found or ["the same"])
    return 1 if found else 0


def configured_menu(house: Needs, account: str) -> Menu:
    """Raises ConfigError when there is none, or when one of our pages would be opened without https."""
    given, public = house.dealer.accounts[account].menu, house.settings.public_url
    if not given:
        raise ConfigError(f"dealer.yaml: accounts.{account}.menu", "there is no menu to push")
    items = [item for button in given for item in (button, *button.sub_button)]
    if any(item.page for item in items) and not (house.settings.https or house.settings.sandbox):
        raise ConfigError("HUIFANG_PUBLIC_URL", "must begin with https:// before a menu may lead to our pages.")
    return menu_body(given, lambda page: f"{public}/w/{account}/{page}")


def _tell(options: argparse.Namespace, document: Mapping[str, object], words: list[str]) -> None:
    told = json.dumps({"account": options.account, **document}, ensure_ascii=False)
    print(told if options.json else "\n".join(words))
