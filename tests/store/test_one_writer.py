"""Writers of several processes take turns on SQLite; none starves, a killed one holds up nobody."""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import OperationalError

from store.engine import open_engine, reading, writing
from store.one_writer import my_turn
from store.tables import metadata, people

ROOT = Path(__file__).parents[2]
BUSY = """
import sys
from sqlalchemy import insert
from store.engine import open_engine, writing
from store.tables import people
engine, name, number = open_engine(sys.argv[1]), sys.argv[2], 0
print("ready", flush=True)
while True:
    with writing(engine) as conn:
        number += 1
        conn.execute(insert(people.store).values(code=f"{name}{number}", name=name, time_zone="x"))
"""
HOLD = """
import sys
from store.engine import open_engine, writing
print("ready", flush=True)
with writing(open_engine(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    made = f"sqlite:///{tmp_path / 'x.sqlite'}"
    engine = open_engine(made)
    metadata.create_all(engine)
    engine.dispose()
    return made


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = open_engine(url)
    yield engine
    engine.dispose()


def python(code: str, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", code, *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    started = subprocess.Popen(
        command, env=environment, cwd=ROOT, text=True, stdout=subprocess.PIPE, stdin=subprocess.PIPE
    )
    assert started.stdout is not None
    assert started.stdout.readline()
    return started


def ended(process: "subprocess.Popen[str]") -> None:
    process.kill()
    process.wait(10)
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def test_two_that_write_all_the_time_do_not_starve_a_third(url: str, engine: Engine) -> None:
    busy = [python(BUSY, url, name) for name in ("a", "b")]
    for number in range(30):
        with writing(engine) as conn:
            conn.execute(insert(people.store).values(code=f"me{number}", name="me", time_zone="x"))
    for each in busy:
        ended(each)
    with reading(engine) as conn:
        names = list(conn.execute(select(people.store.c.name).order_by(people.store.c.id)).scalars())
    mine = [place for place, name in enumerate(names) if name == "me"]
    assert len(mine) == 30
    # In turn: between two of mine each of the others writes a few times, not hundreds.
    assert max(later - former for former, later in pairwise(mine)) <= 20


def test_a_killed_writer_holds_up_nobody(url: str, engine: Engine) -> None:
    holder = python(HOLD, url, "held")
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    ended(holder)
    with writing(engine) as conn:
        conn.execute(insert(people.store).values(code="me", name="me", time_zone="x"))
    with reading(engine) as conn:
        assert list(conn.execute(select(people.store.c.code)).scalars()) == ["me"]


def test_who_waits_too_long_is_told_the_database_is_locked(engine: Engine) -> None:
    with my_turn(engine, 1), pytest.raises(OperationalError, match="locked"), my_turn(engine, 0.05):
        pass
    with my_turn(engine, 0.05):
        pass


def test_an_error_gives_the_turn_on(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine):
        raise ZeroDivisionError
    with writing(engine) as conn:
        conn.execute(insert(people.store).values(code="me", name="me", time_zone="x"))
