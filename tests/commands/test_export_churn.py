"""`export churn`: reasons by code, each customer once, and who came back after being asked; on both databases."""

import csv
import io
import json
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.errors import ConfigError
from commands import export
from config.settings import read_settings
from store.engine import writing
from store.tables import people
from tests.commands.test_export import House
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, a_touchpoint, add

SETTINGS = read_settings({}, dotenv=Path("none"))


@pytest.fixture
def house(engine: Engine, clock: StillClock) -> House:
    """李雷 came back, 韩梅梅 said it is too far and too dear, twice; 王磊 was never asked."""
    now = clock.now
    with writing(engine) as conn:
        store_id = a_store(conn)
        names = enumerate(("李雷", "韩梅梅", "王磊"), 1)
        lilei, hanmeimei, wanglei = (
            a_customer(conn, store_id, name=name, phone=f"+861390000000{number}") for number, name in names
        )
        for number, person in enumerate((lilei, hanmeimei)):
            sent_at = now - timedelta(days=40)
            a_touchpoint(
                conn, store_id, person, sent_at, rule="winback.care", occurrence=str(number), state="done",
                outcome="sent", done_at=sent_at,
            )  # fmt: skip
        for person, days in ((lilei, 10), (wanglei, 10), (hanmeimei, 60)):
            add(
                conn, people.repair_order, store_id=store_id, customer_id=person, external_id=f"R{person}",
                status="delivered", items=[], updated_at=now - timedelta(days=days),
            )  # fmt: skip
        for person, code in ((hanmeimei, "distance"), (hanmeimei, "price"), (hanmeimei, "price"), (wanglei, "price")):
            add(conn, people.fact, customer_id=person, key="churn_reason", value=code, at=now)
        add(conn, people.fact, customer_id=lilei, key="churn_reason", value="moved", at=now - timedelta(days=900))
    return House(engine, SETTINGS, clock)


def told(house: House, capsys: pytest.CaptureFixture[str], form: str = "json", since: str = "2026-01-01") -> str:
    asked = Namespace(what="churn", customer=None, format=form, since=since, out=None)
    assert export.run(house, asked) == 0
    return capsys.readouterr().out


@pytest.mark.handbook("H1.7.5")
def test_reasons_are_counted_by_code_each_customer_once(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    found: dict[str, Any] = json.loads(told(house, capsys))
    assert found["reasons"] == [
        {"store": "binjiang", "code": "price", "name": "价格", "customers": 2},
        {"store": "binjiang", "code": "distance", "name": "距离", "customers": 1},
    ]


@pytest.mark.handbook("H1.7.5")
def test_who_came_back_after_being_asked_is_counted(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(house, capsys))
    assert found["win_back"] == [{"store": "binjiang", "asked": 2, "returned": 1}]


def test_a_spreadsheet_reads_it(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(house, capsys, "csv", "2020-01-01")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [(row["name"], row["customers"]) for row in rows] == [("价格", "2"), ("距离", "1"), ("搬走了", "1")]


def test_a_day_that_is_none_is_named(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match="--since"):
        told(house, capsys, since="last year")
