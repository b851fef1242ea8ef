"""An event from its draft to its figures, on the colleague's screen, the guest's phone and the phone at the door."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import Engine, insert, select, update

import handlers
from bot.customer import Purpose
from bot.links import Links
from channels.render import Templates
from commands.translations import compile_all
from config.load import load_dealer, load_journeys
from store.engine import reading, writing
from store.losable import Losable
from store.media_files import MediaFolder
from store.tables.booking import appointment
from store.tables.people import customer, event, rsvp, vehicle
from store.writer import Writer
from tests.conftest import StillClock
from tests.scheduler.stage import Stage
from tests.staff_cast import Cast, seed
from tests.store.cast import a_customer
from tests.turn_house import EveryDay
from tests.web.inbox.browser.opening import Enter
from tests.web.inbox.conftest import ROOT, SEAL, TRANSLATIONS, desk_of, office_of
from tests.web.inbox.served import served
from tests.web.screens import NARROW
from web.entrance.doors import Doors, login_blueprint
from web.inbox import UPLOADS, inbox_blueprint
from web.login import log_ins
from web.pages import PageNeeds, pages
from web.site import Part, SiteNeeds, create_site
from web.turn import TurnTaker

DEALER = load_dealer(ROOT / "config")
JOURNEYS = tuple(each for each in load_journeys(ROOT / "config") if each.id.startswith("event_"))
START = datetime.fromisoformat("2026-09-17T10:00:00+08:00")


@pytest.fixture
def cast(engine: Engine, clock: StillClock, password_hash: str) -> Cast:
    clock.now = START
    return seed(engine, clock.now, password_hash)


@pytest.fixture
def guests(engine: Engine, cast: Cast) -> list[int]:
    """Five who drive a 长风 and agreed, one who drives another car, one who never said."""
    with writing(engine) as conn:
        made = []
        for number, name in enumerate(["范女士", "李先生", "孙女士", "周先生", "吴女士", "郑先生", "王女士"]):
            agreed = (Purpose.MARKETING,) if number < 6 else ()
            who = a_customer(conn, cast.store_id, name=name, phone=f"+861370000{number:04}", consents=agreed)
            model = "云栖" if number == 5 else "长风 1.5T"
            conn.execute(insert(vehicle).values(store_id=cast.store_id, customer_id=who, model=model))
            made.append(who)
        conn.execute(update(customer).where(customer.c.id.in_(made)).values(city="杭州"))
        return made


@pytest.fixture
def links() -> Links:
    return Links("a secret", "http://car.example")


@pytest.fixture
def base(engine: Engine, clock: StillClock, folder: MediaFolder, guests: list[int], links: Links) -> Iterator[str]:
    """The inbox and the customers' pages of one house. The story goes on for weeks of business time, its log-in counts
    the machine's, which stands still."""

    def still() -> datetime:
        return START

    compile_all(TRANSLATIONS)
    losable = Losable(None, clock.monotonic)
    renderer = Templates(ROOT / "templates" / "messages", DEALER.sms)
    taker = TurnTaker(Writer(engine), clock, DEALER, EveryDay(), renderer, links, handlers.decide)
    limiter = Limiter(get_remote_address, storage_uri="memory://")
    parts = [
        Part(login_blueprint(Doors(engine, limiter, still, clock.business, SEAL))),
        Part(inbox_blueprint(desk_of(engine, clock, losable, folder), office_of(engine, clock)), bodies=UPLOADS),
        Part(pages(PageNeeds(engine, Writer(engine), clock, links, losable.buckets, taker)), csrf=False),
    ]
    needs = SiteNeeds("k" * 40, https=False)
    with served(create_site(needs, parts=parts, extensions=[log_ins(engine, still)], limiter=limiter)) as url:
        yield url


def one(engine: Engine, table: Any) -> Any:
    with reading(engine) as conn:
        return conn.execute(select(table).order_by(table.c.id.desc())).first()


@pytest.mark.handbook("H1.7.4")
def test_an_event_from_draft_to_figures(
    chromium: Any,
    enter: Enter,
    base: str,
    engine: Engine,
    clock: StillClock,
    cast: Cast,
    guests: list[int],
    links: Links,
) -> None:
    stage = Stage(engine, clock, journeys=JOURNEYS)
    # The draft: whom it would reach is told before anything is kept.
    desk = enter("hanmeimei", at="/inbox/events/new", seen="#foreseen .reach")
    desk.fill("[name=name]", "爱车养护讲座")
    desk.fill("[name=date]", "2026-09-26")
    desk.fill("[name=capacity]", "4")
    desk.fill("[name=offers]", "茶歇、免费检测")
    desk.click("summary:has-text('车型')")
    desk.click(".pick:has-text('长风 1.5T')")
    desk.wait_for_selector("#foreseen .reach b:has-text('5')")
    assert "没有同意接收活动消息" in desk.inner_text("#foreseen")
    desk.fill("[name=shares]", "60 40")
    desk.click("button:has-text('保存草稿')")
    desk.wait_for_selector("#publish")
    assert "第 1 批 60%，约 3 位" in desk.inner_text("main")
    desk.click("#publish")
    desk.wait_for_selector(".funnel")
    event_id = one(engine, event).id
    stage.until(START + timedelta(minutes=30), minutes=10)

    # Guests answer on their phones: three heads with a child, then the last seat, then a full house.
    mobile = chromium.new_context(viewport=NARROW).new_page()
    mobile.set_default_timeout(30_000)
    for who, heads, children, words in (
        (guests[0], 3, 1, "3个座位（其中孩子1位）"), (guests[1], 1, 0, "1个座位"), (guests[2], 2, 0, "已为您登记候补"),
    ):  # fmt: skip
        link = links.event(event_id, who, clock.now + timedelta(days=20)).replace("http://car.example", base)
        mobile.goto(link)
        mobile.click(f".seats label:has([name=seats][value='{heads}'])")
        mobile.click(f".seats label:has([name=children][value='{children}'])")
        mobile.click("button[value=come]")
        mobile.wait_for_selector(f"text={words}")
    mobile.goto(links.event(event_id, guests[0], clock.now + timedelta(days=20)).replace("http://car.example", base))
    code = mobile.inner_text(".pass .code")
    assert mobile.get_attribute(".pass img", "src").startswith("data:image/svg")
    mobile.click("button[value=decline]")
    mobile.wait_for_selector("text=已为您取消")
    stage.round()
    mobile.goto(links.event(event_id, guests[2], clock.now + timedelta(days=20)).replace("http://car.example", base))
    mobile.wait_for_selector("text=确认参加")
    mobile.click("button[value=come]")
    mobile.wait_for_selector("text=2个座位")
    with reading(engine) as conn:
        kept = conn.execute(select(rsvp.c.code).where(rsvp.c.customer_id == guests[2])).scalar_one()
    assert str(kept) != code

    # At the door: a scanned code, a tapped name, a guest nobody knew.
    clock.now = datetime.fromisoformat("2026-09-26T13:50:00+08:00")
    door = desk.context.new_page()
    door.set_viewport_size(NARROW)
    door.goto(f"{base}/inbox/events/{event_id}/door?code={kept}")
    door.wait_for_selector(".found:has-text('孙女士')")
    door.click(".found button:has-text('到了')")
    door.wait_for_selector(".present b:has-text('2')")
    door.click(".names summary:has-text('李先生')")
    door.click(".names li:has-text('李先生') button:has-text('到了')")
    door.wait_for_selector(".present b:has-text('3')")
    door.fill(".stranger [name=name]", "钱先生")
    door.click(".stranger button")
    door.wait_for_selector(".present b:has-text('4')")
    assert door.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]

    # Afterwards: one of them books, and the page says what came of it.
    clock.now = datetime.fromisoformat("2026-10-08T10:00:00+08:00")
    with writing(engine) as conn:
        booked = {"kind": "service", "starts_at": clock.now, "minutes": 60, "created_at": clock.now}
        row = {"store_id": cast.store_id, "customer_id": guests[2], "changed_at": clock.now, **booked}
        conn.execute(insert(appointment).values(row))
    desk.goto(f"{base}/inbox/events/{event_id}")
    figures = [each.inner_text() for each in desk.query_selector_all(".tile-figure b")]
    assert figures[0] in ("3", "5")
    assert figures[2:] == ["2", "3", "1"]
    assert "没报名直接来的 1 家" in desk.inner_text("main")
    assert desk.evaluate("document.documentElement.scrollWidth") <= 1440
    desk.set_viewport_size(NARROW)
    assert desk.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    assert (
        desk.evaluate(
            "(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)(document.querySelector('.guests'))"
        )
        <= 0
    )
    guest = desk.inner_text(".guests tr:has-text('孙女士')").split()
    assert guest[:2] == ["孙女士", "参加"], "a card: who and what they said, then the rest"
    labels = "[...document.querySelectorAll('.guests tr:last-child [data-label]')].map((td) => td.dataset.label)"
    assert desk.evaluate(labels) == ["到场", "时间"]
