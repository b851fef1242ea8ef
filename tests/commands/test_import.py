"""`import`: tables of customers, vehicles and repair orders, all or nothing, the same again changes nothing."""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from bot.customer import Purpose
from bot.errors import ConfigError
from commands import importing
from store import refusals
from store.customers import customer_of
from store.engine import reading, writing
from store.standing import standing_of
from store.stores import keep_stores
from store.tables.people import consent, customer, repair_order, vehicle
from store.tables.staff import audit
from tests.commands.conftest import Command
from tests.commands.house import House

CUSTOMERS = """客户编号,姓名,手机,生日,同意用途,同意时间,同意文本,同意凭证
C1,张伟,13800000001,1980-05-06,营销；问候,2026-01-05T10:00,接车单告知书 v1,接车单 88
C2,陈静,138 0000 0002,,,,,
"""
VEHICLES = "external_id,customer,plate,model,mileage\nV1,C1,浙A·D62K8,长风 1.5T,18230\n"
ORDERS = (
    "external_id,status,customer,vehicle,delivered_at,items\n"
    "RO#1,delivered,C1,V1,2026-09-10 16:00,空调检漏；空调滤芯\nRO#2,booked,C1,V1,,\n"
)
Counted = Callable[[], dict[str, int]]


@pytest.fixture
def ready(house: House) -> House:
    with writing(house.engine) as conn:
        keep_stores(conn, house.dealer.stores)
    return house


@pytest.fixture
def counted(ready: House) -> Counted:
    def count() -> dict[str, int]:
        with reading(ready.engine) as conn:
            tables = (customer, vehicle, repair_order, consent)
            return {each.name: conn.execute(select(func.count()).select_from(each)).scalar_one() for each in tables}

    return count


def written(folder: Path, **files: str) -> list[str]:
    paths = []
    for name, text in files.items():
        path = folder / f"{name}.csv"
        path.write_text(text, "utf-8")
        paths.append(str(path))
    return paths


def test_three_tables_go_in_together_and_a_second_time_change_nothing(
    ready: House, command: Command, tmp_path: Path, counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    files = written(tmp_path, repair_orders=ORDERS, vehicles=VEHICLES, customers=CUSTOMERS)
    assert command(importing, ready, *files) == 0
    assert counted() == {"customer": 2, "vehicle": 1, "repair_order": 2, "consent": 2}
    said = capsys.readouterr().out
    assert "customers: 2 new" in said
    assert command(importing, ready, *files, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["made"], told["changed"]) == ({}, {})
    assert told["same"] == {"customers": 2, "vehicles": 1, "repair_orders": 2}
    assert counted()["consent"] == 2
    with reading(ready.engine) as conn:
        row = conn.execute(select(repair_order).where(repair_order.c.external_id == "RO#1")).one()
        assert [each["name"] for each in row.items] == ["空调检漏", "空调滤芯"]
        assert conn.execute(select(audit.c.action)).scalars().all() == ["customers_imported"] * 2


def test_a_consent_with_proof_counts_and_a_refusal_survives(ready: House, command: Command, tmp_path: Path) -> None:
    files = written(tmp_path, customers=CUSTOMERS)
    command(importing, ready, *files)

    def allowed() -> frozenset[Purpose]:
        with reading(ready.engine) as conn:
            who = customer_of(conn, 1, "C1")
            assert who is not None
            now = standing_of(conn, [who])[who]
            return frozenset(each for each in now.consents if now.allows(each))

    assert {Purpose.MARKETING, Purpose.GREETING} <= allowed()
    with writing(ready.engine) as conn:
        refusals.refuse(conn, ["+8613800000001"], [Purpose.MARKETING], "word", ready.clock.now)
    again = CUSTOMERS.replace("C1,张伟", "C1,张大伟").replace("接车单 88", "接车单 99")
    command(importing, ready, *written(tmp_path, customers=again))
    assert Purpose.MARKETING not in allowed()


BAD = [
    ("客户编号,姓名,手机\nC1,张伟,1380\n", "customers.csv:2:手机"),
    ("external_id,name,phone\n,张伟,13800000001\n", "customers.csv:2:external_id"),
    ("external_id,name,phone\nC1,张伟,13800000001\nC1,陈静,13800000002\n", "customers.csv:3:external_id: row 2 has"),
    ("external_id,name,phone,birthday\nC1,张伟,13800000001,1980-02-31\n", "customers.csv:2:birthday"),
    ("external_id,name,phone,consent\nC1,张伟,13800000001,marketing\n", "customers.csv:2:consent: without proof"),
    ("external_id,name,phone,consent\nC1,张伟,13800000001,x\n", "customers.csv:2:consent: 'x' is no purpose"),
    ("external_id,name,phone,refused,consent,consent_at,consent_wording,consent_evidence\n"
     "C1,张伟,13800000001,营销,营销,2026-01-01T10:00,v1,88\n", "customers.csv:2:refused: marketing stands"),
    ("external_id,name,phone,consent,consent_at,consent_wording,consent_evidence\n"
     "C1,张伟,13800000001,营销,someday,v1,88\n", "customers.csv:2:consent_at"),
    ("external_id,name,telephone\nC1,张伟,1\n", "customers.csv:1:telephone: no such column"),
    ("name,phone\n张伟,13800000001\n", "customers.csv:1:external_id: is missing"),
    ("external_id,name,name\nC1,张伟,张伟\n", "customers.csv:1:name: stands twice"),
    ("external_id,name\nC1,张伟\n", "customers.csv:2:phone: a new row needs phone"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_bad_row_is_named_and_nothing_goes_in(
    ready: House, command: Command, tmp_path: Path, counted: Counted, capsys: pytest.CaptureFixture[str], text: str,
    said: str,
) -> None:  # fmt: skip
    lines = text.count("\n")
    good = "C9,赵敏,13900000009" + "," * (text.split("\n", 1)[0].count(",") - 2) + "\n"
    files = written(tmp_path, customers=text + (good if lines > 1 and "external_id,name,phone" in text else ""))
    assert command(importing, ready, *files) == 1
    told = capsys.readouterr()
    assert said in told.err
    assert "nothing was written" in told.out
    assert counted()["customer"] == 0


def test_vehicles_and_orders_are_named_with_what_they_lack(
    ready: House, command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str], counted: Counted
) -> None:
    orders = ORDERS.replace("2026-09-10 16:00", "").replace("RO#2,booked", "RO#2,driving")
    files = written(tmp_path, vehicles=VEHICLES.replace("C1", "C7"), repair_orders=orders)
    assert command(importing, ready, *files) == 1
    said = capsys.readouterr().err
    assert "repair_orders.csv:2:delivered_at: a delivered order needs it" in said
    assert "repair_orders.csv:3:status" in said
    assert command(importing, ready, files[0]) == 1
    assert "vehicles.csv:2:customer: no customer 'C7'" in capsys.readouterr().err
    assert counted()["vehicle"] == 0


def test_bad_rows_are_left_out_on_request_and_reported(
    ready: House, command: Command, tmp_path: Path, counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    files = written(tmp_path, customers=CUSTOMERS + "C3,王磊,12,,,,,\n", vehicles=VEHICLES + "V2,C8,浙A1,x,1\n")
    report = tmp_path / "bad.csv"
    assert command(importing, ready, *files, "--skip-bad", "--report", str(report)) == 1
    assert "written; 2 row(s) left out" in capsys.readouterr().out
    assert counted()["customer"] == 2
    assert counted()["vehicle"] == 1
    with report.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["file"], row["row"], row["column"]) for row in rows] == [
        ("customers.csv", "4", "手机"),
        ("vehicles.csv", "3", "customer"),
    ]


def test_a_dry_run_says_it_all_and_leaves_nothing(
    ready: House, command: Command, tmp_path: Path, counted: Counted, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(importing, ready, *written(tmp_path, customers=CUSTOMERS), "--dry-run") == 0
    assert "customers: 2 new" in capsys.readouterr().out
    assert counted()["customer"] == 0


def book(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> str:
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    made.save(path)
    return str(path)


def test_a_workbook_holds_several_tables_numbers_and_dates(
    ready: House, command: Command, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheets: dict[str, list[list[Any]]] = {
        "客户": [["客户编号", "姓名", "手机", "生日"], ["C1", "张伟", 13800000001, datetime(1980, 5, 6)]],  # noqa: DTZ001  # as Excel keeps it
        "车辆": [["车辆编号", "客户编号", "车牌", "车型", "里程"], ["V1", "C1", "浙A·D62K8", "长风", 18230.0]],
        "工单": [["工单编号", "状态", "客户编号", "车辆编号", "交车时间"],
                 ["RO#1", "delivered", "C1", "V1", datetime(2026, 9, 10, 16, 0)]],  # noqa: DTZ001
    }  # fmt: skip
    path = book(tmp_path / "all.xlsx", sheets)
    assert command(importing, ready, path) == 0, capsys.readouterr().err
    with reading(ready.engine) as conn:
        who = conn.execute(select(customer)).one()
        car = conn.execute(select(vehicle)).one()
        order = conn.execute(select(repair_order)).one()
    assert (who.phone, who.birthday_md, car.mileage) == ("+8613800000001", "05-06", 18230)
    assert order.delivered_at.isoformat() == "2026-09-10T08:00:00+00:00"
    sheets["客户"][1][2] = "none"
    assert command(importing, ready, book(tmp_path / "all.xlsx", sheets)) == 1
    assert "all.xlsx[客户]:2:手机" in capsys.readouterr().err


def test_excels_own_csv_of_china_is_read(ready: House, command: Command, tmp_path: Path, counted: Counted) -> None:
    path = tmp_path / "客户.csv"
    path.write_bytes(CUSTOMERS.replace(",", "\t").encode("gb18030"))
    assert command(importing, ready, str(path)) == 0
    assert counted()["customer"] == 2


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("customers.xlsx", b"no zip", "customers.xlsx: is no table"),
        ("customers.csv", b"", "customers.csv:1: holds no header"),
        ("customers.csv", b"\xff\xfe\x00\x81", "is neither UTF-8 nor GB18030"),
        ("list.csv", b"external_id\nC1\n", "list.csv: say --kind"),
    ],
)
def test_a_file_that_is_none_ends_with_its_name(
    ready: House, command: Command, tmp_path: Path, name: str, data: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ConfigError) as refusal:
        command(importing, ready, str(tmp_path / name))
    assert said in str(refusal.value)


def test_a_missing_file_is_named(ready: House, command: Command, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        command(importing, ready, str(tmp_path / "customers.csv"))
