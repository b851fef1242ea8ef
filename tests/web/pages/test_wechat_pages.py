"""我的爱车 from the account's menu: sent to WeChat, brought back, shown by a signed link."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update
from werkzeug.test import TestResponse

from bot.effects import Ask, PromptKind, Say
from bot.errors import HuifangError, TryLater
from bot.links import Links
from channels.wechat.oauth import CodeSpent, Visitor
from store import prompts
from store.engine import reading, writing
from store.losable import Losable
from store.tables import metadata
from store.tables.people import identity, repair_order, vehicle
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_store, add
from tests.web.pages.conftest import DEALER
from web.site import Part, SiteNeeds, create_site
from web.wechat_pages import WeChatPageNeeds, wechat_pages

BASE = "http://car.example"
START = "/w/main/cars"


@dataclass
class Fake:
    """WeChat: which code stands for whom, or what goes wrong."""

    codes: dict[str, Visitor | HuifangError] = field(default_factory=dict)

    def address(self, back: str, state: str) -> str:
        return f"https://open.weixin.qq.com/?back={back}&state={state}"

    def visitor(self, code: str) -> Visitor:
        found = self.codes.get(code, CodeSpent("40029"))
        if isinstance(found, HuifangError):
            raise found
        return found


@dataclass
class Menu:
    """A phone on which the menu is tapped."""

    client: FlaskClient
    weixin: Fake
    engine: Engine
    clock: StillClock
    links: Links

    def tap(self) -> tuple[str, str]:
        """(path back, state) as the redirect to WeChat carries them."""
        answer = self.client.get(START)
        assert answer.status_code == 302
        return carried(answer)

    def back(self, code: str, state: str, where: str = f"{START}/back") -> TestResponse:
        return self.client.get(where, query_string={"code": code, "state": state})

    def opened(self, openid: str = "oLiLei") -> TestResponse:
        self.weixin.codes["c"] = Visitor(openid)
        _, state = self.tap()
        answer = self.back("c", state)
        return self.client.get(answer.location.removeprefix(BASE)) if answer.status_code == 302 else answer


def carried(answer: TestResponse) -> tuple[str, str]:
    sent = parse_qs(urlsplit(answer.location).query)
    return sent["back"][0].removeprefix(BASE), sent["state"][0]


@pytest.fixture
def menu(engine: Engine, clock: StillClock) -> Menu:
    weixin, links = Fake(), Links("a secret", BASE)
    needs = WeChatPageNeeds(
        engine, clock, links, Losable(None, clock.monotonic).buckets, {"main": weixin}, DEALER, "a secret"
    )
    site: Flask = create_site(SiteNeeds("a secret", https=False), parts=[Part(wechat_pages(needs), csrf=False)])
    with writing(engine) as conn:
        a_customer(conn, a_store(conn), openid="oLiLei")
    return Menu(site.test_client(), weixin, engine, clock, links)


def a_car(menu: Menu, *orders: dict[str, object], plate: str = "浙A8F302") -> None:
    with writing(menu.engine) as conn:
        tie = conn.execute(select(identity)).one()
        store_id = 1
        car = add(conn, vehicle, store_id=store_id, customer_id=tie.customer_id, plate=plate, model="知行")
        for number, order in enumerate(orders, 1):
            row = {"external_id": f"RO-{plate}-{number}", "items": [{"name": "小保养"}], "updated_at": menu.clock.now}
            add(conn, repair_order, store_id=store_id, customer_id=tie.customer_id, vehicle_id=car, **{**row, **order})


def rows(engine: Engine) -> dict[str, int]:
    with reading(engine) as conn:
        return {
            table.name: conn.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def test_the_menu_leads_to_weixin_and_back_to_a_signed_link(menu: Menu) -> None:
    a_car(menu, {"status": "in_progress"}, {"status": "delivered", "delivered_at": menu.clock.now})
    back, state = menu.tap()
    menu.weixin.codes["c-1"] = Visitor("oLiLei")
    answer = menu.back("c-1", state)
    assert (back, answer.status_code) == ("/w/main/cars/back", 302)
    assert re.fullmatch(BASE + r"/m/[\w.-]+", answer.location)
    page = menu.client.get(answer.location.removeprefix(BASE)).text
    assert ("浙A8F302" in page, "施工中" in page, "小保养" in page) == (True, True, True)
    assert page.count("工单") == 1  # what was handed over is no longer under way


def test_the_second_load_leads_to_the_same_page(menu: Menu) -> None:
    _, state = menu.tap()
    menu.weixin.codes["c-1"] = Visitor("oLiLei")
    places = [menu.back("c-1", state).location for _ in range(2)]
    assert places[0] == places[1]


def test_looking_records_nothing(menu: Menu) -> None:
    before = rows(menu.engine)
    menu.opened()
    menu.opened("oNobodyWeKnow")
    assert rows(menu.engine) == before


def test_a_snapshot_page_is_refused_and_nothing_is_recorded(menu: Menu) -> None:
    """§7.3 no. 13: the openid of a snapshot page is a virtual one."""
    before = rows(menu.engine)
    _, state = menu.tap()
    menu.weixin.codes["c"] = Visitor("")
    answer = menu.back("c", state)
    assert (answer.status_code, "请在微信中打开完整页面" in answer.text) == (403, True)
    assert rows(menu.engine) == before


@pytest.mark.parametrize("openid", ["oNobodyWeKnow", "oUnbound", "oLeft"])
def test_who_is_not_bound_is_told_how_and_sees_no_car(menu: Menu, openid: str) -> None:
    a_car(menu, {"status": "in_progress"})
    with writing(menu.engine) as conn:
        owner = conn.execute(select(identity.c.customer_id)).scalar_one()
        tie = {"customer_id": owner, "channel": "wechat", "account": "main", "changed_at": menu.clock.now}
        add(conn, identity, **tie, address="oUnbound", following=True, bound_by="")
        add(conn, identity, **tie, address="oLeft", following=False, bound_by="qr")
    page = menu.opened(openid).text
    assert ("扫一扫" in page, "浙A8F302" in page) == (True, False)


def test_a_tie_that_was_undone_shows_nothing_under_the_old_link(menu: Menu) -> None:
    a_car(menu)
    with writing(menu.engine) as conn:
        tie = conn.execute(select(identity.c.id)).scalar_one()
        link = menu.links.cars(tie, menu.clock.now + timedelta(hours=1)).removeprefix(BASE)
    assert "浙A8F302" in menu.client.get(link).text
    with writing(menu.engine) as conn:
        conn.execute(update(identity).values(bound_by=""))
    assert "浙A8F302" not in menu.client.get(link).text


def test_an_open_question_is_one_tap_away_and_gone_when_it_ended(menu: Menu) -> None:
    until = menu.clock.now + timedelta(days=2)
    with writing(menu.engine) as conn:
        owner = conn.execute(select(identity.c.customer_id)).scalar_one()
        asked = Ask(Say("checkin.question"), PromptKind.SURVEY, until, "1-5")
        prompt_id = prompts.ask(conn, owner, asked, {}, menu.clock.now)
    assert menu.links.survey(prompt_id, until) in menu.opened().text
    menu.clock.advance(days=3)
    assert "/s/" not in menu.opened().text


def test_a_link_ends_after_two_hours(menu: Menu) -> None:
    menu.weixin.codes["c"] = Visitor("oLiLei")
    where = menu.back("c", menu.tap()[1]).location.removeprefix(BASE)
    menu.clock.advance(hours=2)
    assert menu.client.get(where).status_code == 410


@pytest.mark.parametrize("state", ["", "made-up", "状态"])
def test_a_state_that_is_not_this_browsers_is_refused(menu: Menu, state: str) -> None:
    menu.weixin.codes["c"] = Visitor("oLiLei")
    menu.tap()
    answer = menu.back("c", state)
    assert (answer.status_code, "请重新打开" in answer.text) == (400, True)


def test_a_state_is_good_for_its_own_browser_page_and_ten_minutes(menu: Menu) -> None:
    menu.weixin.codes["c"] = Visitor("oLiLei")
    _, state = menu.tap()
    stranger = Menu(menu.client.application.test_client(), menu.weixin, menu.engine, menu.clock, menu.links)
    assert stranger.back("c", state).status_code == 400
    assert menu.back("c", state, "/w/other/cars/back").status_code == 404
    assert menu.back("c", state).status_code == 302


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(menu: Menu) -> None:
    kept = menu.client.get(START).headers["Set-Cookie"]
    assert all(part in kept for part in ("HttpOnly", "SameSite=Lax", "Path=/w/", "Max-Age=600"))


def test_a_spent_code_asks_weixin_once_more_and_then_the_customer(menu: Menu) -> None:
    _, state = menu.tap()
    again = menu.back("spent", state)
    assert again.status_code == 302
    _, second = carried(again)
    assert second != state
    answer = menu.back("spent", second)
    assert (answer.status_code, "请重新打开" in answer.text) == (400, True)


def test_weixin_away_is_said_and_nothing_breaks(menu: Menu) -> None:
    menu.weixin.codes["c"] = TryLater("oauth", "微信没有回应", after=5)
    answer = menu.back("c", menu.tap()[1])
    assert (answer.status_code, "暂时打不开" in answer.text) == (503, True)


@pytest.mark.parametrize("where", ["/w/nobody/cars", "/w/main/roof", "/m/forged"])
def test_what_is_not_ours_is_not_there(menu: Menu, where: str) -> None:
    assert menu.client.get(where).status_code == 404


def test_wrong_links_of_one_address_are_slowed_down(menu: Menu) -> None:
    codes = [menu.client.get("/m/forged").status_code for _ in range(32)]
    assert (codes[0], codes[-1]) == (404, 429)
