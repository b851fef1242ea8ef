"""`token add`, `token revoke`: who may call the API for a store."""

import argparse
from typing import Protocol

from sqlalchemy import Engine

from bot.ports import Clock
from store.engine import writing
from store.stores import store_id_of
from store.tokens import new_api_token, revoke_api_tokens


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> Clock: ...


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", choices=["add", "revoke"])
    parser.add_argument("name", help="whose it is, for instance DMS")
    parser.add_argument("--store", default="", help="code of the store in dealer.yaml; needed when there are several")


def run(house: Needs, options: argparse.Namespace) -> int:
    """`add` prints the token, this once. `revoke` ends every token of that name: exit code 1 when there was none."""
    with writing(house.engine) as conn:
        store_id = store_id_of(conn, options.store)
        if options.action == "add":
            print(new_api_token(conn, store_id, options.name, house.clock.machine()))
            return 0
        ended = revoke_api_tokens(conn, store_id, options.name, house.clock.machine())
    print(f"{ended} token(s) of {options.name} revoked")
    return 0 if ended else 1
