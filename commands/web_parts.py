"""The web process, put together: every owner's blueprint with what it needs."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from flask_limiter import Limiter
from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.journeys import Journey
from bot.links import Links
from bot.messages import Receipt
from bot.understanding.classifier import Classifier
from channels.assistant import Assistant
from channels.preview import Previews
from channels.render import Templates
from channels.wechat.accounts import WeChatAccounts
from channels.wechat.receive import WeChatReceiver
from commands.doctor import Needs as DoctorNeeds
from commands.importing import from_page
from commands.journeys import dry_run_of
from commands.media_parts import media_folder
from commands.set_up_parts import set_up_of
from commands.sign_on_parts import sign_on_of
from config.calendar import Calendar
from config.settings import Settings
from scheduler.event_preview import EventForesight
from scheduler.hand import Gatekeeper
from scheduler.letters import Writer as Letters
from store.case_steps import Terms
from store.clock import StoredClock
from store.losable import Losable
from store.simulations import FOLDER
from store.writer import Writer
from web.answer_page import AnswerNeeds, answer_pages
from web.api import MAX_BODY, ApiNeeds, api
from web.door_page import Door
from web.entrance.doors import Doors, login_blueprint
from web.inbox import UPLOADS, Desk, Office, Papers, Taught, Telephone, inbox_blueprint
from web.news import noting
from web.pages import MAX_BODY as PAGE_BODY
from web.pages import PageNeeds, pages
from web.sealed import Seal
from web.site import PROVIDER_BODY, Part
from web.sms_hooks import LARGEST, sms_hooks
from web.stream import stream_blueprint
from web.subscribing import Offers
from web.turn import TurnTaker
from web.visit_page import VisitPages
from web.webhooks import wechat_webhooks
from web.wechat_pages import WeChatPageNeeds, wechat_pages


class Needs(DoctorNeeds, Protocol):
    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def stopping(self) -> threading.Event: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def writer(self) -> Writer: ...

    @property
    def clock(self) -> StoredClock: ...

    @property
    def losable(self) -> Losable: ...

    @property
    def calendar(self) -> Calendar: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def journeys(self) -> tuple[Journey, ...]: ...

    @property
    def renderer(self) -> Templates: ...

    @property
    def links(self) -> Links: ...

    @property
    def previews(self) -> Previews: ...

    @property
    def limiter(self) -> Limiter: ...

    @property
    def receivers(self) -> Mapping[str, WeChatReceiver]: ...

    @property
    def at_wechat(self) -> WeChatAccounts: ...

    @property
    def settle(self) -> Callable[[Receipt], None]: ...

    @property
    def taker(self) -> TurnTaker: ...

    @property
    def classifier(self) -> Classifier: ...


def web_parts(house: Needs) -> list[Part]:
    return [*_for_providers(house), *_for_staff(house), *_for_customers(house), _for_the_dms(house)]


def _for_providers(house: Needs) -> list[Part]:
    """WeChat and the SMS provider post here."""
    clock, callback = house.clock, house.settings.sms_callback_token
    note = noting(house.writer, clock, house.dealer)
    wechat = wechat_webhooks(house.receivers, clock, house.losable.nonces, house.taker.take, house.settle, note)
    pushes = sms_hooks(callback.get_secret_value(), house.writer, clock, house.losable.wakeups)
    return [
        Part(wechat, max_body=PROVIDER_BODY, for_providers=True),
        Part(pushes, max_body=LARGEST, for_providers=True),
    ]


def _for_staff(house: Needs) -> list[Part]:
    """Log-in, inbox and its live stream."""
    clock, wakeups, data_dir = house.clock, house.losable.wakeups, house.settings.data_dir
    papers = Papers(house.dealer, house.renderer, house.links)
    telephone = Telephone(house.taker, house.calendar)
    folder, saved = media_folder(data_dir), data_dir / FOLDER
    viewers, taught = house.losable.viewers, Taught(lambda: house.classifier, house.settings.config_dir)
    assistant = _assistant(house.settings)
    desk = Desk(
        house.writer, clock, wakeups, papers, folder, house.previews, telephone, _foresight(house), saved, viewers,
        taught, assistant,
    )  # fmt: skip
    seal = Seal(house.settings.secret_key.get_secret_value())
    sign_on, set_up = sign_on_of(house.settings), set_up_of(house)
    doors = Doors(house.engine, house.limiter, house.now, clock.business, seal, sign_on, set_up)
    stream = stream_blueprint(house.engine, clock, wakeups, viewers, house.stopping.is_set)
    return [
        Part(login_blueprint(doors)),
        Part(inbox_blueprint(desk, _office(house, seal)), bodies=UPLOADS),
        Part(stream),
    ]


def _assistant(settings: Settings) -> Assistant | None:
    if not settings.llm_base:
        return None
    return Assistant(settings.llm_base, settings.llm_key.get_secret_value(), settings.llm_model)


def _office(house: Needs, seal: Seal) -> Office:
    return Office(
        config_dir=house.settings.config_dir,
        dealer=house.dealer,
        journeys=house.journeys,
        dry_run=lambda journey, days: dry_run_of(house, journey, days),
        base=house.links.base,
        seal=seal,
        machine=house.now,
        take_in=lambda upload: from_page(house, upload),
        sandbox=house.settings.sandbox,
    )


def _foresight(house: Needs) -> EventForesight:
    """Asks the gate as the worker does, and sends nothing."""
    letters = Letters(house.dealer, house.renderer, house.links)
    keeper = Gatekeeper(house.engine, house.clock, house.dealer, house.journeys, house.calendar, letters, "foresight")
    return EventForesight(house.engine, keeper, house.journeys)


def _for_customers(house: Needs) -> list[Part]:
    """Pages behind signed links, and those WeChat says the visitor of."""
    clock, buckets = house.clock, house.losable.buckets
    offers = Offers(house.engine, house.at_wechat.tickets, house.dealer, house.links.base, house.now)
    visits = VisitPages(house.dealer, house.calendar)
    surveys = house.dealer.content.surveys
    linked = PageNeeds(house.engine, house.writer, clock, house.links, buckets, house.taker, offers, visits, surveys)
    secret, visitors = house.settings.secret_key.get_secret_value(), house.at_wechat.visitors
    asking = WeChatPageNeeds(house.engine, clock, house.links, buckets, visitors, house.dealer, secret)
    return [
        Part(pages(linked, Door(house.dealer, house.calendar)), csrf=False, max_body=PAGE_BODY),
        Part(wechat_pages(asking), csrf=False, max_body=PAGE_BODY),
        Part(answer_pages(AnswerNeeds(house.engine, clock, house.dealer)), csrf=False, max_body=PAGE_BODY),
    ]


def _for_the_dms(house: Needs) -> Part:
    losable = house.losable
    terms = Terms(house.dealer, house.calendar)
    needs = ApiNeeds(house.engine, house.writer, house.clock, losable.buckets, losable.wakeups, house.links, terms)
    return Part(api(needs), csrf=False, max_body=MAX_BODY)
