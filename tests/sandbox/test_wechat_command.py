"""`wechat menu` and `wechat qr` against the sandbox: what somebody types, what WeChat then has."""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, insert
from structlog.testing import capture_logs

from bot.dealer import Dealer
from bot.errors import ChannelStopped, ConfigError, ContentRefused, SendError, TryLater, Uncertain
from channels.http import Http
from channels.wechat.send import WeChatApi
from channels.wechat.token import AccessTokens
from commands import wechat as command
from config.load import load_dealer
from config.settings import Settings, read_settings
from store import tokens
from store.engine import writing
from store.losable import Losable
from store.tables.people import bind_token
from store.writer import Writer
from tests.conftest import StillClock
from tests.sandbox.conftest import ACCOUNT, Running
from tests.store.cast import a_customer, a_store, add

CONFIG = Path(__file__).parents[2] / "config"


@dataclass
class House:
    engine: Engine
    clock: Any
    dealer: Dealer
    settings: Settings
    wechat: dict[str, WeChatApi] = field(default_factory=dict)

    @property
    def writer(self) -> Writer:
        return Writer(self.engine)


def api_of(box: Running, patience: tuple[float, float]) -> WeChatApi:
    clock, losable, http = box.sandbox.clock, Losable(None), Http(box.base, patience)
    given = AccessTokens(
        ACCOUNT.app_id, ACCOUNT.app_secret, http, cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups,
        monotonic=clock.monotonic, machine=clock.machine,
    )  # fmt: skip
    return WeChatApi(given, http, clock.machine)


@pytest.fixture
def house(box: Running, patience: tuple[float, float], app_engine: Engine, tmp_path: Path) -> House:
    settings = read_settings({"HUIFANG_SANDBOX": "1"}, dotenv=tmp_path / "no.env")
    return House(app_engine, box.sandbox.clock, load_dealer(CONFIG), settings, {"main": api_of(box, patience)})


Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(house: House, capsys: pytest.CaptureFixture[str]) -> Say:
    """Types `wechat …`; the exit code and what was printed."""

    def typed(*words: str) -> tuple[int, str]:
        parser = argparse.ArgumentParser()
        command.arguments(parser)
        with capture_logs():
            code = command.run(house, parser.parse_args(words))
        return code, capsys.readouterr().out

    return typed


def test_the_configured_menu_is_pushed_shown_and_then_the_same(box: Running, say: Say) -> None:
    assert say("menu", "show") == (0, "no menu\n")
    code, told = say("menu", "diff")
    assert (code, told.splitlines()[0]) == (1, "+ 服务评价: click SURVEY")
    code, told = say("menu", "push")
    assert (code, told.splitlines()[-1]) == (0, "pushed to main; phones show it within minutes")
    assert say("menu", "diff") == (0, "the same\n")
    code, told = say("menu", "show")
    assert told.splitlines()[:2] == ["服务评价: click SURVEY", "我的爱车: view http://127.0.0.1:8000/w/main/cars"]
    assert "联系我们 › 人工服务: click HUMAN" in told
    names = [button["name"] for button in box.weixin("menu/get")["menu"]["button"]]
    assert names == ["服务评价", "我的爱车", "联系我们"]


def test_a_menu_changed_in_the_console_is_told_line_by_line(box: Running, say: Say) -> None:
    say("menu", "push")
    box.weixin("menu/create", {"button": [{"type": "click", "name": "服务评价", "key": "OLD"}]})
    code, told = say("menu", "diff")
    assert code == 1
    assert told.splitlines()[:2] == ["- 服务评价: click OLD", "+ 服务评价: click SURVEY"]


def test_with_json_each_answer_is_one_object(say: Say) -> None:
    assert json.loads(say("menu", "diff", "--json")[1])["same"] is False
    pushed = json.loads(say("menu", "push", "--json")[1])
    assert (pushed["account"], len(pushed["menu"])) == ("main", 3)
    assert json.loads(say("menu", "diff", "--json")[1]) == {"account": "main", "same": True, "differences": []}
    assert json.loads(say("menu", "show", "--json")[1])["menu"] == pushed["menu"]


@pytest.mark.parametrize(
    ("action", "api", "fault", "error"),
    [
        ("push", "menu/create", "40018", ContentRefused),
        ("push", "menu/create", "48001", ChannelStopped),
        ("push", "menu/create", "-1", TryLater),
        ("push", "menu/create", "html", Uncertain),
        ("push", "menu/create", "timeout_after", Uncertain),
        ("show", "menu/get", "-1", TryLater),
        ("show", "menu/get", "html", TryLater),
        ("diff", "menu/get", "http500", TryLater),
        ("diff", "menu/get", "timeout_after", TryLater),
        ("diff", "menu/get", "reset", TryLater),
    ],
)
def test_could_not_is_neither_the_same_nor_different(
    box: Running, say: Say, action: str, api: str, fault: str, error: type[SendError]
) -> None:
    box.control("faults", {"api": api, "code": fault, "times": 2})
    with pytest.raises(SendError) as caught:
        say("menu", action)
    assert type(caught.value) is error


def test_one_lost_answer_of_a_look_is_asked_again(box: Running, say: Say) -> None:
    box.control("faults", {"api": "menu/get", "code": "reset", "times": 1})
    assert say("menu", "show")[0] == 0


def test_our_pages_are_in_no_menu_without_https(house: House, say: Say) -> None:
    real = {"sandbox": False, "public_url": "http://car.example"}
    house.settings = house.settings.model_copy(update=real)
    with pytest.raises(ConfigError, match="HUIFANG_PUBLIC_URL"):
        say("menu", "push")


def test_an_account_that_is_not_there_is_named(say: Say) -> None:
    with pytest.raises(ConfigError, match=r"no such account \(known: main\)"):
        say("menu", "show", "--account", "other")


# --- Codes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "begins"), [("door.png", b"\x89PNG"), ("door.svg", b"<?xml")])
def test_the_code_of_a_spot_lasts_and_is_drawn(say: Say, tmp_path: Path, name: str, begins: bytes) -> None:
    code, told = say("qr", "showroom:door", "--out", str(tmp_path / name))
    assert (code, told.splitlines()[0][:24], told.splitlines()[2]) == (0, "http://weixin.qq.com/q/g", "good for good")
    assert (tmp_path / name).read_bytes().startswith(begins)
    again = json.loads(say("qr", "showroom:door", "--json")[1])
    assert again["url"] == told.splitlines()[0]
    assert again["seconds"] is None


def test_a_consultants_code_needs_the_consultant(house: House, say: Say) -> None:
    from store.tables.staff import staff

    with writing(house.engine) as conn:
        store_id = a_store(conn)
        row = {"username": "hanmeimei", "password_hash": "-", "name": "韩梅梅", "role": "consultant"}
        add(conn, staff, store_id=store_id, **row)
        add(conn, staff, store_id=store_id, **(row | {"username": "gone", "active": False}))
    assert say("qr", "consultant:hanmeimei")[0] == 0
    for nobody in ("gone", "stranger"):
        with pytest.raises(ConfigError, match="nobody active"):
            say("qr", f"consultant:{nobody}")


def test_a_receipts_code_lives_as_long_as_its_token(house: House, say: Say) -> None:
    with writing(house.engine) as conn:
        customer_id = a_customer(conn, a_store(conn))
        made = tokens.new_bind_code(conn, customer_id, None, house.clock.business())
    told = json.loads(say("qr", made.scene, "--json")[1])
    assert told["scene"] == made.scene
    assert 29 * 86400 < told["seconds"] <= 2_592_000


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("showroom:roof",), "has no spot 'roof'"),
        (("bind:made-up",), "unknown, used or expired"),
        (("door",), "a scene is"),
        (("showroom:door", "--out", "door.jpg"), "must end in .png or .svg"),
    ],
)
def test_a_scene_nobody_would_know_again_is_not_made(say: Say, words: tuple[str, ...], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        say("qr", *words)


def test_a_spent_code_is_not_made(house: House, say: Say, clock: StillClock) -> None:
    with writing(house.engine) as conn:
        customer_id = a_customer(conn, a_store(conn))
        row = {"token_hash": tokens.hashed("spent"), "customer_id": customer_id, "used_at": clock.now}
        conn.execute(insert(bind_token).values(**row, expires_at=house.clock.business()))
    with pytest.raises(ConfigError, match="unknown, used or expired"):
        say("qr", "bind:spent")


@pytest.mark.parametrize(
    ("fault", "error"), [("48001", ChannelStopped), ("-1", TryLater), ("html", Uncertain), ("45009", TryLater)]
)
def test_a_code_that_was_not_given_is_an_error(
    box: Running, say: Say, tmp_path: Path, fault: str, error: type[SendError]
) -> None:
    box.control("faults", {"api": "qrcode/create", "code": fault, "times": 2})
    with pytest.raises(SendError) as caught:
        say("qr", "showroom:door", "--out", str(tmp_path / "door.png"))
    assert type(caught.value) is error
    assert not (tmp_path / "door.png").exists()


# --- People --------------------------------------------------------------------------------------------------------


def test_who_left_while_we_were_down_is_found(box: Running, house: House, say: Say) -> None:
    for openid in ("oStays", "oLeft"):
        box.control(f"wechat/{openid}/follow", {})
    box.control("wechat/oLeft/unfollow", {})
    with writing(house.engine) as conn:
        store_id = a_store(conn)
        for name in ("oStays", "oLeft"):
            a_customer(conn, store_id, name=name, openid=name)
    told = json.loads(say("sync", "--json")[1])
    assert told == {"account": "main", "followers": 1, "left": 1, "came": 0, "unknown": 0}
    code, words = say("sync")
    assert (code, words.splitlines()[0]) == (0, "1 follow main: 0 left and 0 came unnoticed,")


@pytest.mark.parametrize(("fault", "error"), [("48001", ChannelStopped), ("-1", TryLater), ("html", TryLater)])
def test_people_who_could_not_be_read_stay(
    box: Running, house: House, say: Say, fault: str, error: type[SendError]
) -> None:
    with writing(house.engine) as conn:
        a_customer(conn, a_store(conn), openid="oLiLei")
    box.control("faults", {"api": "user/get", "code": fault, "times": 2})
    with pytest.raises(SendError) as caught:
        say("sync")
    assert type(caught.value) is error
