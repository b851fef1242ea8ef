"""A process of ours that kills itself (SIGKILL) at a named point: `python -m tests.kill.dying <process> <point>`.

Everything but the one wrapped step is the real process: real house, real database, real HTTP.
point `-` is the healthy process; its machine clock runs ahead, so that a dead worker's lease has ended at once.
"""

import os
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import app
from bot.messages import Outgoing
from bot.ports import Sender

AHEAD = timedelta(seconds=90)  # more than scheduler.deliver.LEASE_S


def die(*_args: Any, **_kwargs: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("unreachable")


class Dying:
    """Dies before the request leaves, while the provider keeps us waiting, or after its answer came."""

    def __init__(self, real: Sender, point: str) -> None:
        self.real, self.point = real, point

    def send(self, out: Outgoing) -> str:
        if self.point == "during":
            threading.Timer(1.5, die).start()  # the sandbox has recorded it by then and does not answer
        elif self.point == "before":
            die()
        answered = self.real.send(out)
        if self.point == "after":
            die()
        return answered


def worker(house: app.House, point: str) -> None:
    from store import batches, outbox

    if point == "claimed":
        vars(outbox)["begin"] = vars(batches)["begin_all"] = die
    elif point == "-":
        house.now = lambda: datetime.now(UTC) + AHEAD
    else:
        house.__dict__["senders"] = {way: Dying(real, point) for way, real in house.senders.items()}


def clock(_house: app.House, point: str) -> None:
    from store import escalations, feed, planning

    if point == "chained":  # the rungs of a breach are written, the breach not yet committed
        follow = escalations.follow

        def follow_and_die(*args: Any, **kwargs: Any) -> None:
            follow(*args, **kwargs)
            die()

        vars(escalations)["follow"] = follow_and_die
    elif point in ("escalation", "p0_alarm"):  # told, and not yet committed
        tell = feed.tell

        def tell_and_die(conn: Any, store_id: int, kind: str, ref: Any, *rest: Any) -> None:
            tell(conn, store_id, kind, ref, *rest)
            if ref.get("reason") == point:
                die()

        vars(feed)["tell"] = tell_and_die
    elif point == "planning":
        insert = planning.insert_missing

        def insert_and_die(*args: Any, **kwargs: Any) -> int:
            if insert(*args, **kwargs):
                die()
            return 0

        vars(planning)["insert_missing"] = insert_and_die


def web(house: app.House, point: str) -> None:
    from channels.wechat.receive import WeChatReceiver
    from web import turn

    if point == "deciding":
        vars(turn)["apply"] = die
    elif point == "answering":  # the turn is committed, its answer not yet sent
        setattr(WeChatReceiver, "reply", die)  # noqa: B010  # the very step this test kills


PREPARE: dict[str, Callable[[app.House, str], None]] = {"worker": worker, "clock": clock, "web": web}


def main(process: str, point: str) -> int:
    import importlib

    from config.settings import read_settings

    house = app.House(read_settings(), process)
    PREPARE[process](house, point)
    options = Namespace(workers=1, threads=8)
    return int(importlib.import_module(f"commands.{process}").run(house, options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
