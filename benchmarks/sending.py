"""From due to accepted against senders that answer at once: hand-over a touchpoint, sends a second. Judges nothing.

python -m benchmarks.sending [--touchpoints 1000] [--customers 20000] [--database-url postgresql://…] [--profile]
"""

import argparse
import cProfile
import os
import pstats
import random
import resource
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine, func, select

from benchmarks.planning import NOW, Still, a_customer, an_order, fill, put
from benchmarks.servers import ROOT
from bot.dealer import Dealer
from bot.links import Links
from bot.messages import Outgoing, Way
from channels.prices import Prices
from channels.render import Templates
from config.calendar import Calendar
from config.load import load_dealer, load_journeys
from scheduler import hand
from scheduler.breaker import Breaker
from scheduler.deliver import Deliverer
from scheduler.hand import Gatekeeper
from scheduler.letters import Writer as LetterWriter
from scheduler.plan import Planner
from scheduler.settle import Settler
from store.engine import open_engine, reading, writing
from store.tables import outbound, people
from store.writer import Writer

CONFIG = ROOT / "config"


class Instant:
    """Implements `Sender`."""

    numbers = count(1)

    def send(self, _out: Outgoing) -> str:
        return f"id-{next(self.numbers)}"


class Free:
    """Implements `Bucket`: our code is measured, not a provider's limit."""

    def take(self, _name: str, _rate: float, _burst: int) -> float:
        return 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--touchpoints", type=int, default=1000)
    parser.add_argument("--customers", type=int, default=20_000, help="others, with their history")
    parser.add_argument("--database-url", default="", help="an empty database; SQLite when left out")
    parser.add_argument(
        "--profile", action="store_true", help="where the time of the hand-over and the main thread goes"
    )
    options = parser.parse_args()
    (ROOT / "data").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "data") as folder:
        engine = open_engine(options.database_url or f"sqlite:///{Path(folder) / 'huifang.sqlite'}")
        stage(engine, options.customers, options.touchpoints)
        profile = cProfile.Profile() if options.profile else None
        if profile:
            profile.enable()
        hand, send = measure(engine)
        if profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
        tell(engine, hand, send)
        engine.dispose()


def stage(engine: Engine, others: int, touchpoints: int) -> None:
    """Orders delivered three days ago, whose question is due; nobody follows the account, so it goes by SMS."""
    fill(engine, others)
    numbers = range(others + 1, others + touchpoints + 1)
    at = NOW - timedelta(days=3)
    with writing(engine) as conn:
        put(conn, people.customer, map(a_customer, numbers))
        due = {"delivered_at": at, "delivered_on": at.date()}
        put(conn, people.repair_order, iter([
            {**an_order(number, others), **due, "id": others * 2 + number, "customer_id": number,
             "external_id": f"new{number}"} for number in numbers
        ]))  # fmt: skip
    Planner(engine, Still(), [each for each in load_journeys(CONFIG) if each.id == "checkin"], Calendar()).tick()


def stage_full_outbox(engine: Engine, messages: int) -> None:
    """As many SMS, handed over and not yet sent; how many are handed over at once is bounded only in a house."""
    stage(engine, 1, messages)
    hand.ROOM = messages + hand.USUAL_BATCH
    keeper = a_keeper(engine, load_dealer(CONFIG))
    while keeper.tick():
        pass


def a_keeper(engine: Engine, dealer: Dealer) -> Gatekeeper:
    letters = LetterWriter(dealer, Templates(ROOT / "templates" / "messages", dealer.sms), Links("x", "http://h"))
    return Gatekeeper(engine, Still(), dealer, load_journeys(CONFIG), Calendar(), letters, "bench:1")


@dataclass
class Spent:
    """Seconds by the wall, and of this process's processor time, which another's load does not stretch."""

    wall: float = 0.0
    cpu: float = 0.0

    def add(self, work: Callable[[], int | None]) -> int | None:
        wall, cpu = time.perf_counter(), time.process_time()
        done = work()
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu
        return done


def measure(engine: Engine) -> tuple[Spent, Spent]:
    """(handing over, sending)."""
    clock, dealer, writer = Still(), load_dealer(CONFIG), Writer(engine)
    keeper = a_keeper(engine, dealer)
    settler = Settler(writer, clock, Breaker(clock.monotonic), random.Random(1), Prices(dealer).of)
    senders = {way: Instant() for way in Way}
    deliverer = Deliverer(writer, clock, senders, Free(), settler, dealer, "bench:1")
    handing, sending = Spent(), Spent()
    while handing.add(keeper.tick):
        sending.add(deliverer.drain)
    deliverer.close()
    return handing, sending


def tell(engine: Engine, hand: Spent, send: Spent) -> None:
    with reading(engine) as conn:
        states = select(outbound.outbox.c.way, outbound.outbox.c.state, func.count())
        ended = [tuple(row) for row in conn.execute(states.group_by(outbound.outbox.c.way, outbound.outbox.c.state))]
        handed = conn.execute(select(func.count()).select_from(outbound.carries)).scalar_one()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    table = Table(title=f"{handed} touchpoints, load {os.getloadavg()[0]:.1f}")
    for heading in ("hand-over ms (CPU ms) each", "sends/s (CPU ms each)", "outbox", "peak memory MB"):
        table.add_column(heading)
    of_hand = f"{hand.wall / handed * 1000:.1f} ({hand.cpu / handed * 1000:.1f})"
    of_send = f"{handed / send.wall:.0f} ({send.cpu / handed * 1000:.1f})"
    table.add_row(of_hand, of_send, str(ended), f"{peak:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
