"""Grouped commits: one failing alone, results only after the commit, many at once, none lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event

import pytest
from sqlalchemy import Connection, Engine, event, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from store.engine import open_engine, reading, writing
from store.tables import people
from store.writer import Writer


def adds(code: str, then: Exception | None = None) -> Callable[[Connection], str]:
    def fn(connection: Connection) -> str:
        connection.execute(insert(people.store).values(code=code, name=code, time_zone="Asia/Shanghai"))
        if then:
            raise then
        return code

    return fn


def codes(engine: Engine) -> set[str]:
    with reading(engine) as connection:
        return set(connection.execute(select(people.store.c.code)).scalars())


def grouped(writer: Writer, *fns: Callable[[Connection], str]) -> list[object]:
    """Runs the fns and returns their results or errors, in order; on SQLite all in one group.

    A first one holds its own group open until the others wait behind it.
    """
    entered, leave = Event(), Event()

    def hold(_connection: Connection) -> None:
        entered.set()
        assert leave.wait(10)

    with ThreadPoolExecutor(len(fns) + 1) as pool:
        first = pool.submit(writer.run, hold)
        assert entered.wait(10)
        shares = writer.engine.dialect.name == "sqlite"
        if not shares:  # nobody waits behind it there, so it might end after them
            leave.set()
            first.result(10)
        futures = []
        for number, fn in enumerate(fns, 1):
            futures.append(pool.submit(writer.run, fn))
            while shares and len(writer._waiting) < number:
                Event().wait(0.001)
        leave.set()
        first.result(10)
        return [future.exception(10) or future.result() for future in futures]


def commits(engine: Engine) -> list[str]:
    seen: list[str] = []
    event.listen(engine, "commit", lambda _connection: seen.append("commit"))
    return seen


def test_a_result_comes_back_and_is_written(engine: Engine) -> None:
    assert Writer(engine).run(adds("a")) == "a"
    assert codes(engine) == {"a"}


def test_an_error_leaves_nothing_and_reaches_its_caller(engine: Engine) -> None:
    writer = Writer(engine)
    with pytest.raises(ZeroDivisionError):
        writer.run(adds("a", ZeroDivisionError()))
    assert codes(engine) == set()
    assert writer.run(adds("b")) == "b"


def test_a_failure_in_a_group_rolls_back_itself_only(engine: Engine) -> None:
    results = grouped(Writer(engine), adds("a"), adds("b", ZeroDivisionError()), adds("c"))
    assert results[0] == "a"
    assert isinstance(results[1], ZeroDivisionError)
    assert results[2] == "c"
    assert codes(engine) == {"a", "c"}


def test_a_broken_constraint_in_a_group_rolls_back_itself_only(engine: Engine) -> None:
    results = grouped(Writer(engine), adds("a"), adds("a"), adds("b"))
    assert sorted(isinstance(each, IntegrityError) for each in results) == [False, False, True]
    assert results[2] == "b"
    assert codes(engine) == {"a", "b"}


def test_those_who_wait_share_one_commit(engine: Engine) -> None:
    seen = commits(engine)
    grouped(Writer(engine), *(adds(f"s{n}") for n in range(8)))
    expected = 2 if engine.dialect.name == "sqlite" else 9
    assert len(seen) == expected


def test_a_result_is_returned_only_after_the_commit(engine: Engine) -> None:
    """Another connection sees the row at the moment the caller gets its answer."""
    writer = Writer(engine)

    def write_and_look(code: str) -> bool:
        writer.run(adds(code))
        return code in codes(engine)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write_and_look, [f"s{n}" for n in range(64)]))


def test_nothing_is_lost_when_many_write_at_once(engine: Engine) -> None:
    writer = Writer(engine)

    def some(number: int) -> bool:
        fails = number % 5 == 0
        try:
            writer.run(adds(f"s{number}", ZeroDivisionError() if fails else None))
        except ZeroDivisionError:
            return fails
        return not fails

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(some, range(200)))
    with reading(engine) as connection:
        assert connection.execute(select(func.count()).select_from(people.store)).scalar_one() == 160
    assert writer._waiting == []
    assert not writer._led


def test_a_commit_that_fails_fails_all_who_shared_it(engine: Engine) -> None:
    writer, seen = Writer(engine), commits(engine)

    def refuse_all_but_the_first(_connection: Connection) -> None:
        if len(seen) > 1:
            raise OSError("disk full")

    event.listen(engine, "commit", refuse_all_but_the_first)
    results = grouped(writer, adds("a"), adds("b"))
    event.remove(engine, "commit", refuse_all_but_the_first)
    assert [str(each) for each in results] == ["disk full", "disk full"]
    assert writer.run(adds("c")) == "c"
    assert codes(engine) == {"c"}


def test_a_database_held_by_another_process_fails_the_group_and_the_next_goes_on(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/held.sqlite"
    engine, other = open_engine(url), open_engine(url)
    people.store.metadata.create_all(engine)
    writer = Writer(engine)
    with engine.connect() as connection:  # the pool hands out this connection again
        connection.exec_driver_sql("PRAGMA busy_timeout=10")
    with writing(other) as connection:
        connection.execute(insert(people.store).values(code="x", name="x", time_zone="Asia/Shanghai"))
        with pytest.raises(OperationalError, match="locked"):
            writer.run(adds("a"))
    assert writer.run(adds("b")) == "b"
    assert codes(engine) == {"x", "b"}
    engine.dispose()
    other.dispose()


def test_a_topic_is_rung_once_for_all_who_shared_the_commit_and_never_for_a_failure(engine: Engine) -> None:
    rung: list[str] = []
    writer = Writer(engine, rung.append)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(writer.run, adds("a"), lambda code: [code, "feed"]).result(10)
    assert sorted(rung) == ["a", "feed"]
    with pytest.raises(ZeroDivisionError):
        writer.run(adds("b", ZeroDivisionError()), lambda code: [code, "feed"])
    assert sorted(rung) == ["a", "feed"]


def test_a_transaction_that_met_another_crosswise_is_begun_again(engine: Engine) -> None:
    """Two who write the same two rows in opposite order: PostgreSQL ends one of them, and both are done at the end."""
    writer = Writer(engine)
    writer.run(adds("a"))
    writer.run(adds("b"))
    both, tries = Barrier(2), []

    def rename(first: str, second: str) -> Callable[[Connection], None]:
        def fn(connection: Connection) -> None:
            tries.append(first)
            for number, code in enumerate((first, second)):
                name = people.store.c.name
                which = people.store.update().where(people.store.c.code == code)
                connection.execute(which.values(name=name + first))
                if not number and len(tries) <= 2 and engine.dialect.name == "postgresql":
                    both.wait(10)

        return fn

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(writer.run, [rename("a", "b"), rename("b", "a")]))
    with reading(engine) as connection:
        names = connection.execute(select(people.store.c.name).order_by(people.store.c.code)).scalars()
        assert [sorted(name) for name in names] == [["a", "a", "b"], ["a", "b", "b"]]
    assert len(tries) > 2 if engine.dialect.name == "postgresql" else len(tries) == 2
