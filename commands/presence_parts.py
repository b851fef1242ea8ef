"""Who gets what waits, put together: the turns of those present, the three-minute rule in both its readings."""

from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.links import Links
from channels.render import Templates
from config.calendar import Calendar
from scheduler.assigning import Assigner, Turns, VisitWatch, WaitWatch
from scheduler.cards import Cards
from scheduler.clock import Tick
from store.clock import StoredClock
from store.presence import planned


class Needs(Protocol):
    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> StoredClock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def calendar(self) -> Calendar: ...

    @property
    def renderer(self) -> Templates: ...

    @property
    def links(self) -> Links: ...


def presence_ticks(house: Needs) -> dict[str, Tick]:
    engine, clock = house.engine, house.clock
    turns, cards = Turns(clock, planned), Cards(house.renderer, house.links)
    return {
        "visits": Tick(1, VisitWatch(engine, clock, turns, cards).tick),
        "waits": Tick(1, WaitWatch(engine, clock, turns).tick),
        "assigning": Tick(1, Assigner(engine, clock, house.dealer, house.calendar, turns).tick),
    }
