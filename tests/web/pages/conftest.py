"""A customer's phone: the real site with its pages, the real handlers and templates, one survey asked."""

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

import handlers
from bot.effects import Ask, PromptKind, Say
from bot.links import Links
from channels.render import Templates
from config.calendar import Calendar
from config.load import load_dealer
from store import prompts
from store.engine import writing
from store.losable import Losable
from store.tables.people import event
from store.writer import Writer
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_staff_member, a_store, add
from tests.turn_house import EveryDay
from web.pages import MAX_BODY, PageNeeds, pages
from web.site import Part, SiteNeeds, create_site
from web.turn import TurnTaker
from web.visit_page import VisitPages

ROOT = Path(__file__).parents[3]
DEALER = load_dealer(ROOT / "config")
PHONE = "+8613900000001"


@dataclass
class Phone:
    """李雷 with his phone in his hand."""

    client: FlaskClient
    engine: Engine
    clock: StillClock
    links: Links
    customer_id: int
    store_id: int
    order_id: int

    def asked(self, kind: PromptKind = PromptKind.SURVEY, scale: str = "1-5", **ref: int) -> str:
        """Path of the page of a question asked now, good for seven days."""
        until = self.clock.now + timedelta(days=7)
        question = Ask(Say("checkin.question"), kind, until, scale)
        with writing(self.engine) as conn:
            about = ref or {"order_id": self.order_id}
            prompt_id = prompts.ask(conn, self.customer_id, question, about, self.clock.now)
        return path(self.links.survey(prompt_id, until))

    def an_event(self, capacity: int = 10, taken: int = 0, **values: Any) -> tuple[int, str]:
        """A published event and the path of its page."""
        row = {"name": "西湖秋日自驾", "place": "西湖龙井村", "audience": {}, "state": "published", **values}
        starts = row.pop("starts_at", self.clock.now + timedelta(days=20))
        with writing(self.engine) as conn:
            made = add(
                conn, event, store_id=self.store_id, starts_at=starts, capacity=capacity, taken=taken,
                published_at=self.clock.now, **row,
            )  # fmt: skip
        return made, path(self.links.event(made, self.customer_id, self.clock.now + timedelta(days=20)))

    def open(self, where: str) -> TestResponse:
        return self.client.get(where)

    def send(self, where: str, page: TestResponse | None = None, **form: Any) -> TestResponse:
        """Submits the form of `page` (opened anew when none is given)."""
        submission = re.search(r'name="submission" value="([^"]+)"', (page or self.open(where)).text)
        return self.client.post(where, data={"submission": submission[1] if submission else "", **form})


def path(url: str) -> str:
    return url.removeprefix("http://car.example")


@pytest.fixture
def site(engine: Engine, clock: StillClock) -> Flask:
    links = Links("a secret", "http://car.example")
    renderer = Templates(ROOT / "templates" / "messages", DEALER.sms)
    taker = TurnTaker(Writer(engine), clock, DEALER, EveryDay(), renderer, links, handlers.decide)
    needs = PageNeeds(engine, Writer(engine), clock, links, Losable(None, clock.monotonic).buckets, taker,
                      visits=VisitPages(DEALER, Calendar()), surveys=DEALER.content.surveys)  # fmt: skip
    site = create_site(SiteNeeds("a secret", https=False), parts=[Part(pages(needs), csrf=False, max_body=MAX_BODY)])
    site.extensions["links"] = links
    return site


@pytest.fixture
def phone(site: Flask, engine: Engine, clock: StillClock) -> Phone:
    from store.tables.people import repair_order, vehicle

    with writing(engine) as conn:
        store_id = a_store(conn)
        advisor = a_staff_member(conn, store_id)
        a_staff_member(conn, store_id, "陈经理", "manager")
        customer_id = a_customer(conn, store_id)
        car = add(conn, vehicle, store_id=store_id, customer_id=customer_id, plate="浙X88001", model="知行")
        order_id = add(
            conn, repair_order, store_id=store_id, customer_id=customer_id, vehicle_id=car, advisor_id=advisor,
            external_id="RO-8801", advisor_name="韩梅梅", status="delivered", updated_at=clock.now,
            delivered_at=clock.now - timedelta(days=3), items=[{"name": "小保养"}, {"name": "空调检漏加冷媒"}],
        )  # fmt: skip
    return Phone(site.test_client(), engine, clock, site.extensions["links"], customer_id, store_id, order_id)
