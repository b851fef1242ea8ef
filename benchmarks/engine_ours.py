"""Our own sender on a database filled beforehand, with the real Redis bucket set so wide that it never holds back.

engine_ours.py DATABASE_URL REDIS_URL THREADS
"""

import random
import sys
import time

from benchmarks.engine_work import sms
from benchmarks.planning import Still
from benchmarks.servers import ROOT
from bot.messages import Way
from channels.prices import Prices
from config.load import load_dealer
from scheduler import deliver
from scheduler.breaker import Breaker
from scheduler.settle import Settler
from store.engine import open_engine
from store.losable import Losable
from store.writer import Writer


def main(database_url: str, redis_url: str, threads: int) -> None:
    deliver.RATES = {**deliver.RATES, Way.SMS: deliver.Rate(1_000_000, 1_000_000)}
    losable, clock = Losable(redis_url), Still()
    writer = Writer(open_engine(database_url), losable.wakeups.wake)
    dealer = load_dealer(ROOT / "config")
    settler = Settler(writer, clock, Breaker(clock.monotonic), random.Random(1), Prices(dealer).of)
    deliverer = deliver.Deliverer(
        writer,
        clock,
        {Way.SMS: sms()},
        losable.buckets,
        settler,
        dealer,
        "bench:1",
        threads=threads + deliver.RESERVED,  # bulk may use all but these
    )
    deliverer.drain()
    time.sleep(600)  # until the measuring process has looked at what it cost


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
