"""`wechat …`: what somebody does with a WeChat account by hand; each word below is a module of its own."""

import argparse
import importlib
from collections.abc import Mapping
from typing import Any

from commands.table import Command

WORDS: Mapping[str, Command] = {
    "clear-quota": Command("commands.wechat_clear_quota", "all quotas of the account anew, ten times a month"),
    "enable-template": Command("commands.wechat_enable_template", "use a template again that WeChat had refused"),
    "quota": Command("commands.wechat_quota", "calls a day of one interface, used and left"),
    "rid": Command("commands.wechat_rid", "what WeChat knows of a call it refused"),
    "menu": Command("commands.wechat_menu", "push the configured menu, show WeChat's, or compare both"),
    "sync": Command("commands.wechat_sync", "compare WeChat's followers with ours, as the clock does once a day"),
    "qr": Command("commands.wechat_qr", "make a QR code with a scene, as a picture too"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="word", metavar="what", required=True)
    for name, word in WORDS.items():
        below = words.add_parser(name, help=word.help, description=word.help)
        below.add_argument("--account", default="main", help="account of config/dealer.yaml")
        _body(name).arguments(below)


def run(house: object, options: argparse.Namespace) -> int:
    """The word's own exit code."""
    return int(_body(options.word).run(house, options))


def _body(name: str) -> Any:
    return importlib.import_module(WORDS[name].module)
