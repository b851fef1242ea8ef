"""From the scan to handed over, and an alert asked of the browser: two phones and a desk in a real browser."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

import handlers
from bot.links import Links
from channels.render import Templates
from scheduler.assigning import Turns, VisitWatch
from scheduler.cards import Cards
from store import feed, presence, threads
from store.engine import writing
from store.losable import Losable
from store.media_files import MediaFolder
from store.presence import Presence
from store.writer import Writer
from tests.conftest import StillClock
from tests.e2e.running import until
from tests.staff_cast import Cast
from tests.turn_house import EveryDay
from tests.web.inbox.conftest import DEALER, TEXTS, build
from tests.web.screens import NARROW, shot
from web.door_page import Door
from web.pages import PageNeeds, pages
from web.turn import TurnTaker

SHOWN = """
  window.shown = [];
  const Real = window.Notification;
  window.Notification = class {
    constructor(text, more) { window.shown.push([text, more.tag]); }
    addEventListener() {}
    static get permission() { return Real.permission; }
    static requestPermission() { return Real.requestPermission(); }
  };
"""
LINKS = Links("a secret", "http://car.example")


@pytest.fixture
def site(engine: Engine, clock: StillClock, losable: Losable, folder: MediaFolder, stopping: Event) -> Flask:
    """With the customers' pages."""
    site = build(engine, clock, losable, stopping.is_set, streams=8, folder=folder)
    site.register_blueprint(_pages(engine, clock))
    site.extensions["csrf"].exempt(site.blueprints["pages"])
    return site


def _pages(engine: Engine, clock: StillClock) -> Any:
    taker = TurnTaker(Writer(engine), clock, DEALER, EveryDay(), Templates(TEXTS), LINKS, handlers.decide)
    needs = PageNeeds(engine, Writer(engine), clock, LINKS, Losable(None, clock.monotonic).buckets, taker)
    return pages(needs, Door(DEALER, EveryDay()))


@pytest.fixture
def watch(engine: Engine, clock: StillClock) -> VisitWatch:
    return VisitWatch(engine, clock, Turns(clock), Cards(Templates(TEXTS), LINKS))


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    page = chromium.new_context(viewport=NARROW).new_page()
    page.set_default_timeout(30_000)
    yield page
    page.context.close()


def local(base: str, url: str) -> str:
    return base + url.removeprefix("http://car.example")


@pytest.mark.handbook("H1.2.1", "H1.2.4")
def test_a_visit_from_the_scan_to_handed_over(
    desk: Any, phone: Any, base: str, cast: Cast, clock: StillClock, watch: VisitWatch, losable: Losable, engine: Engine
) -> None:
    with writing(engine) as conn:
        presence.beat(conn, cast.hanmeimei.id, clock.machine(), Presence.ONLINE)
    desk.goto(f"{base}/inbox/visits")
    desk.wait_for_selector("text=今天还没有客户到店")
    phone.goto(local(base, LINKS.spot(cast.store_id, 0, clock.now)))
    shot(phone, "arrive-390")
    phone.check("[name=need][value=cars]")
    phone.fill("[name=name]", "王女士")
    phone.click("text=我到了")
    phone.wait_for_selector("h1:has-text('正在为您安排同事')")
    assert watch.tick() == 1
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".visit.waiting:has-text('王女士')")
    desk.wait_for_selector("#news:has-text('有客户到店，请去接待')")
    desk.click("#news")
    phone.reload()
    phone.wait_for_selector("h1:has-text('韩梅梅来接待您')")
    shot(phone, "visit-390")
    phone.click("text=我先自己看看")
    phone.wait_for_selector("h1:has-text('您慢慢看')")
    shot(phone, "alone-390")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".visit.alone")
    phone.click("text=呼叫顾问")
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".visit.waiting .pill:has-text('剩')")
    shot(desk, "visits-1440")
    desk.click(".visit.waiting >> text=我来接待")
    desk.wait_for_selector(".visit.attended")
    phone.reload()
    phone.wait_for_selector("h1:has-text('韩梅梅正在接待您')")
    desk.select_option(".hand select", str(cast.advisor.id))
    desk.click("text=转交")
    desk.wait_for_selector(".visit.attended:has-text('孙丽')")
    desk.set_viewport_size({"width": 390, "height": 844})
    shot(desk, "visits-390")
    assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of the side"
    small = """() => [...document.querySelectorAll('.deeds .button, .deeds select')]
        .filter((b) => b.offsetParent && b.getBoundingClientRect().height < 44).map((b) => b.outerHTML)"""
    assert desk.evaluate(small) == []
    desk.click("text=已离店")
    desk.wait_for_selector(".visit.ended")


def test_a_browser_notification_is_asked_for_by_the_press_and_shown_with_an_alert(
    desk: Any, base: str, cast: Cast, clock: StillClock, engine: Engine, losable: Losable
) -> None:
    desk.context.grant_permissions(["notifications"], origin=base)
    desk.add_init_script(SHOWN)
    desk.goto(f"{base}/inbox/me")
    desk.check("[name=browser]")
    desk.check("[name=sound]")
    shot(desk, "me-1440")
    desk.click("text=保存")
    desk.wait_for_selector("text=已保存")
    desk.click("h1")  # the first touch, without which a browser plays nothing
    with writing(engine) as conn:
        ref = {"reason": "waiting", "staff": [cast.hanmeimei.id]}
        feed.tell(conn, cast.store_id, "alert", ref, cast.zhang, clock.now)
        feed.tell(conn, cast.store_id, "alert", {"reason": "waiting", "staff": [cast.advisor.id]}, cast.chen, clock.now)
    losable.wakeups.wake(feed.TOPIC)
    until(lambda: desk.evaluate("window.shown.length"), 10)
    assert [text for text, _ in desk.evaluate("window.shown")] == ["客户等了两分钟，请马上回复"], "hers"
    assert desk.evaluate("document.body.dataset.rung") == "1"


def test_a_refused_notification_says_what_to_do(desk: Any, base: str) -> None:
    desk.add_init_script("""
      window.Notification = class { static get permission() { return "denied"; } };
    """)
    desk.goto(f"{base}/inbox/me")
    desk.click("text=浏览器通知")
    desk.wait_for_selector("#permission:has-text('浏览器已拒绝通知')")
    assert not desk.is_checked("[name=browser]")


def test_a_page_comes_over_every_open_page_and_goes_with_the_press(
    desk: Any, base: str, cast: Cast, clock: StillClock, engine: Engine, losable: Losable
) -> None:
    with writing(engine) as conn:
        threads.hand_off(conn, cast.zhang, cast.store_id, reason="safety", priority="emergency", at=clock.now)
    losable.wakeups.wake(feed.TOPIC)
    desk.wait_for_selector(".page-alert:has-text('紧急情况，请立刻联系客户')")
    for width in (1440, 390):
        desk.set_viewport_size({"width": width, "height": 860})
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        shot(desk, f"page-{width}")
    desk.click(".page-alert >> text=收到")
    desk.wait_for_selector(".page-alert", state="detached")


def test_the_rail_shows_and_switches_presence(desk: Any, base: str) -> None:
    desk.wait_for_selector("#there.online")
    desk.click(".me summary")
    shot(desk, "rail-1440")
    desk.click(".presence >> text=离开")
    desk.wait_for_selector("#there.away")
