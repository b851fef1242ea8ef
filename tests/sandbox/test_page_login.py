"""The authorize page and the code's exchange, and the whole way from the menu to 我的爱车 in a browser."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests
from playwright.sync_api import Browser
from sqlalchemy import Engine
from werkzeug.serving import make_server

from bot.links import Links
from channels.http import Http
from channels.wechat.oauth import PageVisitors
from config.load import load_dealer
from sandbox.site import create_sandbox, serve
from store.clock import StoredClock
from store.engine import writing
from store.losable import Losable
from store.tables.people import repair_order, vehicle
from tests.databases import free_port
from tests.sandbox.conftest import ACCOUNT, SMS, Running, Serving, _until_up
from tests.store.cast import a_customer, a_store, add
from web.site import Part, SiteNeeds, create_site
from web.wechat_pages import WeChatPageNeeds, wechat_pages

CONFIG = Path(__file__).parents[2] / "config"
BACK = "http://127.0.0.1:8000/w/main/cars/back"
ASKED = {"appid": ACCOUNT.app_id, "redirect_uri": BACK, "response_type": "code", "scope": "snsapi_base", "state": "s"}


def authorize(box: Running, asked: dict[str, str]) -> requests.Response:
    url = f"{box.base}/connect/oauth2/authorize?{urlencode(asked)}"
    return requests.get(url, timeout=10, allow_redirects=False)


def exchange(box: Running, code: str, /, **changed: str) -> Any:
    asked = {"appid": ACCOUNT.app_id, "secret": ACCOUNT.app_secret, "code": code, "grant_type": "authorization_code"}
    return requests.get(f"{box.base}/sns/oauth2/access_token", params=asked | changed, timeout=10).json()


def code_of(box: Running, **more: str) -> str:
    answer = authorize(box, {**ASKED, "openid": "oLiLei", **more})
    assert answer.status_code == 302
    sent = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert sent["state"] == ["s"]
    return sent["code"][0]


def test_a_code_is_good_once_and_five_minutes(box: Running) -> None:
    code = code_of(box)
    first = exchange(box, code)
    assert (first["openid"], first["scope"], "is_snapshotuser" in first) == ("oLiLei", "snsapi_base", False)
    assert exchange(box, code)["errcode"] == 40163
    late = code_of(box)
    box.control("clock", {"advance": "5m"})
    assert exchange(box, late)["errcode"] == 40029


def test_a_snapshot_has_an_openid_of_nobody(box: Running) -> None:
    told = exchange(box, code_of(box, snapshot="1"))
    assert told["is_snapshotuser"] == 1
    assert told["openid"] != "oLiLei"


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [({"appid": "wx"}, 40013), ({"secret": "x"}, 40125), ({"grant_type": "code"}, 40002), ({"code": "x"}, 40029)],
)
def test_an_exchange_needs_the_right_credentials(box: Running, changed: dict[str, str], errcode: int) -> None:
    assert exchange(box, code_of(box), **changed)["errcode"] == errcode


@pytest.mark.parametrize(
    "asked",
    [
        {**ASKED, "appid": "wx"},
        {**ASKED, "scope": "snsapi_userinfo"},
        {**ASKED, "response_type": "token"},
        {**ASKED, "redirect_uri": "http://evil.example/"},
        {**ASKED, "redirect_uri": "http://127.0.0.1:8000.evil.example/"},
        {name: ASKED[name] for name in ("state", "appid", "redirect_uri", "response_type", "scope")},
        {name: ASKED[name] for name in ("appid", "redirect_uri", "response_type", "scope")},
    ],
    ids=["appid", "scope", "type", "domain", "lookalike", "order", "no_state"],
)
def test_a_link_weixin_would_not_open_is_not_opened(box: Running, asked: dict[str, str]) -> None:
    answer = authorize(box, {**asked, "openid": "oLiLei"})
    assert (answer.status_code, "该链接无法访问" in answer.text) == (400, True)


@pytest.mark.parametrize("fault", ["40029", "-1", "html", "http500"])
def test_the_exchange_can_be_made_to_fail(box: Running, fault: str) -> None:
    box.control("faults", {"api": "oauth", "code": fault, "times": 1})
    asked = {"appid": ACCOUNT.app_id, "code": "x"}
    answer = requests.get(f"{box.base}/sns/oauth2/access_token", params=asked, timeout=10)
    said = str(answer.json()["errcode"]) if fault.lstrip("-").isdecimal() else ""
    assert (said or ("html" if answer.status_code == 200 else "http500")) == fault


# --- In a browser --------------------------------------------------------------------------------------------------


@dataclass
class House:
    site: str
    box: Running


@pytest.fixture
def house(tmp_path: Path, app_engine: Engine) -> Iterator[House]:
    """The sandbox and our site, each on a port of its own, knowing each other."""
    zero, beginning = time.monotonic(), datetime(2026, 9, 17, 2, 20, tzinfo=UTC).timestamp()
    clock = StoredClock(
        app_engine,
        lambda: datetime.fromtimestamp(beginning + time.monotonic() - zero, UTC),
        time.monotonic,
        True,
        "s:1",
    )
    ours, theirs, stop = free_port(), free_port(), threading.Event()
    public, weixin = f"http://127.0.0.1:{ours}", f"http://127.0.0.1:{theirs}"
    sandbox = create_sandbox(tmp_path, public, clock, {"main": replace(ACCOUNT, public_url=public)}, SMS)
    thread = threading.Thread(target=serve, args=(sandbox, theirs, stop), daemon=True)
    thread.start()
    losable = Losable(None)
    visitors = PageVisitors(
        ACCOUNT.app_id, ACCOUNT.app_secret, Http(weixin), weixin,
        cache=losable.tokens, lock=losable.locks, wakeups=losable.wakeups, machine=clock.machine,
    )  # fmt: skip
    needs = WeChatPageNeeds(
        app_engine, clock, Links("a secret", public), losable.buckets, {"main": visitors}, load_dealer(CONFIG), "secret"
    )
    site = create_site(SiteNeeds("a secret", https=False), parts=[Part(wechat_pages(needs), csrf=False)])
    _until_up(weixin)
    with Serving(make_server("127.0.0.1", ours, site, threaded=True)):
        yield House(public, Running(weixin, sandbox, app_engine))
    stop.set()
    thread.join(10)


@pytest.fixture
def car(app_engine: Engine) -> None:
    with writing(app_engine) as conn:
        store_id = a_store(conn)
        owner = a_customer(conn, store_id, openid="oLiLei")
        at = datetime(2026, 9, 14, 2, 20, tzinfo=UTC)
        for plate, model, status in (("浙A8F302", "知行", "in_progress"), ("浙A00001", "牧野", "delivered")):
            one = add(conn, vehicle, store_id=store_id, customer_id=owner, plate=plate, model=model)
            add(
                conn, repair_order, store_id=store_id, customer_id=owner, vehicle_id=one, external_id=f"RO-{plate}",
                status=status, items=[{"name": "小保养"}, {"name": "空调检漏加冷媒"}], updated_at=at,
                delivered_at=at if status == "delivered" else None,
            )  # fmt: skip


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Any]:
    with chromium.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        yield page
        assert complaints == []


@pytest.mark.usefixtures("car")
def test_from_the_menu_to_the_car_in_a_browser(house: House, phone: Any) -> None:
    house.box.control("wechat/oLiLei/follow", {})
    phone.goto(f"{house.site}/w/main/cars")
    phone.get_by_role("link", name="oLiLei").click()
    phone.wait_for_url(f"{house.site}/m/*")
    assert phone.get_by_role("heading").inner_text() == "我的爱车"
    assert phone.get_by_text("施工中").is_visible()
    assert phone.get_by_text("2026年9月14日交车").is_visible()


def test_whose_menu_was_tapped_needs_no_choice_and_a_stranger_is_told_how_to_be_bound(
    house: House, phone: Any, app_engine: Engine
) -> None:
    with writing(app_engine) as conn:
        a_store(conn)
    cookie = {"name": "phone", "value": "oNew", "domain": "127.0.0.1", "path": "/connect"}
    phone.context.add_cookies([cookie])
    phone.goto(f"{house.site}/w/main/cars")
    assert phone.get_by_text("扫一扫").is_visible()


def test_a_preview_is_told_to_open_the_whole_page(house: House, phone: Any) -> None:
    """§7.3 no. 13, seen by a customer."""
    house.box.control("wechat/oLiLei/follow", {})
    phone.goto(f"{house.site}/w/main/cars")
    phone.get_by_role("link", name="以预览页打开").last.click()
    assert phone.get_by_role("heading").inner_text() == "请在微信中打开完整页面"
