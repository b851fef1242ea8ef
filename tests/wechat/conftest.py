"""The whole house, once on SQLite and once on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole_house import WholeHouse, whole_house


@pytest.fixture
def here(tmp_path: Path, database_url: str) -> Iterator[WholeHouse]:
    with whole_house(tmp_path, database_url) as made:
        yield made
