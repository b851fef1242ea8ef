"""`wechat enable-template ACCOUNT TEMPLATE_ID`: a template that WeChat refused is used again."""

import argparse
import sys
from typing import Protocol

from store.templates import enable
from store.writer import Writer


class Needs(Protocol):
    @property
    def writer(self) -> Writer: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("which", metavar="account")
    parser.add_argument("template_id")


def run(house: Needs, options: argparse.Namespace) -> int:
    """1: it was not disabled."""
    if house.writer.run(lambda conn: enable(conn, options.which, options.template_id)):
        print(f"{options.template_id} is used again")
        return 0
    print(f"huifang: {options.template_id} is not disabled at {options.which}", file=sys.stderr)
    return 1
