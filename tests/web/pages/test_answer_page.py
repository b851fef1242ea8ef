"""`/f/<topic>`: what an answer by SMS leads to."""

import re
from datetime import date
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from bot.catalogue import Catalogue
from bot.dealer import Dealer, StoreConfig
from bot.effects import Say
from bot.faq import Entry
from bot.turn import Decision
from channels.render import Templates
from config.load import load_dealer
from store.engine import writing
from store.stores import keep_stores
from store.tables.outbound import outbox
from tests.conftest import StillClock
from tests.store.cast import a_store
from tests.turn_house import TurnHouse, taker
from web.answer_page import AnswerNeeds, answer_pages
from web.site import Part, SiteNeeds, create_site
from web.turn import Decide

ROOT = Path(__file__).parents[3]
DEALER = load_dealer(ROOT / "config")


def opened(engine: Engine, clock: StillClock, dealer: Dealer = DEALER) -> FlaskClient:
    needs = AnswerNeeds(engine, clock, dealer)
    site = create_site(SiteNeeds("a secret", https=False), parts=[Part(answer_pages(needs), csrf=False)])
    with writing(engine) as conn:
        a_store(conn)
    return site.test_client()


@pytest.mark.parametrize("entry", DEALER.content.faq.entries[:3], ids=lambda each: each.id)
def test_an_approved_answer_stands_there_word_for_word(engine: Engine, clock: StillClock, entry: Entry) -> None:
    answer = opened(engine, clock).get(f"/f/{entry.id}")
    assert answer.status_code == 200
    assert entry.title in answer.text
    assert entry.answer in answer.text


def test_the_models_stand_there_with_their_prices(engine: Engine, clock: StillClock) -> None:
    answer = opened(engine, clock).get("/f/models")
    assert all(each.name in answer.text for each in DEALER.content.catalogue.models)
    assert "指导价" in answer.text


def test_what_is_not_approved_or_has_ended_is_not_shown(engine: Engine, clock: StillClock) -> None:
    entry = DEALER.content.faq.entries[0]
    ended = entry.model_copy(update={"valid_until": date(2020, 1, 1)})
    faq = DEALER.content.faq.model_copy(update={"entries": (ended,)})
    content = DEALER.content.model_copy(update={"faq": faq, "catalogue": Catalogue()})
    page = opened(engine, clock, DEALER.model_copy(update={"content": content}))
    assert [page.get(f"/f/{topic}").status_code for topic in (entry.id, "models", "nothing")] == [404, 404, 404]


BINJIANG = DEALER.stores[0]
XIXI = BINJIANG.model_copy(update={"code": "xixi", "name": "远禾西溪店", "hotline": "0571-11111111"})
TWO = DEALER.model_copy(update={"stores": [BINJIANG, XIXI]})


def of_two(engine: Engine, clock: StillClock) -> FlaskClient:
    with writing(engine) as conn:
        keep_stores(conn, TWO.stores)
    needs = AnswerNeeds(engine, clock, TWO)
    return create_site(SiteNeeds("a secret", https=False), parts=[Part(answer_pages(needs), csrf=False)]).test_client()


@pytest.mark.parametrize("topic", ["models", DEALER.content.faq.entries[0].id])
@pytest.mark.parametrize(("mine", "other"), [(BINJIANG, XIXI), (XIXI, BINJIANG)])
def test_the_store_of_the_link_is_the_one_to_call(
    engine: Engine, clock: StillClock, topic: str, mine: StoreConfig, other: StoreConfig
) -> None:
    text = of_two(engine, clock).get(f"/f/{topic}.{mine.code}").text
    assert mine.name in text
    assert f"tel:{mine.hotline}" in text
    assert other.name not in text
    assert other.hotline not in text


@pytest.mark.parametrize("address", ["models", "models.", "models.closed"])
def test_without_a_store_every_one_stands_there(engine: Engine, clock: StillClock, address: str) -> None:
    text = of_two(engine, clock).get(f"/f/{address}").text
    assert all(each.name in text and f"tel:{each.hotline}" in text for each in TWO.stores)
    assert "有急事请直接致电" not in text, "the foot of the page names one store only"


def test_stores_without_a_hotline_leave_no_empty_list(engine: Engine, clock: StillClock) -> None:
    silent = TWO.model_copy(update={"stores": [each.model_copy(update={"hotline": ""}) for each in TWO.stores]})
    with writing(engine) as conn:
        keep_stores(conn, silent.stores)
    needs = AnswerNeeds(engine, clock, silent)
    site = create_site(SiteNeeds("a secret", https=False), parts=[Part(answer_pages(needs), csrf=False)])
    assert "门店电话" not in site.test_client().get("/f/models").text


def test_a_dealer_with_one_store_needs_no_code(engine: Engine, clock: StillClock) -> None:
    with writing(engine) as conn:
        keep_stores(conn, DEALER.stores)
    needs = AnswerNeeds(engine, clock, DEALER)
    site = create_site(SiteNeeds("a secret", https=False), parts=[Part(answer_pages(needs), csrf=False)])
    text = site.test_client().get("/f/models").text
    assert f'有急事请直接致电 <a href="tel:{BINJIANG.hotline}">' in text


@pytest.mark.parametrize(("phone", "mine", "other"), [("1", BINJIANG, XIXI), ("3", XIXI, BINJIANG)])
def test_who_asks_by_sms_is_led_to_their_own_store(
    house: TurnHouse, phone: str, mine: StoreConfig, other: StoreConfig
) -> None:
    texts = Templates(ROOT / "templates" / "messages", TWO.sms)
    answering = taker(house.engine, house.clock, TWO, house.wakes, texts, says(Say("model.page")))
    page = of_two(house.engine, house.clock)
    answering.take(house.texted("有哪些车", f"+861380000000{phone}"))
    (row,) = house.rows(outbox)
    address = re.search(r"/f/\S+", row.payload["text"])
    assert address
    text = page.get(address[0]).text
    assert mine.hotline in text
    assert other.hotline not in text


def says(*effects: Say) -> Decide:
    return lambda turn, read, now: Decision(effects, intent="model_enquiry")
