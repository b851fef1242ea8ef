"""A worker (or planner) in a process of its own that is killed with SIGKILL at one exact point.

`python -m tests.kill.doomed DATABASE_URL POINT PROVIDER_URL`; points: planning, gate, before, during, after, none.
during: the provider kills us while it holds our request.
"""

import os
import signal
import sys
from datetime import datetime
from typing import NoReturn

import requests
from sqlalchemy import Connection

from bot.messages import Outgoing, Way
from store import planning, recipients
from store.engine import open_engine
from tests.conftest import StillClock
from tests.scheduler.stage import Phone, Stage

TEN = datetime.fromisoformat("2026-09-17T02:00:00+00:00")


insert_missing = planning.insert_missing


def die(*_: object, **__: object) -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("nobody survives SIGKILL")


def inserted_and_dead(conn: Connection, rule: planning.Rule, near: planning.Near) -> NoReturn:
    """Between the rows and their commit."""
    insert_missing(conn, rule, near)
    die()


class Caller(Phone):
    """Implements `Sender` over real HTTP; the provider learns our process id, so that it can kill us."""

    def __init__(self, url: str, point: str) -> None:
        super().__init__()
        self.url, self.point = url, point

    def send(self, out: Outgoing) -> str:
        body = {"out_id": out.out_id, "way": out.way.value, "pid": os.getpid(), "kill": self.point == "during"}
        answer = requests.post(self.url, json=body, timeout=20)
        if self.point == "after":
            die()
        return str(answer.json()["id"])


def main(url: str, point: str, provider: str) -> None:
    stage = Stage(open_engine(url), StillClock(TEN), worker=f"doomed:{os.getpid()}")
    for way in Way:
        stage.phones[way] = Caller(provider, point)
    if point == "planning":
        planning.insert_missing = inserted_and_dead
    if point == "gate":
        recipients.load = die
    if point == "before":
        stage.bucket.take = die  # type: ignore[method-assign]  # the last thing before the call is begun
    stage.round()


if __name__ == "__main__":
    main(*sys.argv[1:])
