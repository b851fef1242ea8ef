"""Notifications offered on the thank-you page: inside WeChat, to a bound follower, and otherwise nothing changes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, update

from bot.dealer import WeChatSubscription
from bot.effects import Ask, PromptKind, Say
from bot.errors import SendError, TryLater
from bot.links import Links
from channels.render import Templates
from channels.wechat.ticket import Signed, signature
from store import prompts
from store.engine import writing
from store.losable import Losable
from store.tables.people import identity
from store.writer import Writer
from tests.conftest import StillClock
from tests.store.cast import a_customer, a_staff_member, a_store
from tests.turn_house import EveryDay
from tests.web.inbox.served import served
from tests.web.pages.conftest import DEALER, ROOT
from web.pages import MAX_BODY, PageNeeds, pages
from web.site import CONTENT_SECURITY, Part, SiteNeeds, create_site
from web.subscribing import Offers
from web.turn import TurnTaker

WEIXIN = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36 MicroMessenger/8.0.50"
ELSEWHERE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126 Mobile Safari/537.36"
SUBSCRIPTIONS = {
    "checkin_question": WeChatSubscription(template_id="SUB-1", fields={}),
    "ready": WeChatSubscription(template_id="SUB-2", fields={}),
}
WANTED = {"checkin_question": "下次维修后的回访", "ready": "取车提醒"}
BASE = "http://car.example"


@dataclass
class Tickets:
    error: SendError | None = None
    signed: list[str] = field(default_factory=list)

    def sign(self, url: str, nonce: str, timestamp: int) -> Signed:
        if self.error is not None:
            raise self.error
        self.signed.append(url)
        return Signed("wx1", timestamp, nonce, signature("T", nonce, timestamp, url))


@dataclass
class Thanks:
    """李雷 answers the survey; `page` is what he is shown."""

    site: Flask
    tickets: Tickets
    engine: Engine
    clock: StillClock
    links: Links
    customer_id: int

    def asked(self, kind: PromptKind = PromptKind.SURVEY) -> str:
        until = self.clock.now + timedelta(days=7)
        with writing(self.engine) as conn:
            question = Ask(Say("checkin.question"), kind, until, "1-5")
            prompt_id = prompts.ask(conn, self.customer_id, question, {}, self.clock.now)
        return self.links.survey(prompt_id, until)

    def page(self, rating: str = "5", browser: str = WEIXIN) -> Any:
        where = self.asked().removeprefix(BASE)
        form = {"rating": rating, "submission": "submission-1"}
        return self.site.test_client().post(where, data=form, headers={"User-Agent": browser})

    def but(self, **values: Any) -> "Thanks":
        """With the tie to WeChat changed."""
        with writing(self.engine) as conn:
            conn.execute(update(identity).values(**values))
        return self

    def without_weixin(self) -> "Thanks":
        self.tickets.error = TryLater("-1", "微信系统繁忙", after=4)
        return self


def a_site(engine: Engine, clock: StillClock, base: str, tickets: Tickets, offers: dict[str, str]) -> Flask:
    links, writer = Links("a secret", base), Writer(engine)
    main = DEALER.accounts["main"].model_copy(update={"subscriptions": SUBSCRIPTIONS, "thanks_offers": offers})
    dealer = DEALER.model_copy(update={"accounts": {"main": main}})
    taker = TurnTaker(writer, clock, dealer, EveryDay(), Templates(ROOT / "templates" / "messages", dealer.sms), links)
    made = Offers(engine, {"main": tickets}, dealer, base, clock.machine)
    buckets = Losable(None, clock.monotonic).buckets
    needs = PageNeeds(engine, writer, clock, links, buckets, taker, made)
    return create_site(SiteNeeds("a secret", https=False), parts=[Part(pages(needs), csrf=False, max_body=MAX_BODY)])


def a_phone(engine: Engine, clock: StillClock, base: str = BASE, offers: dict[str, str] | None = None) -> Thanks:
    tickets = Tickets()
    with writing(engine) as conn:
        store_id = a_store(conn)
        a_staff_member(conn, store_id, "陈经理", "manager")
        customer_id = a_customer(conn, store_id, openid="oLiLei")
    site = a_site(engine, clock, base, tickets, WANTED if offers is None else offers)
    return Thanks(site, tickets, engine, clock, Links("a secret", base), customer_id)


@pytest.fixture
def thanks(engine: Engine, clock: StillClock) -> Thanks:
    return a_phone(engine, clock)


def test_a_bound_follower_in_weixin_is_offered_what_is_configured(thanks: Thanks) -> None:
    answer = thanks.page()
    assert 'template="SUB-1,SUB-2"' in answer.text
    assert "下次维修后的回访、取车提醒，需要的话" in answer.text
    (url,) = thanks.tickets.signed
    assert url.startswith(f"{BASE}/s/")
    assert "#" not in url


def test_only_that_page_may_load_weixins_script(thanks: Thanks) -> None:
    policy = thanks.page().headers["Content-Security-Policy"]
    assert "script-src 'self' https://res.wx.qq.com" in policy
    assert "unsafe-eval" not in policy
    assert all(f"{name} {value}" in policy for name, value in CONTENT_SECURITY.items())
    ordinary = thanks.site.test_client().get(thanks.asked().removeprefix(BASE), headers={"User-Agent": WEIXIN})
    assert "res.wx.qq.com" not in ordinary.headers["Content-Security-Policy"] + ordinary.text


Case = Callable[[Thanks], Any]
NO_OFFER: dict[str, Case] = {
    "another browser": lambda thanks: thanks.page(browser=ELSEWHERE),
    "not bound": lambda thanks: thanks.but(bound_by="").page(),
    "left": lambda thanks: thanks.but(following=False).page(),
    "another account": lambda thanks: thanks.but(account="other").page(),
    "dissatisfied": lambda thanks: thanks.page(rating="1"),
    "nothing chosen": lambda thanks: thanks.page(rating=""),
    "no ticket": lambda thanks: thanks.without_weixin().page(),
}


@pytest.mark.parametrize("case", NO_OFFER.values(), ids=NO_OFFER.keys())
def test_otherwise_the_page_is_as_it_was(thanks: Thanks, case: Case) -> None:
    answer = case(thanks)
    assert answer.status_code in (200, 422)
    assert "wx-open-subscribe" not in answer.text
    assert "res.wx.qq.com" not in answer.headers["Content-Security-Policy"]


def test_who_configures_nothing_offers_nothing(engine: Engine, clock: StillClock) -> None:
    answer = a_phone(engine, clock, offers={}).page()
    assert ("谢谢" in answer.text, "wx-open-subscribe" in answer.text) == (True, False)


# --- In a browser --------------------------------------------------------------------------------------------------

# Stands for jweixin: notes what it was given, says it is ready, and draws the button the template holds.
FAKE = """
window.wx = { config: (given) => { window.given = given; }, ready: (then) => setTimeout(then, 10), error: () => {} };
customElements.define("wx-open-subscribe", class extends HTMLElement {
  connectedCallback() {
    const shadow = this.attachShadow({ mode: "open" });
    for (const part of this.querySelectorAll("script")) shadow.innerHTML += part.innerHTML;
    shadow.querySelector("button").addEventListener("click", () => this.dispatchEvent(new CustomEvent("success", {
      detail: { subscribeDetails: JSON.stringify({ "SUB-1": JSON.stringify({ status: "accept" }) }) } })));
  }
});
"""


@pytest.fixture
def phone(chromium: Any) -> Iterator[Any]:
    with chromium.new_context(viewport={"width": 390, "height": 844}, user_agent=WEIXIN) as context:
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Security Policy" in said.text else None)
        yield page
        assert complaints == []


def answered(page: Any, url: str) -> None:
    page.goto(url)
    page.locator('input[name=rating][value="5"]').check()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("heading", name="已收到").wait_for()


def test_the_button_appears_signed_and_says_what_was_chosen(
    sqlite_engine: Engine, clock: StillClock, phone: Any
) -> None:
    thanks = a_phone(sqlite_engine, clock)
    with served(thanks.site) as base:
        phone.route("https://res.wx.qq.com/**", lambda route: route.fulfill(body=FAKE, content_type="text/javascript"))
        answered(phone, thanks.asked().replace(BASE, base))
        phone.get_by_role("button", name="通知我").wait_for()
        given = phone.evaluate("window.given")
        assert (given["appId"], given["openTagList"], given["debug"]) == ("wx1", ["wx-open-subscribe"], False)
        (url,) = thanks.tickets.signed
        assert given["signature"] == signature("T", given["nonceStr"], given["timestamp"], url)
        assert phone.url == url.replace(BASE, base)
        phone.get_by_role("button", name="通知我").click()
        assert phone.get_by_text("到时候在微信里告诉您").is_visible()


def test_without_weixins_script_nothing_is_seen_of_it(sqlite_engine: Engine, clock: StillClock, phone: Any) -> None:
    thanks = a_phone(sqlite_engine, clock)
    with served(thanks.site) as base:
        phone.route("https://res.wx.qq.com/**", lambda route: route.abort())
        answered(phone, thanks.asked().replace(BASE, base))
        assert phone.locator("#subscribe").is_hidden()
