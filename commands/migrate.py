"""`migrate`: bring the database to the newest revision and keep the configured stores as rows."""

import argparse
from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from store.engine import writing
from store.migrate import head, upgrade
from store.stores import keep_stores


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def dealer(self) -> Dealer: ...


def arguments(_parser: argparse.ArgumentParser) -> None:
    pass


def run(house: Needs, _options: argparse.Namespace) -> int:
    done = bring_up(house.engine, house.dealer)
    print(f"database at revision {head()}" + ("" if done else ", as it was"))
    return 0


def bring_up(engine: Engine, dealer: Dealer) -> bool:
    """True when a revision was run."""
    done = upgrade(engine)
    with writing(engine) as conn:
        keep_stores(conn, dealer.stores)
    return done
