"""A worker or a clock of a host, the real one: `python -m tests.netns.process worker|clock STARTED`.

Two things differ, so that the test is short and does not depend on the time of day: it is noon of a workday at
STARTED (seconds since the epoch) on every host, and a lease and an idle transaction end after LEASE_S and IDLE_MS,
the lease still longer than a call may take.
"""

import importlib
import sys
import time
from argparse import Namespace
from datetime import datetime, timedelta

import app
from config.settings import read_settings
from scheduler import deliver, hand
from store import engine

NOON = datetime.fromisoformat("2026-09-17T04:00:00+00:00")
IDLE_MS = 10_000
LEASE_S = 18.0  # a call: 3 s to connect, 5 s to read, twice at most


def main(kind: str, started: float) -> int:
    vars(deliver)["LEASE_S"] = vars(hand)["LEASE_S"] = LEASE_S
    vars(engine)["IDLE_MS"] = IDLE_MS
    house = app.House(read_settings(), kind)
    house.now = lambda: NOON + timedelta(seconds=time.time() - started)  # hosts agree by their own clocks
    return int(importlib.import_module(f"commands.{kind}").run(house, Namespace()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], float(sys.argv[2])))
