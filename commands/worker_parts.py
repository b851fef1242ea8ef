"""The worker process, put together: the gate, the sender, and what else it looks after."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.journeys import Journey
from bot.links import Links
from bot.messages import Way
from bot.ports import Sender
from channels.prices import Prices
from channels.render import Templates
from channels.wechat.accounts import WeChatAccounts
from channels.wechat.send import WeChatApi
from commands.media_parts import media_chores
from config.calendar import Calendar
from config.settings import Settings
from scheduler.breaker import Breaker
from scheduler.callbacks import CallbackTick
from scheduler.deliver import Deliverer
from scheduler.followers import FollowerInfo
from scheduler.hand import Gatekeeper
from scheduler.letters import Writer as LetterWriter
from scheduler.settle import Settler
from scheduler.sweep import CallSweeper
from scheduler.worker import Worker
from store.clock import StoredClock
from store.losable import Losable
from store.writer import Writer
from web.turn import TurnTaker


class Needs(Protocol):
    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def monotonic(self) -> Callable[[], float]: ...

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
    def dealer(self) -> Dealer: ...

    @property
    def journeys(self) -> tuple[Journey, ...]: ...

    @property
    def calendar(self) -> Calendar: ...

    @property
    def renderer(self) -> Templates: ...

    @property
    def links(self) -> Links: ...

    @property
    def at_wechat(self) -> WeChatAccounts: ...

    @property
    def wechat(self) -> Mapping[str, WeChatApi]: ...

    @property
    def senders(self) -> Mapping[Way, Sender]: ...

    @property
    def taker(self) -> TurnTaker: ...


def worker_of(house: Needs, name: str) -> Worker:
    """name: what its leases bear."""
    engine, clock, dealer = house.engine, house.clock, house.dealer
    settler = Settler(house.writer, clock, Breaker(house.monotonic), random.Random(), Prices(dealer).of)
    letters = LetterWriter(dealer, house.renderer, house.links)
    gatekeeper = Gatekeeper(engine, clock, dealer, house.journeys, house.calendar, letters, name)
    bucket = house.losable.buckets
    deliverer = Deliverer(house.writer, clock, house.senders, bucket, settler, dealer, name)
    return Worker(gatekeeper, deliverer, house.losable.wakeups, _chores(house, settler, name), refresh=clock.refresh)


def _chores(house: Needs, settler: Settler, name: str) -> list[Callable[[], int]]:
    """Besides sending: lost calls, what providers pushed, who follows, what customers sent."""
    clock = house.clock
    lost = CallSweeper(house.engine, clock, settler)
    pushed = CallbackTick(house.writer, clock, house.taker.take)
    told = FollowerInfo(house.writer, clock, house.wechat)
    return [lost.tick, pushed.tick, told.tick, *media_chores(house, name)]
