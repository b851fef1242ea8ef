"""The page at the door and the page of a visit, and the link in an alert: on both databases, as a phone sees them."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

import handlers
from bot.links import Links
from channels.render import Templates
from config.load import load_dealer
from store import alerts, showroom, threads
from store.engine import reading, writing
from store.losable import Losable
from store.tables.alerts import alert
from store.tables.visits import visit
from store.writer import Writer
from tests.conftest import StillClock
from tests.staff_cast import Cast, seed
from tests.turn_house import EveryDay
from web.door_page import Door
from web.login import log_ins
from web.pages import MAX_BODY, PageNeeds, pages
from web.site import Part, SiteNeeds, create_site
from web.turn import TurnTaker

ROOT = Path(__file__).parents[3]
DEALER = load_dealer(ROOT / "config")
FORM = {"submission": "s" * 12, "need": "cars", "name": "王女士"}


@dataclass
class Entrance:
    client: FlaskClient
    engine: Engine
    clock: StillClock
    links: Links
    cast: Cast

    @property
    def spot(self) -> str:
        return path(self.links.spot(self.cast.store_id, 0, self.clock.now))

    def check_in(self, **form: str) -> str:
        answer = self.client.post(self.spot, data={**FORM, **form})
        assert answer.status_code == 303, answer.text
        return str(answer.location)

    def count(self) -> int:
        with reading(self.engine) as conn:
            return len(conn.execute(select(visit)).all())

    def only(self) -> int:
        with reading(self.engine) as conn:
            return int(conn.execute(select(visit.c.id)).scalar_one())


def path(url: str) -> str:
    return url.removeprefix("http://car.example")


@pytest.fixture
def entrance(engine: Engine, clock: StillClock) -> Entrance:
    cast, links = seed(engine, clock.now), Links("a secret", "http://car.example")
    renderer = Templates(ROOT / "templates" / "messages", DEALER.sms)
    taker = TurnTaker(Writer(engine), clock, DEALER, EveryDay(), renderer, links, handlers.decide)
    needs = PageNeeds(engine, Writer(engine), clock, links, Losable(None, clock.monotonic).buckets, taker)
    part = Part(pages(needs, Door(DEALER, EveryDay())), csrf=False, max_body=MAX_BODY)
    site = create_site(SiteNeeds("a secret", https=False), parts=[part], extensions=[log_ins(engine, clock.machine)])
    return Entrance(site.test_client(), engine, clock, links, cast)


@pytest.mark.handbook("H1.2.1")
def test_the_code_at_the_door_checks_in_without_a_name_or_a_log_in(entrance: Entrance) -> None:
    page = entrance.client.get(entrance.spot)
    assert (page.status_code, "欢迎来到远禾滨江店" in page.text) == (200, True)
    assert "休息时间" not in page.text
    where = entrance.check_in(name="")
    assert "正在为您安排同事" in entrance.client.get(where).text
    assert 'http-equiv="refresh"' in entrance.client.get(where).text


def test_looking_changes_nothing_and_a_form_sent_twice_is_one_visit(entrance: Entrance) -> None:
    entrance.client.get(entrance.spot)
    assert entrance.count() == 0
    assert entrance.check_in() == entrance.check_in()
    entrance.check_in(submission="t" * 12)
    assert entrance.count() == 2


def test_without_a_need_it_is_asked_again(entrance: Entrance) -> None:
    answer = entrance.client.post(entrance.spot, data={**FORM, "need": "tea"})
    assert (answer.status_code, "请先选一项" in answer.text, entrance.count()) == (422, True, 0)


@pytest.mark.handbook("H1.2.4")
def test_who_comes_is_shown_being_left_alone_is_respected_and_the_button_calls(entrance: Entrance) -> None:
    where, cast, now = entrance.check_in(), entrance.cast, entrance.clock.now
    who = entrance.only()
    with writing(entrance.engine) as conn:
        showroom.give(conn, showroom.load(conn, who), cast.hanmeimei, "first", now)
    assert "韩梅梅来接待您" in entrance.client.get(where).text
    assert entrance.client.post(where, data={"wish": "alone"}).status_code == 303
    page = entrance.client.get(where).text
    assert "不会打扰您" in page
    assert 'http-equiv="refresh"' not in page
    with reading(entrance.engine) as conn:
        assert showroom.one(conn, who).due_at is None  # type: ignore[union-attr]  # it is there
    entrance.client.post(where, data={"wish": "call"})
    with reading(entrance.engine) as conn:
        assert showroom.one(conn, who).due_at == now + timedelta(minutes=3)  # type: ignore[union-attr]  # as above
    entrance.client.post(where, data={"wish": "leave"})
    assert "已经结束" in entrance.client.get(where).text
    assert entrance.client.post(where, data={"wish": "call"}).status_code == 409
    assert entrance.client.post(where, data={"wish": "dance"}).status_code == 422


def test_at_night_the_page_says_so_and_the_minutes_begin_in_the_morning(entrance: Entrance) -> None:
    entrance.clock.advance(hours=12)
    assert "休息时间" in entrance.client.get(entrance.spot).text
    entrance.check_in()
    with reading(entrance.engine) as conn:
        due = showroom.one(conn, entrance.only()).due_at  # type: ignore[union-attr]  # it is there
    assert due is not None
    assert due - entrance.clock.now > timedelta(hours=9)


def test_a_foreign_token_and_a_spot_that_is_no_more_lead_nowhere(entrance: Entrance) -> None:
    visit_link = path(entrance.links.here(99, entrance.clock.now + timedelta(hours=1)))
    gone = path(entrance.links.spot(entrance.cast.store_id, 40, entrance.clock.now))
    for where in ("/v/forged.1", "/w/forged.1", visit_link, gone, visit_link.replace("/w/", "/v/")):
        assert entrance.client.get(where).status_code == 404, where


def test_a_visits_link_ends_with_the_day(entrance: Entrance) -> None:
    where = entrance.check_in()
    entrance.clock.advance(hours=12)
    assert entrance.client.get(where).status_code == 410


# The link in an alert


def test_looking_at_an_alerts_link_changes_nothing_pressing_does(entrance: Entrance) -> None:
    now, cast = entrance.clock.now, entrance.cast
    with writing(entrance.engine) as conn:
        threads.hand_off(conn, cast.zhang, cast.store_id, reason="safety", priority="emergency", at=now)
        number = int(conn.execute(select(alert.c.id)).scalar_one())
    where = path(entrance.links.alert(number, now + timedelta(days=2)))
    for _ in range(3):  # chats fetch links, mail scanners too
        page = entrance.client.get(where)
        assert (page.status_code, "收到，我来处理" in page.text) == (200, True)
        assert "张伟" not in page.text
    with reading(entrance.engine) as conn:
        assert len(alerts.standing(conn, cast.lilei)) == 1
    assert "有同事 已收到" in entrance.client.post(where).text
    with reading(entrance.engine) as conn:
        assert alerts.standing(conn, cast.lilei) == []
        found = alerts.about(conn, number)
        assert found is not None
        assert (found.via, found.acknowledged_by) == ("link", None)
    assert "收到，我来处理" not in entrance.client.get(where).text
    entrance.clock.advance(days=2)
    assert entrance.client.get(where).status_code == 410
