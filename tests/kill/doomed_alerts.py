"""The clock's alert and assignment ticks in a process of their own, killed with SIGKILL at one exact point.

`python -m tests.kill.doomed_alerts DATABASE_URL POINT PROVIDER_URL`
points: routing (copies written, not committed), before, during, after (the call), giving (a conversation given, not
committed), nudging (a visit marked, its alert not written), none.
"""

import os
import sys
from collections.abc import Mapping

from bot.alert_config import AlertConfig, Destination
from bot.dealer import Dealer, StoreConfig
from bot.links import Links
from bot.ports import AlertWay
from channels.alert_ways import connect
from channels.render import Templates
from scheduler.alerts import AlertRouter, AlertSender
from scheduler.assigning import Assigner, Turns, VisitWatch
from scheduler.cards import Cards
from store import alerts, assignment, showroom
from store.engine import open_engine
from tests.conftest import StillClock
from tests.kill.doomed import TEN, die
from tests.turn_house import EveryDay
from tests.web.inbox.conftest import TEXTS

GROUP = Destination(kind="wecom", store="binjiang", url="HUIFANG_ALERT_GROUP")
CONFIG = AlertConfig(destinations={"group": GROUP})
DEALER = Dealer(stores=[StoreConfig(code="binjiang", name="远禾滨江店")])


class Dying:
    """The real robot; dies around its call."""

    def __init__(self, real: AlertWay, point: str) -> None:
        self.real, self.point = real, point

    def tell(self, text: str) -> None:
        if self.point == "before":
            die()
        self.real.tell(text)
        if self.point == "after":
            die()

    def check(self) -> None:
        self.real.check()


class Ticks:
    """What the clock process runs, on a clock of the test's."""

    def __init__(self, url: str, point: str, provider: str, clock: StillClock, name: str = "") -> None:
        self.engine, links = open_engine(url), Links("a secret", "http://car.example")
        environment = {"HUIFANG_ALERT_GROUP": f"{provider}/cgi-bin/webhook/send?key=good"}
        ways: Mapping[str, AlertWay] = {
            key: Dying(real, point) for key, real in connect(CONFIG, environment, clock.machine).ways.items()
        }
        turns = Turns(clock)
        self.assigner = Assigner(self.engine, clock, DEALER, EveryDay(), turns)
        self.visits = VisitWatch(self.engine, clock, turns, Cards(Templates(TEXTS), links))
        self.router = AlertRouter(self.engine, clock, CONFIG, ways, lambda *_of: ())
        self.sender = AlertSender(self.engine, clock, CONFIG, ways, links, name or f"clock:{os.getpid()}")

    def run(self) -> None:
        self.assigner.tick()
        self.visits.tick()
        self.router.tick()
        self.sender.tick()
        self.sender.rest()


def main(url: str, point: str, provider: str) -> None:
    ticks = Ticks(url, point, provider, StillClock(TEN))
    if point == "routing":
        vars(alerts)["opened"] = die
    elif point == "giving":
        vars(assignment)["feed"].tell = die
    elif point == "nudging":
        vars(showroom)["tell"] = die
    ticks.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
