"""The first start: a code from the console, steps that are resumed, closed for good once somebody may log in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import Engine, delete, select

from bot.dealer import Dealer
from config.load import load_dealer
from store import setting_up
from store.engine import reading, writing
from store.losable import Losable
from store.media_files import MediaFolder
from store.stores import keep_stores
from store.tables.log_ins import staff_session
from store.tables.staff import audit, staff
from tests.conftest import StillClock
from tests.web.inbox.conftest import ROOT, SEAL, desk_of, office_of
from web.entrance.doors import Doors, login_blueprint
from web.entrance.setting_up import SetUp
from web.inbox import inbox_blueprint
from web.inbox.settings.stores import with_lines
from web.login import log_ins
from web.site import Part, SiteNeeds, create_site

CODE = "ABCDEFGHJKLM"
PERSON = {
    "name": "陈经理",
    "username": "boss",
    "store": "binjiang",
    "password": "a long password",
    "again": "a long password",
}


@dataclass
class Line:
    check: str = "main: token"
    sentence: str = "WeChat refused the secret (40125)"
    todo: str = "compare HUIFANG_WECHAT_APP_SECRET with the console"


IN_CHINESE = Line("微信 main：令牌", "微信不认这个密钥 (40125)", "和公众平台对一对")


def shown(dealer: Dealer) -> SetUp:
    config = ROOT / "config"
    return SetUp(
        dealer,
        config,
        facts=lambda: list(with_lines(config, dealer)),
        findings=lambda english: [("error", Line() if english else IN_CHINESE)],
        needed=lambda: [("WeChat", [("HUIFANG_WECHAT_APP_ID", True), ("HUIFANG_WECHAT_TOKEN", False)])],
    )


@pytest.fixture
def site(engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder) -> Flask:
    site = an_empty_house(engine, clock, losable, folder)
    site.config["WTF_CSRF_ENABLED"] = False
    return site


def an_empty_house(engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder) -> Flask:
    """Stores, and nobody who may log in."""
    dealer = load_dealer(ROOT / "config")
    with writing(engine) as conn:
        keep_stores(conn, dealer.stores)
        assert setting_up.open_with(conn, CODE, clock.now)
    limiter = Limiter(get_remote_address, storage_uri="memory://")
    doors = Doors(engine, limiter, clock.machine, clock.business, SEAL, set_up=shown(dealer))
    desk = desk_of(engine, clock, losable, folder, Path("nowhere"))
    return create_site(
        SiteNeeds(secret_key="k" * 40, https=False),
        parts=[Part(login_blueprint(doors)), Part(inbox_blueprint(desk, office_of(engine, clock)))],
        extensions=[log_ins(engine, clock.machine)],
        limiter=limiter,
    )


Proved = Callable[[], FlaskClient]


@pytest.fixture
def proved(site: Flask) -> Proved:
    def browser() -> FlaskClient:
        client = site.test_client()
        assert client.post("/setup/code", data={"code": "abcd-efgh jklm"}).status_code == 303
        return client

    return browser


def test_without_the_code_nothing_is_shown_and_nobody_made(site: Flask, engine: Engine) -> None:
    stranger = site.test_client()
    assert "设置码" in stranger.get("/setup").text
    assert "dealer.yaml" not in stranger.get("/setup").text
    assert stranger.post("/setup/code", data={"code": "AAAA-AAAA-AAAA"}).status_code == 401
    assert stranger.post("/setup/person", data=PERSON).status_code == 302
    stranger.post("/setup/next", data={"step": "store"})
    with reading(engine) as conn:
        found = setting_up.progress(conn)
        assert conn.execute(select(staff.c.id)).first() is None
    assert found is not None
    assert found.done == ()


def test_tries_of_the_code_are_counted(site: Flask) -> None:
    stranger = site.test_client()
    tries = [stranger.post("/setup/code", data={"code": f"AAAA-AAAA-AAA{n}"}).status_code for n in range(11)]
    assert tries == [401] * 10 + [429]


def test_what_doctor_finds_is_said_in_chinese_until_english_is_chosen(site: Flask, proved: Proved) -> None:
    browser = proved()
    page = browser.get("/setup?step=accounts").text
    assert "微信 main：令牌 — 微信不认这个密钥" in page
    assert "refused" not in page
    chosen = browser.post("/language/en", data={"next": "/setup?step=accounts"})
    assert chosen.location == "/setup?step=accounts"
    page = browser.get("/setup?step=accounts").text
    assert "main: token — WeChat refused the secret (40125)" in page
    assert 'value="/setup?step=accounts"' in page


def test_the_three_steps_lead_to_an_inbox_with_three_links(site: Flask, engine: Engine, proved: Proved) -> None:
    browser = proved()
    page = browser.get("/setup").text
    assert "0571-00000000" in page
    assert "dealer.yaml:6" in page
    browser.post("/setup/next", data={"step": "store"})
    page = browser.get("/setup").text
    assert "40125" in page
    assert "HUIFANG_WECHAT_TOKEN" in page
    browser.post("/setup/next", data={"step": "accounts"})
    assert "谁来管理" in browser.get("/setup").text
    assert browser.post("/setup/person", data=PERSON).location == "/inbox"
    inbox = browser.get("/inbox").text
    for link in ("/inbox/settings/tokens", "/inbox/settings/staff", "https://mp.weixin.qq.com"):
        assert f'href="{link}"' in inbox
    with reading(engine) as conn:
        row = conn.execute(select(staff)).one()
        assert (row.username, row.role, row.name) == ("boss", "admin", "陈经理")
        assert conn.execute(select(audit.c.action)).scalars().all() == ["set_up"]


def test_it_is_resumed_where_it_was_left_with_the_next_code(
    site: Flask, engine: Engine, proved: Proved, clock: StillClock
) -> None:
    proved().post("/setup/next", data={"step": "store"})
    with writing(engine) as conn:
        assert setting_up.open_with(conn, "ZZZZZZZZZZZZ", clock.now)
    browser = site.test_client()
    assert browser.post("/setup/code", data={"code": CODE}).status_code == 401, "the old one is void"
    browser.post("/setup/code", data={"code": "ZZZZ-ZZZZ-ZZZZ"})
    assert "微信和短信通不通" in browser.get("/setup").text
    assert "dealer.yaml" in browser.get("/setup?step=store").text, "a step left behind can be looked at again"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"again": "another"}, "两次输入的密码不一样"),
        ({"password": "short", "again": "short"}, "密码至少 10 个字"),
        ({"username": "a b"}, "用户名要 2 到 64 个字"),
        ({"name": " "}, "请写上姓名"),
        ({"store": "elsewhere"}, "没有这家门店"),
    ],
)
def test_a_mistake_is_said_and_makes_nobody(engine: Engine, proved: Proved, wrong: dict[str, str], said: str) -> None:
    answer = proved().post("/setup/person", data=PERSON | wrong)
    assert answer.status_code == 409
    assert said in answer.text
    with reading(engine) as conn:
        assert conn.execute(select(staff.c.id)).first() is None


def test_it_is_closed_for_good(site: Flask, engine: Engine, proved: Proved, clock: StillClock) -> None:
    late = proved()
    proved().post("/setup/person", data=PERSON)
    for answer in (late.get("/setup"), late.post("/setup/person", data=PERSON | {"username": "second"})):
        assert answer.status_code == 404
    with writing(engine) as conn:
        conn.execute(delete(audit))
        conn.execute(delete(staff_session))
        conn.execute(delete(staff))
        assert not setting_up.open_with(conn, CODE, clock.now), "not even an empty table opens it again"
    assert late.get("/setup").status_code == 404


def test_somebody_added_on_the_command_line_closes_it_too(site: Flask, engine: Engine, proved: Proved) -> None:
    browser = proved()
    with writing(engine) as conn:
        conn.execute(staff.insert().values(store_id=1, username="x", password_hash="", name="x", role="admin"))
    assert browser.get("/setup").status_code == 404
