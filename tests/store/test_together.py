"""Many threads' like work in one transaction: each gets its own result or its own error, after the commit."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, insert, select

from store.engine import reading
from store.tables.people import store
from store.together import Together
from store.writer import Writer


def a_house(conn: Connection, number: int) -> None:
    if number == 13:
        raise ValueError("unlucky")
    conn.execute(insert(store).values(code=str(number), name="店", time_zone="Asia/Shanghai"))


def test_each_gets_its_own_result_or_error_and_all_are_stored(engine: Engine) -> None:
    sizes: list[int] = []

    def several(conn: Connection, numbers: Sequence[int]) -> list[int]:
        sizes.append(len(numbers))
        for number in numbers:
            a_house(conn, number)
        return [number * 2 for number in numbers]

    together, start = Together(Writer(engine), several), Barrier(8)

    def ask(number: int) -> object:
        if number < 8:
            start.wait(10)  # all at once, so that some meet
        try:
            return together.do(number)
        except ValueError as error:
            return str(error)

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(ask, range(40)))
    assert told == [number * 2 if number != 13 else "unlucky" for number in range(40)]
    with reading(engine) as conn:
        kept = set(conn.execute(select(store.c.code)).scalars())
    assert kept == {str(number) for number in range(40) if number != 13}
    assert max(sizes) > 1, "the eight that came at once shared a transaction"


def test_one_alone_raises_what_its_work_raised(engine: Engine) -> None:
    def fails(conn: Connection, numbers: Sequence[int]) -> list[int]:
        raise ValueError(str(numbers[0]))

    with pytest.raises(ValueError, match="7"):
        Together(Writer(engine), fails).do(7)
