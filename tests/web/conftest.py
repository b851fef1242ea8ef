from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.conftest import StillClock
from tests.turn_house import TurnHouse, turn_house


@pytest.fixture
def house(engine: Engine, clock: StillClock, tmp_path: Path) -> TurnHouse:
    return turn_house(engine, clock, tmp_path / "messages")
