"""`export consent`: the chain of words with wording and message, in three forms."""

import csv
import io
import json
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from bot.consent import Source, Wording
from bot.customer import Purpose
from commands import export
from config.consents import load_consents
from config.settings import Settings, read_settings
from store import consents
from store.consents import Act
from store.engine import writing
from store.tables import contact
from store.wordings import in_force, keep_texts
from tests.conftest import StillClock
from tests.scheduler.stage import ROOT
from tests.store.cast import a_customer, a_store, add

PHONE = "+8613900000001"


@dataclass
class House:
    engine: Engine
    given: Settings
    clock: StillClock


@pytest.fixture
def house(engine: Engine, clock: StillClock) -> House:
    """李雷 agreed on the page, and took it back by SMS."""
    with writing(engine) as conn:
        keep_texts(conn, load_consents(ROOT / "config").texts)
        store_id = a_store(conn)
        lilei = a_customer(conn, store_id, openid="o1")
        worded = in_force(conn, [Wording.PAGE_MARKETING], clock.now)[Wording.PAGE_MARKETING]
        yes = Act(Source.LINK, clock.now, "page", evidence="page:save:x1")
        consents.give(conn, lilei, Purpose.MARKETING, yes, worded)
        said = add(
            conn, contact.message, store_id=store_id, customer_id=lilei, direction="in", channel="sms", kind="text",
            author="customer", text="=退订", at=clock.advance(hours=1), provider_key="sms:1",
        )  # fmt: skip
        no = Act(Source.WORD, clock.now, "sms", PHONE, f"message:{said}")
        consents.withdraw(conn, lilei, [Purpose.MARKETING, Purpose.GREETING], no)
    return House(engine, read_settings({}, dotenv=Path("none")), clock)


def told(house: House, capsys: pytest.CaptureFixture[str], customer: str = "C-李雷", form: str = "json") -> str:
    assert export.run(house, Namespace(what="consent", customer=customer, format=form)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("customer", ["C-李雷", "139 0000 0001", "+8613900000001"])
def test_each_word_with_its_wording_and_message(
    house: House, capsys: pytest.CaptureFixture[str], customer: str
) -> None:
    (proof,) = json.loads(told(house, capsys, customer))
    yes, no, _ = proof["words"]
    assert (yes["given"], yes["source"], yes["version"]) == (True, "link", "1")
    assert yes["text"] == "我同意收到门店的车主活动和优惠信息，通过微信或短信。"
    assert (no["given"], no["message"]["text"], no["message"]["at"]) == (False, "=退订", "2026-09-17T03:20:00+00:00")
    assert {(row["address"], row["purpose"]) for row in proof["refusals"]} == {
        (where, what) for where in (PHONE, "o1") for what in ("marketing", "greeting")
    }
    assert proof["standing"]["allowed"] == ["service", "survey"]


def test_a_spreadsheet_gets_no_formula(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    rows: list[dict[str, Any]] = list(
        csv.DictReader(io.StringIO(told(house, capsys, form="csv").removeprefix("\ufeff")))
    )
    assert [row["given"] for row in rows] == ["True", "False", "False"]
    assert (rows[1]["said"], rows[1]["address"]) == ("'=退订", f"'{PHONE}")


def test_in_words(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(house, capsys, form="text")
    for said in ("yes  marketing  by link", "no   marketing  by word", "=退订", "stands now: allowed service, survey"):
        assert said in text


def test_nobody_of_that_name(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert export.run(house, Namespace(what="consent", customer="C-9", format="json")) == 1
    assert "no customer C-9" in capsys.readouterr().err
