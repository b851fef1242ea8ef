"""Alerts to people, put together: destinations with their addresses, who routes, who sends."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from sqlalchemy import Engine

from bot.dealer import Dealer
from bot.links import Links
from channels.alert_ways import Connected, connect
from scheduler.alerts import AlertRouter, AlertSender
from scheduler.clock import Tick
from store.clock import StoredClock
from store.presence import on_duty


class Needs(Protocol):
    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def engine(self) -> Engine: ...

    @property
    def clock(self) -> StoredClock: ...

    @property
    def dealer(self) -> Dealer: ...

    @property
    def links(self) -> Links: ...


def connected(house: "Reaching") -> Connected:
    """Addresses and secrets from the variables dealer.yaml names."""
    return connect(house.dealer.alerts, os.environ, house.now)


class Reaching(Protocol):
    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def dealer(self) -> Dealer: ...


def alert_ticks(house: Needs) -> dict[str, Tick]:
    ways, config = connected(house).ways, house.dealer.alerts
    present = on_duty(house.clock.machine)
    router = AlertRouter(house.engine, house.clock, config, ways, present)
    sender = AlertSender(house.engine, house.clock, config, ways, house.links, f"clock:{os.getpid()}")
    return {"alerts": Tick(1, router.tick), "alert_sending": Tick(1, sender.tick)}
