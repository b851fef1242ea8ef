"""`cases`: what is open, one with its course, and steps; errors name what is missing."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.errors import RuleBroken
from commands import cases as body
from store import cases
from store.engine import reading, writing
from tests.commands.conftest import Command
from tests.commands.house import House
from tests.staff_cast import Cast, complain, seed


@pytest.fixture
def cast(house: House) -> Cast:
    return seed(house.engine, house.clock.now)


Run = Callable[..., int]
Told = Callable[[], str]


@pytest.fixture
def run(command: Command, house: House) -> Run:
    return lambda *words: command(body, house, *words)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    return lambda: capsys.readouterr().out


@pytest.fixture
def case_id(house: House, cast: Cast) -> int:
    with writing(house.engine) as conn:
        return complain(conn, cast, house.clock.now)


def test_open_cases_are_listed_with_what_is_due(house: House, case_id: int, run: Run, told: Told) -> None:
    assert run("list") == 0
    assert f"{case_id}  P3  open         contact by 09-17 12:20  韩梅梅  张伟" in told()
    house.clock.now += timedelta(hours=3)
    run("list", "--owner", "hanmeimei", "--store", "binjiang")
    assert "LATE" in told()
    run("list", "--level", "P0")
    assert told() == "no open case\n"


def test_as_json(case_id: int, run: Run, told: Told) -> None:
    run("list", "--json")
    (row,) = json.loads(told())
    assert (row["id"], row["level"], row["due_at"]) == (case_id, "P3", "2026-09-17T04:20:00+00:00")
    run("show", str(case_id), "--json")
    assert [each["kind"] for each in json.loads(told())["story"]] == ["opened"]


def test_a_step_is_taken_and_shown(case_id: int, run: Run, told: Told, engine: Engine) -> None:
    run("claim", str(case_id), "--as", "hanmeimei")
    assert run("plan", str(case_id), "--as", "hanmeimei", "--text", "复检", "--by", "2026-09-18T17:30") == 0
    assert "planned · 复检 · 韩梅梅" in told()
    with reading(engine) as conn:
        assert cases.load(conn, case_id).plan == "复检"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["close"], "needs the number of a case"),
        (["close", "{case}"], "needs --as USERNAME"),
        (["close", "{case}", "--as", "nobody"], "没有这位同事"),
        (["plan", "{case}", "--as", "lilei", "--text", "x", "--by", "soon"], "--by soon: a time like"),
        (["show", "999"], "没有这张单"),
    ],
)
def test_what_is_missing_is_named(case_id: int, run: Run, words: list[str], sentence: str) -> None:
    with pytest.raises(RuleBroken, match=sentence):
        run(*(each.format(case=case_id) for each in words))
