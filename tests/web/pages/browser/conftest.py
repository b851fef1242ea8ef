"""The customers' pages behind a real socket."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine

from tests.web.inbox.served import served


@pytest.fixture
def engine(sqlite_engine: Engine) -> Engine:
    """The pages are the same on both databases; one is enough here."""
    return sqlite_engine


@pytest.fixture
def base(site: Flask) -> Iterator[str]:
    with served(site) as url:
        yield url
