"""`migrate`: bring the database to the newest revision, keep the configured stores and the wordings of consents."""

import argparse
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from commands.preflight import check_data_dir
from config.consents import changed, load_consents
from config.settings import Settings
from store.engine import writing
from store.migrate import head, upgrade
from store.stores import keep_stores
from store.wordings import changed_texts, keep_texts


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def given(self) -> Settings: ...

    @property
    def dealer(self) -> Dealer: ...


def arguments(_parser: argparse.ArgumentParser) -> None:
    pass


def run(house: Needs, _options: argparse.Namespace) -> int:
    check_data_dir(house.given.data_dir)
    done = bring_up(house.engine, house.dealer, house.given.config_dir)
    print(f"database at revision {head()}" + ("" if done else ", as it was"))
    return 0


def bring_up(engine: Engine, dealer: Dealer, config_dir: Path) -> bool:
    """True when a revision was run. Raises ConfigError when the words of a known version of a consent changed."""
    texts = load_consents(config_dir).texts
    done = upgrade(engine)
    with writing(engine) as conn:
        keep_stores(conn, dealer.stores)
        keep_texts(conn, texts)
        wrong = changed_texts(conn, texts)
    if wrong:
        raise changed(config_dir, wrong[0])
    return done
