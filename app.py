"""Composition root and command line: the only reader of the real clock and of Settings()."""

import sys
import time
from datetime import UTC, datetime
from functools import cached_property

from sqlalchemy import Engine

from bot.dealer import Dealer
from config.settings import Settings


def machine_now() -> datetime:
    return datetime.now(UTC)


class House:
    """Everything a process may need, made on first use and handed to whoever states the need for it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def dealer(self) -> Dealer:
        from config.load import load_dealer

        return load_dealer(self.settings.config_dir)

    @cached_property
    def engine(self) -> Engine:
        from store.engine import open_engine

        return open_engine(self.settings.database_url)


def main(arguments: list[str]) -> int:
    raise SystemExit(f"not yet: {arguments} {time.monotonic()}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
