"""`export customers|conversations|…` and `export person`: every row, for Excel and for programs; on both databases."""

import csv
import io
import json
from argparse import Namespace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select

from bot.errors import ConfigError
from commands import export
from store import extracts
from store.engine import reading, writing
from store.tables import contact, desk, metadata, people
from store.tables.staff import audit
from store.whole_file import LEFT_OUT, NAMES
from tests.commands.house import House, a_house
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.store.test_erasing import leads_to_a_customer
from tests.web.inbox.day import morning


@pytest.fixture
def cast(engine: Engine, clock: StillClock) -> Cast:
    cast = seed(engine, clock.now)
    with writing(engine) as conn:
        morning(conn, cast, clock.now)
    return cast


@pytest.fixture
def house(engine: Engine, clock: StillClock, cast: Cast, tmp_path: Path) -> House:
    return a_house(engine, clock, tmp_path)


def told(house: House, capsys: pytest.CaptureFixture[str], what: str, **given: Any) -> str:
    options = {"customer": None, "out": None, "since": "2000-01-01", "format": "json"} | given
    assert export.run(house, Namespace(what=what, **options)) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("what", extracts.KINDS)
def test_each_table_says_the_same_in_both_forms(house: House, capsys: pytest.CaptureFixture[str], what: str) -> None:
    with writing(house.engine) as conn:
        conn.execute(insert(audit).values(store_id=1, at=house.clock.now, action="test_sent", ref={"customer_id": 1}))
    rows = json.loads(told(house, capsys, what))
    text = told(house, capsys, what, format="csv")
    assert text.startswith("\ufeff"), "Excel needs the mark"
    lines = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [line["id"] for line in lines][: len(rows)] == [str(row["id"]) for row in rows]
    assert all(row["store"] and set(row) == set(lines[0]) for row in rows)
    assert rows or what in ("visits", "calls"), "the morning has none of these"


def test_a_customer_comes_with_the_file(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    zhang = next(row for row in json.loads(told(house, capsys, "customers")) if row["name"] == "张伟")
    assert (zhang["phone"], zhang["vehicles"][0]["plate"]) == ("+8613800000001", "浙A·D62K8")
    assert zhang["repair_orders"][0]["external_id"] == "RO#8812"
    assert zhang["consents"][0]["purpose"] == "marketing"
    text = told(house, capsys, "customers", format="csv")
    assert "'+8613800000001" in text, "a number in a cell is no formula"


def test_a_planned_contact_comes_with_its_why(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    asked = next(row for row in json.loads(told(house, capsys, "touchpoints")) if row["rule"] == "checkin.question")
    assert [(each["step"], each["name"], each["verdict"]) for each in asked["why"]][1:3] == [
        ("gate", "consent", "pass"), ("gate", "quiet_hours", "pass"),
    ]  # fmt: skip
    assert "gate quiet_hours pass" in told(house, capsys, "touchpoints", format="csv")


def test_pages_of_rows_follow_each_other_without_a_gap(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = json.loads(told(house, capsys, "conversations"))
    monkeypatch.setattr(extracts, "PAGE", 3)
    assert json.loads(told(house, capsys, "conversations")) == whole
    assert len(whole) > 9


def test_since_leaves_out_what_is_older(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    today = f"{house.clock.now + timedelta(days=1):%Y-%m-%d}"
    assert told(house, capsys, "conversations", since=today) == "[]\n"


def test_a_file_that_is_there_is_not_written_over(
    house: House, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "cases.csv"
    told(house, capsys, "cases", format="csv", out=out)
    before = out.read_bytes()
    assert before.startswith(b"\xef\xbb\xbf")
    assert out.stat().st_mode & 0o777 == 0o600
    with pytest.raises(ConfigError, match="is there already"):
        told(house, capsys, "cases", format="csv", out=out)
    assert out.read_bytes() == before


def test_taking_a_table_is_in_the_audit(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    told(house, capsys, "cases")
    with reading(house.engine) as conn:
        rows = conn.execute(select(audit.c.action, audit.c.ref)).all()
    assert {row.action for row in rows} == {"table_exported"}
    assert rows[0].ref == {"kind": "cases", "format": "json", "rows": 1}


def test_no_text_form_of_a_table(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ConfigError, match="csv or json"):
        told(house, capsys, "cases", format="text")


def test_a_persons_whole_file_has_everything_of_theirs_and_nothing_of_others(
    house: House, capsys: pytest.CaptureFixture[str], cast: Cast
) -> None:
    with writing(house.engine) as conn:
        conn.execute(insert(people.fact).values(customer_id=cast.zhang, key="area", value="滨江", at=house.clock.now))
    text = told(house, capsys, "person", customer=str(cast.zhang))
    copy = json.loads(text)
    tables = copy["tables"]
    for name in ("customer", "identity", "vehicle", "repair_order", "message", "touchpoint", "verdict", "cases",
                 "deadline", "outbox", "fact", "wechat_window"):  # fmt: skip
        assert tables[name]["rows"], name
        assert tables[name]["name"] == NAMES[name]
    assert [word["purpose"] for proof in copy["consent"] for word in proof["words"]] == ["marketing"]
    assert "热风" in text
    assert not [word for word in ("陈静", "o-chen", "浙A·8F213", "孙悦") if word in text]
    assert not [word for word in ("password", "lease_by", "token") if word in text]


def test_a_person_by_number_and_nobody_by_another(house: House, capsys: pytest.CaptureFixture[str], cast: Cast) -> None:
    assert json.loads(told(house, capsys, "person", customer="138 0000 0001"))["customers"] == [cast.zhang]
    assert export.run(house, Namespace(what="person", customer="13700000000", out=None)) == 1
    with pytest.raises(ConfigError, match="needs a customer"):
        told(house, capsys, "person")


def test_what_lies_in_a_merged_file_belongs_to_the_copy(
    house: House, capsys: pytest.CaptureFixture[str], cast: Cast
) -> None:
    with writing(house.engine) as conn:
        conn.execute(people.customer.update().where(people.customer.c.id == cast.chen).values(merged_into=cast.zhang))
        line = select(contact.message.c.id).where(contact.message.c.customer_id == cast.chen)
        assert conn.execute(line).first()
    copy = json.loads(told(house, capsys, "person", customer=str(cast.zhang)))
    assert copy["customers"] == [cast.zhang, cast.chen]
    assert "请转人工" in json.dumps(copy, ensure_ascii=False)


def test_every_table_of_a_person_is_told_or_left_out_for_a_reason() -> None:
    theirs = {table.name for table in metadata.sorted_tables if leads_to_a_customer(table)}
    theirs |= {"customer", "wechat_window", "subscription", "mass_copy", desk.merging.name}
    assert sorted(theirs - set(NAMES) - set(LEFT_OUT)) == [], (
        "say in store/whole_file.py how the copy calls it, or why not"
    )
    assert set(NAMES) | set(LEFT_OUT) <= {table.name for table in metadata.sorted_tables}
    assert not set(NAMES) & set(LEFT_OUT)
    assert all(LEFT_OUT.values())
