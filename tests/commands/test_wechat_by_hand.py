"""`wechat clear-quota | quota | rid | enable-template` against the sandbox."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.errors import ConfigError, SendError
from bot.messages import Outgoing, Way
from channels.http import Http
from channels.wechat.send import WeChatApi, WeChatSender
from channels.wechat.token import AccessTokens
from commands import wechat
from config.accounts import AccountSecrets
from store import templates, troubles
from store.engine import reading, writing
from store.losable import Losable
from store.writer import Writer
from tests.commands.conftest import Command
from tests.conftest import StillClock
from tests.sandbox.conftest import (
    ACCOUNT,
    Running,
    app_engine,
    box,
    sms_account,
    start,
    web_url,
    webhook,
    wechat_account,
)

__all__ = ["app_engine", "box", "sms_account", "start", "web_url", "webhook", "wechat_account"]


@dataclass
class House:
    engine: Engine
    clock: StillClock
    wechat: Mapping[str, WeChatApi]
    accounts: Mapping[str, AccountSecrets] = field(
        default_factory=lambda: {"main": AccountSecrets(ACCOUNT.app_id, "-", "-", "-")}
    )

    @property
    def writer(self) -> Writer:
        return Writer(self.engine)


@pytest.fixture
def house(engine: Engine, clock: StillClock, box: Running) -> House:
    losable, http = Losable(None, clock.monotonic), Http(box.base, (10.0, 10.0))
    tokens = AccessTokens(
        ACCOUNT.app_id, ACCOUNT.app_secret, http, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic, machine=clock.machine,
    )  # fmt: skip
    return House(engine, clock, {"main": WeChatApi(tokens, http, clock.machine)})


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Without the log lines, which app.py sends to standard error."""
    return [line for line in capsys.readouterr().out.splitlines() if "[info" not in line and "[warning" not in line]


def test_a_quota_counts_what_was_sent_and_is_cleared_ten_times_a_month(
    house: House, box: Running, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    box.control("wechat/o1/text", {"content": "你好"})
    WeChatSender(house.wechat["main"]).send(Outgoing("out-1", Way.CUSTOM, "main", "o1", {"text": "您好"}))
    assert command(wechat, house, "quota", "message/custom/send") == 0
    assert printed(capsys) == ["1 of 500000 used today, 499999 left"]
    moment = house.clock.now
    with writing(house.engine) as conn:
        troubles.begin(
            conn, "template", "main", code="45009", sentence="用完", stops=False, now=moment, machine_now=moment,
            until=moment + timedelta(hours=9),
        )  # fmt: skip
    assert command(wechat, house, "clear-quota") == 0
    with reading(house.engine) as conn:
        assert troubles.shut(conn, moment) == [], "what rested for want of quota goes on"
    command(wechat, house, "quota", "message/custom/send")
    assert printed(capsys)[-1] == "0 of 500000 used today, 500000 left"
    assert [command(wechat, house, "clear-quota") for _ in range(10)] == [0] * 9 + [1]
    assert "48006" in printed(capsys)[-1]


def test_other_refusals_are_told_with_their_code(house: House, box: Running, command: Command) -> None:
    for words in (("clear-quota",), ("quota", "message/custom/send"), ("rid", "sandbox")):
        api = {"clear-quota": "clear_quota", "quota": "openapi/quota/get", "rid": "openapi/rid/get"}[words[0]]
        box.control("faults", {"api": api, "code": "48001"})
        with pytest.raises(SendError, match="48001"):
            command(wechat, house, *words)
    with pytest.raises(ConfigError, match="known: main"):
        command(wechat, house, "quota", "message/custom/send", "--account", "other")


def test_a_rid_tells_when_and_from_where_and_nothing_we_sent(
    house: House, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(wechat, house, "rid", "sandbox") == 0
    names = [line.partition(":")[0] for line in printed(capsys)]
    assert names == ["invoke_time", "cost_in_ms", "client_ip"]


def test_a_template_is_enabled_by_hand_once(house: House, command: Command) -> None:
    with writing(house.engine) as conn:
        assert templates.disable(conn, "main", "TPL-checkin", "40037", house.clock.now)
        assert not templates.disable(conn, "main", "TPL-checkin", "40037", house.clock.now)
    assert command(wechat, house, "enable-template", "main", "TPL-checkin") == 0
    with reading(house.engine) as conn:
        assert templates.disabled(conn) == {}
    assert command(wechat, house, "enable-template", "main", "TPL-checkin") == 1
