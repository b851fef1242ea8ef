"""The clock process asks a provider only what that provider can answer."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from app import House
from config.settings import PREFIX, read_settings


@pytest.mark.parametrize(
    ("given", "ticks"),
    [
        ({"SMS_PROVIDER": "log"}, set()),
        ({"SMS_PROVIDER": "aliyun", "TENCENT_PULL": "1"}, {"uncertain_sms"}),
        ({"SMS_PROVIDER": "tencent"}, {"uncertain_sms"}),
        ({"SMS_PROVIDER": "tencent", "TENCENT_PULL": "1"}, {"uncertain_sms", "pulled_sms"}),
    ],
)
def test_what_the_clock_asks_a_provider(
    tmp_path: Path, sqlite_engine: Engine, given: dict[str, str], ticks: set[str]
) -> None:
    values = {"SANDBOX": "1", "DATA_DIR": str(tmp_path), "DATABASE_URL": str(sqlite_engine.url), **given}
    house = House(read_settings({PREFIX + name: value for name, value in values.items()}, tmp_path / ".env"), "clock")
    assert {name for name in house.ticks if name.endswith("_sms")} == ticks
    house.engine.dispose()


def test_the_dealers_templates_are_those_of_the_provider(tmp_path: Path) -> None:
    given = {"HUIFANG_SANDBOX": "1", "HUIFANG_DATA_DIR": str(tmp_path), "HUIFANG_SMS_PROVIDER": "tencent"}
    house = House(read_settings(given, tmp_path / ".env"), "web")
    assert house.dealer.sms.templates["checkin_question"].code == "1000001"
