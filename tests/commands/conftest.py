import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from store.engine import open_engine
from tests.commands.house import House, a_house
from tests.conftest import StillClock

Command = Callable[..., int]


@pytest.fixture
def empty_house(empty_database_url: str, clock: StillClock, tmp_path: Path) -> Iterator[House]:
    """Its database has no table yet."""
    engine = open_engine(empty_database_url)
    yield a_house(engine, clock, tmp_path)
    engine.dispose()


@pytest.fixture
def house(engine: Engine, clock: StillClock, tmp_path: Path) -> House:
    return a_house(engine, clock, tmp_path)


@pytest.fixture
def command() -> Command:
    """Runs a command's body as app.py does: parses the words, gives its exit code."""

    def run(body: Any, house: House, *words: str) -> int:
        parser = argparse.ArgumentParser()
        body.arguments(parser)
        return int(body.run(house, parser.parse_args(words)))

    return run
