"""Is a dependency there? Each function returns when it is and raises when it is not."""

from functools import lru_cache

import redis
from sqlalchemy import Engine, text

from store.engine import reading

WAIT_S = 1.0


def ask_database(engine: Engine) -> None:
    with reading(engine) as connection:
        connection.execute(text("SELECT 1"))


def ask_redis(url: str) -> None:
    _client(url).ping()


@lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_timeout=WAIT_S, socket_connect_timeout=WAIT_S)
