"""`demo`: enough to try everything, seeded once, told in demo.json for its owner's eyes only."""

import json
import stat
from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.customer import Role
from bot.errors import ConfigError
from commands import demo
from config.settings import read_settings
from store.engine import reading, writing
from store.staff import check_password
from store.tables.people import consent, customer, identity, repair_order, vehicle
from store.tokens import api_caller
from tests.commands.conftest import Command
from tests.commands.house import House


@pytest.fixture
def told(empty_house: House, command: Command, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert command(demo, empty_house) == 0
    return dict(json.loads(capsys.readouterr().out))


def counts(house: House) -> list[int]:
    with reading(house.engine) as conn:
        tables = (customer, identity, vehicle, repair_order, consent)
        return [conn.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def test_it_tells_what_others_rely_on(empty_house: House, told: dict[str, Any]) -> None:
    assert list(told) == ["login", "password", "api_token", "customers"]
    path = empty_house.settings.data_dir / "demo.json"
    assert json.loads(path.read_text("utf-8")) == told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(told["customers"]) >= 6
    for person in told["customers"]:
        assert {"external_id", "name", "openid", "phone"} <= set(person)
        assert person["phone"].startswith("1390000000")


def test_log_in_and_token_are_good(empty_house: House, told: dict[str, Any]) -> None:
    with reading(empty_house.engine) as conn:
        known = check_password(conn, told["login"], told["password"])
        assert api_caller(conn, told["api_token"]) is not None
        assert check_password(conn, "hanmeimei", told["password"]) is not None
    assert known is not None
    assert known.member.role is Role.MANAGER


def test_three_at_least_follow_and_some_do_not(empty_house: House, told: dict[str, Any]) -> None:
    openids = [person["openid"] for person in told["customers"] if person["openid"]]
    assert 3 <= len(openids) < len(told["customers"])
    assert {len(openid) for openid in openids} == {28}
    with reading(empty_house.engine) as conn:
        rows = conn.execute(select(identity.c.address).where(identity.c.following, identity.c.bound_by == "qr"))
        assert set(rows.scalars()) == set(openids)


def test_each_has_a_car_and_an_open_order(empty_house: House, told: dict[str, Any]) -> None:
    with reading(empty_house.engine) as conn:
        rows = conn.execute(select(repair_order, vehicle.c.plate).join(vehicle)).all()
    assert {row.external_id for row in rows} == {person["repair_order"] for person in told["customers"]}
    assert {row.status for row in rows} == {"in_progress", "ready"}
    assert all(row.plate.startswith("浙X") and row.advisor_id for row in rows)


def test_consents_of_several_kinds_with_their_proof(empty_house: House, told: dict[str, Any]) -> None:
    with reading(empty_house.engine) as conn:
        rows = conn.execute(select(consent)).all()
    assert {row.purpose for row in rows} == {"survey", "greeting", "marketing"}
    assert all(row.evidence and row.wording for row in rows)
    assert len({row.customer_id for row in rows}) < len(told["customers"])


def test_a_second_seeding_changes_nothing(
    empty_house: House, told: dict[str, Any], command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    before = counts(empty_house)
    with writing(empty_house.engine) as conn:
        conn.execute(update(repair_order).values(status="delivered"))
    command(demo, empty_house)
    assert json.loads(capsys.readouterr().out) == told
    assert counts(empty_house) == before
    with reading(empty_house.engine) as conn:
        assert set(conn.execute(select(repair_order.c.status)).scalars()) == {"delivered"}


@pytest.mark.parametrize("left", [None, "", "[]", '{"password": "wrong"}'])
def test_a_lost_file_is_made_good(
    empty_house: House, told: dict[str, Any], command: Command, capsys: pytest.CaptureFixture[str], left: str | None
) -> None:
    path = empty_house.settings.data_dir / "demo.json"
    path.unlink()
    if left is not None:
        path.write_text(left)
    command(demo, empty_house)
    again = json.loads(capsys.readouterr().out)
    with reading(empty_house.engine) as conn:
        assert api_caller(conn, again["api_token"]) is not None
        assert api_caller(conn, told["api_token"]) is None
        assert check_password(conn, again["login"], again["password"]) is not None
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_not_beside_a_real_account(empty_house: House, command: Command) -> None:
    folder = empty_house.settings.data_dir
    given = {"HUIFANG_WECHAT_APP_ID": "wx1234567890abcdef", "HUIFANG_DATA_DIR": str(folder)}
    empty_house.settings = read_settings(given, dotenv=folder / "no.env")
    with pytest.raises(ConfigError, match="real account"):
        command(demo, empty_house)
